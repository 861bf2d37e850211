"""The price subsidy (物价补贴): its own payment line and trigger; never part of gap, income or standard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.benefit import Payee, payee
from core.kinds.contribution import (
    MONTHLY_MONEY,
    Line,
    Rules,
    condition,
    number,
    quantity,
    suffixed,
    unavailable,
)
from core.kinds.money import per_period
from core.kinds.schema import amount, boolean, choice, formula, or_gap, share, value
from core.kinds.schema import is_gap as is_partial_gap
from core.kinds.standard import of_standard
from core.provision import Json, Kind, text_of

LABEL = Text("物价补贴（月）", "price subsidy a month")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``price_subsidy`` a month for whoever is paid, while the trigger holds."""
    paid = payee(policy, programme)
    if paid is None:
        return
    for line in policy.lines("price_subsidy", programme):
        name = suffixed("price_subsidy", line.key)
        if line.is_gap or is_partial_gap(line.value.get("amount")) or is_partial_gap(line.value.get("trigger")):
            yield unavailable(line, programme, name, number(MONTHLY_MONEY, LABEL))
        else:
            yield from _subsidy(policy, line, programme, name, paid)


def _subsidy(policy: Rules, line: Line, programme: str, name: str, paid: Payee) -> Iterator[FormulaSource]:
    label = text_of(line.value.get("label")) or LABEL
    triggered = f"{name}_trigger" if "trigger" in line.value else "TRUE"
    if "trigger" in line.value:
        yield condition(line, programme, triggered, "trigger")
    if paid.member or line.value.get("beneficiary", "member") == "member":
        text = f"IF({_receives(paid)} and {triggered}, {_figure(policy, line, programme, persons=None)}, 0)"
        yield quantity(line, programme, f"member.{name}", text, number(MONTHLY_MONEY, label))
        yield quantity(line, programme, name, f"SUM(member.{name})", number(MONTHLY_MONEY, label))
    else:
        figure = _figure(policy, line, programme, persons="entitled_size")
        yield quantity(
            line,
            programme,
            name,
            f"IF({paid.eligible} and {triggered}, {figure}, 0)",
            number(MONTHLY_MONEY, label),
        )


def _receives(paid: Payee) -> str:
    return paid.eligible if paid.member else "eligible and member.entitled"


def _figure(policy: Rules, line: Line, programme: str, *, persons: str | None) -> str:
    if "amount" in line.value:
        return per_period(line.value["amount"], "month", persons=persons)
    return of_standard(policy, programme, line.value["share"], period="month", persons=persons)


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """An amount or a share of the standard."""
    if ("amount" in value) == ("share" in value):
        yield (
            "amount",
            Text("须给出金额或占标准的比例，二者择一", "give an amount or a share of the standard, one of them"),
        )


KIND = Kind(
    name="price_subsidy",
    title=Text("物价补贴", "price subsidy"),
    schema=value(
        {
            "amount": or_gap(amount(timed=True)),
            "share": share("占标准的比例", "share of the standard"),
            "beneficiary": choice(("member", "household"), "受益对象", "beneficiary"),
            "trigger": or_gap(formula("启动条件", "trigger")),
            "counts_in_target": boolean("计入救助水平目标", "counts in target"),
        },
        named=True,
    ),
    compile=contribute,
    check=check,
)
