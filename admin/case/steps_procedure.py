"""The steps of an application: from the one deficiency notice to the county's decision, objections on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from admin.case.situation import Options, Situation, worded
from admin.case.stage_form import body_of, stage_fields, stage_notes, stage_options
from admin.case.step import NOTE, ON, REASON, Step, Values, departure_fields, numbers, on_day, people
from admin.form import Field
from core.casework.deciding.decision import Departure
from core.casework.flow import acceptance, appeal, application, approval, extension, maker, objection, stage
from core.casework.flow.guard import in_the_way, require_office, require_ruled
from core.casework.flow.stage_rule import Stage
from core.casework.words import named
from core.errors import InvalidInput, JiuzhuError, Text

PROCEDURE = "procedure"
OWN_STEP = {"acceptance": "accept", "deficiency_notice": "deficiency", "refusal_notice": "refusal-notice"}
"""Stages that do more than being done, and the step each has of its own."""
KINDS = {
    "applicant": Text("申请人", "applicant"), "villager": Text("村（居）民", "villager"),
    "signed_report": Text("实名举报", "signed report"), "anonymous": Text("匿名", "anonymous"),
    "officer": Text("工作人员", "officer"),
}  # fmt: skip


def departure_of(values: Values) -> Departure | None:
    """Read a departure from the computed result."""
    if not values.get("finding"):
        return None
    amount = values.get("benefit")
    parts = {"benefit": Fraction(amount)} if amount is not None else {}
    return Departure(parts=parts, finding=values["finding"], reason=values.get("departure_reason") or "")


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


def _stage_blocked(now: Situation) -> JiuzhuError | None:
    if not now.about:
        return None
    one = _stage(now)
    require_ruled(now.desk, now.case, one)
    require_office(now.desk, now.case, one)
    found = in_the_way(now.course, one, on=now.desk.today)
    return InvalidInput(found) if found else None


def _complete(now: Situation, values: Values) -> Any:
    return stage.complete_stage(
        now.desk, now.case, now.about, **on_day(values), by=numbers(values), result=values.get("result"),
        body=body_of(values),
    )  # fmt: skip


def _missing(now: Situation) -> JiuzhuError | None:
    """Why it cannot be accepted yet: the papers it lacks."""
    missing = acceptance.missing_papers(now.course)
    if not missing:
        return None
    what = named("papers", missing)
    text = Text(f"申请材料不齐，缺：{what.zh}", f"papers missing: {what.en}")
    hint = Text("一次性告知申请人补正，补齐后受理", "give the one deficiency notice; accept when they are there")
    return JiuzhuError("papers_missing", text, hint=hint)


def _no_deficiency(now: Situation) -> JiuzhuError | None:
    if "deficiency_notice" in now.course.state.done:
        return JiuzhuError(
            "already_notified", Text("已经一次性告知过，不得再次要求补正", "the one notice has been given")
        )
    if not acceptance.missing_papers(now.course):
        return JiuzhuError("nothing_missing", Text("材料齐备，应当受理", "nothing is missing: accept it"))
    return None


def _deficiency_notes(now: Situation) -> Iterator[Text]:
    what = named("papers", acceptance.missing_papers(now.course))
    yield Text(f"告知申请人缺少：{what.zh}", f"The applicant is told that these are missing: {what.en}")
    yield Text("补正只告知一次，其后不得再要求其他材料", "It is given once: nothing more may be asked for later")


def _accept_fields(now: Situation) -> list[Field]:
    one = now.course.procedure.by_key.get("acceptance")
    label = Text("乡镇（街道）收到日期", "Received by the township on")
    fields = [Field("happened_on", label, kind="day", required=True, help=ON.help)]
    fields.append(people(now, least=one.minimum_people if one is not None else 0))
    if one is not None and one.delegable_to:
        options = worded("offices", one.delegable_to)
        fields.append(Field("delegated_to", Text("受委托办理", "By delegation"), kind="choice", options=options))
    return fields


def _evidence_fields(now: Situation) -> list[Field]:
    own = now.course.procedure.by_key.get("application")
    asked = [one for one in (own.evidence if own is not None else ()) if one not in now.course.state.evidence]
    options = worded("papers", asked or None)
    label = Text("补交的材料", "Papers handed in")
    return [ON, Field("evidence", label, kind="several", options=options, required=True, wide=True)]


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


def _ruling(values: Values) -> approval.CountyRuling:
    return approval.CountyRuling(
        **on_day(values), by=numbers(values), result=values.get("result"), departure=departure_of(values),
        body=body_of(values),
    )  # fmt: skip


def _ruling_fields(now: Situation) -> list[Field]:
    decision = now.course.procedure.decision
    asked = stage_fields(now, decision) if decision is not None else [ON, people(now)]
    return [one for one in asked if one.name != "result"]


def _approve_fields(now: Situation) -> Sequence[Field]:
    decision = now.course.procedure.decision
    results = [one for one in (decision.results if decision is not None else ()) if one.startswith("approved")]
    options = worded("results", results)
    chosen = [Field("result", Text("结果", "Result"), kind="choice", options=options)] if len(results) > 1 else []
    by_rule = Text("不填按发放安排", "empty: by the payment schedule")
    month = Field("from_month", Text("起始月", "First month"), kind="month", help=by_rule)
    return [*_ruling_fields(now), *chosen, month, *departure_fields(now)]


def _approve(now: Situation, values: Values) -> Any:
    return approval.approve(now.desk, now.case, _ruling(values), from_month=values.get("from_month"))


def _decision_blocked(now: Situation) -> JiuzhuError | None:
    """What stands before the county's decision, as its service would say it."""
    decision = now.course.procedure.decision
    if decision is None:
        return JiuzhuError("gap", Text("现行程序没有审批环节", "the procedure in force has no stage that decides"))
    if now.course.state.objections:
        text = Text("有异议尚未核实答复，不能作决定", "an objection is open: nothing is decided before it is answered")
        return JiuzhuError("objection_open", text)
    require_ruled(now.desk, now.case, decision)
    require_office(now.desk, now.case, decision)
    maker.prepared(now.course)
    found = in_the_way(now.course, decision, on=now.desk.today)
    return InvalidInput(found) if found else None


