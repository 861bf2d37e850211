"""``jiuzhu case``: from the application to the decision, and the story of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

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
from regions.commands.lazy import LazyCommands
from regions.commands.printing import answer, as_json
from regions.commands.session import Session, command

if TYPE_CHECKING:
    from core.casework.desk import Desk
    from core.store.tables import AssistanceCase, Decision

LATER = {
    name: f"regions.commands.{home}:{function}"
    for home, functions in {
        "case_change": {
            "change": "change",
            "member": "member",
            "move": "move",
        },
        "case_close": {"close": "close", "follow-up": "follow_up"},
        "case_record": {
            name: name for name in ("certificate", "refer", "appeal", "correct", "find", "confirm", "extend", "reopen")
        },
        "case_person": {name: name for name in ("reveal", "notes", "contact", "account", "particulars")},
        "case_look": {"show": "show", "list": "list_", "why": "why", "deadlines": "deadlines"},
    }.items()
    for name, function in functions.items()
}
"""Commands of the group that live in other files."""


@click.group(commands=LazyCommands(LATER))
def case() -> None:
    """案件：申请、办理、决定、变更、退出 / cases, from application to exit."""


@case.command("apply")
@click.argument("file", type=FILE)
@as_json
@command
def case_apply(session: Session, file: Path, json_: bool) -> None:
    """登记申请 / enter an application (YAML or JSON)."""
    from core.casework.flow.application import apply
    from regions.application_file import read_application
    from regions.case_view import first_event, outcome_json

    application = read_application(file)
    with session.platform.desk(session.user) as desk:
        opened = apply(desk, application)
        kept = first_event(desk.session, opened).body.get("kept", {})
        told = outcome_json(desk, opened, None, session.language) | {"kept": kept}
    answer(told, told["number"], json_=json_)
    say_kept(session, told["number"], kept)


@case.command("deficiency")
@number_argument
@on_option
@as_json
@command
def case_deficiency(session: Session, number: str, on: str | None, json_: bool) -> None:
    """一次性告知补正 / the one deficiency notice."""
    from core.casework.flow.acceptance import notify_deficiency

    told = acting(
        session, number, lambda desk, one: notify_deficiency(desk, one, happened_on=when(session, on)), json_=json_
    )
    if not json_:
        click.echo("  ".join(told.body["missing"]))


@case.command("supplement")
@number_argument
@click.argument("papers", nargs=-1, required=True)
@on_option
@as_json
@command
def case_supplement(session: Session, number: str, papers: tuple[str, ...], on: str | None, json_: bool) -> None:
    """登记补交材料 / papers handed in later."""
    from core.casework.flow.acceptance import supplement

    acting(session, number, lambda desk, one: supplement(desk, one, papers, happened_on=when(session, on)), json_=json_)


@case.command("accept")
@number_argument
@on_option
@by_option
@click.option("--delegated-to", metavar="OFFICE", help="受委托 / by delegation to")
@as_json
@command
def case_accept(
    session: Session, number: str, *, on: str | None, by: tuple[int, ...], delegated_to: str | None, json_: bool
) -> None:
    """受理 / accept: the township's day of receipt."""
    from core.casework.flow.acceptance import accept

    acting(
        session, number,
        lambda desk, one: accept(desk, one, happened_on=when(session, on), by=by, delegated_to=delegated_to),
        json_=json_,
    )  # fmt: skip


@case.command("withdraw")
@number_argument
@on_option
@reason_option
@as_json
@command
def case_withdraw(session: Session, number: str, on: str | None, reason: str, json_: bool) -> None:
    """撤回申请 / the household takes its application back."""
    from core.casework.flow.application import withdraw

    acting(
        session,
        number,
        lambda desk, one: withdraw(desk, one, happened_on=when(session, on), reason=reason),
        json_=json_,
    )


