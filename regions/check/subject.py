"""The plugin under examination: its provisions, its worked examples, its articles, and the rules of its places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from core.errors import JiuzhuError, Text, Where
from core.example import Question, mismatches, read_questions
from core.plugin import Registered
from core.provision import ANY, Provision
from core.rulebook import Rulebook
from core.source import Located, json_path, read
from regions.example import rules_for
from regions.platform import Platform

CASES = "cases.yaml"
ARTICLES = "articles.yaml"


@dataclass(frozen=True, kw_only=True)  # no slots: what is read is kept
class Subject:
    """A plugin loaded in a platform of its own. ``folder`` holds its files, None where it has none."""

    platform: Platform
    plugin: Registered
    folder: Path | None

    @property
    def name(self) -> str:
        """The plugin's name."""
        return self.plugin.name

    @cached_property
    def provisions(self) -> tuple[Provision, ...]:
        """What the plugin rules, as the registry holds it: what is inert says so."""
        return tuple(one for one in self.platform.registry.provisions() if one.plugin == self.name)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The worked examples; none where there is no file.

        Raises:
            InvalidInput: faults of the file.
        """
        source = self.file(CASES)
        return read_questions(source) if source is not None else ()

    @cached_property
    def differences(self) -> tuple[tuple[Question, tuple[Text, ...]], ...]:
        """Every worked example with how it differs from what it expects; none where it holds.

        Raises:
            InvalidInput: faults of the file.
        """
        return tuple((one, tuple(mismatches(one, self.rules))) for one in self.questions)

    def rules(self, question: Question) -> Rulebook:
        """Return the rules of a worked example, put together once.

        Raises:
            JiuzhuError: what ``rules_for`` raises.
        """
        if id(question) not in self._rules:
            self._rules[id(question)] = rules_for(self.platform, question)
        return self._rules[id(question)]

    @cached_property
    def _rules(self) -> dict[int, Rulebook]:
        return {}

    def file(self, name: str) -> Located | None:
        """Read one of the plugin's files; None where it is not there."""
        path = None if self.folder is None else self.folder / name
        return read(path, name=f"{self.name}/{name}") if path is not None and path.is_file() else None

    def text(self, name: str) -> str:
        """The text of one of the plugin's files, empty where it is not there."""
        path = None if self.folder is None else self.folder / name
        return path.read_text(encoding="utf-8") if path is not None and path.is_file() else ""

    @cached_property
    def _marks(self) -> dict[str, tuple[int, int]]:
        source = self.plugin.source
        return {json_path(path): mark for path, mark in source.marks.items()} if source is not None else {}

    def where(self, one: Provision, below: str = "") -> Where | None:
        """The place of a part of a provision in the policy file, by its path below it (``label``, ``items.a.days``)."""
        at = one.where
        if at is None or not below:
            return at
        path = f"{at.path}.{below}"
        line, column = self._marks.get(path, (at.line, at.column))
        return Where(file=at.file, line=line, column=column, path=path)

    @cached_property
    def books(self) -> tuple[Rulebook | JiuzhuError, ...]:
        """The rules of every place the plugin rules for, on every day something of it begins, or why there are none."""
        return tuple(self._book(*asked) for asked in sorted(set(self._asked())))

    def _asked(self) -> Iterator[tuple[str, date, str, str]]:
        for one in self.provisions:
            day = one.period.start.day
            programmes = [one.scope.programme] if one.scope.programme != ANY else self._programmes(one)
            areas = [one.scope.area] if one.scope.area != ANY else ["urban", "rural"]
            if day is not None:
                yield from ((one.scope.division, day, area, programme) for area in areas for programme in programmes)

    def _programmes(self, one: Provision) -> list[str]:
        """What a provision of any programme is looked at for: the plugin's own programmes, else dibao."""
        named = {other.scope.programme for other in self.provisions if other.scope.division == one.scope.division}
        return sorted(named - {ANY}) or ["dibao"]

    def _book(self, division: str, day: date, area: str, programme: str) -> Rulebook | JiuzhuError:
        try:
            return self.platform.registry.rulebook(division, on=day, area=area, programmes=(programme,))
        except JiuzhuError as error:
            return error
