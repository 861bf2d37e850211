"""Objections: whoever objects to a posted stage starts an inquiry; nothing is decided while one is open.

Which stage inquires is what the stage objected to names (``on_objection``). Nobody is named; anonymous ones count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.casework.desk import Desk
from core.casework.flow.guard import check_stage
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.particulars import Performance
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.stage import note_stage
from core.casework.flow.transition import move, require
from core.casework.people.recusal import require_actor_free, require_no_conflict
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase, Event

OBJECTORS = ("applicant", "villager", "signed_report", "anonymous", "officer")
OUTCOMES = ("upheld", "changed")
"""What an inquiry finds: the stage objected to stands, or is to be done again."""


def object_to(desk: Desk, case: AssistanceCase, stage: str, *, happened_on: date, by: str, reason: str) -> Event:
    """Record an objection to a stage; ``by`` says what kind of person objects, never who.

    Raises:
        JiuzhuError: ``unknown_stage``, ``wrong_status``, ``not_permitted``.
        InvalidInput: ``unknown_objector``, ``reasons_missing``.
    """
    desk.require("case.object", case.path)
    course = course_of(desk, case)
    rule = course.procedure.stage(stage)
    problems = []
    if by not in OBJECTORS:
        message = Text("异议人类别有误", "not a kind of person who objects")
        problems.append(Problem(code="unknown_objector", message=message, value=by, allowed=OBJECTORS))
    if not reason.strip():
        problems.append(Problem(code="reasons_missing", message=Text("须写明异议内容", "say what is objected to")))
    if problems:
        raise InvalidInput(problems)
    move(case, "objection")
    body = {"about": stage, "by": by, "inquiry": rule.on_objection}
    return desk.record(chain_of(case.id), "objection", body, happened_on=happened_on, reason=reason)


def answer(
    desk: Desk,
    case: AssistanceCase,
    *,
    happened_on: date,
    result: str,
    by: Sequence[int] = (),
    objection: int | None = None,
    body: Mapping[str, Any] | None = None,
) -> Event:
    """Answer an objection after its inquiry, which is a stage with guards of its own where the rule names one.

    ``result``: ``upheld`` or ``changed``; after ``changed`` the stage objected to is open again. Without a number the
    oldest open objection is answered.

    Raises:
        JiuzhuError: ``no_objection``, ``gap``, ``wrong_status``, ``not_permitted``, ``recusal_required``.
        InvalidInput: what the inquiry asks for and was not done.
    """
    desk.require("case.object", case.path)
    require(case, "objection_answered")
    course = course_of(desk, case)
    open_one = _open(course, objection)
    stage = open_one.body.get("inquiry") or open_one.body["about"]
    require_actor_free(desk, case, stage)
    for one in sorted(set(by)):
        require_no_conflict(desk, case, one, stage, on=happened_on)
    if result not in OUTCOMES:
        message = Text("核实结果有误", "not an outcome of an inquiry")
        raise InvalidInput([Problem(code="bad_result", message=message, value=result, allowed=OUTCOMES)])
    _inquire(desk, case, course, open_one, Performance(happened_on=happened_on, by=by, result=result, body=body or {}))
    move(case, "objection_answered")
    told = {"objection": open_one.sequence, "about": open_one.body["about"], "outcome": result, "by": sorted(set(by))}
    return desk.record(chain_of(case.id), "objection_answered", told, happened_on=happened_on)


def _open(course: Course, sequence: int | None) -> Happening:
    found = course.state.objections
    if sequence is None and found:
        return found[min(found)]
    if sequence in found:
        return found[sequence]
    text = Text("没有尚未答复的异议", "no objection is open")
    raise JiuzhuError("no_objection", text, value=str(sequence or ""))


def _inquire(desk: Desk, case: AssistanceCase, course: Course, one: Happening, done: Performance) -> None:
    """Do the stage the rule names for it; an objection to a stage without one is answered as it is."""
    key = one.body.get("inquiry")
    if key is None or key not in course.procedure.by_key:
        return
    stage = course.procedure.stage(key)
    outcome = {"outcome": done.result}
    found = Performance(
        happened_on=done.happened_on,
        by=done.by,
        result=done.result if stage.results else None,
        body={**done.body, **outcome},
    )
    check_stage(desk, case, course, stage, found)
    note_stage(desk, case, course, key, found)
