"""Records beside the way: findings, certificates, referrals, appeals, corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from admin.asking import whole
from admin.case.situation import Options, Situation, worded
from admin.case.step import ON, REASON, Step, Values, on_day
from admin.form import Field
from core.casework.deciding.decision import decisions_of
from core.casework.deciding.proposal import propose
from core.casework.flow import appeal, certificate, correction, finding, referral
from core.casework.flow.cite import cited
from core.casework.flow.history import Happening
from core.casework.flow.transition import event_label
from core.errors import JiuzhuError, Text
from core.kinds.contribution import listed
from core.policy import Line
from core.provision import text_of

RECORD = "record"
NO = Field("number", Text("领取证编号", "Number of the certificate"), required=True)
DEPARTURE = Text("决定偏离计算结果", "decide apart from the computed result")
YES_NO: Options = [("true", Text("是", "yes")), ("false", Text("否", "no"))]
OUTCOMES = {
    "granted": Text("已获救助", "granted"),
    "refused": Text("未获批准", "refused"), "not_reached": Text("未联系上", "not reached"),
}  # fmt: skip
CHANCE = {
    "eligible": Text("按现有情况符合", "would fit"), "not_eligible": Text("按现有情况不符合", "would not fit"),
    "undecided": Text("情况不全，暂不能判断", "facts are missing"),
    "unruled": Text("没有收录其规定", "no rules in hand"),
}  # fmt: skip


def _lines(now: Situation) -> dict[str, Line]:
    return {one.key: one for one in now.book.policy.lines("finding", now.case.programme) if not one.is_gap}


def _findings(now: Situation) -> Options:
    ruled: Options = [(key, one.provision.label) for key, one in _lines(now).items()]
    return [*ruled, (finding.DEPARTURE, DEPARTURE)]


def _value(line: Line | None) -> Field:
    label = Text("认定结果", "Value")
    if line is None:
        return Field("value", label, required=True, default="departure")
    kind = line.value["type"]
    if kind == "integer":
        return Field("value", label, kind="number", required=True)
    options = YES_NO if kind == "boolean" else _choices(line)
    return Field("value", label, kind="choice", required=True, options=options)


def _choices(line: Line) -> Options:
    given = line.value["choices"]
    if isinstance(given, dict):
        return [(key, text_of(one) or Text(key, key)) for key, one in given.items()]
    return [(key, key) for key in given]


def _find_fields(now: Situation) -> list[Field]:
    line = _lines(now).get(now.about)
    fields = [ON, _value(line)]
    if line is not None and line.key.startswith("member."):
        options = now.member_options()
        fields.append(
            Field("member", Text("哪一名成员", "Which member"), kind="choice", required=True, options=options)
        )
    evidence = listed(line.value.get("evidence", ())) if line is not None else ()
    if evidence:
        options = worded("papers", evidence)
        fields.append(Field("evidence", Text("证明材料", "Evidence"), kind="several", options=options, wide=True))
    return [*fields, REASON]


def _find_notes(now: Situation) -> Iterator[Text]:
    line = _lines(now).get(now.about)
    if line is None or line.value.get("second_person"):
        yield Text("须由第二人复核后才成立", "it holds only when a second person has confirmed it")
    if line is not None and line.provision.citation is not None:
        rule = cited(str(line.provision.citation), now.desk.policies.documents)
        yield Text(f"依据：{rule}", f"Source: {rule}")


def _find(now: Situation, values: Values) -> Any:
    claim = finding.Claim(
        finding=now.about, value=str(values["value"]), reason=values["reason"], member=values.get("member"),
        evidence=values.get("evidence") or (),
    )  # fmt: skip
    return finding.find(now.desk, now.case, claim, **on_day(values))


def _proposed(now: Situation) -> Options:
    """The findings that wait for a second person."""
    happenings = now.course.state.happenings
    confirmed = {one.body.get("proposed") for one in happenings if one.kind == "finding"}
    labels = dict(_findings(now))
    found: Options = []
    for one in happenings:
        if one.kind == "finding_proposed" and one.sequence not in confirmed and not one.void:
            name = labels.get(one.body["finding"], one.body["finding"])
            zh, en = (name, name) if isinstance(name, str) else (name.zh, name.en)
            value, number = one.body["value"], one.sequence
            found.append((str(number), Text(f"{zh}：{value}（第{number}号）", f"{en}: {value} (no. {number})")))
    return found


def _happening(now: Situation) -> Happening | None:
    wanted = whole(now.about)
    return next((one for one in now.course.state.happenings if one.sequence == wanted), None)


def _why(now: Situation) -> Iterator[Text]:
    one = _happening(now)
    if one is not None and one.reason:
        yield Text(f"理由：{one.reason}", f"reason: {one.reason}")


def _held(now: Situation) -> JiuzhuError | None:
    if certificate.current(now.desk, now.case) is None:
        return None
    return JiuzhuError("certificate_out", Text("该户已持有领取证，应换证或先收回", "the household holds one: renew it"))


def _none_held(now: Situation) -> JiuzhuError | None:
    if certificate.current(now.desk, now.case) is not None:
        return None
    return JiuzhuError("no_certificate", Text("该户没有领取证", "the household holds none"))


def _targets(_: Situation) -> Options:
    return [(key, label) for key, (label, _) in referral.TARGETS.items()]


def _offer_notes(now: Situation) -> Iterator[Text]:
    """Whether the household has a chance there, by that programme's rules on the present facts."""
    for one in referral.offers(now.desk, now.case, propose(now.desk, now.case, month=now.desk.today)):
        if one.target == now.about:
            said = CHANCE[one.status]
            yield Text(f"{one.label.zh}：{said.zh}", f"{one.label.en}: {said.en}")
            yield from one.failed


