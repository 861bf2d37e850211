"""The benefit (保障金): the gap to the line, a tier, or a flat amount; to the household or to each person.

``benefit`` is exact and per reference period, ``benefit_monthly`` per month (rounded where entitlement is).
Whoever is not eligible gets 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds import rounding, standard
from core.kinds.contribution import (
    MONTHLY_MONEY,
    Line,
    Rules,
    condition,
    conjunction,
    number,
    pays_member,
    quantity,
    unavailable,
)
from core.kinds.household_composition import composition
from core.kinds.money import converted, per_period
from core.kinds.reference_period import period_of_test
from core.kinds.schema import (
    amount,
    array,
    boolean,
    choice,
    formula,
    mapping,
    or_gap,
    record,
    share,
    string,
    text,
    value,
)
from core.kinds.schema import is_gap as is_partial_gap
from core.kinds.topup import within_benefit
from core.provision import Json, Kind
from core.values import Unit

METHODS = ("gap", "tiered", "flat")
LABEL = Text("保障金（按计算周期）", "benefit in the reference period")
MONTHLY_LABEL = Text("月保障金", "benefit a month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Whom a programme pays: the household or each member, and the condition for it."""

    member: bool
    eligible: str

    @property
    def prefix(self) -> str:
        """What stands before the name of a quantity paid to the payee."""
        return "member." if self.member else ""


def payee(policy: Rules, programme: str) -> Payee | None:
    """Return whom the benefit in force goes to; None without one, or where nobody says who is eligible."""
    line = policy.line("benefit", programme)
    if line is None:
        return None
    member = line.value.get("payee", "member" if pays_member(policy, programme) else "household") == "member"
    if member and policy.line("formula", programme, "member.eligible") is not None:
        return Payee(member=True, eligible="member.eligible")
    if policy.line("formula", programme, "eligible") is None:
        return None
    return Payee(member=member, eligible="eligible and member.entitled" if member else "eligible")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``benefit`` and ``benefit_monthly``; for paid persons each member's, and the household's sum."""
    line, paid = policy.line("benefit", programme), payee(policy, programme)
    if line is None or paid is None:
        return
    period = period_of_test(policy, programme)
    unit = Unit.parse(f"yuan/{period}")
    if line.is_gap or _is_torn(line):
        yield unavailable(line, programme, f"{paid.prefix}benefit", number(unit, LABEL))
    else:
        yield from _conditions(line, programme, paid)
        text = f"IF({_condition(line, paid)}, {_amount(policy, programme, line, paid, period)}, 0)"
        yield quantity(line, programme, f"{paid.prefix}benefit", text, number(unit, LABEL))
    yield _monthly(policy, programme, line, paid.prefix, period)
    if paid.member:
        yield quantity(line, programme, "benefit", "SUM(member.benefit)", number(unit, LABEL))
        yield quantity(
            line,
            programme,
            "benefit_monthly",
            "SUM(member.benefit_monthly)",
            number(MONTHLY_MONEY, MONTHLY_LABEL),
        )


def _is_torn(line: Line) -> bool:
    """Whether the amount the method needs is not in the source."""
    needed = {"tiered": "tiers", "flat": "amount"}.get(line.value["method"], "")
    return is_partial_gap(line.value.get(needed))


def _conditions(line: Line, programme: str, paid: Payee) -> Iterator[FormulaSource]:
    for part in ("when", "full_when"):
        if part in line.value:
            yield condition(line, programme, f"{paid.prefix}benefit_{part}", part)


def _condition(line: Line, paid: Payee) -> str:
    own = [f"{paid.prefix}benefit_when"] if "when" in line.value else []
    return conjunction([paid.eligible, *own], "and", empty="TRUE")


def _amount(policy: Rules, programme: str, line: Line, paid: Payee, period: str) -> str:
    text = _METHOD[line.value["method"]](policy, programme, line, paid, period)
    persons = _persons(policy, programme, paid)
    if "full_when" in line.value:
        text = f"IF({paid.prefix}benefit_full_when, line * {persons or '1 person'}, {text})"
    if "minimum" in line.value:
        text = f"MAX({text}, {per_period(line.value['minimum'], period, persons=persons)})"
    extra = within_benefit(policy, programme, member=paid.member)
    return text if extra is None else f"{text} + {converted(extra, period, was='month')}"


def _persons(policy: Rules, programme: str, paid: Payee) -> str | None:
    """How many persons an amount for each person is paid for; None for one."""
    if paid.member:
        return None
    return "entitled_size" if composition(policy, programme).entitles else "household_size"


def _gap(policy: Rules, programme: str, line: Line, paid: Payee, period: str) -> str:
    """Multiply before dividing: the household's gap, then the share of those entitled. Never below 0.

    Where a rule says that only those entitled are looked at (``income_of: entitled``) and they are not everybody,
    theirs is the line for as many persons less their own income: a member of a household above the line has a gap.
    """
    gap = "line * household_size - counted_income"
    if paid.member:
        return f"MAX(({gap}) / household_size * 1 person, 0)"
    if not composition(policy, programme).entitles:
        return f"MAX({gap}, 0)"
    if line.value.get("income_of") != "entitled":
        return f"MAX(({gap}) * entitled_size / household_size, 0)"
    own = converted("SUM(member.counted_income, WHEN(member.entitled))", period, was="year")
    return f"MAX(IF(entitled_size < household_size, line * entitled_size - {own}, {gap}), 0)"


def _tiered(policy: Rules, programme: str, line: Line, paid: Payee, period: str) -> str:
    arms = ", ".join(
        f"{_constant(code)}, {_tier(policy, programme, tier, paid, period)}"
        for code, tier in line.value["tiers"].items()
    )
    return f"SWITCH({line.value['by']}, {arms})"


def _constant(code: str) -> str:
    """A tier's code is a choice; all digits, it is a level (disability 1 to 4)."""
    return code if code.isdigit() else f'"{code}"'


