"""``jiuzhu office``: persons in office, their kin, conflicts of interest, demands for recusal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import WHOLE, Session, command, day

if TYPE_CHECKING:
    from core.casework.desk import Desk
    from core.hookspecs import Conflict
    from core.store.tables import OfficeHolder

on_option = click.option("--on", metavar="DATE", help="日期，默认今天 / day, default today")
case_argument = click.argument("number", metavar="CASE")
holder_argument = click.argument("holder", type=WHOLE, metavar="HOLDER")


@click.group()
def office() -> None:
    """公职人员名册、亲属关系和回避 / persons in office, kinship and recusal."""


@office.command("add")
@click.argument("name")
@click.option("--role", required=True, help="任职类别 / role, e.g. township_staff, village_committee")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--unit", required=True, help="单位 / unit")
@click.option("--position", required=True, help="职务 / position")
@click.option("--since", required=True, metavar="DATE", help="任职起 / since")
@click.option("--until", metavar="DATE", help="任职止 / until (first day no longer held)")
@click.option("--head", is_flag=True, help="负责人 / is the head of the unit")
@click.option("--login", help="关联的登录名 / login of the same person")
@click.option("--id-number", help="身份证号，用于辨认同一人 / ID number, to know a person again")
@click.option("--holder", type=WHOLE, help="已在名册中的编号：增加任职 / give somebody there a further post")
@as_json
@command
def office_add(session: Session, name: str, json_: bool, **given: Any) -> None:
    """登记公职人员和任职 / enter a person in office; no login is needed."""
    from core.casework.people.office import Post, add_holder, add_post
    from core.casework.people.person import Identity

    since, until = day(given["since"]), day(given["until"])
    assert since is not None
    post = Post(role=given["role"], division=given["division"], unit=given["unit"], position=given["position"],
                since=since, until=until, is_head=given["head"])  # fmt: skip
    with session.platform.desk(session.user) as desk:
        if given["holder"] is not None:
            number = add_post(desk, given["holder"], post).holder_id
        else:
            identity = Identity(name=name, id_number=given["id_number"])
            number = add_holder(desk, identity, posts=[post], login=given["login"]).id
    answer({"holder": number}, session.say(f"名册第 {number} 号", f"no. {number} of the register"), json_=json_)


@office.command("list")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--role", help="任职类别 / role")
@on_option
@as_json
@command
def office_list(session: Session, division: str, role: str | None, on: str | None, json_: bool) -> None:
    """在任人员 / who is in office."""
    from core.casework.people.office import holders

    with session.platform.reading_desk(session.user) as desk:
        when = day(on) or desk.today
        rows = [row for one in holders(desk, division, role=role, on=when) for row in _posts(desk, one, when)]
    keys = ("number", "name", "role", "unit", "position", "since", "until")
    if json_:
        show_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    table(rows, heads(session, "编号 姓名 类别 单位 职务 起 止", "no. name role unit position since until"))


def _posts(desk: Desk, one: OfficeHolder, on: date) -> list[list[Any]]:
    from core.casework.people.office import posts_on
    from core.casework.people.person import shown_name
    from core.store.tables import Person

    name = shown_name(desk, desk.session.get_one(Person, one.person_id))
    return [
        [one.id, name, post.role, post.unit, post.position, post.since.isoformat(),
         post.until.isoformat() if post.until else None]
        for post in posts_on(one, on)
    ]  # fmt: skip


@office.command("relate")
@case_argument
@holder_argument
@click.argument("relation")
@click.option("--member", type=WHOLE, default=1, show_default=True, help="第几名家庭成员 / which member, head first")
@click.option("--basis", default="officer", show_default=True, help="依据 / who said it")
@as_json
@command
def office_relate(
    session: Session, number: str, *, holder: int, relation: str, member: int, basis: str, json_: bool
) -> None:
    """登记家庭成员是公职人员的何种亲属 / record what a member of a household is to a person in office."""
    from core.casework.flow.case_list import find_case
    from core.casework.people.filing import declare
    from core.casework.people.recusal import members_on
    from core.errors import JiuzhuError, Text

    with session.platform.desk(session.user) as desk:
        case = find_case(desk, number)
        people = members_on(desk.session, case, desk.today)
        if not 1 <= member <= len(people):
            raise JiuzhuError("not_a_member", Text("没有这名成员", "there is no such member"), value=str(member))
        made = declare(desk, case, people[member - 1], holder_id=holder, relation=relation, basis=basis).id
    body = {"link": made, "case": number, "holder": holder, "relation": relation}
    answer(body, session.say("已登记", "recorded"), json_=json_)


@office.command("conflicts")
@case_argument
@holder_argument
@click.option("--stage", help="环节 / stage")
@on_option
@as_json
@command
def office_conflicts(
    session: Session, number: str, holder: int, stage: str | None, on: str | None, json_: bool
) -> None:
    """某人与某案的利害关系 / the conflicts of interest somebody has with a case, and what is not ruled."""
    from core.casework.flow.case_list import find_case
    from core.casework.people.recusal import conflicts, rule_gaps

    with session.platform.reading_desk(session.user) as desk:
        case = find_case(desk, number)
        found = conflicts(desk, case, holder, stage=stage, on=day(on))
        gaps = [line.provision for line in rule_gaps(desk, case, on=day(on))]
    if json_:
        show_json([_told(one) for one in found])
        return
    table(
        [[one.effect, one.reason.pick(session.language), one.provision or "—"] for one in found],
        heads(session, "效力 关系和条款 条款编号", "effect reason provision"),
    )
    for one in gaps:
        because = one.because.pick(session.language) if one.because else ""
        click.echo(f"! {one.label.pick(session.language)}: {because}")


def _told(one: Conflict) -> dict[str, str]:
    return {"effect": one.effect, "provision": one.provision, "zh": one.reason.zh, "en": one.reason.en}


@office.command("demand")
@case_argument
@holder_argument
@click.option("--by", required=True, help="谁申请：applicant officer interested_party ex_officio / who asks")
@click.option("--reason", required=True, help="理由 / why")
@on_option
@as_json
@command
def office_demand(
    session: Session, number: str, *, holder: int, by: str, reason: str, on: str | None, json_: bool
) -> None:
    """登记回避申请 / record a demand that somebody step out."""
    from core.casework.flow.case_list import find_case
    from core.casework.people.recusal_demand import article, demand

    with session.platform.desk(session.user) as desk:
        made = demand(desk, find_case(desk, number), holder, by=by, reason=reason, on=day(on))
        rule, decides, key = article(desk, made), made.deciding_body or "—", made.id
    said = session.say(
        f"回避申请第 {key} 号；依据：{rule.zh}；由 {decides} 决定", f"demand {key}; {rule.en}; decides: {decides}"
    )
    answer({"demand": key, "article": rule.pick(session.language), "decides": decides}, said, json_=json_)


@office.command("decide")
@click.argument("demand", type=WHOLE)
@click.argument("decision", metavar="ANSWER", type=click.Choice(["grant", "refuse"]))
@click.option("--reason", required=True, help="理由 / why")
@on_option
@as_json
@command
def office_decide(session: Session, demand: int, *, decision: str, reason: str, on: str | None, json_: bool) -> None:
    """决定回避申请 / decide a demand."""
    from core.casework.people.recusal_demand import decide_demand, proposed_substitute

    with session.platform.desk(session.user) as desk:
        row = decide_demand(desk, demand, granted=decision == "grant", reason=reason, on=day(on))
        instead = proposed_substitute(desk, row, stage="review") if row.granted else None
        number = instead.id if instead is not None else None
    if decision == "refuse":
        said = session.say("不予回避", "need not step out")
    elif number is not None:
        said = session.say(f"予以回避；可由名册第 {number} 号接办", f"steps out; no. {number} could act instead")
    else:
        said = session.say("予以回避；由负责人或上一级接办", "steps out; the head or the level above takes over")
    answer({"demand": demand, "granted": decision == "grant", "substitute": number}, said, json_=json_)


@office.command("assign")
@case_argument
@holder_argument
@click.option("--role", default="clerk", show_default=True, help="环节，或 clerk（整案）/ stage, or clerk")
@click.option("--instead-of", type=WHOLE, help="接办：原经办人 / take over from")
@on_option
@as_json
@command
def office_assign(
    session: Session, number: str, *, holder: int, role: str, instead_of: int | None, on: str | None, json_: bool
) -> None:
    """指派经办人员，或由负责人、上一级接办 / assign an officer, or have the head or the level above take over."""
    from core.casework.flow.case_list import find_case
    from core.casework.people.assignment import assign, take_over

    with session.platform.desk(session.user) as desk:
        case = find_case(desk, number)
        if instead_of is None:
            assign(desk, case, holder, role=role, on=day(on))
        else:
            take_over(desk, case, holder, instead_of=instead_of, role=role, on=day(on))
    said = session.say(f"{number} 由名册第 {holder} 号办理", f"{number} is handled by no. {holder}")
    answer({"case": number, "holder": holder, "role": role}, said, json_=json_)
