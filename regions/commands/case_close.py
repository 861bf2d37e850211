"""``jiuzhu case close`` and ``follow-up``: an exit is proposed by one, decided by another, and followed afterwards."""

from __future__ import annotations

from datetime import date

import click

from core.errors import JiuzhuError, Text
from regions.commands.case_acting import (
    acting,
    departure_of,
    finding_option,
    month,
    number_argument,
    on_option,
    reason_option,
    when,
)
from regions.commands.printing import as_json
from regions.commands.session import WHOLE, Session, command, day

exit_argument = click.argument("proposed", type=WHOLE, metavar="PROPOSAL")


@click.group()
def close() -> None:
    """退出：拟定、决定 / exits: proposed by one, decided by another."""


@close.command("propose")
@number_argument
@click.option("--reason", required=True, metavar="CODE", help="退出原因代码 / coded reason")
@click.option(
    "--from-month", metavar="YYYY-MM", help="自哪月起不再发放；不填按发放安排 / owed no more from; by the schedule"
)
@click.option("--changed-on", metavar="DATE", help="情况变化之日，默认发生日 / day of the change")
@click.option(
    "--died", multiple=True, metavar="PERSON=DATE", help="死亡退出：何人何日死亡，可重复 / who died when, for a death"
)
@on_option
@as_json
@command
def close_propose(
    session: Session,
    number: str,
    *,
    reason: str,
    died: tuple[str, ...],
    on: str | None,
    json_: bool,
    **more: str | None,
) -> None:
    """拟定退出 / propose that a case be closed for a coded reason."""
    from core.casework.flow.exit_proposal import propose_exit

    said = more["from_month"]
    first = month(said, session.platform.today) if said else None
    made = acting(
        session, number,
        lambda desk, one: propose_exit(
            desk, one, reason=reason, happened_on=when(session, on), effective_month=first,
            changed_on=day(more["changed_on"]), died=deaths_of(died)),
        json_=json_,
    )  # fmt: skip
    if not json_:
        click.echo(session.say(f"拟退出：第{made.sequence}号记录", f"proposed: event no. {made.sequence}"))


def deaths_of(given: tuple[str, ...]) -> dict[str, date]:
    """Read who died when."""
    found: dict[str, date] = {}
    for one in given:
        token, _, said = one.partition("=")
        on = day(said) if said else None
        if not token or on is None:
            text = Text("应为 人员编号=日期", "must be PERSON=DATE")
            raise JiuzhuError("bad_death", text, value=one)
        found[token] = on
    return found


@close.command("decide")
@number_argument
@exit_argument
@on_option
@finding_option
@click.option("--why", default="", help="偏离的理由 / reason of a departure")
@as_json
@command
def close_decide(
    session: Session, number: str, proposed: int, *, on: str | None, finding: str | None, why: str,
    json_: bool,
) -> None:  # fmt: skip
    """决定退出（另一人）/ close a case as another person proposed."""
    from core.casework.flow.closing import close_case

    departure = departure_of(finding=finding, reason=why)
    acting(
        session, number,
        lambda desk, one: close_case(desk, one, proposed, happened_on=when(session, on), departure=departure),
        json_=json_,
    )  # fmt: skip


@close.command("drop")
@number_argument
@exit_argument
@reason_option
@as_json
@command
def close_drop(session: Session, number: str, proposed: int, reason: str, json_: bool) -> None:
    """撤回或退回拟定的退出 / take a proposed exit back, or send it back."""
    from core.casework.flow.exit_proposal import drop_exit

    acting(session, number, lambda desk, one: drop_exit(desk, one, proposed, reason=reason), json_=json_)


@click.command("follow-up")
@number_argument
@click.argument("found", type=click.Choice(["stable", "returned", "referred", "moved", "dead", "unreachable"]))
@on_option
@click.option("--note", help="说明 / note")
@as_json
@command
def follow_up(session: Session, number: str, *, found: str, on: str | None, note: str | None, json_: bool) -> None:
    """退出对象跟踪 / what became of a household that left."""
    from core.casework.flow.closing import follow_up as follow

    acting(
        session,
        number,
        lambda desk, one: follow(desk, one, happened_on=when(session, on), found=found, note=note),
        json_=json_,
    )
