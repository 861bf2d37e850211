"""Leaving: proposed for a coded reason by one person, decided by another, followed afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from admin.case.proposal_notes import proposal_notes
from admin.case.situation import Options, Situation
from admin.case.step import NOTE, ON, REASON, Step, Values, departure_fields, departure_of, on_day
from admin.case.steps_member import exit_options
from admin.form import Field
from core.casework.flow import closing, exit_proposal
from core.casework.flow.exit_proposal import DEATH, STOPPED
from core.casework.flow.exit_reason import exit_reasons
from core.casework.flow.transition import require
from core.errors import JiuzhuError, Text

EXIT = "exit"
DIED = "died_"
"""Before the name of a field that says on which day a member died."""
FOLLOWED = {
    "stable": Text("生活稳定", "stable"),
    "returned": Text("返困", "in need again"),
    "referred": Text("已转介", "referred"),
    "moved": Text("迁出", "moved"),
    "dead": Text("死亡", "dead"),
    "unreachable": Text("联系不上", "unreachable"),
}


def _asked(now: Situation) -> Options:
    one = now.course.state.exit
    if one is None:
        return []
    label = exit_reasons()[one.body["reason"]].label
    return [(str(one.sequence), Text(f"{label.zh}（第{one.sequence}号）", f"{label.en} (no. {one.sequence})"))]


def _notes(now: Situation) -> Iterator[Text]:
    one = now.course.state.exit
    if one is None:
        return
    month, changed = one.body.get("effective_month", "")[:7], one.body.get("changed_on")
    if month:
        yield Text(f"拟自{month}起不再发放", f"owed no more from {month}")
    if changed:
        yield Text(f"情况变化之日：{changed}", f"day of the change: {changed}")
    names = {each.token: each.name for each in now.all_members}
    for token, day in one.body.get("died", {}).items():
        yield Text(f"{names.get(token, token)}于{day}死亡", f"{names.get(token, token)} died on {day}")


def _propose_fields(now: Situation) -> list[Field]:
    by_rule = Text("不填按发放安排", "empty: by the payment schedule")
    death = Text("死亡退出时填写", "for an exit by death")
    return [
        ON,
        Field("reason", Text("退出原因", "Reason"), kind="choice", required=True, options=exit_options("household")),
        Field("from_month", Text("自哪月起不再发放", "Owed no more from"), kind="month", help=by_rule),
        Field("changed_on", Text("情况变化之日", "Day of the change"), kind="day"),
        *(
            Field(
                f"{DIED}{one.token}", Text(f"{one.name}死亡日期", f"Day of death: {one.name}"), kind="day", help=death
            )
            for one in now.members
        ),
    ]


def _propose(now: Situation, values: Values) -> Any:
    named = {name.removeprefix(DIED): day for name, day in values.items() if name.startswith(DIED) and day}
    died: dict[str, date] = named if values["reason"] == DEATH else {}
    return exit_proposal.propose_exit(
        now.desk, now.case, reason=values["reason"], **on_day(values), effective_month=values["from_month"],
        changed_on=values["changed_on"], died=died,
    )  # fmt: skip


def _leaving(now: Situation) -> JiuzhuError | None:
    if now.case.status != STOPPED:
        require(now.case, "decision.stop")
    return None


def steps() -> Sequence[Step]:
    """Return the steps of leaving."""
    waits = Text("没有待决定的退出", "no exit waits for a decision")
    return (
        Step(
            key="close-propose", notes=proposal_notes,
            group=EXIT, label=Text("拟定退出", "Propose an exit"), event="exit_proposed",
            explain=Text("按编码的原因拟定，由另一人决定", "for a coded reason; another decides"), blocked=_leaving,
            actions=("case.change",), fields=_propose_fields, do=_propose,
        ),
        Step(
            key="close-decide", group=EXIT, label=Text("决定退出", "Decide an exit"), about=_asked, nothing=waits,
            explain=Text("停发并结束案件", "payment stops and the case ends"), actions=("case.close",), notes=_notes,
            fields=lambda now: [ON, *departure_fields(now, benefit=False)], do=lambda now, values: closing.close_case(
                now.desk, now.case, int(now.about), **on_day(values), departure=departure_of(values)),
            lasting=Text("将停止发放并结束案件。", "Payment stops and the case ends."),
        ),
        Step(
            key="close-drop", group=EXIT, label=Text("撤回或退回拟定的退出", "Drop a proposed exit"), about=_asked,
            nothing=waits, explain=Text("须说明理由", "with a reason"), actions=("case.change", "case.close"),
            event="exit_dropped", notes=_notes, fields=lambda _: [REASON],
            do=lambda now, values: exit_proposal.drop_exit(
                now.desk, now.case, int(now.about), reason=values["reason"]),
        ),
        Step(
            key="follow-up", group=EXIT, label=Text("退出对象跟踪", "Follow up"), event="follow_up",
            explain=Text("退出以后的情况", "what became of the household"), actions=("case.change",),
            fields=lambda _: [ON, Field("found", Text("跟踪结果", "Found"), kind="choice", required=True,
                                        options=list(FOLLOWED.items())), NOTE],
            do=lambda now, values: closing.follow_up(
                now.desk, now.case, **on_day(values), found=values["found"], note=values["reason"]),
        ),
    )  # fmt: skip
