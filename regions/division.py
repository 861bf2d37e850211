"""The division table (区划): which places there are, what is above and below them, and since when.

Codes are opaque: rights and filters use the dated path of parents, never a code's digits, because management zones
and enterprises hold units across codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from core.errors import InvalidInput, JiuzhuError, Problem, Text, nearest
from core.table import read_file
from regions.division_check import (
    RANK,
    Rows,
    cell_problems,
    children_problems,
    parent_problems,
    row_on,
    same_place_twice,
)
from regions.division_row import NATION, Division, Entry, bundled, from_csv

__all__ = ["NATION", "Division", "DivisionTree"]


@dataclass(frozen=True)
class DivisionTree:
    """Divisions by code, each with one row a period. ``added`` are the rows that came on top of the bundled table."""

    rows: Rows
    added: tuple[Division, ...] = field(default=())

    @classmethod
    def load(cls) -> DivisionTree:
        """Return the bundled table: nation, provinces, prefectures and counties.

        >>> DivisionTree.load().path("430903", date(2018, 6, 1))
        '000000/430000/430900/430903'
        """
        return cls(_by_code(bundled()))

    def with_rows(self, entries: Iterable[Entry]) -> DivisionTree:
        """Return the table with further rows. For its own period a row replaces what the bundled table says.

        Raises:
            InvalidInput: every fault of every row: an unknown parent, levels out of order, a circle, a code not of
                its scheme's form, a second meaning of a code at the same time.
        """
        given = list(entries)
        merged = self._merged([entry.division for entry in given])
        problems = self._problems(given, merged)
        if problems:
            raise InvalidInput(problems)
        return merged

    def with_file(self, path: Path) -> DivisionTree:
        """Return the table with the rows of a CSV file of the bundled table's columns.

        Raises:
            InvalidInput: every fault of the file, with line and cell.
        """
        entries, problems = from_csv(read_file(path), file=str(path))
        merged = self._merged([entry.division for entry in entries])
        problems += self._problems(entries, merged)
        if problems:
            raise InvalidInput(sorted(problems, key=lambda one: one.where.line if one.where else 0))
        return merged

    def _merged(self, new: list[Division]) -> DivisionTree:
        rows = dict(self.rows)
        for one in new:
            kept = [part for row in rows.get(one.code, ()) for part in _outside(row, one)]
            rows[one.code] = tuple(sorted([*kept, one], key=lambda row: row.first))
        return DivisionTree(rows, (*self.added, *new))

    def _problems(self, given: list[Entry], merged: DivisionTree) -> list[Problem]:
        """The faults of added rows; where they stand in the whole is asked only of rows right in themselves."""
        problems = [fault for entry in given for fault in cell_problems(entry)]
        problems += same_place_twice(given, self.added)
        if not problems:
            problems += (fault for entry in given for fault in parent_problems(entry, merged.rows))
        if not problems:
            problems += (fault for entry in given for fault in children_problems(entry, merged.rows, merged.below))
        return problems

    # One place ---------------------------------------------------------------------------------------------------

    def get(self, code: str, on: date | None = None) -> Division:
        """Return the division of a code on a day, without a day its latest row.

        Raises:
            JiuzhuError: ``unknown_division``, with the nearest one; ``division_out_of_period``.
        """
        if code not in self.rows:
            raise self._unknown(code)
        found = self.rows[code][-1] if on is None else row_on(self.rows, code, on)
        if found is None:
            raise _out_of_period(self.rows[code][-1], on)
        return found

    def level(self, code: str) -> str:
        """Return the level of a code's latest row.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        return self.get(code).level

    def name(self, code: str) -> str:
        """Return the latest name of a code.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        return self.get(code).name

    # Up and down -------------------------------------------------------------------------------------------------

    def ladder(self, code: str, on: date) -> tuple[str, ...]:
        """Return the codes from the nation down to ``code`` on a day.

        Raises:
            JiuzhuError: ``unknown_division``, ``division_out_of_period``.
        """
        steps = [self.get(code, on)]
        while steps[-1].parent:
            steps.append(self.get(steps[-1].parent, on))
        return tuple(step.code for step in reversed(steps))

    def path(self, code: str, on: date) -> str:
        """Return the ladder as a path, ``000000/430000/430900/430903``: a subtree is everything with its prefix.

        Raises:
            JiuzhuError: ``unknown_division``, ``division_out_of_period``.
        """
        return "/".join(self.ladder(code, on))

    def children(self, code: str, on: date | None = None) -> tuple[Division, ...]:
        """Return the divisions right below ``code`` on a day (without a day: those with no end), by code.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        self.get(code)
        return tuple(row for row in self.below.get(code, ()) if row.holds(on))

    def descendants(self, code: str, on: date) -> Iterator[str]:
        """Yield the codes of everything below ``code`` on a day, parents before children.

        Raises:
            JiuzhuError: ``unknown_division``.
        """
        for child in self.children(code, on):
            yield child.code
            yield from self.descendants(child.code, on)

    @cached_property
    def below(self) -> Mapping[str, list[Division]]:
        """Every row by the code of its parent."""
        found: dict[str, list[Division]] = {}
        for code in sorted(self.rows):
            for row in self.rows[code]:
                found.setdefault(row.parent, []).append(row)
        return found

    # Looking for places ------------------------------------------------------------------------------------------

    def find(self, text: str, on: date | None = None, limit: int = 20) -> tuple[Division, ...]:
        """Return the divisions whose code begins with ``text``, or whose name and ancestry contain its words.

        ``益阳 赫山``, ``益阳市赫山区`` and ``4309`` all find. Best first: the very name, then its beginning, then
        higher levels. Without a day, divisions with no end are searched.
        """
        words = text.split()
        if not words:
            return ()
        rows = (row for rows in self.rows.values() for row in rows if row.holds(on))
        if len(words) == 1 and text.strip().isascii():
            return tuple(sorted((row for row in rows if row.code.startswith(words[0])), key=_by_level)[:limit])
        names: dict[str, str] = {}
        hits = [row for row in rows if self._matches(row, words, on, names)]
        return tuple(sorted(hits, key=lambda row: (_distance(row, words[-1]), *_by_level(row)))[:limit])

    def _matches(self, row: Division, words: list[str], on: date | None, names: dict[str, str]) -> bool:
        """Every word is in the chain of names, and at least one of them needs this row's own name."""
        above = self._chain(row.parent, on, names)
        own = ";".join((row.name, *row.aliases))
        whole = f"{above}{row.name};{own}"
        return all(word in whole for word in words) and any(word in own or word not in above for word in words)

    def _chain(self, code: str, on: date | None, names: dict[str, str]) -> str:
        """The names from the province down to ``code`` in one; remembered in ``names``."""
        if code in ("", NATION):
            return ""
        if code not in names:
            row = self.get(code, on)
            names[code] = self._chain(row.parent, on, names) + row.name
        return names[code]

    def nearest(self, text: str) -> Division | None:
        """Return the division most likely meant by an unknown code or name, None when nothing is close."""
        if text.isdigit():
            return self._nearest_code(text)
        found = self.find(text, limit=1) or self.find(text[:-1], limit=1)
        if found:
            return found[0]
        names = {row.name: row for rows in self.rows.values() for row in rows}
        close = nearest(text, names)
        return names[close] if close else None

    def _nearest_code(self, code: str) -> Division | None:
        """The place around a longer or a rounded code; for a slip of the pen, the closest sibling."""
        around = next((row for row in map(self._row, _shortened(code)) if row), None)
        if len(code) != len(NATION) or code.endswith("00"):
            return around
        siblings = [row.code for row in self.below.get(around.code, ())] if around else []
        close = nearest(code, siblings)
        return self._row(close) if close else around

    def _row(self, code: str) -> Division | None:
        return self.rows[code][-1] if code in self.rows else None

    def _unknown(self, code: str) -> JiuzhuError:
        close = self.nearest(code)
        hint = None
        if close is not None:
            hint = Text(f"最接近的是 {close.code} {close.name}", f"the nearest is {close.code} {close.name}")
        return JiuzhuError("unknown_division", Text("没有这个区划", "there is no such division"), hint=hint, value=code)


