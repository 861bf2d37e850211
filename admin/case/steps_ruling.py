"""The steps of the county's decision: proposed, approved or refused, and told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from admin.case.proposal_notes import proposal_notes
from admin.case.situation import Situation, worded
from admin.case.stage_form import body_of, stage_fields
from admin.case.step import (
    NOTE,
    ON,
    PROCEDURE,
    Step,
    Values,
    departure_fields,
    departure_of,
    numbers,
    on_day,
    people,
)
from admin.form import Field
from core.casework.flow import approval, maker
from core.casework.flow.guard import in_the_way, require_office, require_ruled
from core.errors import InvalidInput, JiuzhuError, Text


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


STEPS: Sequence[Step] = (
    Step(
        key="propose",
        notes=proposal_notes,
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
        notes=proposal_notes,
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
        notes=proposal_notes,
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
)
