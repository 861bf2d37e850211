"""Reading YAML and JSON so that every fault has its file, line and column.

Every scalar is read as text and typed by a JSON Schema, so ``000000``, ``on``, ``no`` and ``693.10`` mean what they
say. Duplicate keys, anchors, aliases and tags are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.errors import InvalidInput, Problem, Text, Where, unreadable

Json = Any
Schema = Mapping[str, Any]
Key = str | int

LARGEST = 20_000_000
DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Located:
    """A tree of text, lists and mappings with the place each part was read from, by path."""

    data: Json
    file: str
    marks: Mapping[tuple[Key, ...], tuple[int, int]]

    def where(self, path: tuple[Key, ...] = ()) -> Where:
        """Return the place of ``path``, or of its nearest part that is there."""
        known = path
        while known not in self.marks and known:
            known = known[:-1]
        line, column = self.marks.get(known, (0, 0))
        return Where(file=self.file, line=line, column=column, path=json_path(path))

    def at(self, *path: Key) -> Located:
        """Return the part below ``path`` with its places; paths in messages start anew at ``$``."""
        data = self.data
        for key in path:
            data = data[key]
        size = len(path)
        marks = {at[size:]: mark for at, mark in self.marks.items() if at[:size] == path}
        return Located(data, self.file, marks)


def json_path(path: tuple[Key, ...]) -> str:
    """Write a path the JSON way.

    >>> json_path(("provisions", 3, "amount"))
    '$.provisions[3].amount'
    """
    return "$" + "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)


def located(data: Json, origin: str) -> Located:
    """Wrap data that Python code gave (a hook's return value): scalars become text, places name the origin."""
    return Located(_as_text(data), origin, {})


def _as_text(data: Json) -> Json:
    if isinstance(data, Mapping):
        return {str(key): _as_text(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_as_text(value) for value in data]
    if isinstance(data, bool):
        return "true" if data else "false"
    return data if isinstance(data, str) else str(data)


def read(path: Path, *, name: str | None = None) -> Located:
    """Read a YAML or JSON file.

    Raises:
        InvalidInput: not there, not UTF-8, not YAML, larger than 20 MB, or using duplicate keys, anchors or tags.
    """
    shown = name or str(path)
    raw = content_of(path, name=shown)
    try:
        return read_text(raw.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        text = Text(f"不是 UTF-8 编码（第 {error.start} 字节）", f"not UTF-8 (byte {error.start})")
        raise InvalidInput([Problem(code="not_utf8", message=text, where=Where(file=shown))]) from error


def content_of(path: Path, *, name: str | None = None) -> bytes:
    """Return the bytes of a file a user named.

    Raises:
        InvalidInput: ``unreadable_file``, ``file_too_large``.
    """
    shown = name or str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise unreadable(error, shown) from error
    if len(raw) > LARGEST:
        big = Text("文件过大（上限 20 MB）", "the file is too large (at most 20 MB)")
        raise InvalidInput([Problem(code="file_too_large", message=big, where=Where(file=shown))])
    return raw


def read_text(text: str, file: str) -> Located:
    """Read YAML or JSON text; ``file`` names it in messages."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _refuse_anchors(text, file, loader)
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Where(file=file, line=mark.line + 1 if mark else 0, column=mark.column + 1 if mark else 0)
        message = Text(f"YAML 格式错误：{error.problem}", f"not valid YAML: {error.problem}")
        hint = _yaml_hint(text.splitlines()[: where.line])
        raise InvalidInput([Problem(code="bad_yaml", message=message, where=where, hint=hint)]) from error
    except yaml.reader.ReaderError as error:
        message = Text("含有不允许的字符", "contains characters that are not allowed")
        raise InvalidInput([Problem(code="bad_yaml", message=message, where=Where(file=file))]) from error
    if node is None:
        raise InvalidInput(
            [Problem(code="empty_file", message=Text("文件为空", "the file is empty"), where=Where(file=file))]
        )
    reader = _Reader(file)
    data = reader.value(node, ())
    if reader.problems:
        raise InvalidInput(reader.problems)
    return Located(data, file, reader.marks)


_WIDE_COLON = re.compile(r"^\s*(- )?[\w-]+：")


def _yaml_hint(lines: Sequence[str]) -> Text | None:
    """What is likely wrong in the last lines the parser got through: what an input method does to YAML."""
    if any(_WIDE_COLON.match(line) for line in lines[-3:]):
        return Text("键后面用半角冒号加空格", "a key is followed by a plain colon and a space")
    if any("\t" in line[: len(line) - len(line.lstrip())] for line in lines[-2:]):
        return Text("缩进用空格，不用制表符", "indent by spaces, not by tabs")
    return None


def _refuse_anchors(text: str, file: str, loader: Any) -> None:
    """Look at the event stream: the composed tree no longer shows aliases, and deep nesting must stop early."""
    problems: list[Problem] = []
    depth = 0
    events: Iterator[Any] = yaml.parse(text, Loader=loader)
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        mark: Any = event.start_mark
        where = Where(file=file, line=mark.line + 1, column=mark.column + 1)
        if getattr(event, "anchor", None):
            message = Text("不允许使用锚点或引用（& *）", "anchors and aliases (& *) are not allowed")
            hint = Text("请把内容完整写出", "write the content out in full")
            problems.append(Problem(code="yaml_anchor", message=message, hint=hint, where=where, value=event.anchor))
        elif getattr(event, "tag", None):
            message = Text("不允许使用标签（!）", "tags (!) are not allowed")
            problems.append(Problem(code="yaml_tag", message=message, where=where, value=event.tag))
        if depth > DEEPEST:
            message = Text(f"嵌套过深（上限 {DEEPEST} 层）", f"nested too deeply (at most {DEEPEST} levels)")
            raise InvalidInput([*problems, Problem(code="too_deep", message=message, where=where)])
    if problems:
        raise InvalidInput(problems)


class _Reader:
    """Turns a node tree into text, lists and mappings, keeping marks and collecting faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: dict[tuple[Key, ...], tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, path: tuple[Key, ...]) -> Json:
        """Return the plain value of ``node`` and note its place."""
        self.marks[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(part, (*path, index)) for index, part in enumerate(node.value)]
        return node.value

    def _mapping(self, node: yaml.MappingNode, path: tuple[Key, ...]) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else ""
            where = Where(
                file=self.file,
                line=key_node.start_mark.line + 1,
                column=key_node.start_mark.column + 1,
                path=json_path((*path, key)),
            )
            if not isinstance(key_node, yaml.ScalarNode):
                message = Text("键必须是文本", "a key must be text")
                self.problems.append(Problem(code="bad_key", message=message, where=where))
            elif key in found:
                message = Text("重复的键", "duplicate key")
                self.problems.append(Problem(code="duplicate_key", message=message, where=where, value=key))
            else:
                found[key] = self.value(value_node, (*path, key))
        return found
