"""Decisions made ahead take effect: when their first month has come, the case's row and status say so.

Nothing is judged here and nothing falls due: the months were decided before. The event tells the day from which lists,
payrolls and checks of double receipt see the case as what it is by then (a phase-out that is over is a stop).
"""

from __future__ import annotations

from sqlalchemy import or_, select

from core.casework.deciding.decision import FOLLOWS, decisions_of, whole_fen
from core.casework.deciding.standing import entitled_in
from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.flow.transition import moves
from core.casework.month import month_of
from core.casework.scope import inside
from core.store.tables import AssistanceCase, Decision, Event

LIVE = ("in_payment", "phasing_out", "suspended")


def take_effect(desk: Desk, case: AssistanceCase) -> Event | None:
    """Let this month's decision, where it followed from an earlier one, move the case; None where nothing moves."""
    month = month_of(desk.today)
    standing = entitled_in(decisions_of(desk.session, case.id), month)
    if case.status not in LIVE or standing is None or FOLLOWS not in standing.basis:
        return None
    status = moves().get((case.status, f"decision.{standing.kind}"))
    if status is None:
        return None
    case.monthly, case.method = whole_fen(standing.monthly), standing.method
    if status == case.status:
        return None
    case.status = status
    body = {"decision": standing.number, "kind": standing.kind, "from_month": standing.from_month.isoformat()}
    return desk.record(chain_of(case.id), "took_effect", body)


def take_effects(desk: Desk, path: str) -> list[Event]:
    """Do so for every case of a subtree that was decided ahead for this month, or whose phase-out is over."""
    month = month_of(desk.today)
    ahead = (
        select(Decision.id)
        .where(Decision.case_id == AssistanceCase.id, Decision.from_month > Decision.decided_on)
        .where(Decision.from_month <= month)
        .where(or_(Decision.from_month == month, Decision.kind == "stop", AssistanceCase.status == "phasing_out"))
        .exists()
    )
    query = select(AssistanceCase).where(inside(AssistanceCase.path, (path,)), AssistanceCase.status.in_(LIVE), ahead)
    found = (take_effect(desk, case) for case in desk.session.scalars(query.order_by(AssistanceCase.id)).all())
    return [one for one in found if one is not None]
