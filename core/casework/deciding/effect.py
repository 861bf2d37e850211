"""Decisions made ahead take effect: when their first month has come, the case's row and status say so.

Nothing is judged here and nothing falls due: the months were decided before. The event tells the day from which lists,
payrolls and checks of double receipt see the case as what it is by then (a phase-out that is over is a stop).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import decisions_of, note_amount, whole_fen
from core.casework.deciding.shown import SHOWN, decided_for, moved, speaks, unseen
from core.casework.deciding.standing import entitled_in
from core.casework.deciding.turn import note_turn
from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.flow.transition import moves
from core.casework.month import add_months, month_of
from core.casework.scope import inside
from core.store.tables import AssistanceCase, Decision, Event

CHUNK = 500
LONGEST_UNSEEN = 12
"""Months: what began longer ago and no payroll, round or change has seen is seen by the next change of the case."""


def take_effect(desk: Desk, case: AssistanceCase) -> Event | None:
    """Let what rules this month move the case; None where it says so already."""
    month = month_of(desk.today)
    decisions = decisions_of(desk.session, case.id)
    standing = entitled_in(decisions, month)
    if case.status not in SHOWN or standing is None:
        return None
    amount = (case.monthly, case.method)
    event: Event | None = None
    passed = unseen(desk.session, {case.id: decisions}, month).get(case.id, [])
    for one in [*passed, standing]:
        status = moved(case.status, one)
        other = one is standing and amount != (whole_fen(one.monthly), one.method)
        if status != case.status or (other and speaks(case.status, one)):
            event = _take(desk, case, one, status=status, decisions=decisions)
    return event


def status_in(session: Session, case: AssistanceCase, month: date) -> str:
    """Return the status a case has in a month by what was decided ahead for it: what changes it from there on."""
    status = case.status
    for one in unseen(session, {case.id: decisions_of(session, case.id)}, add_months(month, 1)).get(case.id, []):
        status = moved(status, one)
    return status


def _take(desk: Desk, case: AssistanceCase, one: Decision, *, status: str, decisions: Sequence[Decision]) -> Event:
    body = {"decision": one.number, "kind": one.kind, "from_month": one.from_month.isoformat()}
    stays = (case.status, f"decision.{one.kind}") not in moves()
    case.status = status
    note_amount(case, one)
    note_turn(desk.session, case, decisions, taken={one.number})
    return desk.record(chain_of(case.id), "took_effect", body | ({"beside": True} if stays else {}))


def take_effects(desk: Desk, path: str) -> list[Event]:
    """Do so for every case of a subtree whose row is not yet what was decided for this month."""
    month = month_of(desk.today)
    found: list[Event] = []
    ids = list(desk.session.scalars(_candidates(path, month)))
    for start in range(0, len(ids), CHUNK):
        differing = _differing(desk.session, ids[start : start + CHUNK], month)
        cases = select(AssistanceCase).where(AssistanceCase.id.in_(differing)).order_by(AssistanceCase.id)
        events = (take_effect(desk, case) for case in desk.session.scalars(cases).all())
        found += [one for one in events if one is not None]
    return found


def _candidates(path: str, month: date) -> Select[Any]:
    """Cases with a decision that began or ended of itself lately, not by the act of deciding."""
    since = add_months(month, -LONGEST_UNSEEN)
    began = (Decision.from_month > Decision.decided_on) & (Decision.from_month <= month) & (Decision.from_month > since)
    ended = (Decision.until_month <= month) & (Decision.until_month > since)
    lately = select(Decision.id).where(Decision.case_id == AssistanceCase.id, or_(began, ended)).exists()
    query = select(AssistanceCase.id).where(inside(AssistanceCase.path, (path,)), AssistanceCase.status.in_(SHOWN))
    return query.where(lately).order_by(AssistanceCase.id)


def _differing(session: Session, ids: Sequence[int], month: date) -> list[int]:
    """Which rows are not what rules the month, without loading the others."""
    decided = decided_for(session, ids)
    kept = session.execute(
        select(AssistanceCase.id, AssistanceCase.status, AssistanceCase.monthly, AssistanceCase.method)
        .where(AssistanceCase.id.in_(ids))
    )  # fmt: skip
    found = []
    for case in kept:
        one = entitled_in(decided[case.id], month)
        if one is None:
            continue
        other = (case.monthly, case.method) != (whole_fen(one.monthly), one.method)
        if moved(case.status, one) != case.status or (other and speaks(case.status, one)):
            found.append(case.id)
    return found
