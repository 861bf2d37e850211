"""Doing a stage of the procedure: the one way in, whether one paper comes in or a meeting settles thirty cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core.casework.desk import Desk
from core.casework.flow.guard import check_stage
from core.casework.flow.history import chain_of
from core.casework.flow.particulars import Performance
from core.casework.flow.procedure import Course, course_of
from core.casework.flow.stage_rule import Stage
from core.casework.flow.transition import require
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Event

OWN_SERVICE = frozenset({"application", "acceptance", "deficiency_notice"})
"""Stages that do more than being done: each has a service of its own, as the decision has."""


def complete_stage(
    desk: Desk,
    case: AssistanceCase,
    stage: str,
    *,
    happened_on: date,
    by: Sequence[int] = (),
    result: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> Event:
    """Record that a stage of the case's procedure was done.

    ``by`` are persons of the register of office. ``body`` holds the particulars the rule asks for: ``evidence``,
    ``signatures``, ``methods`` (sources), ``participants``, ``reasons``, ``delegated_to``, and whatever the caller
    adds (the meeting, the visit): codes, numbers and texts without names.

    Raises:
        JiuzhuError: ``unknown_stage``, ``own_service``, ``wrong_status``, ``gap``, ``not_permitted``,
            ``recusal_required``.
        InvalidInput: whatever of the rule was not kept, all at once.
    """
    course = course_of(desk, case)
    found = course.procedure.stage(stage)
    decides = course.procedure.decision is not None and stage == course.procedure.decision.key
    if stage in OWN_SERVICE or decides:
        raise _own(found)
    require(case, "stage")
    done = Performance(happened_on=happened_on, by=by, result=result, body=body or {})
    check_stage(desk, case, course, found, done)
    return note_stage(desk, case, course, stage, done)


def _own(stage: Stage) -> JiuzhuError:
    message = Text(f"“{stage.label.zh}”另有专门的办理步骤", f"'{stage.label.en}' has a step of its own")
    hint = Text("请在案件上直接办理该步骤", "take that step on the case itself")
    return JiuzhuError("own_service", message, hint=hint, value=stage.key)


def note_stage(
    desk: Desk, case: AssistanceCase, course: Course, stage: str, done: Performance, *, kind: str = "stage"
) -> Event:
    """Write down a stage that was checked: the event, and the case's stage."""
    rule = course.procedure.by_key.get(stage)
    told: dict[str, Any] = dict(done.body) | {"stage": stage, "by": sorted(set(done.by)), "result": done.result}
    if rule is not None:
        told |= {"provision": rule.address, "cite": rule.citation}
        if rule.gaps:
            told["unruled"] = sorted(rule.gaps)
    case.stage = stage
    body = {key: value for key, value in told.items() if value not in (None, [], ())}
    return desk.record(chain_of(case.id), kind, body, happened_on=done.happened_on)
