"""The steps on the way: the stages of the procedure, objections, longer limits, taking up again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from admin.case.situation import Options, Situation, worded
from admin.case.stage_form import body_of, stage_fields, stage_notes, stage_options
from admin.case.step import (
    ON,
    PROCEDURE,
    REASON,
    Step,
    Values,
    numbers,
    on_day,
    people,
)
from admin.form import Field
from core.casework.flow import appeal, extension, objection, stage
from core.casework.flow.guard import in_the_way, require_office, require_ruled
from core.casework.flow.stage_rule import Stage
from core.errors import InvalidInput, JiuzhuError, Text

OWN_STEP = {
    "acceptance": "accept",
    "deficiency_notice": "deficiency",
    "refusal_notice": "refusal-notice",
    "change_decision": "change-decide",
}
"""Stages that do more than being done, and the step each has of its own."""
KINDS = {
    "applicant": Text("申请人", "applicant"), "villager": Text("村（居）民", "villager"),
    "signed_report": Text("实名举报", "signed report"), "anonymous": Text("匿名", "anonymous"),
    "officer": Text("工作人员", "officer"),
}  # fmt: skip


def step_of_stage(now: Situation, key: str) -> tuple[str, str]:
    """Return the step that does a stage, and what it is about."""
    decision = now.course.procedure.decision
    if decision is not None and key == decision.key:
        return "approve", ""
    if key == "certificate":
        return "certificate-issue", ""
    return (OWN_STEP[key], "") if key in OWN_STEP else ("stage", key)


def _stages(now: Situation) -> Options:
    """The stages that are done by being entered and nothing more."""
    return [(key, label) for key, label in stage_options(now) if step_of_stage(now, key)[0] == "stage"
            and key != "application"]  # fmt: skip


def _stage(now: Situation) -> Stage:
    return now.course.procedure.stage(now.about)


def stage_refusal(now: Situation, one: Stage) -> JiuzhuError | None:
    """Return why a stage cannot be done now by who is at the desk; None where it can."""
    try:
        require_ruled(now.desk, now.case, one)
        require_office(now.desk, now.case, one)
    except JiuzhuError as error:
        return error
    found = in_the_way(now.course, one, on=now.desk.today)
    return InvalidInput(found) if found else None


def _complete(now: Situation, values: Values) -> Any:
    return stage.complete_stage(
        now.desk, now.case, now.about, **on_day(values), by=numbers(values), result=values.get("result"),
        body=body_of(values),
    )  # fmt: skip


def _objection_fields(now: Situation) -> list[Field]:
    done = [(key, label) for key, label in stage_options(now) if key in now.course.state.done]
    about = Text("针对的环节", "Stage objected to")
    by = Text("异议人类别", "Who objects")
    said = Text("只记类别，不记姓名；匿名的同样办理", "the kind of person, never a name; anonymous ones count")
    return [
        ON,
        Field("stage", about, kind="choice", required=True, options=done or stage_options(now)),
        Field("by", by, kind="choice", required=True, options=list(KINDS.items()), help=said),
        Field("reason", Text("异议内容", "What is objected to"), kind="text_long", required=True, wide=True),
    ]


def _inquiry(now: Situation) -> Stage | None:
    """The stage that inquires into the oldest open objection, where the rule names one."""
    open_ones = now.course.state.objections
    if not open_ones:
        return None
    about = open_ones[min(open_ones)].body["about"]
    objected = now.course.procedure.by_key.get(about)
    return now.course.procedure.by_key.get(objected.on_objection or "") if objected is not None else None


def _answer_fields(now: Situation) -> list[Field]:
    options = worded("results", objection.OUTCOMES)
    result = Field("result", Text("核实结果", "Outcome"), kind="choice", required=True, options=options)
    inquiry = _inquiry(now)
    asked = stage_fields(now, inquiry) if inquiry is not None else [ON, people(now)]
    return [result, *(one for one in asked if one.name != "result")]


def _no_objection(now: Situation) -> JiuzhuError | None:
    if now.course.state.objections:
        return None
    return JiuzhuError("no_objection", Text("没有待答复的异议", "no objection is open"))


def _extensible(now: Situation) -> Options:
    procedure = now.course.procedure
    limited = [*procedure.stages, *([procedure.whole] if procedure.whole is not None else ())]
    return [(one.key, one.label) for one in limited if one.within is not None and one.within.extended]


def _extend_fields(now: Situation) -> list[Field]:
    within = now.course.procedure.limited(now.about).within
    cases = [(str(n), one.label) for n, one in enumerate(within.extended if within is not None else ())]
    return [ON, Field("special", Text("特殊情形", "Special case"), kind="choice", required=True, options=cases), REASON]


def _again_fields(now: Situation) -> list[Field]:
    done = [(key, label) for key, label in stage_options(now) if key in now.course.state.done]
    help_ = Text("不选：审批及其后的环节", "none: the decision and what follows")
    label = Text("须重新办理的环节", "Stages to be done anew")
    return [ON, Field("again", label, kind="several", options=done, wide=True, help=help_), REASON]


STEPS: Sequence[Step] = (
    Step(
        key="stage",
        group=PROCEDURE,
        label=Text("登记环节", "Record a stage"),
        event="stage",
        explain=Text("按程序逐个环节办理", "stage by stage, as the procedure rules"),
        actions=("case.stage", "case.stage_county"),
        about=_stages,
        blocked=lambda now: stage_refusal(now, _stage(now)) if now.about else None,
        fields=lambda now: stage_fields(now, _stage(now)),
        notes=lambda now: stage_notes(now, _stage(now)),
        do=_complete,
    ),
    Step(
        key="object",
        group=PROCEDURE,
        label=Text("登记异议", "Record an objection"),
        event="objection",
        explain=Text("有异议的先核实答复，其间不作决定", "nothing is decided while one is open"),
        actions=("case.object",),
        fields=_objection_fields,
        do=lambda now, values: objection.object_to(
            now.desk, now.case, values["stage"], **on_day(values), by=values["by"], reason=values["reason"]
        ),
    ),
    Step(
        key="answer",
        group=PROCEDURE,
        label=Text("核实并答复异议", "Answer an objection"),
        event="objection_answered",
        explain=Text("调查核实后答复最早的一项异议", "inquire and answer the oldest one"),
        actions=("case.object",),
        fields=_answer_fields,
        blocked=_no_objection,
        do=lambda now, values: objection.answer(
            now.desk, now.case, **on_day(values), result=values["result"], by=numbers(values), body=body_of(values)
        ),
    ),
    Step(
        key="extend",
        group=PROCEDURE,
        label=Text("延长时限", "Extend a limit"),
        event="extension",
        explain=Text("只限规定写明的特殊情形", "only in a special case the rule names"),
        about=_extensible,
        nothing=Text("没有规定允许延长的时限", "no rule lengthens a limit here"),
        actions=("case.stage", "case.stage_county"),
        fields=_extend_fields,
        do=lambda now, values: extension.extend(
            now.desk, now.case, now.about, int(values["special"]), **on_day(values), reason=values["reason"]
        ),
    ),
    Step(
        key="reopen",
        group=PROCEDURE,
        label=Text("重新办理", "Take up again"),
        event="reopening",
        explain=Text("结束的案件重新进入程序", "an ended case goes into the procedure again"),
        actions=("case.object",),
        fields=_again_fields,
        do=lambda now, values: appeal.reopen(
            now.desk, now.case, **on_day(values), reason=values["reason"], again=values["again"] or None
        ),
    ),
)
