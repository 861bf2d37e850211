"""How a command of ``jiuzhu case`` reads its words, acts on a case and says what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import JiuzhuError, Text
from regions.commands.printing import show_json
from regions.commands.session import WHOLE, Session, day, yuan

if TYPE_CHECKING:
    from core.casework.deciding.decision import Departure
    from core.casework.desk import Desk
    from core.store.tables import AssistanceCase, Decision

FILE = click.Path(path_type=Path, dir_okay=False)
reason_option = click.option("--reason", required=True, help="原因 / reason")
number_argument = click.argument("number", metavar="NUMBER")
on_option = click.option("--on", metavar="DATE", help="发生日期，默认今天 / when it happened, default today")
by_option = click.option(
    "--by", multiple=True, type=WHOLE, metavar="ID", help="名册编号 / number in the register of office"
)
finding_option = click.option(
    "--finding", metavar="CODE", help="偏离计算结果所依据的认定 / finding a departure rests on"
)


def departure_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options of a departure from the computed result: its finding, why, and the amount it gives."""
    reason = click.option("--reason", default="", help="偏离的理由 / reason of a departure")
    benefit = click.option("--benefit", metavar="YUAN", help="偏离后的月额 / monthly amount of a departure")
    return finding_option(reason(benefit(function)))


def acting(session: Session, number: str, act: Callable[[Desk, AssistanceCase], Any], *, json_: bool) -> Any:
    """Do something to a case of a number in one transaction, and say where it stands; as JSON also what was made."""
    from core.casework.flow.case_list import find_case
    from regions.case_view import outcome_json

    with session.platform.desk(session.user) as desk:
        found = find_case(desk, number)
        made = act(desk, found)
        told = outcome_json(desk, found, made, session.language)
    if json_:
        show_json(told)
    else:
        click.echo(f"{told['number']}  {told['status_text']}")
    return made


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


def departure_of(**given: str | None) -> Departure | None:
    """Read a departure from the computed result: on a finding, with a reason, and the amount it gives."""
    from core.casework.deciding.decision import Departure

    if not given["finding"]:
        return None
    benefit = given.get("benefit")
    parts = {"benefit": Fraction(yuan(benefit))} if benefit else {}
    return Departure(parts=parts, finding=given["finding"], reason=given["reason"] or "")


def month(text: str | None, default: date) -> date:
    """Read a month given as ``2018-05``; without one, the month of a day."""
    return day(f"{text}-01" if text and len(text) == len("2018-05") else text) or default.replace(day=1)


def amount(session: Session, made: Decision) -> str:
    """Say what a decision is and gives, to the fen; the reader's rounding is marked."""
    from core.casework.flow.transition import event_label
    from core.values import yuan_text

    mark = "" if made.monthly.denominator == 1 else "≈"
    yearly = yuan_text(made.monthly * 12)
    monthly, since = f"{mark}{yuan_text(made.monthly)}", f"{made.from_month:%Y-%m}"
    kind = event_label(f"decision.{made.kind}")
    return session.say(
        f"第{made.number}号决定（{kind.zh}）：自 {since} 起每月 {monthly} 元（全年 {yearly} 元）",
        f"decision {made.number} ({kind.en}): {monthly} yuan a month from {since} ({yearly} a year)",
    )


def fields_in_words(session: Session, names: Sequence[str]) -> str:
    """Name fields of a person in the language of the screen."""
    from core.casework.people.person import CALLED

    return session.say("、", ", ").join(CALLED[name].pick(session.language) for name in names)


def say_kept(session: Session, number: str, kept: Mapping[str, Sequence[str]]) -> None:
    """Say beside an answer in which fields a form differs from what stays known of a person, and how to change it."""
    for token, names in kept.items():
        fields = fields_in_words(session, names)
        click.echo(
            session.say(
                f"! {token}：已登记的{fields}与本次填写不同，仍以原登记为准；变更账户须两人办理："
                f"jiuzhu case account {number} propose，电话、住址：jiuzhu case contact {number}（--member {token}）",
                f"! {token}: {fields} stay as registered before, not as given now; two officers change an account: "
                f"jiuzhu case account {number} propose; phone or address: jiuzhu case contact (--member {token})",
            ),
            err=True,
        )