@case.command("stage")
@number_argument
@click.argument("stage", metavar="STAGE")
@on_option
@by_option
@click.option("--result", metavar="CODE", help="结果 / result")
@click.option("--body", metavar="JSON", help="材料、签字、来源、人数等 / particulars: papers, signatures, numbers")
@as_json
@command
def case_stage(
    session: Session, number: str, stage: str, *, on: str | None, by: tuple[int, ...], json_: bool, **more: str | None
) -> None:
    """登记一个环节 / record that a stage was done."""
    from core.casework.flow.stage import complete_stage

    told = body_of(more["body"])
    acting(
        session, number,
        lambda desk, one: complete_stage(
            desk, one, stage, happened_on=when(session, on), by=by, result=more["result"], body=told), json_=json_,
    )  # fmt: skip


@case.command("object")
@number_argument
@click.argument("stage", metavar="STAGE")
@on_option
@click.option("--kind", default="villager", show_default=True, help="异议人类别 / kind of person")
@click.option("--reason", required=True, help="异议内容 / what is objected to")
@as_json
@command
def case_object(
    session: Session, number: str, *, stage: str, on: str | None, kind: str, reason: str, json_: bool
) -> None:
    """登记异议 / record an objection to a stage."""
    from core.casework.flow.objection import object_to

    acting(
        session, number,
        lambda desk, one: object_to(desk, one, stage, happened_on=when(session, on), by=kind, reason=reason),
        json_=json_,
    )  # fmt: skip


@case.command("answer")
@number_argument
@on_option
@by_option
@click.option("--result", type=click.Choice(["upheld", "changed"]), required=True, help="核实结果 / outcome")
@click.option("--body", metavar="JSON", help="材料、签字等 / particulars")
@as_json
@command
def case_answer(
    session: Session, number: str, *, on: str | None, by: tuple[int, ...], result: str, body: str | None, json_: bool
) -> None:
    """核实并答复异议 / inquire into an objection and answer it."""
    from core.casework.flow.objection import answer as reply

    told = body_of(body)
    acting(
        session, number,
        lambda desk, one: reply(desk, one, happened_on=when(session, on), by=by, result=result, body=told),
        json_=json_,
    )  # fmt: skip


@case.command("propose")
@number_argument
@click.argument("result", type=click.Choice(["approved", "refused"]))
@on_option
@click.option("--reason", default="", help="理由 / reason")
@as_json
@command
def case_propose(
    session: Session, number: str, *, result: Literal["approved", "refused"], on: str | None, reason: str, json_: bool
) -> None:
    """县级拟定，由另一人审批 / propose the county's decision, for another to decide."""
    from core.casework.flow.maker import propose_ruling

    acting(
        session, number,
        lambda desk, one: propose_ruling(desk, one, result, happened_on=when(session, on), reason=reason), json_=json_,
    )  # fmt: skip


@case.command("decide")
@number_argument
@click.argument("result", type=click.Choice(["approve", "refuse"]))
@on_option
@by_option
@click.option("--from-month", metavar="YYYY-MM", help="起始月；不填按发放安排 / first month; by the schedule")
@departure_options
@as_json
@command
def case_decide(
    session: Session, number: str, *, result: str, on: str | None, by: tuple[int, ...], json_: bool, **more: str | None
) -> None:
    """县级审批 / the county's decision."""
    from core.casework.flow.approval import CountyRuling, approve, refuse

    def act(desk: Desk, one: AssistanceCase) -> Decision:
        ruling = CountyRuling(happened_on=when(session, on), by=by, departure=departure_of(**more))
        if result == "refuse":
            return refuse(desk, one, ruling)
        said = more["from_month"]
        return approve(desk, one, ruling, from_month=month(said, when(session, on)) if said else None)

    made = acting(session, number, act, json_=json_)
    if not json_:
        click.echo(amount(session, made))


@case.command("refusal-notice")
@number_argument
@on_option
@by_option
@as_json
@command
def case_refusal_notice(session: Session, number: str, on: str | None, by: tuple[int, ...], json_: bool) -> None:
    """书面告知不予批准 / tell the refusal in writing, with reasons and remedies."""
    from core.casework.flow.approval import refusal_notice

    told = acting(
        session, number, lambda desk, one: refusal_notice(desk, one, happened_on=when(session, on), by=by), json_=json_
    )
    for one in [] if json_ else told.body["reasons"]:
        click.echo(f"- {one['zh'] if session.language == 'zh' else one['en']}")
