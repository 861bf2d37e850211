"""``jiuzhu arrears``: months recomputed under each one's own rules, proposed by one and decided by another."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import WHOLE, Session, command, day, month


class Months(TypedDict):
    """From which month to which: without an end, through the last change that is published."""

    since: date
    through: date | None


@click.command("arrears")
@click.argument("case")
@click.option("--since", metavar="YYYY-MM", help="自哪月重算 / from which month")
@click.option("--through", metavar="YYYY-MM", help="至哪月，默认至已公布的最后一次变动 / through which month")
@click.option("--propose", is_flag=True, help="拟定，由另一人决定 / propose it, for another person to decide")
@click.option("--reason", default="", help="拟定的理由 / why it is proposed")
@click.option("--decide", "decided", type=WHOLE, metavar="PROPOSAL", help="决定另一人拟定的重算 / decide a proposal")
@click.option("--on", metavar="DATE", help="决定日，默认今天 / day of the decision")
@as_json
@command
def arrears(  # noqa: PLR0913 - what the command line says, each by name
    session: Session,
    case: str,
    *,
    since: str | None,
    through: str | None,
    propose: bool,
    reason: str,
    decided: int | None,
    on: str | None,
    json_: bool,
) -> None:
    """逐月按当月规定重算：列出、拟定或者决定差额 / recompute months: list, propose or decide what differs."""
    if decided is not None and since is None:
        _decide(session, case, decided, on=on, json_=json_)
    elif since is not None and decided is None:
        months = Months(since=month(since), through=None if through is None else month(through))
        if propose:
            _propose(session, case, months, reason=reason, json_=json_)
        else:
            _show(session, case, months, json_=json_)
    else:
        raise click.UsageError(session.say("--since 与 --decide 须有其一", "give either --since or --decide"))


def _propose(session: Session, case: str, months: Months, *, reason: str, json_: bool) -> None:
    from core.casework.flow.back_dated import propose_back_dated
    from core.casework.flow.case_list import find_case

    with session.platform.desk(session.user) as desk:
        made = propose_back_dated(desk, find_case(desk, case), **months, reason=reason)
        number, changes = made.sequence, made.body["months"]
    said = session.say(
        f"已拟定第{number}号，由另一人决定：jiuzhu arrears {case} --decide {number}",
        f"proposed as no. {number}, for another person to decide: jiuzhu arrears {case} --decide {number}",
    )
    answer({"case": case, "proposal": number, "months": changes}, said, json_=json_)


def _decide(session: Session, case: str, proposal: int, *, on: str | None, json_: bool) -> None:
    from core.casework.flow.back_dated import decide_back_dated
    from core.casework.flow.case_list import find_case
    from core.casework.flow.change import Settlement
    from core.values import yuan_text

    settlement = Settlement(happened_on=day(on) or session.platform.today)
    with session.platform.desk(session.user) as desk:
        made = decide_back_dated(desk, find_case(desk, case), proposal, settlement)
        rows = [(one.number, one.from_month, one.until_month, yuan_text(one.monthly)) for one in made]
    said = session.say("已决定", "decided") + "".join(f"\n{_span(*row)}" for row in rows)
    answer({"case": case, "proposal": proposal, "decisions": [row[0] for row in rows]}, said, json_=json_)


def _span(number: int, start: date, until: date | None, monthly: str) -> str:
    return f"{number}  {start:%Y-%m} – {f'{until:%Y-%m}' if until else ''}  {monthly}"


def _show(session: Session, case: str, months: Months, *, json_: bool) -> None:
    from core.casework.deciding.arrears import recompute
    from core.casework.flow.case_list import find_case
    from core.casework.words import word
    from core.values import fraction_text, yuan_text

    with session.platform.reading_desk(session.user) as desk:
        found = recompute(desk, find_case(desk, case), **months)
        if json_:
            show_json({
                "spans": [{"from": one.from_month.isoformat(), "changes": one.changes,
                           "until": one.until_month.isoformat() if one.until_month else None,
                           "monthly": fraction_text(one.proposal.monthly), "difference": fraction_text(one.difference)}
                          for one in found.spans],
                "left": [{"month": one.month.isoformat(), "reason": one.reason} for one in found.left],
            })  # fmt: skip
            return
    rows = [[one.from_month.isoformat()[:7], one.until_month.isoformat()[:7] if one.until_month else "—",
             yuan_text(one.proposal.monthly), yuan_text(one.difference)] for one in found.spans]  # fmt: skip
    table(rows, heads(session, "起 止 每月 差额", "from until monthly difference"))
    for one in found.left:
        click.echo(f"{one.month:%Y-%m} {word('results', one.reason).pick(session.language)}", err=True)
