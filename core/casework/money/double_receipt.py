"""Double receipt (重复享受): the same person entitled in two open cases, in any programme and region.

The same programme twice is always double; another one where the rules of either exclude the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from core.casework.desk import Desk
from core.casework.money.accrual import PayPeriod, Span, entitled
from core.casework.money.household import Household, load_spans
from core.casework.month import each_month
from core.policy import Policy
from core.store.tables import AssistanceCase, CaseMember, Person

RECEIVING = ("in_payment", "phasing_out", "suspended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another case in which a person of this one is entitled."""

    token: str
    number: str
    programme: str
    division: str
    area: str


def double_receipts(desk: Desk, households: Sequence[Household], period: PayPeriod) -> dict[int, list[Other]]:
    """Return, by case, others (anywhere) that owe one of its persons in the period what may not be had beside it."""
    shared = shared_persons(desk.session, [one.case_id for one in households])
    others = _receiving(desk.session, sorted({case_id for pairs in shared.values() for case_id, _ in pairs}))
    found: dict[int, list[Other]] = defaultdict(list)
    for one in households:
        for case_id, token in sorted(shared.get(one.case_id, ())):
            case, spans = others.get(case_id, (None, ()))
            if case and _same_month(one.account.spans, spans, period) and _excluded(desk, one, case, period):
                found[one.case_id].append(
                    Other(token=token, number=case.number, programme=case.programme, division=case.division,
                          area=case.area)
                )  # fmt: skip
    return found


def shared_persons(session: Session, case_ids: Sequence[int] | Select[Any]) -> Mapping[int, set[tuple[int, str]]]:
    """Return, by case, which other cases have one of its entitled persons, whatever becomes of them: (case, token).

    Cases are looked at afterwards: joined here, a planner without statistics begins with every case there is.
    """
    mine, theirs = aliased(CaseMember), aliased(CaseMember)
    query = (
        select(mine.case_id, theirs.case_id, Person.token)
        .join(Person, Person.id == mine.person_id)
        .join(theirs, theirs.person_id == mine.person_id)
        .where(mine.case_id.in_(case_ids), mine.until.is_(None), mine.entitled, theirs.until.is_(None),
               theirs.entitled, theirs.case_id != mine.case_id)
    )  # fmt: skip
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for case_id, other, token in session.execute(query):
        found[case_id].add((other, token))
    return found


def _receiving(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[AssistanceCase, Sequence[Span]]]:
    if not case_ids:
        return {}
    query = select(AssistanceCase).where(AssistanceCase.id.in_(case_ids), AssistanceCase.status.in_(RECEIVING))
    spans = load_spans(session, case_ids)
    return {one.id: (one, spans.get(one.id, ())) for one in session.scalars(query)}


def _same_month(mine: Sequence[Span], theirs: Sequence[Span], period: PayPeriod) -> bool:
    """Whether both are owed something for one month of the period: a status may outlive the months decided on."""
    months = each_month(period.start, period.until)
    return any(any(entitled(mine, one).values()) and any(entitled(theirs, one).values()) for one in months)


def _excluded(desk: Desk, one: Household, other: AssistanceCase, period: PayPeriod) -> bool:
    if one.programme == other.programme:
        return True
    mine = desk.policies.rulebook(one.division, on=period.start, area=one.area, programmes=(one.programme,))
    if other.programme in exclusive_with(mine.policy, one.programme):
        return True
    theirs = desk.policies.rulebook(other.division, on=period.start, area=other.area, programmes=(other.programme,))
    return one.programme in exclusive_with(theirs.policy, other.programme)


def exclusive_with(policy: Policy, programme: str) -> frozenset[str]:
    """Return the benefits that may not be had beside a programme (mutually_exclusive)."""
    lines = [one for one in policy.lines("interaction", programme) if not one.is_gap and one.key]
    return frozenset(str(one.value["with"]) for one in lines if one.value.get("rule") == "mutually_exclusive")
