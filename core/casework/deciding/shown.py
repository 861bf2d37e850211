"""What a case's row is to show in a month, of all that was decided for it: for lists, and for what took effect since.

A decision ahead shows when its month has come, whether or not somebody has had the rows moved since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import whole_fen
from core.casework.deciding.standing import standing_for
from core.casework.flow.transition import moves
from core.casework.month import month_of
from core.store.tables import AssistanceCase, Decision

SHOWN = ("in_payment", "phasing_out", "suspended", "stopped", "closed")
"""Statuses whose rows show an amount; a case that was stopped ahead is paid until its month."""
CHUNK = 500
OWN = {"suspended": "suspend", "stopped": "stop", "closed": "stop"}
"""The one kind of decision that speaks for a case in a status: what was decided beside its row does not."""


def speaks(status: str, one: Any) -> bool:
    """Tell whether a decision's amount is that of a case in a status."""
    return OWN.get(status, str(one.kind)) == str(one.kind)


def is_ahead(one: Any) -> bool:
    """Tell whether a decision was made for months to come: any other has moved the row when it was made."""
    first: date = one.from_month
    return first > month_of(one.decided_on)


def moved(status: str, one: Any) -> str:
    """Return the status a decision made ahead leads to when its month has come."""
    return moves().get((status, f"decision.{one.kind}"), status) if is_ahead(one) else status


def decided_for(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[Any]]:
    """Return, by case, what is asked of decisions here, in the order of their numbers; one query, no rows kept."""
    rows = session.execute(
        select(Decision.case_id, Decision.number, Decision.kind, Decision.decided_on, Decision.from_month,
               Decision.until_month, Decision.monthly, Decision.method)
        .where(Decision.case_id.in_(ids)).order_by(Decision.case_id, Decision.number)
    )  # fmt: skip
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row)
    return found


def amounts_in(session: Session, cases: Sequence[AssistanceCase], month: date) -> dict[int, int | None]:
    """Return the whole fen a month each case is to show, by id."""
    found: dict[int, int | None] = {}
    for start in range(0, len(cases), CHUNK):
        found |= _amounts(session, cases[start : start + CHUNK], month)
    return found


def _amounts(session: Session, cases: Sequence[AssistanceCase], month: date) -> dict[int, int | None]:
    decided = decided_for(session, [one.id for one in cases])
    found: dict[int, int | None] = {}
    for case in cases:
        one = standing_for(decided.get(case.id, ()), month) if case.status in SHOWN else None
        shows = one is not None and speaks(moved(case.status, one), one)
        found[case.id] = whole_fen(one.monthly) if one is not None and shows else case.monthly
    return found
