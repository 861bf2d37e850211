"""A report as a sheet: headings in words, money in yuan, empty where nothing can be computed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.reporting.aggregate import AGGREGATES
from core.casework.reporting.report_declaration import Declaration, declare
from core.casework.reporting.statistics import Report, ReportRow
from core.casework.reporting.target import target_notes
from core.casework.words import read_both
from core.casework.workbook import Column, Sheet
from core.casework.workbook.sheet import ColumnKind, Value
from core.errors import Text
from core.store.tables import MonthlyReport
from core.values import yuan_text


def headings(declared: Declaration) -> list[Text]:
    """Return the headings of a report, the row's first."""
    return [declared.row, *(one.label for one in declared.columns)]


def report_sheet(found: Report, *, adjusted: Sequence[Mapping[str, Any]] = ()) -> Sheet:
    """Return a report computed now as a sheet."""
    return _sheet(
        found.declaration, found.rows, month=found.month, state="未封账", adjusted=adjusted, notes=found.notes
    )


def closed_sheet(row: MonthlyReport) -> Sheet:
    """Return a prepared or closed report as a sheet, under the declaration it was closed with."""
    rows = closed_rows(row)
    state = "已封账" if row.status == "closed" else "待封账"
    declared, notes = declaration_of(row), closed_notes(row)
    return _sheet(declared, rows, month=row.month, state=state, adjusted=row.adjustments, notes=notes)


def closed_notes(row: MonthlyReport) -> list[Text]:
    """Return what the averages and targets of a stored report were measured by."""
    declared = declaration_of(row)
    return [*declared.notes, *target_notes(declared, ((one["label"], _said(one)) for one in row.sums))]


def _said(row: Mapping[str, Any]) -> dict[str, Text]:
    return {name: read_both(words) for name, words in row.get("said", {}).items()}


def closed_rows(row: MonthlyReport) -> list[ReportRow]:
    """Return the rows of a stored report."""
    return [
        ReportRow(key=one["key"], label=one["label"],
                  values={key: None if value is None else Fraction(value) for key, value in one["values"].items()})
        for one in row.rows
    ]  # fmt: skip


def declaration_of(row: MonthlyReport) -> Declaration:
    """Return the declaration a stored report was made by, whatever the file says today."""
    return declare(row.report, json.dumps(row.declaration, ensure_ascii=False), file=f"monthly_report/{row.id}")


def adjustment_text(declared: Declaration, one: Mapping[str, Any]) -> str:
    """Return an adjustment in words: month, place, what is counted, and by how much it has changed since."""
    name = str(one["sum"])
    counted = AGGREGATES[declared.sums[name]["of"]]
    label = next((column.label for column in declared.columns if column.key == name), counted.label)
    amount = f"{yuan_text(Fraction(one['amount']))}元" if counted.unit.is_money else str(one["amount"])
    return f"{one['month'][:7]} {one['label']} {label.zh} {amount}"


def _sheet(
    declared: Declaration,
    rows: Iterable[ReportRow],
    *,
    month: date,
    state: str,
    adjusted: Sequence[Mapping[str, Any]],
    notes: Iterable[Text],
) -> Sheet:
    columns = [Column(title=declared.row.zh)]
    columns += [Column(title=one.label.zh, kind=_kind(one.unit.is_money)) for one in declared.columns]
    heading = [declared.label.zh, f"{month:%Y年%m月}（{state}）"]
    heading += [one.zh for one in notes]
    heading += [f"调整数：{adjustment_text(declared, one)}" for one in adjusted]
    return Sheet(
        title=declared.label.zh, columns=columns, rows=(_cells(declared, one) for one in rows), heading=heading
    )


def _kind(money: bool) -> ColumnKind:  # noqa: FBT001 - one claim, one word
    return "money" if money else "count"


def _cells(declared: Declaration, row: ReportRow) -> list[Value]:
    return [row.label, *(_value(row.values.get(one.key), money=one.unit.is_money) for one in declared.columns)]


def _value(value: Fraction | None, *, money: bool) -> Value:
    """Counts are whole numbers; money goes out as exact fen and is rounded where it is shown."""
    if value is None or money:
        return value
    return int(value)
