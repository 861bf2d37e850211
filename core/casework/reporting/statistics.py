"""Statistical reports (统计报表): rows for the places and reporting units below a division, and their total.

The total computes the same formulas over the sums of all rows: an average there is weighted, never a mean of means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.desk import Desk
from core.casework.month import last_day
from core.casework.reporting.aggregate import Sums, sums
from core.casework.reporting.placed import Asked
from core.casework.reporting.report_declaration import PREFIX, Declaration, declaration
from core.casework.reporting.target import Target, target_notes, targets
from core.errors import Text
from core.formula.tree import Failure
from core.values import fraction_text

TOTAL = "total"
TOTAL_LABEL = Text("合计", "total")
OWN = Text("本级", "itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSums:
    """What a row was computed from: the named sums (whole numbers, fen) and the targets set for it."""

    key: str
    label: str
    sums: Mapping[str, int]
    targets: Mapping[str, Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """A row as shown: values by column, exact; None where it cannot be computed, as an average over nobody."""

    key: str
    label: str
    values: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report of a place and month; the last row is the total."""

    declaration: Declaration
    division: str
    path: str
    month: date
    rows: tuple[ReportRow, ...]
    sums: tuple[RowSums, ...]

    @property
    def notes(self) -> list[Text]:
        """What the averages and the targets are measured by."""
        said = ((row.label, {name: one.words for name, one in row.targets.items()}) for row in self.sums)
        return [*self.declaration.notes, *target_notes(self.declaration, said)]


def report(desk: Desk, name: str, division: str, *, month: date) -> Report:
    """Compute a report from what stands now.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_report``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    declared = declaration(name)
    first = month.replace(day=1)
    asked = Asked(month=first, programme=declared.programme, path=path)
    found = sums(desk, asked, [one["of"] for one in declared.sums.values()])
    rows = _rows(desk, declared, path, found=found, month=first)
    whole = total_of(rows, targets(desk, declared, division, month=first))
    rows = [*rows, whole]
    return Report(
        declaration=declared, division=division, path=path, month=first, sums=tuple(rows),
        rows=tuple(computed(declared, one) for one in rows),
    )  # fmt: skip


def total_of(rows: Iterable[RowSums], set_for_all: Mapping[str, Target]) -> RowSums:
    """Return the total row: the sums of the rows, and the targets of the whole place."""
    added: dict[str, int] = {}
    for row in rows:
        for name, value in row.sums.items():
            added[name] = added.get(name, 0) + value
    return RowSums(key=TOTAL, label=TOTAL_LABEL.zh, sums=added, targets=set_for_all)


def computed(declared: Declaration, row: RowSums) -> ReportRow:
    """Compute a row's columns from its sums."""
    facts: dict[str, Any] = {name: row.sums.get(name, 0) for name in declared.sums}
    facts |= {name: int(one.amount) for name, one in row.targets.items() if one.amount is not None}
    result = declared.program.run(facts)
    values = {one.key: result.get(f"{declared.name}.{PREFIX}{one.key}") for one in declared.columns}
    shown = {key: None if isinstance(value, Failure) else value for key, value in values.items()}
    return ReportRow(key=row.key, label=row.label, values=shown)


def _rows(desk: Desk, declared: Declaration, path: str, *, found: Sums, month: date) -> list[RowSums]:
    """One row for each place right below, each reporting unit, and the division itself where cases are its own."""
    grouped: dict[str, dict[str, int]] = {code: {} for code in _below(desk, path, month)}
    for (place, unit, area), values in found.items():
        row = grouped.setdefault(row_key(place, unit, path), {})
        for name, one in declared.sums.items():
            if one.get("area", area) == area:
                row[name] = row.get(name, 0) + values.get(one["of"], 0)
    return [
        RowSums(key=key, label=row_label(desk, key, path), sums={name: row.get(name, 0) for name in declared.sums},
                targets=targets(desk, declared, place_of(key, path), month=month))
        for key, row in grouped.items()
    ]  # fmt: skip


def _below(desk: Desk, path: str, month: date) -> list[str]:
    root = path.rpartition("/")[2]
    on = min(last_day(month), desk.today)
    depth = path.count("/") + 1
    return [code for code in desk.tree.descendants(root, on) if desk.tree.path(code, on).count("/") == depth]


def row_key(place: str, unit: str | None, path: str) -> str:
    """A reporting unit is a row of its own; else the division right below; else the division itself."""
    if unit:
        return f"unit:{unit}"
    return place[len(path) + 1 :].partition("/")[0] or f"own:{path.rpartition('/')[2]}"


def place_of(key: str, path: str) -> str:
    """Return the division whose rules hold for a row."""
    return path.rpartition("/")[2] if ":" in key else key


def row_label(desk: Desk, key: str, path: str) -> str:
    """Return what a row is called: the division, a reporting unit, or the division itself (本级)."""
    kind, _, code = key.rpartition(":")
    if kind == "unit":
        return code
    name = desk.tree.name(code)
    return f"{name}{OWN.zh}" if kind == "own" and path.endswith(code) else name


def as_json(rows: Iterable[ReportRow]) -> list[dict[str, Any]]:
    """Return rows as canonical JSON: exact values as text."""
    return [
        {"key": row.key, "label": row.label,
         "values": {key: None if value is None else fraction_text(value) for key, value in row.values.items()}}
        for row in rows
    ]  # fmt: skip