def _refer(now: Situation, values: Values) -> Any:
    proposal = propose(now.desk, now.case, month=values["happened_on"])
    return referral.refer(now.desk, now.case, now.about, **on_day(values), proposal=proposal)


def _unanswered(now: Situation) -> Options:
    rows = [one for one in referral.referrals_of(now.desk, now.case) if one.outcome is None]
    return [(str(one.id), referral.TARGETS[one.target][0]) for one in rows]


def _answer_referral(now: Situation, values: Values) -> Any:
    if now.about not in dict(_unanswered(now)):
        raise JiuzhuError("unknown_referral", Text("本案没有这项待答复的转介", "no such referral of this case is open"))
    return referral.answer_referral(now.desk, int(now.about), **on_day(values), outcome=values["outcome"])


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
    one = _happening(now)
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
    """Return the steps of records."""
    certify, refer, object_ = ("case.certify",), ("case.refer",), ("case.object",)
    outcome = Field("outcome", Text("结果", "Outcome"), kind="choice", required=True)
    return (
        Step(
            key="find", group=RECORD, label=Text("认定", "Make a finding"), event="finding", about=_findings,
            explain=Text("规则不能计算、由人认定的事项", "what people decide and no formula computes"),
            actions=("case.find", "case.stage_county"), fields=_find_fields, notes=_find_notes, do=_find,
        ),
        Step(
            key="confirm", group=RECORD, label=Text("复核认定", "Confirm a finding"), event="finding", about=_proposed,
            explain=Text("由第二人复核", "by a second person"), nothing=Text("没有待复核的认定", "no finding waits"),
            actions=("case.find", "case.stage_county"), fields=lambda _: [ON], notes=_why,
            do=lambda now, values: finding.confirm(now.desk, now.case, int(now.about), **on_day(values)),
        ),
        Step(
            key="certificate-issue", group=RECORD, label=Text("发放领取证", "Issue the certificate"),
            explain=Text("一户一证", "one for a household"), event="certificate", actions=certify, blocked=_held,
            fields=lambda _: [ON, NO], do=lambda now, values: certificate.issue(
                now.desk, now.case, values["number"], **on_day(values)),
        ),
        Step(
            key="certificate-renew", group=RECORD, label=Text("换证", "Renew the certificate"), event="certificate",
            explain=Text("收回旧证，发给新证", "the old one for a new one"), actions=certify, blocked=_none_held,
            fields=lambda _: [ON, NO], do=lambda now, values: certificate.renew(
                now.desk, now.case, values["number"], **on_day(values)),
        ),
        Step(
            key="certificate-back", group=RECORD, label=Text("收回领取证", "Take the certificate back"),
            explain=Text("收回或者登记遗失", "taken back, or lost"), event="certificate", actions=certify,
            blocked=_none_held, fields=lambda _: [ON, Field("lost", Text("已遗失", "It is lost"), kind="flag")],
            do=lambda now, values: certificate.take_back(
                now.desk, now.case, **on_day(values), why="lost" if values["lost"] else "taken_back"),
        ),
        Step(
            key="refer", group=RECORD, label=Text("转介", "Refer"), event="referral", about=_targets,
            explain=Text("转到其他救助，并跟踪结果", "to other assistance, and followed"), actions=refer,
            fields=lambda _: [ON], notes=_offer_notes, do=_refer,
        ),
        Step(
            key="refer-answer", group=RECORD, label=Text("登记转介结果", "What became of a referral"),
            explain=Text("转介以后的结果", "the outcome"), event="referral_answered", about=_unanswered,
            nothing=Text("没有待答复的转介", "no referral is open"), actions=refer, do=_answer_referral,
            fields=lambda _: [ON, replace(outcome, options=list(OUTCOMES.items()))],
        ),
        Step(
            key="appeal", group=RECORD, label=Text("复议、诉讼", "Appeal"), event="appeal",
            explain=Text("登记对决定不服提出的复议或者诉讼", "against a decision"), about=_decisions,
            nothing=Text("还没有决定", "nothing is decided yet"), actions=object_, fields=_appeal_fields,
            do=lambda now, values: appeal.appeal(
                now.desk, now.case, values["way"], **on_day(values), against=int(now.about)),
        ),
        Step(
            key="appeal-answer", group=RECORD, label=Text("登记复议、诉讼结果", "Outcome of an appeal"), about=_appeals,
            explain=Text("撤销或变更的重新办理", "what is set aside is taken up again"), event="appeal_answered",
            nothing=Text("没有待答复的复议或诉讼", "no appeal is open"), actions=object_,
            fields=lambda _: [ON, replace(outcome, options=worded("results", appeal.OUTCOMES)), REASON],
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
