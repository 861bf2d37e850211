"""Demands for recusal as their register shows them: open ones first, with the rule, the body and who could act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.flow.case_list import readable
from core.casework.people.assignment import assigned
from core.casework.people.person import shown_name
from core.casework.people.recusal import conflicts, substitutes
from core.casework.people.recusal_demand import article, demand_of
from core.casework.people.seats import Seat, name_of, seats
from core.casework.scope import inside
from core.errors import Text
from core.hookspecs import Conflict
from core.store.tables import AssistanceCase, Event, Person, RecusalDemand

ASKER_TEXT: Mapping[str, Text] = {
    "applicant": Text("申请人", "applicant"),
    "officer": Text("经办人本人", "the officer himself"),
    "interested_party": Text("利害关系人", "interested party"),
    "ex_officio": Text("依职权", "ex officio"),
}
BODY_TEXT: Mapping[str, Text] = {
    "supervision_unit": Text("监察部门", "supervision unit"),
    "agency_head": Text("机关负责人", "head of the agency"),
    "agency": Text("所在机关", "his agency"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandRow:
    """A demand as a row of the list."""

    id: int
    case: str
    division: str
    holder: int
    name: str
    asker: Text
    demanded_on: date
    decides: Text
    granted: bool | None
    decided_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandCard:
    """A demand with what a decision needs: the rule, the reason, the relations, who could act instead."""

    row: DemandRow
    head: str
    rule: Text
    reason: str
    answer: str
    conflicts: Sequence[Conflict]
    handles: bool
    substitutes: Sequence[Seat]
    recorded_by: int


def demand_page(
    desk: Desk, *, division: str | None = None, undecided: bool = False, after: int | None = None, limit: int = 50
) -> tuple[list[DemandRow], int | None]:
    """Return one page of the demands in the cases an officer may read, the newest first.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    query = (
        select(RecusalDemand, AssistanceCase)
        .join(AssistanceCase, AssistanceCase.id == RecusalDemand.case_id)
        .where(inside(AssistanceCase.path, readable(desk, division)))
        .order_by(RecusalDemand.id.desc())
        .limit(limit + 1)
    )
    if undecided:
        query = query.where(RecusalDemand.granted.is_(None))
    if after is not None:
        query = query.where(RecusalDemand.id < after)
    rows = [_row(desk, one, case) for one, case in desk.session.execute(query)]
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def demand_card(desk: Desk, demand_id: int) -> DemandCard:
    """Return a demand with what its decision needs.

    Raises:
        JiuzhuError: ``unknown_demand``, ``not_permitted``.
    """
    row, case = demand_of(desk, demand_id)
    desk.require("case.read", case.path)
    free = [one.id for one in substitutes(desk, case, row.holder_id, stage="review")]
    known = {one.holder: one for one in seats(desk, case.division)} if free else {}
    return DemandCard(
        row=_row(desk, row, case),
        head=shown_name(desk, desk.session.get_one(Person, case.head_id)),
        rule=article(desk, row),
        reason=_reason(desk, case, "recusal_demanded", demand_id),
        answer=_reason(desk, case, "recusal_decided", demand_id),
        conflicts=conflicts(desk, case, row.holder_id),
        handles=any(one.holder_id == row.holder_id for one in assigned(desk.session, case.id, on=desk.today)),
        substitutes=[known[one] for one in free if one in known],
        recorded_by=row.recorded_by,
    )


def _row(desk: Desk, one: RecusalDemand, case: AssistanceCase) -> DemandRow:
    return DemandRow(
        id=one.id, case=case.number, division=case.division, holder=one.holder_id, name=name_of(desk, one.holder_id),
        asker=ASKER_TEXT.get(one.demanded_by, Text(one.demanded_by, one.demanded_by)), demanded_on=one.demanded_on,
        decides=_body(one.deciding_body), granted=one.granted, decided_on=one.decided_on,
    )  # fmt: skip


def _body(code: str | None) -> Text:
    if code is None:
        return Text("无规定，由负责人决定", "no rule: the head")
    return BODY_TEXT.get(code, Text(code, code))


def _reason(desk: Desk, case: AssistanceCase, kind: str, demand_id: int) -> str:
    """The reason that was given, from the case's own event."""
    query = select(Event).where(Event.chain == f"case/{case.id}", Event.kind == kind).order_by(Event.sequence.desc())
    return next((one.reason or "" for one in desk.session.scalars(query) if one.body.get("demand") == demand_id), "")
