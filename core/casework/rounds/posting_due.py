"""What is to be posted: cases whose stage is done and whose notice neither hangs nor has hung its time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, or_, select

from core.casework.desk import Desk
from core.casework.flow.case_list import READ
from core.casework.flow.docket import pending_courses
from core.casework.flow.procedure import Course
from core.casework.rounds.agenda import MOST, Listed, fits, listed
from core.casework.rounds.posting_rule import STANDING
from core.casework.scope import inside
from core.errors import Text
from core.policy import Policy
from core.store.tables import AssistanceCase, Decision, Posting, PostingLine

LATELY = timedelta(days=92)
"""How far back decisions are offered: a help for whoever draws the sheet, no rule; any case can be named besides."""
DECIDED: Mapping[str, tuple[str, ...]] = {
    "approval": ("grant",),
    "announcement": ("grant",),
    "change": ("increase", "reduce", "phase_out", "stop"),
    "stop": ("stop",),
}
"""The decisions an event tells of."""


def events_of(policy: Policy, programme: str) -> list[tuple[str, Text]]:
    """Return the events the rules in force have posted, with their names; one whose rule is a gap is among them."""
    return [(line.key, line.provision.label) for line in policy.lines("publicity_rule", programme)]


def due_for_posting(
    desk: Desk, division: str, *, programme: str, area: str, event: str, village: str | None = None
) -> Listed:
    """Return the cases of a place that an event's sheet may be drawn for, as many as one sheet holds.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``; what the rules of the place raise.
    """
    path = desk.path(division)
    desk.require(READ, path)
    where = [*fits(area, village), ~_hung(event)]
    pending = pending_courses(desk, [path], programme=programme, where=where)
    due = listed((case, _is_due(course, event)) for case, course in pending)
    decided = [] if due.is_cut else _decided(desk, path, programme, event, where)
    known = {case.id for case in due.cases}
    found = [*due.cases, *(case for case in decided if case.id not in known)]
    return Listed(cases=found[:MOST], is_cut=due.is_cut or len(found) > MOST)


def _decided(
    desk: Desk, path: str, programme: str, event: str, where: Sequence[ColumnElement[bool]]
) -> Sequence[AssistanceCase]:
    """The cases no procedure leads to the event: those decided lately, or all that are paid, where it tells of them."""
    query = select(AssistanceCase).where(
        AssistanceCase.programme == programme, inside(AssistanceCase.path, [path]), *where
    )
    if event in DECIDED:
        told = select(Decision.case_id).where(
            Decision.kind.in_(DECIDED[event]), Decision.decided_on >= desk.today - LATELY
        )
        query = query.where(AssistanceCase.id.in_(told))
    elif _stands(desk, path, programme, event):
        query = query.where(AssistanceCase.status.in_(("in_payment", "phasing_out")))
    else:
        return ()
    return desk.session.scalars(query.order_by(AssistanceCase.id).limit(MOST + 1)).all()


def _stands(desk: Desk, path: str, programme: str, event: str) -> bool:
    code = path.rpartition("/")[2]
    policy = desk.policies.rulebook(code, on=desk.today, area="any", programmes=(programme,)).policy
    line = policy.line("publicity_rule", programme, event)
    return line is not None and not line.is_gap and line.value.get("timing") == STANDING


def _is_due(course: Course, event: str) -> bool:
    standings = course.standings
    return any(
        standings[one.key] == ("ready" if one.is_posting else "done")
        for one in course.procedure.stages
        if one.publicity == event and one.key not in course.procedure.inquiries
    )


def _hung(event: str) -> ColumnElement[bool]:
    """What picks the cases whose sheet is drawn or hangs, or has hung its time."""
    over = or_(Posting.status != "taken_down", PostingLine.ended_on.is_not(None))
    query = select(PostingLine.id).join(Posting, Posting.id == PostingLine.posting_id)
    return query.where(PostingLine.case_id == AssistanceCase.id, Posting.event == event, over).exists()
