"""Reports and budget plans that are kept, as screens show them: found by right, listed by key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.case_list import readable
from core.casework.reporting.budget import plan_of
from core.casework.reporting.report_close import find_report
from core.casework.reporting.report_declaration import Declaration
from core.casework.reporting.report_sheet import (
    closed_notes,
    closed_rows,
    closed_sheet,
    declaration_of,
    report_sheet,
)
from core.casework.reporting.statistics import ReportRow, report
from core.casework.scope import inside
from core.casework.workbook import Sheet
from core.errors import Text
from core.store.tables import BudgetPlan, MonthlyReport

Kept = TypeVar("Kept", MonthlyReport, BudgetPlan)
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportShown:
    """A month's report: as it was prepared or closed (``kept``), or as it comes out now."""

    declaration: Declaration
    rows: Sequence[ReportRow]
    notes: Sequence[Text]
    adjustments: Sequence[Mapping[str, Any]]
    sheet: Sheet
    kept: MonthlyReport | None


def shown_report(desk: Desk, name: str, division: str, *, month: date) -> ReportShown:
    """Return a month's report of a place: the one that is kept, else what the records say now.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_report``, ``unknown_division``, ``report_altered``.
    """
    desk.require("case.read", desk.path(division))
    kept = find_report(desk, name, division, month=month)
    if kept is None:
        now = report(desk, name, division, month=month)
        return ReportShown(declaration=now.declaration, rows=now.rows, notes=now.notes, adjustments=(),
                           sheet=report_sheet(now), kept=None)  # fmt: skip
    return ReportShown(
        declaration=declaration_of(kept), rows=closed_rows(kept), notes=closed_notes(kept),
        adjustments=kept.adjustments, sheet=closed_sheet(kept), kept=kept,
    )  # fmt: skip


def kept_page(
    desk: Desk, table: type[Kept], *, division: str = "", after: int | None = None, limit: int = PAGE
) -> tuple[Sequence[Kept], int | None]:
    """Return a page of the kept reports or plans of an officer's places, the newest first.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    query = select(table).where(inside(table.path, readable(desk, division or None)))
    if after is not None:
        query = query.where(table.id < after)
    rows = desk.session.scalars(query.order_by(table.id.desc()).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def find_plan(desk: Desk, plan_id: int) -> BudgetPlan:
    """Return a budget plan of a place whose cases one may read.

    Raises:
        JiuzhuError: ``unknown_plan``, ``not_permitted``.
    """
    plan = plan_of(desk, plan_id)
    desk.require("case.read", plan.path)
    return plan
