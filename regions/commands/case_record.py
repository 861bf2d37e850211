"""``jiuzhu case``, records beside the way: certificates, referrals, appeals, corrections, findings, extensions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from regions.commands.case_acting import acting, body_of, number_argument, on_option, reason_option, when
from regions.commands.printing import as_json, show_json
from regions.commands.session import WHOLE, Session, command, day

if TYPE_CHECKING:
    from core.casework.desk import Desk
    from core.store.tables import AssistanceCase


@click.command()
@number_argument
@click.argument("act", type=click.Choice(["issue", "renew", "take-back", "lost"]))
@click.argument("certificate_number", required=False, metavar="CERTIFICATE")
@on_option
@as_json
@command
def certificate(
    session: Session, number: str, *, act: str, certificate_number: str | None, on: str | None, json_: bool
) -> None:
    """领取证：发放、换证、收回、遗失 / certificates."""
    from core.casework.flow.certificate import issue, renew, take_back

    happened = when(session, on)

    if act in ("issue", "renew") and certificate_number is None:
        raise click.UsageError("CERTIFICATE")

    def do(desk: Desk, one: AssistanceCase) -> Any:
        if certificate_number is not None and act in ("issue", "renew"):
            return (issue if act == "issue" else renew)(desk, one, certificate_number, happened_on=happened)
        return take_back(desk, one, happened_on=happened, why="lost" if act == "lost" else "taken_back")

    acting(session, number, do, json_=json_)


@click.command()
@number_argument
@click.argument("target", required=False, metavar="TARGET")
@click.option("--answer", "referral", type=WHOLE, metavar="ID", help="登记第几号转介的结果 / answer a referral")
@click.option("--outcome", type=click.Choice(["granted", "refused", "not_reached"]), help="结果 / outcome")
@on_option
@as_json
@command
def refer(
    session: Session,
    number: str,
    *,
    target: str | None,
    referral: int | None,
    outcome: str | None,
    on: str | None,
    json_: bool,
) -> None:
    """转介：不带去向时列出可转介的去向 / refer; without a target, what there is."""
    from core.casework.deciding.proposal import propose
    from core.casework.flow.referral import answer_referral
    from core.casework.flow.referral import refer as send

    happened = when(session, on)
    if referral is None and target is None:
        _show_offers(session, number, happened, json_=json_)
        return

    def do(desk: Desk, one: AssistanceCase) -> Any:
        if referral is not None:
            return answer_referral(desk, referral, happened_on=happened, outcome=outcome or "")
        return send(desk, one, target or "", happened_on=happened, proposal=propose(desk, one, month=happened))

    made = acting(session, number, do, json_=json_)
    if referral is None and not json_:
        click.echo(made.id)


def _show_offers(session: Session, number: str, happened: date, *, json_: bool) -> None:
    from core.casework.deciding.proposal import propose
    from core.casework.flow.case_list import find_case
    from core.casework.flow.referral import offers

    with session.platform.reading_desk(session.user) as desk:
        one = find_case(desk, number)
        found = [
            {"target": way.target, "label": way.label.pick(session.language), "status": way.status,
             "failed": [text.pick(session.language) for text in way.failed]}
            for way in offers(desk, one, propose(desk, one, month=happened))
        ]  # fmt: skip
    if json_:
        show_json(found)
        return
    for each in found:
        click.echo(f"{each['target']}  {each['label']}  {each['status']}  {'；'.join(each['failed'])}".rstrip())


@click.command()
@number_argument
@click.argument("way", required=False, type=click.Choice(["reconsideration", "litigation"]))
@click.option("--against", type=WHOLE, metavar="DECISION", help="针对第几号决定 / against which decision")
@click.option("--answer", "appealed", type=WHOLE, metavar="EVENT", help="登记结果 / record the outcome of an appeal")
@click.option("--outcome", type=click.Choice(["upheld", "changed", "revoked", "withdrawn"]), help="结果 / outcome")
@click.option("--reason", default="", help="理由 / reason")
@on_option
@as_json
@command
def appeal(session: Session, number: str, *, way: str | None, on: str | None, json_: bool, **more: Any) -> None:
    """行政复议、行政诉讼 / reconsideration and litigation."""
    from core.casework.flow.appeal import answer_appeal
    from core.casework.flow.appeal import appeal as go_against

    happened = when(session, on)
    if more["appealed"] is not None:
        acting(
            session, number,
            lambda desk, one: answer_appeal(desk, one, more["appealed"], happened_on=happened,
                                            outcome=more["outcome"] or "", reason=more["reason"]), json_=json_,
        )  # fmt: skip
        return
    made = acting(
        session, number,
        lambda desk, one: go_against(desk, one, way or "", happened_on=happened, against=more["against"] or 0),
        json_=json_,
    )  # fmt: skip
    if not json_:
        click.echo(made.sequence)


@click.command()
@number_argument
@click.argument("event", type=WHOLE, metavar="EVENT")
@reason_option
@click.option("--on", "on", metavar="DATE", help="正确的发生日期 / the right day")
@click.option("--body", metavar="JSON", help="正确的内容 / what it should have said")
@click.option("--void", is_flag=True, help="没有发生过 / it did not happen")
@as_json
@command
def correct(session: Session, number: str, event: int, *, reason: str, json_: bool, **right: Any) -> None:
    """更正一条记录 / correct an event."""
    from core.casework.flow.correction import correct as mend

    told, on = body_of(right["body"]), day(right["on"])
    acting(
        session, number,
        lambda desk, one: mend(desk, one, event, reason=reason, happened_on=on, body=told, void=right["void"]),
        json_=json_,
    )  # fmt: skip


@click.command()
@number_argument
@click.argument("finding", metavar="CODE")
@click.argument("value", metavar="VALUE")
@reason_option
@click.option("--member", metavar="PERSON", help="哪一名成员 / which member")
@click.option("--evidence", multiple=True, metavar="CODE", help="证明材料 / evidence")
@on_option
@as_json
@command
def find(session: Session, number: str, finding: str, value: str, *, on: str | None, json_: bool, **more: Any) -> None:
    """作出或拟定认定 / make a finding, or propose one that needs a second person."""
    from core.casework.flow.finding import Claim
    from core.casework.flow.finding import find as make

    claim = Claim(finding=finding, value=value, **more)
    made = acting(session, number, lambda desk, one: make(desk, one, claim, happened_on=when(session, on)), json_=json_)
    if not json_:
        click.echo(f"{made.sequence}  {made.kind}")


@click.command()
@number_argument
@click.argument("proposed", type=WHOLE, metavar="EVENT")
@on_option
@as_json
@command
def confirm(session: Session, number: str, proposed: int, on: str | None, json_: bool) -> None:
    """复核认定（第二人）/ confirm a finding another person proposed."""
    from core.casework.flow.finding import confirm as confirm_finding

    acting(
        session,
        number,
        lambda desk, one: confirm_finding(desk, one, proposed, happened_on=when(session, on)),
        json_=json_,
    )


@click.command()
@number_argument
@click.argument("stage", metavar="STAGE")
@click.option(
    "--case",
    "special",
    type=WHOLE,
    default=0,
    show_default=True,
    help="规定中第几种特殊情形（从0起）/ which special case",
)
@reason_option
@on_option
@as_json
@command
def extend(
    session: Session, number: str, stage: str, *, special: int, reason: str, on: str | None, json_: bool
) -> None:
    """延长一个环节的时限（限规定的特殊情形）/ lengthen a limit, in a special case the rule names."""
    from core.casework.flow.extension import extend as lengthen

    acting(
        session, number,
        lambda desk, one: lengthen(desk, one, stage, special, happened_on=when(session, on), reason=reason),
        json_=json_,
    )  # fmt: skip


@click.command()
@number_argument
@click.option(
    "--again", multiple=True, metavar="STAGE", help="须重新办理的环节，默认审批及其后 / stages to be done anew"
)
@reason_option
@on_option
@as_json
@command
def reopen(session: Session, number: str, *, again: tuple[str, ...], reason: str, on: str | None, json_: bool) -> None:
    """重新办理 / take an ended case up again."""
    from core.casework.flow.appeal import reopen as take_up

    acting(
        session, number,
        lambda desk, one: take_up(desk, one, happened_on=when(session, on), reason=reason, again=again or None),
        json_=json_,
    )  # fmt: skip
