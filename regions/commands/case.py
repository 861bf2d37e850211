"""``jiuzhu case``: from the application to the decision, and the story of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import JiuzhuError, Text
from regions.commands.lazy import LazyCommands
from regions.commands.session import Session, command, day

if TYPE_CHECKING:
    from core.casework.decision import Departure
    from core.casework.desk import Desk
    from core.store.tables import AssistanceCase, Decision

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
LATER = {
    name: f"regions.commands.{home}:{function}"
    for home, functions in {
        "case_change": {
            "change": "change",
            "member": "member",
            "move": "move",
            "close": "close",
            "follow-up": "follow_up",
        },
        "case_record": {
            name: name for name in ("certificate", "refer", "appeal", "correct", "find", "confirm", "extend", "reopen")
        },
        "case_look": {"show": "show", "list": "list_", "why": "why", "deadlines": "deadlines"},
    }.items()
    for name, function in functions.items()
}
"""Commands of the group that live in other files."""


@click.group(commands=LazyCommands(LATER))
def case() -> None:
    """案件：申请、办理、决定、变更、退出 / cases, from application to exit."""


reason_option = click.option("--reason", required=True, help="原因 / reason")
number_argument = click.argument("number", metavar="NUMBER")
on_option = click.option("--on", metavar="DATE", help="发生日期，默认今天 / when it happened, default today")
by_option = click.option(
    "--by", multiple=True, type=int, metavar="ID", help="名册编号 / number in the register of office"
)


def acting(session: Session, number: str, act: Callable[[Desk, AssistanceCase], Any]) -> Any:
    """Do something to a case of a number in one transaction, and say where it stands."""
    from core.casework.case_list import find_case
    from core.casework.transition import status_label

    with session.platform.desk(session.user) as desk:
        found = find_case(desk, number)
        done = act(desk, found)
        status = status_label(found.status).pick(session.language)
        click.echo(f"{found.number}  {status}")
    return done


def body_of(text: str | None) -> dict[str, Any]:
    """Read the particulars given as JSON."""
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise JiuzhuError("bad_json", Text("不是 JSON", "not JSON"), value=text) from error
    if not isinstance(found, dict):
        raise JiuzhuError("bad_json", Text("应为 JSON 对象", "must be a JSON object"), value=text)
    return found


def when(session: Session, on: str | None) -> date:
    """Return the day something happened; today where none is given."""
    return day(on) or session.platform.today


@case.command("apply")
@click.argument("file", type=FILE)
@command
def case_apply(session: Session, file: Path) -> None:
    """登记申请 / enter an application (YAML or JSON)."""
    from core.casework.application import apply
    from regions.application_file import read_application

    application = read_application(file)
    with session.platform.desk(session.user) as desk:
        click.echo(apply(desk, application).number)


@case.command("deficiency")
@number_argument
@on_option
@command
def case_deficiency(session: Session, number: str, on: str | None) -> None:
    """一次性告知补正 / the one deficiency notice."""
    from core.casework.acceptance import notify_deficiency

    told = acting(session, number, lambda desk, one: notify_deficiency(desk, one, happened_on=when(session, on)))
    click.echo("  ".join(told.body["missing"]))


@case.command("supplement")
@number_argument
@click.argument("papers", nargs=-1, required=True)
@on_option
@command
def case_supplement(session: Session, number: str, papers: tuple[str, ...], on: str | None) -> None:
    """登记补交材料 / papers handed in later."""
    from core.casework.acceptance import supplement

    acting(session, number, lambda desk, one: supplement(desk, one, papers, happened_on=when(session, on)))


@case.command("accept")
@number_argument
@on_option
@by_option
@click.option("--delegated-to", metavar="OFFICE", help="受委托 / by delegation to")
@command
def case_accept(session: Session, number: str, on: str | None, by: tuple[int, ...], delegated_to: str | None) -> None:
    """受理 / accept: the township's day of receipt."""
    from core.casework.acceptance import accept

    acting(
        session, number,
        lambda desk, one: accept(desk, one, happened_on=when(session, on), by=by, delegated_to=delegated_to),
    )  # fmt: skip


@case.command("withdraw")
@number_argument
@on_option
@click.option("--reason", required=True, help="原因 / reason")
@command
def case_withdraw(session: Session, number: str, on: str | None, reason: str) -> None:
    """撤回申请 / the household takes its application back."""
    from core.casework.application import withdraw

    acting(session, number, lambda desk, one: withdraw(desk, one, happened_on=when(session, on), reason=reason))


@case.command("stage")
@number_argument
@click.argument("stage", metavar="STAGE")
@on_option
@by_option
@click.option("--result", metavar="CODE", help="结果 / result")
@click.option("--body", metavar="JSON", help="材料、签字、来源、人数等 / particulars: papers, signatures, numbers")
@command
def case_stage(
    session: Session, number: str, stage: str, *, on: str | None, by: tuple[int, ...], **more: str | None
) -> None:
    """登记一个环节 / record that a stage was done."""
    from core.casework.stage import complete_stage

    told = body_of(more["body"])
    acting(
        session, number,
        lambda desk, one: complete_stage(
            desk, one, stage, happened_on=when(session, on), by=by, result=more["result"], body=told),
    )  # fmt: skip


