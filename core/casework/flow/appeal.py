"""Appeals: reconsideration and litigation, as the procedure names them; what is set aside is taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.casework.desk import Desk
from core.casework.flow.history import Happening, chain_of
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.transition import move
from core.casework.words import named
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase, Event

WAYS = ("reconsideration", "litigation")
OUTCOMES = ("upheld", "changed", "revoked", "withdrawn")
SET_ASIDE = ("changed", "revoked")
REMEDY = "remedy"


def appeal(desk: Desk, case: AssistanceCase, way: str, *, happened_on: date, against: int) -> Event:
    """Record that the household went against a decision (its number).

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``; ``unknown_decision``.
        InvalidInput: ``bad_way``, with the ways the procedure names.
    """
    desk.require("case.object", case.path)
    course = course_of(desk, case)
    rule = course.procedure.by_key.get(REMEDY)
    allowed = rule.methods if rule is not None and rule.methods else WAYS
    if way not in allowed:
        ways = named("remedies", allowed)
        message = Text(f"救济途径应为：{ways.zh}", f"the ways open are: {ways.en}")
        raise InvalidInput([Problem(code="bad_way", message=message, value=way, allowed=allowed)])
    if not any(one.kind == "decided" and one.body["decision"] == against for one in course.state.happenings):
        raise JiuzhuError("unknown_decision", Text("没有这项决定", "there is no such decision"), value=str(against))
    move(case, "appeal")
    body = {"way": way, "against": against, "cite": rule.citation if rule is not None else ""}
    return desk.record(chain_of(case.id), "appeal", body, happened_on=happened_on)


def answer_appeal(
    desk: Desk, case: AssistanceCase, appealed: int, *, happened_on: date, outcome: str, reason: str
) -> Event:
    """Record how an appeal ended (``appealed``: the number of its event); a decision set aside reopens an ended case.

    Raises:
        JiuzhuError: ``unknown_appeal``, ``wrong_status``, ``not_permitted``.
        InvalidInput: ``bad_value``.
    """
    desk.require("case.object", case.path)
    course = course_of(desk, case)
    one = _appeal(course, appealed)
    if outcome not in OUTCOMES:
        text = Text("复议或者诉讼结果有误", "not an outcome of an appeal")
        raise InvalidInput([Problem(code="bad_value", message=text, value=outcome, allowed=OUTCOMES)])
    move(case, "appeal_answered")
    body = {"appeal": appealed, "against": one.body["against"], "outcome": outcome}
    event = desk.record(chain_of(case.id), "appeal_answered", body, happened_on=happened_on, reason=reason)
    if outcome in SET_ASIDE and case.status == "refused":
        reopen(desk, case, happened_on=happened_on, reason=reason)
    return event


def _appeal(course: Course, sequence: int) -> Happening:
    answered = {one.body["appeal"] for one in course.state.happenings if one.kind == "appeal_answered"}
    for one in course.state.happenings:
        if one.kind == "appeal" and one.sequence == sequence and sequence not in answered:
            return one
    raise JiuzhuError("unknown_appeal", Text("没有这项待答复的申诉", "no such appeal is open"), value=str(sequence))


def reopen(
    desk: Desk, case: AssistanceCase, *, happened_on: date, reason: str, again: Sequence[str] | None = None
) -> Event:
    """Take an ended case up again: the stages named are to be done anew, without names the decision and what follows.

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``, ``unknown_stage``.
    """
    desk.require("case.object", case.path)
    course = course_of(desk, case)
    stages = list(again) if again is not None else _from_decision(course)
    for key in stages:
        course.procedure.stage(key)
    move(case, "reopening")
    case.closed_on = case.exit_reason = None
    return desk.record(chain_of(case.id), "reopening", {"again": stages}, happened_on=happened_on, reason=reason)


def _from_decision(course: Course) -> list[str]:
    """The decision, what comes after it, and the stage that found against the household."""
    decision = course.procedure.decision
    again = {*course.procedure.after_decision, *([decision.key] if decision is not None else [])}
    if course.state.refused_at is not None:
        again.add(course.state.refused_at)
    return [one.key for one in course.procedure.stages if one.key in again and one.key in course.state.done]
