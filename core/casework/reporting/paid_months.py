"""What a month's payments were for: persons × months, so that an average a month is one whatever the rhythm of pay.

A line pays for the months of its run in which the household was entitled to anything when the line was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.month import add_months, each_month
from core.casework.reporting.persons_then import changed_since, persons_changed
from core.casework.reporting.placed import Asked, Found, named
from core.casework.reporting.roll import NOTHING
from core.casework.scope import inside
from core.store.tables import AssistanceCase, CaseMember, Decision, PayrollLine, PayrollRun

SPENT = ("approved", "exported", "paid")
"""Statuses of a run whose money is spent."""
LEFT = ("due", "paid")
"""Statuses of a line whose money left, or is leaving: neither held back, returned nor cancelled."""
YEAR = 12


def spent(asked: Asked, since: date) -> Sequence[ColumnElement[bool]]:
    """Return what makes a line, joined with its run, money spent from a day to the end of the month asked about."""
    spent_on = func.coalesce(PayrollRun.paid_on, PayrollRun.approved_on)
    return (
        inside(PayrollLine.path, [asked.path]), PayrollRun.programme == asked.programme,
        PayrollRun.status.in_(SPENT), PayrollLine.status.in_(LEFT),
        spent_on >= since, spent_on < add_months(asked.month, 1),
    )  # fmt: skip


def person_months(desk: Desk, asked: Asked) -> Found:
    """Yield the persons × months that the payments of a month were for, arrears apart."""
    place = (PayrollLine.path, AssistanceCase.unit, AssistanceCase.area)
    for month in _months(desk.session, asked):
        lines = _lines_for(asked, month)
        today = lines.add_columns(*place, func.sum(AssistanceCase.entitled).label("person_months"))
        since = lines.join(CaseMember, CaseMember.case_id == AssistanceCase.id).where(changed_since(month))
        changed = since.add_columns(*place, persons_changed().label("person_months"))
        for query in (today, changed):
            yield from named(desk, query.group_by(*place), ("person_months",))


def _months(session: Session, asked: Asked) -> list[date]:
    """Every month that a run spent in the month asked about is for."""
    query = (
        select(PayrollRun.from_month, PayrollRun.until_month)
        .join(PayrollLine, PayrollLine.run_id == PayrollRun.id)
        .where(*spent(asked, asked.month))
        .distinct()
    )
    return sorted({month for row in session.execute(query) for month in each_month(row.from_month, row.until_month)})


def _lines_for(asked: Asked, month: date) -> Select[*tuple[Any, ...]]:
    """Select nothing yet from the lines that pay for a month: as the decisions were when the line was made."""
    last = (
        select(PayrollLine.id.label("line"), func.max(Decision.number).label("number"))
        .join(PayrollRun, PayrollRun.id == PayrollLine.run_id)
        .join(Decision, Decision.case_id == PayrollLine.case_id)
        .where(*spent(asked, asked.month), PayrollRun.from_month <= month, PayrollRun.until_month > month)
        .where(Decision.number <= PayrollLine.decision, Decision.from_month <= month)
        .where(or_(Decision.until_month.is_(None), Decision.until_month > month))
        .group_by(PayrollLine.id)
        .subquery()
    )
    return (
        select()
        .select_from(PayrollLine)
        .join(last, last.c.line == PayrollLine.id)
        .join(Decision, (Decision.case_id == PayrollLine.case_id) & (Decision.number == last.c.number))
        .join(AssistanceCase, AssistanceCase.id == PayrollLine.case_id)
        .where(Decision.monthly != NOTHING, ~_paid_elsewhere(month))
    )


def _paid_elsewhere(month: date) -> ColumnElement[bool]:
    """Months of an opening that another system has paid: through the one it names, else before it was decided."""
    said = type_coerce(Decision.basis, String)
    later = (add_months(month, count) for count in range(YEAR))
    through = or_(*(said.contains(f'"paid_through":"{one:%Y-%m}') for one in later))
    unsaid = ~said.contains('"paid_through"') & (Decision.decided_on >= add_months(month, 1))
    return and_(Decision.kind == "opening", or_(through, unsaid))