def _tier(policy: Rules, programme: str, tier: Mapping[str, Json], paid: Payee, period: str) -> str:
    persons = _persons(policy, programme, paid)
    if "amount" in tier:
        return per_period(tier["amount"], period, persons=persons)
    return standard.of_standard(policy, programme, tier["share"], period=period, persons=persons)


def _flat(policy: Rules, programme: str, line: Line, paid: Payee, period: str) -> str:
    persons = _persons(policy, programme, paid)
    if "amount" in line.value:
        return per_period(line.value["amount"], period, persons=persons)
    return standard.of_standard(policy, programme, line.value.get("share", ""), period=period, persons=persons)


_METHOD = {"gap": _gap, "tiered": _tiered, "flat": _flat}


def _monthly(policy: Rules, programme: str, line: Line, prefix: str, period: str) -> FormulaSource:
    text = converted(f"{prefix}benefit", "month", was=period)
    rule = rounding.rule(policy, programme, "entitlement")
    if rule is None:
        return quantity(line, programme, f"{prefix}benefit_monthly", text, number(MONTHLY_MONEY, MONTHLY_LABEL))
    rounded = rounding.rounded(text, rule.value)
    return quantity(rule, programme, f"{prefix}benefit_monthly", rounded, number(MONTHLY_MONEY, MONTHLY_LABEL))


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """A tiered benefit needs its tiers and what decides among them; each tier an amount or a share."""
    if value.get("method") != "tiered":
        return
    tiers = value.get("tiers")
    if tiers is None:
        yield "tiers", Text("分档发放须列出各档", "a tiered benefit needs its tiers")
    elif not is_partial_gap(tiers):
        for code, tier in tiers.items():
            if ("amount" in tier) == ("share" in tier):
                yield (
                    f"tiers.{code}",
                    Text("须给出金额或占标准的比例，二者择一", "give an amount or a share, one of them"),
                )
    if "by" not in value and not is_partial_gap(tiers):
        yield "by", Text("须注明按哪一认定分档", "name the finding that decides the tier")


_TIER = record(
    {
        "label": text(),
        "amount": amount("金额", "amount", timed=True),
        "share": share("占标准的比例", "share of the standard"),
    }
)

KIND = Kind(
    name="benefit",
    title=Text("保障金计算", "benefit"),
    schema=value(
        {
            "method": choice(METHODS, "计算方式", "method"),
            "also_allowed": array(choice(METHODS, "计算方式", "method"), "也可采用", "also allowed"),
            "income_of": choice(
                ("household", "entitled"),
                "只保障部分成员时按谁的收入算差额",
                "whose income the gap of a part of the household is measured by",
            ),
            "tiers": or_gap(mapping(_TIER, "档次", "tiers")),
            "by": string("分档依据", "by"),
            "amount": or_gap(amount("定额", "amount", timed=True)),
            "share": share("占标准的比例", "share of the standard"),
            "payee": choice(("household", "member"), "发放对象", "payee"),
            "minimum": amount("最低发放额", "minimum", timed=True),
            "when": formula("附加条件", "when"),
            "full_when": formula("全额发放条件", "paid in full when"),
            "whole_household": boolean("以户为单位", "household as a whole"),
        },
        required=("method",),
        named=True,
    ),
    compile=contribute,
    check=check,
)
