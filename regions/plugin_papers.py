"""What a plugin brings for its papers: templates, fonts, the style sheet that names them, a catalogue of words.

All of it lies in the folder ``papers`` of its package. Nothing else of the package is read here, and nothing is read
through a link that leads out of it. What people accepted of a plugin holds here too: a file that is another one since
is not used.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where, did_you_mean
from core.schema_check import typed
from core.source import content_of, read

FOLDER, STYLE, WORDS = "papers", "paper.css", "words.yaml"
FONTS: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    ".otf": ("font/otf", (b"OTTO",)),
    ".ttf": ("font/ttf", (b"\0\1\0\0", b"true")),
    ".woff2": ("font/woff2", (b"wOF2",)),
}
"""By ending: the type a browser is told, and how such a file begins."""
SCHEMA = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["zh"],
        "propertyNames": {"pattern": "^[a-z]{2,3}$"},
        "additionalProperties": {"type": "string", "minLength": 1},
    },
}
"""Of ``words.yaml``: by key and language (ISO 639: zh, en, bo, ug …) what papers say; Chinese is never left out."""


@dataclass(frozen=True, kw_only=True)  # no slots: the words are read once
class Brought:
    """A plugin and the folder of its package; ``accepted`` are the sums people accepted, None where they need not."""

    plugin: str
    package: Path
    accepted: Mapping[str, str] | None = None

    @property
    def folder(self) -> Path:
        """Where its papers lie."""
        return self.package / FOLDER

    def has(self, name: str) -> bool:
        """Tell whether a file lies in the folder itself, and not elsewhere by a link."""
        path = self.folder / name
        return path.is_file() and path.resolve() == self.package.resolve() / FOLDER / name

    def sums(self) -> dict[str, str]:
        """Return the hash of every file by its name in the folder: what is proposed and accepted of it.

        Raises:
            InvalidInput: ``unreadable_file``, ``file_too_large``.
        """
        return {name: _sum(content_of(self.folder / name, name=self._named(name))) for name in self.names()}

    def names(self) -> list[str]:
        """Return the names of all files in the folder and below it, in order."""
        inside = sorted(self.folder.rglob("*")) if self.folder.is_dir() else []
        return [name for one in inside if self.has(name := one.relative_to(self.folder).as_posix())]

    def content(self, name: str) -> bytes:
        """Return a file, as it was accepted.

        Raises:
            JiuzhuError: ``paper_not_accepted``.
            InvalidInput: ``unreadable_file``, ``file_too_large``.
        """
        found = content_of(self.folder / name, name=self._named(name))
        if self.accepted is not None and self.accepted.get(name) != _sum(found):
            text = Text(
                f"{self._named(name)} 不是已接受的文件", f"{self._named(name)} is not the file that was accepted"
            )
            hint = Text(
                "请提请接受插件的这一版本，由另一人接受",
                "propose this version of the plugin; another person accepts it",
            )
            raise JiuzhuError("paper_not_accepted", text, hint=hint, value=self._named(name))
        return found

    def style(self) -> bytes:
        """Return the style sheet, empty where there is none."""
        return self.content(STYLE) if self.has(STYLE) else b""

    def fonts(self) -> dict[str, bytes]:
        """Return the fonts by file name.

        Raises:
            InvalidInput: ``bad_font``, ``file_too_large``: every file that cannot be used.
        """
        names = [one.name for one in sorted(self.folder.iterdir()) if one.suffix in FONTS and self.has(one.name)]
        found: dict[str, bytes] = {}
        problems: list[Problem] = []
        for name in names:
            try:
                found[name] = self._font(name)
            except InvalidInput as error:
                problems += error.problems
        if problems:
            raise InvalidInput(problems)
        return found

    def served(self, name: str) -> tuple[bytes, str]:
        """Return the content and type of a file a browser may have: a font or the style sheet.

        Raises:
            JiuzhuError: ``unknown_file``.
            InvalidInput: ``bad_font``, ``file_too_large``.
        """
        if name == STYLE and self.has(STYLE):
            return self.style(), "text/css"
        ending = Path(name).suffix
        if ending not in FONTS or not self.has(name):
            raise JiuzhuError("unknown_file", Text("没有这个文件", "there is no such file"), value=name)
        return self._font(name), FONTS[ending][0]

    def word(self, key: str, language: str = "zh") -> str:
        """Return what a paper says under a key; a paper that would say nothing in its place is not made.

        Raises:
            JiuzhuError: ``word_missing``, ``bad_words``.
        """
        said = self.words.get(key, {}).get(language)
        if said is None:
            text = Text(f"词表 {self._named(WORDS)} 中没有“{key}”的 {language} 文字",
                        f"{self._named(WORDS)} has no '{key}' in {language}")  # fmt: skip
            raise JiuzhuError("word_missing", text, hint=did_you_mean(key, self.words), value=f"{key} {language}")
        return said

    @cached_property
    def words(self) -> Mapping[str, Mapping[str, str]]:
        """Return the catalogue, empty where there is none.

        Raises:
            JiuzhuError: ``bad_words``, with the line; ``paper_not_accepted``.
        """
        try:
            return self.catalogue()
        except InvalidInput as error:  # a page shows no places: they go into the words
            raise JiuzhuError("bad_words", Text(error.render("zh"), error.render("en"))) from error

    def catalogue(self) -> Mapping[str, Mapping[str, str]]:
        """Read the catalogue, empty where there is none.

        Raises:
            InvalidInput: every fault of the file, with its place.
            JiuzhuError: ``paper_not_accepted``.
        """
        if not self.has(WORDS):
            return {}
        self.content(WORDS)
        found: Mapping[str, Mapping[str, str]] = typed(read(self.folder / WORDS, name=self._named(WORDS)), SCHEMA)
        return found

    def _font(self, name: str) -> bytes:
        content = self.content(name)
        if not content.startswith(FONTS[Path(name).suffix][1]):
            text = Text(f"{self._named(name)} 不是这种格式的字体", f"{self._named(name)} is no font of this format")
            raise InvalidInput([Problem(code="bad_font", message=text, where=Where(file=self._named(name)))])
        return content

    def _named(self, name: str) -> str:
        return f"{self.plugin}/{FOLDER}/{name}"


def changed_papers(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what differs between two states of the folder (``added``, ``removed``, ``changed``) and the file."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield "added" if name not in before else "removed" if name not in after else "changed", name


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
