"""What is set right: appeals against decisions, and corrections beside what was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from admin.case.situation import Options, Situation, worded
from admin.case.step import ON, REASON, RECORD, Step, Values, on_day
from admin.form import Field
from core.casework.deciding.decision import decisions_of
from core.casework.flow import appeal, correction
from core.casework.flow.transition import event_label
from core.errors import Text

OUTCOME = Field("outcome", Text("结果", "Outcome"), kind="choice", required=True)


def _decisions(now: Situation) -> Options:
    rows = decisions_of(now.desk.session, now.case.id)
    found: Options = []
    for one in reversed(rows):
        kind = event_label(f"decision.{one.kind}")
        zh = f"第{one.number}号：{kind.zh}（{one.decided_on}）"
        found.append((str(one.number), Text(zh, f"no. {one.number}: {kind.en} ({one.decided_on})")))
    return found


def _appeal_fields(now: Situation) -> list[Field]:
    rule = now.course.procedure.by_key.get(appeal.REMEDY)
    ways = worded("remedies", rule.methods if rule is not None and rule.methods else appeal.WAYS)
    return [ON, Field("way", Text("途径", "Way"), kind="choice", required=True, options=ways)]


def _appeals(now: Situation) -> Options:
    happenings = now.course.state.happenings
    answered = {one.body["appeal"] for one in happenings if one.kind == "appeal_answered"}
    return [
        (str(one.sequence), Text(f"针对第{one.body['against']}号决定（{one.happened_on}）",
                                 f"against decision no. {one.body['against']} ({one.happened_on})"))
        for one in happenings if one.kind == "appeal" and one.sequence not in answered
    ]  # fmt: skip


def _correctable(now: Situation) -> Options:
    """The events that a correction can reach, the newest first."""
    found: Options = []
    for one in reversed(now.course.state.happenings):
        if one.kind not in correction.OWN_WAY:
            rule = now.course.procedure.by_key.get(str(one.body.get("stage", one.kind)))
            label = rule.label if rule is not None else event_label(one.key)
            zh = f"第{one.sequence}号：{label.zh}（{one.happened_on}）"
            found.append((str(one.sequence), Text(zh, f"no. {one.sequence}: {label.en} ({one.happened_on})")))
    return found


def _correct_fields(now: Situation) -> list[Field]:
    one = now.happening
    day = Text("正确的发生日期", "The right day")
    fields = [Field("happened_on", day, kind="day", help=Text("不填则日期不变", "empty: the day stays"))]
    rule = now.course.procedure.by_key.get(str(one.body.get("stage"))) if one is not None else None
    if rule is not None and rule.results:
        options = worded("results", rule.results)
        fields.append(Field("result", Text("正确的结果", "The right result"), kind="choice", options=options))
    void = Field("void", Text("没有发生过，作废", "It did not happen: void"), kind="flag")
    return [*fields, void, REASON]


def _correct(now: Situation, values: Values) -> Any:
    body = {"result": values["result"]} if values.get("result") else None
    return correction.correct(
        now.desk, now.case, int(now.about), reason=values["reason"], happened_on=values["happened_on"], body=body,
        void=values["void"],
    )  # fmt: skip


def steps() -> Sequence[Step]:
    """Return the steps of appeals and corrections."""
    return (
        Step(
            key="appeal", group=RECORD, label=Text("复议、诉讼", "Appeal"), event="appeal",
            explain=Text("登记对决定不服提出的复议或者诉讼", "against a decision"), about=_decisions,
            nothing=Text("还没有决定", "nothing is decided yet"), actions=("case.object",), fields=_appeal_fields,
            do=lambda now, values: appeal.appeal(
                now.desk, now.case, values["way"], **on_day(values), against=int(now.about)),
        ),
        Step(
            key="appeal-answer", group=RECORD, label=Text("登记复议、诉讼结果", "Outcome of an appeal"), about=_appeals,
            explain=Text("撤销或变更的重新办理", "what is set aside is taken up again"), event="appeal_answered",
            nothing=Text("没有待答复的复议或诉讼", "no appeal is open"), actions=("case.object",),
            fields=lambda _: [ON, replace(OUTCOME, options=worded("results", appeal.OUTCOMES)), REASON],
            do=lambda now, values: appeal.answer_appeal(
                now.desk, now.case, int(now.about), **on_day(values), outcome=values["outcome"],
                reason=values["reason"]),
        ),
        Step(
            key="correct", group=RECORD, label=Text("更正记录", "Correct the record"), event="correction",
            explain=Text("原记录不改，更正另记", "nothing is rewritten: the correction stands beside it"),
            about=_correctable, actions=("case.correct",), fields=_correct_fields, do=_correct,
        ),
    )  # fmt: skip
