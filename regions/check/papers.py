"""What a plugin brings for its papers, tried without printing: templates parse, words, fonts and style can be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from core.errors import InvalidInput, Problem, Text, Where, did_you_mean
from regions.plugin_papers import FOLDER, STYLE, Brought

ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)""")


def paper_faults(brought: Brought) -> Iterator[Problem]:
    """Yield every fault of the folder ``papers``, each with its file and, where there is one, its line."""
    words, faults = _tried(brought.catalogue)
    yield from faults
    for name in brought.names():
        if name.endswith(".html"):
            yield from _template(brought, name, words)
    fonts, faults = _tried(brought.fonts) if brought.folder.is_dir() else ({}, ())
    yield from faults
    if fonts is not None:
        yield from _style(brought, fonts)


def _tried(read: Callable[[], Mapping[str, Any]]) -> tuple[Mapping[str, Any] | None, tuple[Problem, ...]]:
    try:
        return read(), ()
    except InvalidInput as error:
        return None, error.problems


def _text(brought: Brought, name: str) -> tuple[str, tuple[Problem, ...]]:
    try:
        return brought.content(name).decode("utf-8"), ()
    except InvalidInput as error:
        return "", error.problems
    except UnicodeDecodeError as error:
        said = Text(f"不是 UTF-8 编码（第 {error.start} 字节）", f"not UTF-8 (byte {error.start})")
        return "", (Problem(code="not_utf8", message=said, where=_at(brought, name)),)


def _template(brought: Brought, name: str, words: Mapping[str, Any] | None) -> Iterator[Problem]:
    """A template is one, and the words it asks for by name are in the catalogue."""
    text, faults = _text(brought, name)
    yield from faults
    try:
        tree = Environment().parse(text)  # noqa: S701 - nothing is rendered
    except TemplateSyntaxError as error:
        said = Text(f"不是有效的模板：{error.message}", f"not a valid template: {error.message}")
        yield Problem(code="bad_template", message=said, where=_at(brought, name, error.lineno))
        return
    for call in tree.find_all(nodes.Call):
        if words is not None and isinstance(call.node, nodes.Name) and call.node.name == "word":
            yield from _word(brought, name, call, words)


def _word(brought: Brought, name: str, call: nodes.Call, words: Mapping[str, Any]) -> Iterator[Problem]:
    asked = [str(one.value) for one in call.args if isinstance(one, nodes.Const)]
    if len(asked) < len(call.args) or not asked or call.kwargs:
        return  # what is put together while printing is seen only then
    key, language = [*asked, "zh"][:2]
    if language not in words.get(key, {}):
        said = Text(f"词表中没有“{key}”的 {language} 文字", f"the catalogue has no '{key}' in {language}")
        where = _at(brought, name, call.lineno)
        yield Problem(code="word_missing", message=said, where=where, value=key, hint=did_you_mean(key, words))


def _style(brought: Brought, fonts: Mapping[str, bytes]) -> Iterator[Problem]:
    """The style sheet names fonts of the folder and nothing else."""
    text, faults = _text(brought, STYLE) if brought.has(STYLE) else ("", ())
    yield from faults
    for number, line in enumerate(text.splitlines(), 1):
        for address in ADDRESS.findall(line):
            if address not in fonts:
                said = Text("样式引用了插件没有带来的文件", "the style names a file the plugin did not bring")
                where, hint = _at(brought, STYLE, number), did_you_mean(address, fonts)
                yield Problem(code="not_brought", message=said, where=where, value=address, hint=hint)


def _at(brought: Brought, name: str, line: int = 0) -> Where:
    return Where(file=f"{brought.plugin}/{FOLDER}/{name}", line=line, column=min(line, 1))
