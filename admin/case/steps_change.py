"""The steps of a case that is paid: new facts, what follows from them, suspension."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from admin.asking import whole
from admin.case.proposal_notes import proposal_notes
from admin.case.situation import Options, Situation
from admin.case.step import (
    CHANGE,
    NOTE,
    ON,
    REASON,
    Step,
    Values,
    departure_fields,
    departure_of,
    numbers,
    on_day,
    people,
)
from admin.form import Field
from core.casework.flow import change
from core.casework.flow.transition import event_label
from core.casework.reviews.review_round import open_review
from core.errors import JiuzhuError, Text
from core.values import yuan_text

PREPARE, DECIDE = ("case.change",), ("case.decide",)
WAITS = Text("没有待决定的变更", "no change waits for a decision")
FROM_MONTH = Field("from_month", Text("自哪月起", "From month"), kind="month", required=True)


def waiting_changes(now: Situation) -> Options:
    """Return the changes that wait for a decision: what kind, from which month, from how much to how much."""
    found: Options = []
    for number, one in sorted(now.course.state.changes.items()):
        if one.body["kind"] != change.RECOMPUTE:
            kind = event_label(f"decision.{one.body['kind']}")
            was, monthly = (yuan_text(Fraction(one.body[name])) for name in ("was", "monthly"))
            month = one.body["from_month"][:7]
            zh = f"{kind.zh}：自{month}起 {was} → {monthly} 元/月（第{number}号）"
            found.append(
                (str(number), Text(zh, f"{kind.en} from {month}: {was} → {monthly} yuan a month (no. {number})"))
            )
    return found


def change_notes(now: Situation) -> Iterator[Text]:
    """Yield why a change was proposed and what every stretch of months comes to."""
    one = now.course.state.changes.get(whole(now.about) or 0)
    if one is None:
        return
    for why in one.body.get("reasons", ()):
        yield Text(why["zh"], why["en"])
    if one.reason:
        yield Text(f"理由：{one.reason}", f"reason: {one.reason}")
    for span in one.body.get("months", ()):
        kind, monthly = event_label(f"decision.{span['kind']}"), yuan_text(Fraction(span["monthly"]))
        since, until = span["from_month"][:7], (span.get("until_month") or "")[:7]
        end = Text(f"至{until}前", f" until {until}") if until else Text("", "")
        yield Text(
            f"自{since}起{end.zh}：{kind.zh}，{monthly} 元/月",
            f"from {since}{end.en}: {kind.en}, {monthly} yuan a month",
        )


def _propose(now: Situation, values: Values, kind: change.Kind | None = None) -> Any:
    return change.propose_change(
        now.desk, now.case, from_month=values["from_month"], **on_day(values), kind=kind, reason=values["reason"] or ""
    )


def _decide(now: Situation, values: Values) -> Any:
    settlement = change.Settlement(**on_day(values), by=numbers(values), departure=departure_of(values))
    return change.decide_change(now.desk, now.case, int(now.about), settlement)


def _not_suspended(now: Situation) -> JiuzhuError | None:
    if now.case.status != "suspended":
        return None
    return JiuzhuError("suspended_already", Text("已暂停发放", "payment is suspended already"))


def _only_suspended(now: Situation) -> JiuzhuError | None:
    if now.case.status in ("suspended", "stopped"):
        return None
    return JiuzhuError("not_suspended", Text("没有暂停或停发，无须恢复", "nothing is suspended or stopped"))


def _in_no_round(now: Situation) -> JiuzhuError | None:
    if open_review(now.desk, now.case) is not None:
        return None
    text = Text("该户不在进行中的复核轮次里", "no review of the household is open")
    return JiuzhuError("no_review", text, hint=Text("先开一轮定期复核", "open a round of reviews first"))


def steps() -> Sequence[Step]:
    """Return the steps of changes."""
    return (*_found(), *_proposed(), *_decided())


def _found() -> Sequence[Step]:
    """What is known of the household anew."""
    return (
        Step(
            key="change-report", group=CHANGE, label=Text("登记变化", "Report a change"), event="change_report",
            explain=Text("家庭情况的新版本", "a new version of the facts"), actions=PREPARE, page="cases.facts.report",
            fields=lambda _: (), do=lambda *_: None,
        ),
        Step(
            key="review", group=CHANGE, label=Text("录入复核结果", "Enter the result of a review"),
            explain=Text("定期复核：成员、收入、财产等全部情况", "periodic review: members, income, assets, all facts"),
            actions=("review.enter",), blocked=_in_no_round, page="cases.facts.review", fields=lambda _: (),
            do=lambda *_: None,
        ),
    )  # fmt: skip


def _proposed() -> Sequence[Step]:
    """What follows for the money, put up by one person."""
    return (
        Step(
            key="change-propose", notes=proposal_notes,
            group=CHANGE, label=Text("拟定变更", "Propose a change"), event="change_proposed",
            explain=Text("按最新的家庭情况计算，由另一人决定", "computed from the newest facts; another decides"),
            actions=PREPARE, fields=lambda _: [ON, FROM_MONTH, NOTE], do=_propose,
        ),
        Step(
            key="suspend", group=CHANGE, label=Text("拟定暂停发放", "Propose a suspension"), event="change_proposed",
            explain=Text("须说明理由，由另一人决定", "with a reason; another decides"), blocked=_not_suspended,
            actions=PREPARE, fields=lambda _: [ON, FROM_MONTH, REASON],
            do=lambda now, values: _propose(now, values, "suspend"),
        ),
        Step(
            key="resume", group=CHANGE, label=Text("拟定恢复发放", "Propose to resume"), event="change_proposed",
            explain=Text("须说明理由，由另一人决定", "with a reason; another decides"), blocked=_only_suspended,
            actions=PREPARE, fields=lambda _: [ON, FROM_MONTH, REASON],
            do=lambda now, values: _propose(now, values, "resume"),
        ),
    )  # fmt: skip


def _decided() -> Sequence[Step]:
    """What another person does with it."""
    return (
        Step(
            key="change-decide", group=CHANGE, label=Text("决定变更", "Decide a change"), event="change_decided",
            explain=Text("重新计算，与拟定不一致的不作决定", "computed anew; what no longer fits is not decided"),
            actions=DECIDE, about=waiting_changes, nothing=WAITS, notes=change_notes,
            fields=lambda now: [ON, people(now), *departure_fields(now)], do=_decide,
            lasting=Text("将作出决定，自所列月份起按新的月额计发。", "The new amount is paid from the month named."),
        ),
        Step(
            key="change-drop", group=CHANGE, label=Text("撤回或退回拟定的变更", "Drop a proposed change"),
            explain=Text("须说明理由", "with a reason"), event="change_dropped", about=waiting_changes, nothing=WAITS,
            actions=(*PREPARE, *DECIDE), fields=lambda _: [REASON], notes=change_notes,
            do=lambda now, values: change.drop_change(now.desk, now.case, int(now.about), reason=values["reason"]),
        ),
    )  # fmt: skip
