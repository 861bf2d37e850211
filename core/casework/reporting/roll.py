"""Who is on the roll in a month (在册): one query over decisions, whatever the size of the caseload.

The last decision by number that covers a month says what a household is entitled to in it; one of nothing (refused,
stopped, suspended) puts it off the roll.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import Select, Subquery, func, or_, select

from core.casework.scope import inside
from core.store.tables import AssistanceCase, Decision

Columns = TypeVarTuple("Columns")

NOTHING = "0"
"""How an exact amount of nothing is written."""


def covering(month: date) -> Subquery:
    """Return (case_id, number) of the last decision that covers a month, for every case that has one."""
    return (
        select(Decision.case_id, func.max(Decision.number).label("number"))
        .where(Decision.from_month <= month, or_(Decision.until_month.is_(None), Decision.until_month > month))
        .group_by(Decision.case_id)
        .subquery()
    )


def on_roll(month: date, *, programme: str, roots: Iterable[str], area: str | None = None) -> Select[int]:
    """Select the ids of the cases of some subtrees that are on the roll in a month."""
    return _entitled(select(AssistanceCase.id), month, programme=programme, roots=roots, area=area)


def entitlements(
    month: date, *, programme: str, roots: Iterable[str], area: str | None = None
) -> Select[AssistanceCase, Decision]:
    """Select the cases on the roll in a month with the decision that says so."""
    return _entitled(select(AssistanceCase, Decision), month, programme=programme, roots=roots, area=area)


def _entitled(
    query: Select[*Columns], month: date, *, programme: str, roots: Iterable[str], area: str | None
) -> Select[*Columns]:
    last = covering(month)
    found = (
        query.select_from(AssistanceCase)
        .join(last, last.c.case_id == AssistanceCase.id)
        .join(Decision, (Decision.case_id == last.c.case_id) & (Decision.number == last.c.number))
        .where(AssistanceCase.programme == programme, inside(AssistanceCase.path, roots))
        .where(Decision.monthly != NOTHING)
    )
    return found if area is None else found.where(AssistanceCase.area == area)
