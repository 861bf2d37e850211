"""The error tree: what went wrong, where, with which value, what is allowed and what to do.

A ``JiuzhuError`` is the user's to mend and ends as one message; anything else is our bug and keeps its traceback.
"""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and in English; ``{name}`` places are filled by :meth:`format`."""

    zh: str
    en: str

    def pick(self, language: Language) -> str:
        """Return the sentence in ``language``; Chinese where no English was written.

        >>> Text("元", "yuan").pick("en")
        'yuan'
        """
        return (self.en or self.zh) if language == "en" else self.zh

    def format(self, **values: object) -> Text:
        """Fill the places of both sentences; a ``Text`` among the values is filled in its own language."""
        return Text(self.zh.format(**_in(values, "zh")), self.en.format(**_in(values, "en")))


def _in(values: dict[str, object], language: Language) -> dict[str, object]:
    return {name: v.pick(language) if isinstance(v, Text) else v for name, v in values.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in an input: file, 1-based line and column (0 = unknown) and JSON path (``$.provisions[3].amount``)."""

    file: str = ""
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        spot = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return " ".join(part for part in (spot, self.path) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault of an input.

    ``code`` is stable English; ``value`` is the offending text, ``allowed`` what may stand there.
    """

    code: str
    message: Text
    hint: Text | None = None
    where: Where | None = None
    value: str | None = None
    allowed: tuple[str, ...] = ()

    def render(self, language: Language) -> str:
        """Return place, message, bad value, allowed values and hint on one line."""
        zh = language == "zh"
        parts = [f"{self.where}: " if self.where and str(self.where) else "", self.message.pick(language)]
        if self.value is not None:
            parts.append(f"（现为：{self.value}）" if zh else f" (found: {self.value})")
        if self.allowed:
            listed = "、".join(self.allowed) if zh else ", ".join(self.allowed)
            parts.append(f"；可用：{listed}" if zh else f"; allowed: {listed}")
        if self.hint is not None:
            parts.append(("。" if zh else ". ") + self.hint.pick(language))
        return "".join(parts) + f" [{self.code}]"


class JiuzhuError(Exception):
    """Root of every error a user can cause or mend."""

    def __init__(
        self,
        code: str,
        message: Text,
        *,
        hint: Text | None = None,
        where: Where | None = None,
        value: str | None = None,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.hint = hint
        self.where = where
        self.value = value

    def __str__(self) -> str:
        return self.render("en")

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The faults behind this error; one for a simple error."""
        return (Problem(code=self.code, message=self.message, hint=self.hint, where=self.where, value=self.value),)

    def render(self, language: Language) -> str:
        """Return what the user is told, one line a fault."""
        return "\n".join(problem.render(language) for problem in self.problems)


class InvalidInput(JiuzhuError):  # noqa: N818 - it names what the user gave, the root says it is an error
    """All faults of one input, reported together."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        first = self._problems[0]
        super().__init__(first.code, first.message, hint=first.hint, where=first.where, value=first.value)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every fault found, in the order of the input."""
        return self._problems


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate closest in spelling to ``word``, or None when nothing is close.

    >>> nearest("houshold_size", ["household_size", "standard"])
    'household_size'
    """
    found = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    return found[0] if found else None


_SYSTEM = {
    errno.ENOENT: Text("没有这个文件或文件夹", "there is no such file or folder"),
    errno.EISDIR: Text("这是文件夹，不是文件", "it is a folder, not a file"),
    errno.EACCES: Text("没有权限", "permission denied"),
    errno.ENOSPC: Text("磁盘已满", "the disk is full"),
}


def system_reason(error: OSError) -> Text:
    """Say why a file or folder could not be used; what is rare, in the system's own words.

    >>> system_reason(FileNotFoundError(errno.ENOENT, "No such file or directory")).zh
    '没有这个文件或文件夹'
    """
    said = error.strerror or "error"
    return _SYSTEM.get(error.errno or 0, Text(said, said))


def did_you_mean(word: str, candidates: Iterable[str]) -> Text | None:
    """Return the hint that names the nearest candidate, or None."""
    close = nearest(word, candidates)
    return None if close is None else Text(f"是否为“{close}”？", f"Did you mean '{close}'?")


def unreadable(error: OSError, file: str) -> InvalidInput:
    """Return the fault of a file a user named that cannot be read."""
    text = Text("无法读取文件：{reason}", "cannot read the file: {reason}").format(reason=system_reason(error))
    return InvalidInput([Problem(code="unreadable_file", message=text, where=Where(file=file))])
