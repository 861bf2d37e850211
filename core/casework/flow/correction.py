"""Corrections (更正): an event of its own that says what another should have said; nothing is ever rewritten.

Decisions, facts and money are not corrected but decided anew. After a correction the whole history is read again: one
that makes no sense any more is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.casework.desk import Desk
from core.casework.flow.history import Happening, chain_of, history
from core.casework.flow.procedure import course_of
from core.casework.flow.transition import COLUMNS, fold, require
from core.casework.people.death import record_death
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Event

OWN_WAY: Mapping[str, Text] = {
    "decided": Text("决定只能由新的决定改变", "a decision is changed by a new decision"),
    "facts_recorded": Text("家庭情况用新的版本更正", "facts are corrected by a new version"),
    "closing": Text("退出用重新办理更正", "an exit is undone by taking the case up again"),
    "correction": Text("应再次更正原记录", "correct the original once more"),
    "move": Text("用再次迁移更正", "move it once more"),
}
FIXED = ("stage", "kind", "decision", "corrects")
"""Parts of a body that say which event it is."""


def correct(
    desk: Desk,
    case: AssistanceCase,
    sequence: int,
    *,
    reason: str,
    happened_on: date | None = None,
    body: Mapping[str, Any] | None = None,
    void: bool = False,
) -> Event:
    """Correct an event of a case (its number): its day, parts of what it says, or that it happened at all.

    Raises:
        JiuzhuError: ``unknown_event``, ``not_correctable``, ``reasons_missing``, ``out_of_order``, ``in_the_future``,
            ``wrong_status``, ``not_permitted``.
    """
    desk.require("case.correct", case.path)
    require(case, "correction")
    target = _target(desk, case, sequence)
    if not reason.strip():
        raise JiuzhuError("reasons_missing", Text("更正须说明理由", "a correction needs a reason"))
    if happened_on is not None and happened_on > desk.today:
        text = Text("发生日期晚于今天", "it cannot have happened after today")
        raise JiuzhuError("in_the_future", text, value=happened_on.isoformat())
    told: dict[str, Any] = {"corrects": sequence, "was": target.happened_on.isoformat()}
    if happened_on is not None:
        told["happened_on"] = happened_on.isoformat()
    if body:
        told["body"] = {key: value for key, value in body.items() if key not in FIXED}
    if void:
        told["void"] = True
    event = desk.record(chain_of(case.id), "correction", told, reason=reason)
    _project(desk, case)
    _move_death(desk, target, _target(desk, case, sequence))
    return event


def _target(desk: Desk, case: AssistanceCase, sequence: int) -> Happening:
    one = next((one for one in history(desk.session, case.id) if one.sequence == sequence), None)
    if one is None:
        text = Text("案件没有这条记录", "the case has no such event")
        raise JiuzhuError("unknown_event", text, value=str(sequence))
    if one.kind in OWN_WAY:
        text = Text("这类记录不能直接更正", "an event of this kind is not corrected")
        raise JiuzhuError("not_correctable", text, hint=OWN_WAY[one.kind], value=one.kind)
    return one


def _move_death(desk: Desk, was: Happening, now: Happening) -> None:
    """Have the register of persons follow the event a death was told by: the day moves, or it was none or another's."""
    before, after = _death(was), _death(now)
    if before == after:
        return
    if before is not None and (after is None or after[0] != before[0]):
        record_death(desk, before[0], None)
    if after is not None:
        record_death(desk, *after)


def _death(one: Happening) -> tuple[str, date] | None:
    """The person whose death an event tells of, and the day."""
    if one.void or one.kind != "member_change" or one.body.get("why") != "death":
        return None
    return str(one.body["left"]), one.happened_on


def _project(desk: Desk, case: AssistanceCase) -> None:
    """Read the corrected history; set the columns to what it says, or refuse what cannot have been so."""
    state = fold(history(desk.session, case.id))
    for name in COLUMNS:
        setattr(case, name, getattr(state, name))
    course = course_of(desk, case)
    for stage in course.procedure.stages:
        done = state.done.get(stage.key)
        if done is None:
            continue
        missing = course.procedure.waiting_for(stage.key, state, course.conditions)
        early = [one for one in stage.waits if one in state.done and state.done[one].happened_on > done.happened_on]
        if missing or early:
            before = [*missing, *(course.procedure.stage(one) for one in early)]
            zh, en = "、".join(one.label.zh for one in before), ", ".join(one.label.en for one in before)
            text = Text(
                f"更正后顺序不成立：“{stage.label.zh}”须在{zh}之后",
                f"out of order after the correction: '{stage.label.en}' comes after {en}",
            )
            raise JiuzhuError("out_of_order", text, value=stage.key)