@case.command("object")
@number_argument
@click.argument("stage", metavar="STAGE")
@on_option
@click.option("--kind", default="villager", show_default=True, help="异议人类别 / kind of person")
@click.option("--reason", required=True, help="异议内容 / what is objected to")
@command
def case_object(session: Session, number: str, stage: str, on: str | None, kind: str, reason: str) -> None:
    """登记异议 / record an objection to a stage."""
    from core.casework.objection import object_to

    acting(
        session, number,
        lambda desk, one: object_to(desk, one, stage, happened_on=when(session, on), by=kind, reason=reason),
    )  # fmt: skip


@case.command("answer")
@number_argument
@on_option
@by_option
@click.option("--result", type=click.Choice(["upheld", "changed"]), required=True, help="核实结果 / outcome")
@click.option("--body", metavar="JSON", help="材料、签字等 / particulars")
@command
def case_answer(
    session: Session, number: str, on: str | None, by: tuple[int, ...], result: str, body: str | None
) -> None:
    """核实并答复异议 / inquire into an objection and answer it."""
    from core.casework.objection import answer

    told = body_of(body)
    acting(
        session, number,
        lambda desk, one: answer(desk, one, happened_on=when(session, on), by=by, result=result, body=told),
    )  # fmt: skip


@case.command("decide")
@number_argument
@click.argument("result", type=click.Choice(["approve", "refuse"]))
@on_option
@by_option
@click.option("--prepared-by", required=True, metavar="LOGIN", help="拟定人 / who prepared it")
@click.option("--from-month", metavar="YYYY-MM", help="起始月（批准时）/ first month, when approved")
@click.option("--finding", metavar="CODE", help="偏离计算结果所依据的认定 / finding a departure rests on")
@click.option("--reason", default="", help="偏离的理由 / reason of a departure")
@click.option("--benefit", metavar="YUAN", help="偏离后的月额 / monthly amount of a departure")
@command
def case_decide(
    session: Session, number: str, *, result: str, on: str | None, by: tuple[int, ...], **more: str | None
) -> None:
    """县级审批 / the county's decision."""
    from core.casework.approval import CountyRuling, approve, refuse
    from core.casework.staff import actor_of

    def act(desk: Desk, one: AssistanceCase) -> Decision:
        maker = actor_of(desk.session, str(more["prepared_by"])).id
        ruling = CountyRuling(happened_on=when(session, on), prepared_by=maker, by=by, departure=departure_of(**more))
        if result == "refuse":
            return refuse(desk, one, ruling)
        return approve(desk, one, ruling, from_month=month(more["from_month"], when(session, on)))

    click.echo(amount(session, acting(session, number, act)))


def departure_of(**given: str | None) -> Departure | None:
    """Read a departure from the computed result: on a finding, with a reason, and the amount it gives."""
    from core.casework.decision import Departure

    if not given["finding"]:
        return None
    try:
        benefit = given.get("benefit")
        parts = {"benefit": Fraction(benefit) * 100} if benefit else {}
    except ValueError as error:
        text = Text("金额应为 120.00 的形式", "an amount looks like 120.00")
        raise JiuzhuError("bad_amount", text, value=given["benefit"]) from error
    return Departure(parts=parts, finding=given["finding"], reason=given["reason"] or "")


def month(text: str | None, default: date) -> date:
    """Read a month given as ``2018-05``; without one, the month of a day."""
    return day(f"{text}-01" if text and len(text) == len("2018-05") else text) or default.replace(day=1)


def amount(session: Session, made: Decision) -> str:
    """Say what a decision gives, to the fen; the reader's rounding is marked."""
    from core.values import yuan_text

    mark = "" if made.monthly.denominator == 1 else "≈"
    yearly = yuan_text(made.monthly * 12)
    monthly, since = f"{mark}{yuan_text(made.monthly)}", f"{made.from_month:%Y-%m}"
    return session.say(
        f"第{made.number}号决定：自 {since} 起每月 {monthly} 元（全年 {yearly} 元）",
        f"decision {made.number}: {monthly} yuan a month from {since} ({yearly} a year)",
    )


@case.command("refusal-notice")
@number_argument
@on_option
@by_option
@command
def case_refusal_notice(session: Session, number: str, on: str | None, by: tuple[int, ...]) -> None:
    """书面告知不予批准 / tell the refusal in writing, with reasons and remedies."""
    from core.casework.approval import refusal_notice

    told = acting(session, number, lambda desk, one: refusal_notice(desk, one, happened_on=when(session, on), by=by))
    for one in told.body["reasons"]:
        click.echo(f"- {one['zh'] if session.language == 'zh' else one['en']}")
