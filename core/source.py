"""Reading YAML and JSON so that every fault has its file, line and column.

Every scalar is read as text and typed by a JSON Schema, so ``000000``, ``on``, ``no`` and ``693.10`` mean what they
say. Duplicate keys, anchors, aliases and tags are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from core.errors import InvalidInput, Problem, Text, Where, did_you_mean

Json = Any
Schema = Mapping[str, Any]
Key = str | int

_INTEGER = re.compile(r"[+-]?\d{1,30}")
_TRUTH = {"true": True, "false": False}
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
    try:
        raw = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "error"
        text = Text(f"无法读取文件：{reason}", f"cannot read the file: {reason}")
        raise InvalidInput([Problem(code="unreadable_file", message=text, where=Where(file=shown))]) from error
    if len(raw) > LARGEST:
        big = Text("文件过大（上限 20 MB）", "the file is too large (at most 20 MB)")
        raise InvalidInput([Problem(code="file_too_large", message=big, where=Where(file=shown))])
    try:
        return read_text(raw.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        text = Text(f"不是 UTF-8 编码（第 {error.start} 字节）", f"not UTF-8 (byte {error.start})")
        raise InvalidInput([Problem(code="not_utf8", message=text, where=Where(file=shown))]) from error


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
        raise InvalidInput([Problem(code="bad_yaml", message=message, where=where)]) from error
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


def typed(source: Located, schema: Schema) -> Json:
    """Type every scalar by ``schema`` and check the whole against it.

    Raises:
        InvalidInput: every fault, each with its place, the bad value and what is allowed.
    """
    data, problems = checked(source, schema)
    if problems:
        raise InvalidInput(problems)
    return data


def checked(
    source: Located, schema: Schema, base: tuple[Key, ...] = (), data: Json = None
) -> tuple[Json, list[Problem]]:
    """Like :func:`typed`, returning the faults instead of raising them.

    ``data``, where given, is what stands at path ``base`` of the source (possibly completed by defaults).
    """
    value = coerce(source.data if data is None else data, schema, schema)
    validator = jsonschema.Draft202012Validator(schema)
    found = sorted(validator.iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path])
    return value, [problem for error in found for problem in _problems(error, source, base)]


def coerce(data: Json, schema: Schema, root: Schema) -> Json:
    """Type text by the schema: integers and booleans where it asks for them, text everywhere else."""
    if isinstance(data, Mapping):
        return {key: coerce(value, {"anyOf": list(_below(schema, key, root))}, root) for key, value in data.items()}
    if isinstance(data, list):
        items = {"anyOf": [one["items"] for one in _options(schema, root) if "items" in one]}
        return [coerce(value, items, root) for value in data]
    types = {one.get("type") for one in _options(schema, root)}
    if "string" in types or not isinstance(data, str):
        return data
    if "integer" in types and _INTEGER.fullmatch(data):
        return int(data)
    if "boolean" in types and data in _TRUTH:
        return _TRUTH[data]
    return data


def _options(schema: Schema, root: Schema) -> Iterator[Schema]:
    """Yield the schema and whatever it may stand for by $ref, anyOf, oneOf, allOf, then or else."""
    if "$ref" in schema:
        yield from _options(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    yield schema
    for word in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(word, ()):
            yield from _options(part, root)
    for word in ("then", "else"):
        if word in schema:
            yield from _options(schema[word], root)


def _below(schema: Schema, key: str, root: Schema) -> Iterator[Schema]:
    for one in _options(schema, root):
        if key in one.get("properties", {}):
            yield one["properties"][key]
        elif isinstance(one.get("additionalProperties"), Mapping):
            yield one["additionalProperties"]


def _problems(error: Any, source: Located, base: tuple[Key, ...]) -> Iterator[Problem]:
    path = (*base, *error.absolute_path)
    if error.validator in ("anyOf", "oneOf") and error.context:
        yield from _closest(error, source, base)
    elif error.validator == "additionalProperties":
        known = tuple(error.schema.get("properties", ()))
        for extra in sorted(set(error.instance) - set(known)):
            message = Text("未知的项", "unknown property")
            yield Problem(
                code="unknown_property",
                message=message,
                hint=did_you_mean(extra, known),
                where=source.where((*path, extra)),
                value=extra,
                allowed=known if len(known) <= 30 else (),
            )
    elif error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        for name in missing[:1] if error.message.startswith(f"'{missing[0]}'") else missing:
            yield Problem(
                code="missing_property",
                message=Text(f"缺少必填项“{name}”", f"'{name}' is required"),
                where=source.where(path),
            )
    else:
        yield _plain(error, source.where(path))


def _closest(error: Any, source: Located, base: tuple[Key, ...]) -> Iterator[Problem]:
    """Report the alternative that came nearest: the one failing deepest, with the right type."""
    groups: dict[int, list[jsonschema.ValidationError]] = {}
    for sub in error.context:
        groups.setdefault(int(sub.schema_path[0]), []).append(sub)

    def distance(group: list[jsonschema.ValidationError]) -> tuple[bool, int]:
        return any(sub.validator == "type" and not sub.path for sub in group), len(group)

    for sub in min(groups.values(), key=distance):
        yield from _problems(sub, source, base)


def _plain(error: Any, where: Where) -> Problem:
    value = (
        error.instance
        if isinstance(error.instance, str)
        else None
        if isinstance(error.instance, dict | list)
        else str(error.instance)
    )
    rule = error.validator_value
    if error.validator in ("enum", "const"):
        allowed = tuple(str(one) for one in (rule if error.validator == "enum" else [rule]))
        return Problem(
            code="not_allowed",
            message=Text("取值不在允许范围内", "not one of the allowed values"),
            hint=did_you_mean(value or "", allowed),
            where=where,
            value=value,
            allowed=allowed,
        )
    message = _MESSAGES.get(str(error.validator), Text("不符合要求（{rule}）", "does not fit ({rule})")).format(
        rule=rule
    )
    return Problem(code=f"bad_{error.validator}".lower(), message=message, where=where, value=value)


_MESSAGES = {
    "type": Text("类型不符，应为 {rule}", "wrong type, expected {rule}"),
    "pattern": Text("格式不符（{rule}）", "does not have the right form ({rule})"),
    "minimum": Text("不得小于 {rule}", "must be at least {rule}"),
    "maximum": Text("不得大于 {rule}", "must be at most {rule}"),
    "minLength": Text("不得为空", "must not be empty"),
    "maxLength": Text("过长（上限 {rule} 字）", "too long (at most {rule} characters)"),
    "minItems": Text("至少需要 {rule} 项", "needs at least {rule} items"),
    "uniqueItems": Text("有重复项", "has duplicates"),
}
