"""Records beside the way: certificates and referrals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from admin.case.situation import Options, Situation
from admin.case.step import ON, RECORD, Step, Values, on_day
from admin.form import Field
from core.casework.deciding.proposal import propose
from core.casework.flow import certificate, referral
from core.errors import JiuzhuError, Text

CERTIFY = ("case.certify",)
OUTCOME = Field("outcome", Text("结果", "Outcome"), kind="choice", required=True)
NO = Field("number", Text("领取证编号", "Number of the certificate"), required=True)
OUTCOMES = {
    "granted": Text("已获救助", "granted"),
    "refused": Text("未获批准", "refused"), "not_reached": Text("未联系上", "not reached"),
}  # fmt: skip
CHANCE = {
    "eligible": Text("按现有情况符合", "would fit"), "not_eligible": Text("按现有情况不符合", "would not fit"),
    "undecided": Text("情况不全，暂不能判断", "facts are missing"),
    "unruled": Text("没有收录其规定", "no rules in hand"),
}  # fmt: skip


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


def steps() -> Sequence[Step]:
    """Return the steps of certificates and referrals."""
    return (*_certificates(), *_referrals())


def _certificates() -> Sequence[Step]:
    """One certificate for a household: issued, renewed, taken back."""
    return (
        Step(
            key="certificate-issue", group=RECORD, label=Text("发放领取证", "Issue the certificate"),
            explain=Text("一户一证", "one for a household"), event="certificate", actions=CERTIFY, blocked=_held,
            fields=lambda _: [ON, NO], do=lambda now, values: certificate.issue(
                now.desk, now.case, values["number"], **on_day(values)),
        ),
        Step(
            key="certificate-renew", group=RECORD, label=Text("换证", "Renew the certificate"), event="certificate",
            explain=Text("收回旧证，发给新证", "the old one for a new one"), actions=CERTIFY, blocked=_none_held,
            fields=lambda _: [ON, NO], do=lambda now, values: certificate.renew(
                now.desk, now.case, values["number"], **on_day(values)),
        ),
        Step(
            key="certificate-back", group=RECORD, label=Text("收回领取证", "Take the certificate back"),
            explain=Text("收回或者登记遗失", "taken back, or lost"), event="certificate", actions=CERTIFY,
            blocked=_none_held, fields=lambda _: [ON, Field("lost", Text("已遗失", "It is lost"), kind="flag")],
            do=lambda now, values: certificate.take_back(
                now.desk, now.case, **on_day(values), why="lost" if values["lost"] else "taken_back"),
        ),
    )  # fmt: skip


def _referrals() -> Sequence[Step]:
    """On to other assistance, and what became of it."""
    return (
        Step(
            key="refer", group=RECORD, label=Text("转介", "Refer"), event="referral", about=_targets,
            explain=Text("转到其他救助，并跟踪结果", "to other assistance, and followed"), actions=("case.refer",),
            fields=lambda _: [ON], notes=_offer_notes, do=_refer,
        ),
        Step(
            key="refer-answer", group=RECORD, label=Text("登记转介结果", "What became of a referral"),
            explain=Text("转介以后的结果", "the outcome"), event="referral_answered", about=_unanswered,
            nothing=Text("没有待答复的转介", "no referral is open"), actions=("case.refer",), do=_answer_referral,
            fields=lambda _: [ON, replace(OUTCOME, options=list(OUTCOMES.items()))],
        ),
    )  # fmt: skip
