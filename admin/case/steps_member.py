"""The steps that change who belongs to a household, and where it lives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from admin.case.situation import Options, Situation
from admin.case.step import CHANGE, ON, Step, Values, on_day
from admin.form import Field
from core.casework.flow import member
from core.casework.flow.exit_reason import Of, exit_reasons
from core.casework.people.person import Identity
from core.errors import Text

PREPARE = ("case.change",)
COMING = {
    "birth": Text("出生", "birth"),
    "marriage": Text("结婚", "marriage"),
    "adoption": Text("收养", "adoption"),
    "return": Text("返回", "return"),
    "moved_in": Text("迁入", "moved in"),
}


def exit_options(of: Of) -> Options:
    """Return the coded reasons of leaving, each with the class of the reports it counts in."""
    return [
        (one.code, Text(f"{one.label.zh}（{one.group_label.zh}）", f"{one.label.en} ({one.group_label.en})"))
        for one in exit_reasons().values()
        if of in one.of
    ]


def _join_fields(now: Situation) -> list[Field]:
    declared = now.book.facts.declared
    relations = [(key, Text(one["zh"], one["en"])) for key, one in declared["member.relation"]["choices"].items()]
    return [
        ON,
        Field("why", Text("原因", "Why"), kind="choice", required=True, options=list(COMING.items())),
        Field("name", Text("姓名", "Name"), required=True),
        Field("relation", Text("与户主关系", "Relation to the head"), kind="choice", required=True,
              options=[one for one in relations if one[0] != "head"]),
        Field("id_number", Text("身份证号", "ID number"), help=Text("尚无的可不填", "a newborn may have none")),
        Field("birth_date", Text("出生日期", "Date of birth"), kind="day",
              help=Text("有身份证号的以号码为准", "the ID number tells it where there is one")),
    ]  # fmt: skip


def _join(now: Situation, values: Values) -> Any:
    born = values["birth_date"]
    identity = Identity(name=values["name"], id_number=values["id_number"], birth_date=born)
    facts = {"birth_date": born.isoformat()} if born is not None else {}
    arrival = member.Arrival(why=values["why"], identity=identity, relation=values["relation"], facts=facts)
    return member.join(now.desk, now.case, arrival, **on_day(values))


def _leave_fields(now: Situation, *, split: bool = False) -> list[Field]:
    members = now.member_options()
    others = [one for one in members if one[0] != now.members[0].token] if now.members else []
    head_help = Text("户主离开时必填", "needed when the head leaves")
    fields = [
        ON,
        Field("member", Text("离开的成员", "Who leaves"), kind="choice", required=True, options=members),
        Field("new_head", Text("新户主", "New head"), kind="choice", options=others, help=head_help),
    ]
    if not split:
        options = [one for one in exit_options("member") if one[0] != "split"]
        fields.insert(2, Field("reason", Text("原因", "Why"), kind="choice", required=True, options=options))
    return fields


def _leave(now: Situation, values: Values, reason: str) -> Any:
    gone = member.Leaving(member=values["member"], reason=reason, new_head=values["new_head"])
    return member.leave(now.desk, now.case, gone, **on_day(values))


def _move_fields(now: Situation) -> list[Field]:
    village = Field("village", Text("村（居）", "Village"), default=now.case.village)
    return [ON, Field("division", Text("迁入地", "To"), kind="place", required=True), village]


def steps() -> Sequence[Step]:
    """Return the steps of members."""
    return (
        Step(
            key="member-join", group=CHANGE, label=Text("成员加入", "A member joins"), event="member_change",
            explain=Text("出生、结婚、收养、返回、迁入", "birth, marriage, adoption, return, moving in"),
            actions=PREPARE, fields=_join_fields, do=_join,
        ),
        Step(
            key="member-leave", group=CHANGE, label=Text("成员离开", "A member leaves"), event="member_change",
            explain=Text("死亡、迁出、结婚等；其余成员继续", "death, moving, marriage …; the others stay"),
            actions=PREPARE, fields=_leave_fields, do=lambda now, values: _leave(now, values, values["reason"]),
        ),
        Step(
            key="member-split", group=CHANGE, label=Text("分户", "Split the household"), event="member_change",
            explain=Text("成员分出；分出的家庭需要救助的另行申请", "who splits off applies anew where in need"),
            actions=PREPARE, fields=lambda now: _leave_fields(now, split=True),
            do=lambda now, values: _leave(now, values, "split"),
        ),
        Step(
            key="move", group=CHANGE, label=Text("迁移", "Move to another place"), event="move",
            explain=Text("须在迁出地和迁入地都有权限", "needs the right in both places"), actions=PREPARE,
            fields=_move_fields, do=lambda now, values: member.relocate(
                now.desk, now.case, values["division"], **on_day(values), village=values["village"]),
        ),
    )  # fmt: skip