def _refuse_blocked(now: Situation) -> JiuzhuError | None:
    return None if now.course.state.refused_at is not None else _decision_blocked(now)


def _nothing_refused(now: Situation) -> JiuzhuError | None:
    if any(one.key == "decision.refuse" for one in now.course.state.happenings):
        return None
    return JiuzhuError("nothing_refused", Text("还没有不予批准的决定", "there is no refusal to tell of"))


def _extensible(now: Situation) -> Options:
    return [
        (one.key, one.label) for one in now.course.procedure.stages if one.within is not None and one.within.extended
    ]


def _extend_fields(now: Situation) -> list[Field]:
    within = _stage(now).within
    cases = [(str(n), one.label) for n, one in enumerate(within.extended if within is not None else ())]
    return [ON, Field("special", Text("特殊情形", "Special case"), kind="choice", required=True, options=cases), REASON]


def _again_fields(now: Situation) -> list[Field]:
    done = [(key, label) for key, label in stage_options(now) if key in now.course.state.done]
    help_ = Text("不选：审批及其后的环节", "none: the decision and what follows")
    label = Text("须重新办理的环节", "Stages to be done anew")
    return [ON, Field("again", label, kind="several", options=done, wide=True, help=help_), REASON]


STEPS: Sequence[Step] = (
    Step(
        key="deficiency",
        group=PROCEDURE,
        label=Text("一次性补正告知", "Deficiency notice"),
        event="deficiency_notice",
        explain=Text("把缺少的材料一次告知申请人", "tell the applicant once what is missing"),
        actions=("case.accept",),
        fields=lambda _: [ON],
        notes=_deficiency_notes,
        blocked=_no_deficiency,
        do=lambda now, values: acceptance.notify_deficiency(now.desk, now.case, **on_day(values)),
    ),
    Step(
        key="supplement",
        group=PROCEDURE,
        label=Text("补交材料", "Papers handed in"),
        event="evidence",
        explain=Text("登记申请人后来交的材料", "record papers that came in later"),
        actions=("case.apply",),
        fields=_evidence_fields,
        do=lambda now, values: acceptance.supplement(now.desk, now.case, values["evidence"], **on_day(values)),
    ),
    Step(
        key="accept",
        group=PROCEDURE,
        label=Text("受理", "Accept"),
        event="acceptance",
        explain=Text("自乡镇收到齐备材料之日起算时限", "the township's clocks run from this day"),
        actions=("case.accept",),
        fields=_accept_fields,
        blocked=_missing,
        do=lambda now, values: acceptance.accept(
            now.desk, now.case, **on_day(values), by=numbers(values), delegated_to=values.get("delegated_to")
        ),
    ),
    Step(
        key="refuse-acceptance",
        group=PROCEDURE,
        label=Text("不予受理", "Turn away"),
        event="acceptance_refused",
        explain=Text(
            "书面说明理由；受保护的对象不得拒绝", "in writing with reasons; the protected may not be turned away"
        ),
        actions=("case.accept",),
        fields=lambda _: [ON, REASON],
        lasting=Text("申请将以不予受理结束。", "The application ends here."),
        do=lambda now, values: acceptance.refuse_acceptance(
            now.desk, now.case, **on_day(values), reason=values["reason"]
        ),
    ),
    Step(
        key="withdraw",
        group=PROCEDURE,
        label=Text("撤回申请", "Withdraw"),
        event="withdrawal",
        explain=Text("申请家庭自己撤回", "the household takes it back"),
        actions=("case.apply",),
        fields=lambda _: [ON, REASON],
        lasting=Text("申请将结束，再要救助须重新申请。", "The application ends; a new one is needed later."),
        do=lambda now, values: application.withdraw(now.desk, now.case, **on_day(values), reason=values["reason"]),
    ),
    Step(
        key="stage",
        group=PROCEDURE,
        label=Text("登记环节", "Record a stage"),
        event="stage",
        explain=Text("按程序逐个环节办理", "stage by stage, as the procedure rules"),
        actions=("case.stage", "case.stage_county"),
        about=_stages,
        blocked=_stage_blocked,
        fields=lambda now: stage_fields(now, _stage(now)),
        notes=lambda now: stage_notes(_stage(now)),
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
        key="propose",
        group=PROCEDURE,
        label=Text("县级拟定", "Propose the ruling"),
        event="ruling_proposed",
        explain=Text("拟定后由另一人审批", "another person decides"),
        actions=("case.prepare",),
        do=lambda now, values: maker.propose_ruling(
            now.desk, now.case, values["result"], **on_day(values), reason=values["reason"] or ""
        ),
        fields=lambda _: [
            ON,
            Field(
                "result",
                Text("拟定结果", "Proposed"),
                kind="choice",
                required=True,
                options=worded("results", ("approved", "refused")),
            ),
            NOTE,
        ],
    ),
    Step(
        key="approve",
        group=PROCEDURE,
        label=Text("批准", "Approve"),
        event="decision.grant",
        explain=Text("金额由规则算出；拟定的人不能自己审批", "the amount is computed; the maker does not decide"),
        actions=("case.decide",),
        fields=_approve_fields,
        blocked=_decision_blocked,
        do=_approve,
        lasting=Text(
            "将作出批准决定，自起始月计发。决定只能由新的决定改变。",
            "The benefit is granted from its first month. Only a new decision changes it.",
        ),
    ),
    Step(
        key="refuse",
        group=PROCEDURE,
        label=Text("不予批准", "Refuse"),
        event="decision.refuse",
        explain=Text("只有规则算出不符合条件的才能不予批准", "only what the rules do not grant is refused"),
        actions=("case.decide",),
        blocked=_refuse_blocked,
        fields=lambda now: [*_ruling_fields(now), *departure_fields(now, benefit=False)],
        do=lambda now, values: approval.refuse(now.desk, now.case, _ruling(values)),
        lasting=Text(
            "将作出不予批准决定，须书面告知理由和救济途径。", "It is refused, and told in writing with reasons."
        ),
    ),
    Step(
        key="refusal-notice",
        group=PROCEDURE,
        label=Text("书面告知不予批准", "Notice of refusal"),
        event="stage",
        explain=Text("告知理由和救济途径", "reasons and remedies, in writing"),
        actions=("case.stage", "case.stage_county"),
        fields=lambda now: [ON, people(now)],
        blocked=_nothing_refused,
        do=lambda now, values: approval.refusal_notice(now.desk, now.case, **on_day(values), by=numbers(values)),
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
