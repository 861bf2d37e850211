"""One row of the division table, and where rows come from: the bundled file, a CSV somebody loads, a plugin."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.errors import Problem, Text, Where
from core.provision import Provision, text_of
from core.table import Row, read_day, read_table

TABLE = Path(__file__).with_name("data") / "divisions.csv"
NATION = "000000"
LEVELS = ("nation", "province", "prefecture", "county", "township", "village", "unit")
SCHEMES = ("gbt2260", "nbs_stat", "custom")
COLUMNS = ("code", "name", "level", "parent", "scheme", "source", "retrieved", "from", "until")
OPTIONAL = ("aliases",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A place (区划) during ``[start, until)``; None where the source states no day, which is treated as open.

    ``code`` is opaque: six, nine or twelve digits, or custom; ``parent`` is the code right above (empty for the
    nation). ``source`` says where the row comes from, ``retrieved`` (ISO day or empty) when it was taken from there.
    """

    code: str
    name: str
    level: str
    parent: str
    scheme: str
    source: str = ""
    retrieved: str = ""
    start: date | None = None
    until: date | None = None
    aliases: tuple[str, ...] = ()

    def holds(self, on: date | None) -> bool:
        """Tell whether the row holds on a day; for None, whether it has no end."""
        if on is None:
            return self.until is None
        return (self.start is None or self.start <= on) and (self.until is None or on < self.until)

    @property
    def first(self) -> date:
        """The first day, the calendar's first where none is stated."""
        return self.start or date.min

    @property
    def end(self) -> date:
        """The day after the last, the calendar's last where none is stated."""
        return self.until or date.max

    def overlaps(self, other: Division) -> bool:
        """Tell whether the two periods have a day in common."""
        return self.first < other.end and other.first < self.end

    def says_the_same(self, other: Division) -> bool:
        """Tell whether both rows describe one place alike, whatever their sources and periods."""
        return (self.name, self.level, self.parent) == (other.name, other.level, other.parent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row somebody adds, with its place in a file for messages."""

    division: Division
    row: Row | None = None
    place: Where | None = None

    def where(self, column: str) -> Where | None:
        """Return the place of a column of the row."""
        return self.place if self.row is None else self.row.where(column)

    def problem(self, code: str, message: Text, column: str, *, allowed: tuple[str, ...] = ()) -> Problem:
        """Return the fault of one column; the bad value is what stands there."""
        value = self.row[column] if self.row else f"{self.division.code} {getattr(self.division, column, '')}".strip()
        return Problem(code=code, message=message, where=self.where(column), value=value, allowed=allowed)


def bundled() -> Iterator[Division]:
    """Yield the rows of the bundled table, unchecked for speed: a test checks them like anybody else's."""
    text = TABLE.read_text(encoding="utf-8")
    lines = csv.reader(text.splitlines())
    next(lines)
    for code, name, level, parent, scheme, source, retrieved, start, until in lines:
        yield Division(
            code=code, name=name, level=level, parent=parent, scheme=scheme, source=source, retrieved=retrieved,
            start=date.fromisoformat(start) if start else None, until=date.fromisoformat(until) if until else None,
        )  # fmt: skip


def from_csv(text: str, *, file: str) -> tuple[list[Entry], list[Problem]]:
    """Return the rows of a CSV text of the bundled table's columns (``aliases``, separated by ``;``, may be added)."""
    rows, problems = read_table(text, file=file, required=COLUMNS, optional=OPTIONAL)
    return [Entry(division=_division(row, problems), row=row) for row in rows], problems


def _division(row: Row, problems: list[Problem]) -> Division:
    return Division(
        code=row["code"],
        name=row["name"],
        level=row["level"],
        parent=row["parent"],
        scheme=row["scheme"],
        source=row["source"],
        retrieved=row["retrieved"] and str(read_day(row, "retrieved", problems) or ""),
        start=read_day(row, "from", problems),
        until=read_day(row, "until", problems),
        aliases=tuple(alias for alias in row["aliases"].split(";") if alias),
    )


def from_provisions(provisions: Iterable[Provision]) -> list[Entry]:
    """Return the rows that provisions of kind ``division`` add, a provision an item.

    Gaps, removals and periods that cannot be dated add nothing.
    """
    return [
        Entry(division=_declared(one), place=one.where)
        for one in provisions
        if one.kind == "division" and one.key and not (one.is_gap or one.removed or one.period.undatable)
    ]


def _declared(one: Provision) -> Division:
    value, name = one.value, text_of(one.value.get("name"))
    return Division(
        code=one.key,
        name=name.zh if name else "",
        level=str(value["level"]),
        parent=str(value["parent"]),
        scheme=str(value.get("scheme", "custom")),
        source=str(value.get("source", one.address)),
        retrieved=str(value.get("retrieved", "")),
        start=one.period.start.day,
        until=one.period.until.day,
        aliases=tuple(str(alias) for alias in value.get("aliases", ())),
    )
