"""``jiuzhu case``, what comes after a decision: changes, members, moving."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from regions.commands.case_acting import (
    FILE,
    acting,
    amount,
    body_of,
    by_option,
    departure_of,
    departure_options,
    month,
    number_argument,
    on_option,
    reason_option,
    say_kept,
    when,
)
from regions.commands.printing import as_json
from regions.commands.session import WHOLE, Session, command, day


@click.group()
def change() -> None:
    """变更：报告、拟定、决定 / changes: report, propose, decide."""


@change.command("report")
@number_argument
@click.argument("file", type=FILE)
@on_option
@click.option("--effective", metavar="DATE", help="自何日起，默认发生日 / from which day, default when it happened")
@click.option("--about", multiple=True, metavar="CODE", help="变化事项 / what changed")
@as_json
@command
def change_report(
    session: Session,
    number: str,
    file: Path,
    *,
    on: str | None,
    effective: str | None,
    about: tuple[str, ...],
    json_: bool,
) -> None:
    """登记变化：家庭情况新版本 / new circumstances: a new version of the facts (YAML or JSON)."""
    from core.casework.flow.change import report_change
    from core.source import read

    facts = read(file).data
    happened = when(session, on)
    acting(
        session, number,
        lambda desk, one: report_change(
            desk, one, facts, happened_on=happened, effective_on=day(effective) or happened, about=about),
        json_=json_,
    )  # fmt: skip


@change.command("propose")
@number_argument
@click.option("--from-month", required=True, metavar="YYYY-MM", help="自哪月起 / from this month")
@click.option("--kind", type=click.Choice(["suspend", "resume"]), help="暂停或恢复 / suspend or resume")
@click.option("--reason", default="", help="理由 / reason")
@on_option
@as_json
@command
def change_propose(
    session: Session, number: str, *, from_month: str, kind: Any, reason: str, on: str | None, json_: bool
) -> None:
    """拟定变更 / propose what follows from the newest facts."""
    from core.casework.flow.change import propose_change

    first = month(from_month, session.platform.today)
    made = acting(
        session, number,
        lambda desk, one: propose_change(
            desk, one, from_month=first, happened_on=when(session, on), kind=kind, reason=reason), json_=json_,
    )  # fmt: skip
    if not json_:
        click.echo(f"{made.sequence}  {made.body['kind']}  {made.body['was']} → {made.body['monthly']}")


@change.command("decide")
@number_argument
@click.argument("proposed", type=WHOLE, metavar="PROPOSAL")
@on_option
@by_option
@departure_options
@as_json
@command
def change_decide(
    session: Session,
    number: str,
    proposed: int,
    *,
    on: str | None,
    by: tuple[int, ...],
    json_: bool,
    **more: str | None,
) -> None:
    """决定变更（另一人）/ decide a change another person proposed."""
    from core.casework.flow.change import Settlement, decide_change

    settlement = Settlement(happened_on=when(session, on), by=by, departure=departure_of(**more))
    made = acting(session, number, lambda desk, one: decide_change(desk, one, proposed, settlement), json_=json_)
    if not json_:
        click.echo(amount(session, made))


@change.command("drop")
@number_argument
@click.argument("proposed", type=WHOLE, metavar="PROPOSAL")
@reason_option
@as_json
@command
def change_drop(session: Session, number: str, proposed: int, reason: str, json_: bool) -> None:
    """撤回或退回拟定的变更 / take a proposed change back, or send it back."""
    from core.casework.flow.change import drop_change

    acting(session, number, lambda desk, one: drop_change(desk, one, proposed, reason=reason), json_=json_)


@click.group()
def member() -> None:
    """家庭成员变动 / members of a household."""


@member.command("leave")
@number_argument
@click.argument("token", metavar="PERSON")
@click.option(
    "--reason",
    required=True,
    help="原因代码，如 death moved_away marriage split（死亡、迁出、结婚、分户）/ coded reason",
)
@click.option("--new-head", metavar="PERSON", help="新户主 / the new head")
@on_option
@as_json
@command
def member_leave(
    session: Session, number: str, token: str, *, reason: str, new_head: str | None, on: str | None, json_: bool
) -> None:
    """成员离开：死亡、迁出、结婚、分户等 / a member leaves."""
    from core.casework.flow.member import Leaving, leave

    gone = Leaving(member=token, reason=reason, new_head=new_head)
    acting(session, number, lambda desk, one: leave(desk, one, gone, happened_on=when(session, on)), json_=json_)


@member.command("join")
@number_argument
@click.option("--name", required=True, help="姓名 / name")
@click.option("--relation", required=True, help="与户主关系 / relation to the head")
@click.option(
    "--why",
    type=click.Choice(["birth", "marriage", "adoption", "return", "moved_in"]),
    required=True,
    help="原因 / why",
)
@click.option("--id-number", help="身份证号 / number of the identity card")
@click.option("--birth-date", metavar="DATE", help="出生日期 / date of birth")
@click.option("--facts", metavar="JSON", help="其他事实 / further facts")
@on_option
@as_json
@command
def member_join(session: Session, number: str, *, why: Any, on: str | None, json_: bool, **who: Any) -> None:
    """成员加入：出生、结婚、收养等 / somebody joins."""
    from core.casework.flow.member import Arrival, join
    from core.casework.people.person import Identity

    born: date | None = day(who["birth_date"])
    identity = Identity(name=who["name"], id_number=who["id_number"], birth_date=born)
    told = body_of(who["facts"]) | ({"birth_date": born.isoformat()} if born is not None else {})
    arrival = Arrival(why=why, identity=identity, relation=who["relation"], facts=told)
    made = acting(
        session, number, lambda desk, one: join(desk, one, arrival, happened_on=when(session, on)), json_=json_
    )
    say_kept(session, number, made.body.get("kept", {}))


@click.command()
@number_argument
@click.argument("division", metavar="CODE")
@click.option("--village", help="村（居）/ village")
@on_option
@as_json
@command
def move(session: Session, number: str, *, division: str, village: str | None, on: str | None, json_: bool) -> None:
    """迁往另一区划 / move a case to another division."""
    from core.casework.flow.member import relocate

    acting(
        session, number,
        lambda desk, one: relocate(desk, one, division, happened_on=when(session, on), village=village), json_=json_,
    )  # fmt: skip