def _by_code(rows: Iterable[Division]) -> dict[str, tuple[Division, ...]]:
    found: dict[str, tuple[Division, ...]] = {}
    for row in rows:
        found[row.code] = (*found.get(row.code, ()), row)
    return found


def _outside(row: Division, hole: Division) -> Iterator[Division]:
    """Yield what is left of a row's period outside another's."""
    if not row.overlaps(hole):
        yield row
        return
    if row.first < hole.first:
        yield replace(row, until=hole.start)
    if hole.end < row.end:
        yield replace(row, start=hole.until)


def _by_level(row: Division) -> tuple[int, str]:
    return RANK[row.level], row.code


def _distance(row: Division, word: str) -> int:
    names = (row.name, *row.aliases)
    if any(name == word or name[:-1] == word for name in names):
        return 0
    return 1 if any(name.startswith(word) for name in names) else 2


def _shortened(code: str) -> Iterator[str]:
    """Yield the codes a longer or rounded code lies under, nearest first: township, county, prefecture, province."""
    yield from (code[:length] for length in (9, 6) if len(code) > length)
    yield from (code[:length].ljust(6, "0") for length in (4, 2))


def _out_of_period(row: Division, on: date | None) -> JiuzhuError:
    start, until = row.start or "…", row.until or "…"
    return JiuzhuError(
        "division_out_of_period",
        Text(f"{row.name}在 {on} 不存在", f"{row.name} does not exist on {on}"),
        hint=Text(f"存在于 {start} 至 {until}（不含）", f"it exists from {start} until {until} (excluded)"),
        value=row.code,
    )
