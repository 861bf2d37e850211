"""What is to be posted: cases whose stage is done and whose notice neither hangs nor has hung its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice

from sqlalchemy import or_, select

from core.casework.desk import Desk
from core.casework.flow.case_list import READ
from core.casework.flow.docket import pending_courses
from core.casework.flow.procedure import Course
from core.casework.rounds.agenda import MOST
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
) -> list[AssistanceCase]:
    """Return the cases of a place that an event's sheet may be drawn for, as many as one sheet holds.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``; what the rules of the place raise.
    """
    path = desk.path(division)
    desk.require(READ, path)
    found = {one.id: one for one in _found(desk, path, programme, event)}
    hung = _hung(desk, event, list(found))
    mine = (
        one
        for one in found.values()
        if one.id not in hung and one.area == area and (village is None or (one.village or "") == village)
    )
    return list(islice(mine, MOST))


def _found(desk: Desk, path: str, programme: str, event: str) -> Iterator[AssistanceCase]:
    for case, course in pending_courses(desk, [path], programme=programme):
        if _is_due(course, event):
            yield case
    query = select(AssistanceCase).where(AssistanceCase.programme == programme, inside(AssistanceCase.path, [path]))
    if event in DECIDED:
        told = select(Decision.case_id).where(
            Decision.kind.in_(DECIDED[event]), Decision.decided_on >= desk.today - LATELY
        )
        yield from desk.session.scalars(query.where(AssistanceCase.id.in_(told)).limit(MOST))
    elif _stands(desk, path, programme, event):
        paid = AssistanceCase.status.in_(("in_payment", "phasing_out"))
        yield from desk.session.scalars(query.where(paid).order_by(AssistanceCase.id).limit(MOST))


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


def _hung(desk: Desk, event: str, ids: list[int]) -> set[int]:
    """Those whose sheet is drawn or hangs, or has hung its time."""
    query = (
        select(PostingLine.case_id)
        .join(Posting, Posting.id == PostingLine.posting_id)
        .where(Posting.event == event, or_(Posting.status != "taken_down", PostingLine.ended_on.is_not(None)))
    )
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        found |= set(desk.session.scalars(query.where(PostingLine.case_id.in_(ids[start : start + 500]))))
    return found
