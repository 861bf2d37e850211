"""A whole roster held against itself and the database before anything is saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from core.casework.desk import Desk
from core.casework.roster.entry import Entry, read_entry
from core.casework.roster.known import Rules, index_of, look_up
from core.casework.roster.layout import HEADINGS, TITLE
from core.casework.roster.place import Gazetteer
from core.casework.roster.takeover import Takeover
from core.casework.workbook import Table, read_table
from core.errors import JiuzhuError, Problem, Text

BATCH = 1000
T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


@dataclass
class Examination:
    """What a roster holds and what is wrong with it, by row of the file."""

    rows: int = 0
    faults: dict[int, list[Problem]] = field(default_factory=dict)
    read: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Rows that could be read: their persons and monthly fen."""

    @property
    def sound(self) -> list[tuple[int, int]]:
        """Return persons and monthly fen of every household without a fault."""
        return [one for row, one in self.read.items() if row not in self.faults]

    def totals(self) -> dict[str, int]:
        """Return households, persons and monthly fen of what is sound."""
        sound = self.sound
        return {
            "households": len(sound),
            "persons": sum(persons for persons, _ in sound),
            "monthly": sum(monthly for _, monthly in sound),
        }

    def refused(self) -> list[list[int]]:
        """Return the rows that are refused as ranges, both ends included."""
        ranges: list[list[int]] = []
        for row in sorted(self.faults):
            if ranges and ranges[-1][1] == row - 1:
                ranges[-1][1] = row
            else:
                ranges.append([row, row])
        return ranges


def open_roster(content: bytes, file: str) -> Table:
    """Find the roster in a workbook.

    Raises:
        InvalidInput, JiuzhuError: see :func:`read_table`.
    """
    return read_table(content, HEADINGS, file=file, sheet=TITLE)


def examine(desk: Desk, takeover: Takeover, table: Table, progress: Progress | None = None) -> Examination:
    """Read every row and say what is wrong: with the row, with two rows of one person, with what is already there."""
    found = Examination()
    places = Gazetteer(desk, takeover.division)
    rules = Rules.of(desk, takeover.programme, division=takeover.division, area=takeover.area)
    first_rows: dict[str, int] = {}
    for batch in batches(table.rows(), BATCH):
        entries: list[Entry] = []
        for row in batch:
            found.rows += 1
            entry = read_entry(row, file=table.file, today=desk.today)
            if isinstance(entry, Entry):
                entries.append(entry)
            else:
                found.faults.setdefault(row.number, []).extend(entry)
        for entry in entries:
            _place(found, entry, places)
            _twice(found, entry, first_rows)
        _already_there(desk, found, entries, rules)
        found.read |= {entry.row: (len(entry.members), entry.monthly) for entry in entries}
        if progress is not None:
            progress(found.rows, table.height)
    return found


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of a size."""
    walker = iter(items)
    while batch := list(islice(walker, size)):
        yield batch


def _place(found: Examination, entry: Entry, places: Gazetteer) -> None:
    try:
        places.residence(entry.place)
    except JiuzhuError as error:
        found.faults.setdefault(entry.row, []).extend(error.problems)


def _twice(found: Examination, entry: Entry, first_rows: dict[str, int]) -> None:
    """One person in two rows: both are named, each with the other."""
    for member in entry.members:
        first = first_rows.setdefault(member.number, entry.row)
        if first != entry.row:
            _same_person(found, entry.row, first)
            _same_person(found, first, entry.row)


def _same_person(found: Examination, row: int, other: int) -> None:
    text = Text(f"与第 {other} 行有同一身份证号", f"shares an ID number with row {other}")
    found.faults.setdefault(row, []).append(Problem(code="person_in_two_rows", message=text))


def _already_there(desk: Desk, found: Examination, entries: Sequence[Entry], rules: Rules) -> None:
    known = look_up(desk, (index_of(desk, one.number) for entry in entries for one in entry.members))
    for entry in entries:
        faults = rules.faults(entry, known, desk)
        if faults:
            found.faults.setdefault(entry.row, []).extend(faults)
