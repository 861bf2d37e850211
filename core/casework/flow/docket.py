"""The limits of many pending cases at once: their events by the hundred, the rules of a place and day once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.casework.deciding.newest_facts import newest_facts
from core.casework.desk import Desk
from core.casework.flow.case_list import READ
from core.casework.flow.clock import WARNING_DAYS, Deadline, deadlines_of
from core.casework.flow.history import histories
from core.casework.flow.procedure import Course, Procedure, conditions_by, procedure_of
from core.casework.flow.transition import fold, table
from core.casework.people.filing_clock import filing_stages
from core.casework.scope import inside
from core.store.tables import AssistanceCase

CHUNK = 500
Rules = dict[tuple[str, str, str, date], Procedure]
"""Division, area, programme and day of the rules → the procedure."""


def pending_limits(
    desk: Desk, roots: Sequence[str], *, programme: str | None = None, warning_days: int = WARNING_DAYS
) -> Iterator[tuple[AssistanceCase, Deadline]]:
    """Yield the limits nothing has ended yet of every pending case of subtrees, case by case, however many there are.

    ``roots`` as :func:`case_list.readable` gives them.

    Raises:
        JiuzhuError: ``not_permitted``; what the rules of a place raise.
    """
    for root in roots:
        desk.require(READ, root)
    rules: Rules = {}
    after = 0
    while cases := _chunk(desk.session, roots, programme, after):
        filings = filing_stages(desk, cases)
        for case, course in _courses(desk, cases, rules):
            for one in deadlines_of(desk, course, filing=filings.get(case.id), warning_days=warning_days):
                if one.done_on is None:
                    yield case, one
        after = cases[-1].id


def pending_courses(
    desk: Desk, roots: Sequence[str], *, programme: str | None = None, where: Sequence[ColumnElement[bool]] = ()
) -> Iterator[tuple[AssistanceCase, Course]]:
    """Yield the pending cases of subtrees, those that fit ``where``, with their procedure and where they stand.

    Raises:
        JiuzhuError: ``not_permitted``; what the rules of a place raise.
    """
    for root in roots:
        desk.require(READ, root)
    rules: Rules = {}
    after = 0
    while cases := _chunk(desk.session, roots, programme, after, where):
        yield from _courses(desk, cases, rules)
        after = cases[-1].id


def _chunk(
    session: Session, roots: Sequence[str], programme: str | None, after: int, where: Sequence[ColumnElement[bool]] = ()
) -> Sequence[AssistanceCase]:
    query = select(AssistanceCase).where(
        AssistanceCase.status.in_(table()["groups"]["pending"]),
        inside(AssistanceCase.path, roots),
        AssistanceCase.id > after,
        *where,
    )
    if programme is not None:
        query = query.where(AssistanceCase.programme == programme)
    return session.scalars(query.order_by(AssistanceCase.id).limit(CHUNK)).all()


def _courses(desk: Desk, cases: Sequence[AssistanceCase], rules: Rules) -> Iterator[tuple[AssistanceCase, Course]]:
    """Each case with its course; what :func:`procedure.course_of` asks case by case is asked once for all."""
    told = histories(desk.session, [one.id for one in cases])
    procedures = {one.id: _procedure(desk, one, rules) for one in cases}
    asked = [id_ for id_, one in procedures.items() if one.conditional]
    facts = newest_facts(desk.session, asked, on=desk.today) if asked else {}
    for case in cases:
        procedure = procedures[case.id]
        conditions = conditions_by(procedure, case.programme, facts.get(case.id))
        yield case, Course(procedure=procedure, state=fold(told[case.id]), conditions=conditions)


def _procedure(desk: Desk, case: AssistanceCase, rules: Rules) -> Procedure:
    key = (case.division, case.area, case.programme, case.rules_on)
    if key not in rules:
        rules[key] = procedure_of(desk, case)
    return rules[key]
