"""The payment schedule (发放安排): how often, by when, how; the exact and rounded amount of one payment."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds import rounding
from core.kinds.benefit import payee
from core.kinds.contribution import Rules, by_core, number, quantity, unavailable
from core.kinds.money import converted
from core.kinds.reference_period import period_of_test
from core.kinds.schema import array, choice, code, codes, integer, or_gap, record, titled, value
from core.provision import Kind
from core.values import Unit

FREQUENCIES = ("month", "quarter", "year")
LABEL = Text("每次发放额", "payment")
EXACT_LABEL = Text("每次应发额（未取整）", "payment before rounding")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``payment_exact`` and ``payment``, per payment; for paid persons each one's, and the sum."""
    line, paid = policy.line("payment_schedule", programme), payee(policy, programme)
    if line is None or paid is None:
        return
    if line.is_gap:
        yield unavailable(line, programme, f"{paid.prefix}payment", number(Unit.parse("yuan/month"), LABEL))
        if paid.member:
            yield unavailable(line, programme, "payment", number(Unit.parse("yuan/month"), LABEL))
        return
    frequency = str(line.value["frequency"])
    unit = Unit.parse(f"yuan/{frequency}")
    exact = _entitlement(policy, programme, paid.prefix, frequency)
    yield quantity(line, programme, f"{paid.prefix}payment_exact", exact, number(unit, EXACT_LABEL))
    yield _rounded(policy, programme, f"{paid.prefix}payment", unit)
    if paid.member:
        yield quantity(line, programme, "payment", "SUM(member.payment)", number(unit, LABEL))


def _entitlement(policy: Rules, programme: str, prefix: str, frequency: str) -> str:
    """Convert the exact benefit, or the month's where entitlement itself is rounded."""
    if rounding.rule(policy, programme, "entitlement") is not None:
        return converted(f"{prefix}benefit_monthly", frequency, was="month")
    return converted(f"{prefix}benefit", frequency, was=period_of_test(policy, programme))


def _rounded(policy: Rules, programme: str, name: str, unit: Unit) -> FormulaSource:
    rule = rounding.rule(policy, programme, "payment")
    if rule is not None:
        text = rounding.rounded(f"{name}_exact", rule.value)
        return quantity(rule, programme, name, text, number(unit, LABEL))
    entitlement = rounding.rule(policy, programme, "entitlement")
    if entitlement is not None:
        # A month is already whole fen, jiao or yuan, and so is every multiple of it.
        return quantity(entitlement, programme, name, f"{name}_exact", number(unit, LABEL))
    return by_core("core/round_payment", programme, name, f"ROUND({name}_exact, 2)", number(unit, LABEL))


_PAY_BY = record(
    {
        "day": integer("日", "day", low=1, high=31),
        "of": choice(("month", "first_month_of_quarter", "last_month_of_quarter"), "所在月份", "of"),
        "day_kind": choice(("calendar", "working"), "日的种类", "kind of day"),
    },
    required=("day",),
)

KIND = Kind(
    name="payment_schedule",
    title=Text("发放安排", "payment schedule"),
    schema=value(
        {
            "frequency": choice(FREQUENCIES, "发放周期", "frequency"),
            "also_allowed": array(choice(FREQUENCIES, "发放周期", "frequency"), "也可采用", "also allowed"),
            "pay_by": or_gap(titled(_PAY_BY, "发放期限", "pay by")),
            "in_advance": or_gap(titled({"type": "boolean"}, "预先发放", "in advance")),
            "channel": or_gap(codes("发放渠道", "channel")),
            "first_month": or_gap(
                choice(
                    ("month_of_decision", "month_after_decision", "month_of_application"),
                    "首次计发月",
                    "first month",
                )
            ),
            "last_month": or_gap(
                choice(("month_of_decision", "month_before_stop", "month_of_change"), "末次计发月", "last month")
            ),
            "payee": or_gap(code("收款人", "payee")),
            "account": or_gap(codes("账户", "account")),
        },
        required=("frequency",),
    ),
    compile=contribute,
)
