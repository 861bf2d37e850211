"""The phase-out (渐退期): whose income has passed the line is paid on for some months, in full or a share."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import (
    MONTHLY_MONEY,
    MONTHS,
    Line,
    Rules,
    claim,
    condition,
    months,
    number,
    quantity,
    suffixed,
    unavailable,
)
from core.kinds.schema import formula, integer, or_gap, record, share, titled, value
from core.kinds.schema import is_gap as is_partial_gap
from core.provision import Json, Kind

ACTIVE = Text("处于渐退期", "in phase-out")
LONGEST = Text("渐退期月数", "months of phase-out")
LABEL = Text("渐退期保障金（月）", "phase-out amount a month")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``phase_out_active`` and ``phase_out_amount`` a month.

    ``case.months_in_phase_out`` counts months already paid: of six months the seventh is the first without.
    """
    for line in policy.lines("phase_out", programme):
        yield from _gap(line, programme) if line.is_gap else _phase(line, programme)


def _gap(line: Line, programme: str) -> Iterator[FormulaSource]:
    active, paid = suffixed("phase_out_active", line.key), suffixed("phase_out_amount", line.key)
    yield unavailable(line, programme, active, claim(ACTIVE))
    yield unavailable(line, programme, paid, number(MONTHLY_MONEY, LABEL))


def _phase(line: Line, programme: str) -> Iterator[FormulaSource]:
    active, paid = suffixed("phase_out_active", line.key), suffixed("phase_out_amount", line.key)
    when, longest = suffixed("phase_out_when", line.key), suffixed("phase_out_months", line.key)
    yield condition(line, programme, when, "when")
    if is_partial_gap(line.value["months"]):
        yield unavailable(line, programme, longest, number(MONTHS, LONGEST))
    else:
        yield quantity(line, programme, longest, months(line.value["months"]), number(MONTHS, LONGEST))
    going_on = f"{when} and {longest} > case.months_in_phase_out"
    yield quantity(line, programme, active, going_on, claim(ACTIVE))
    text = f"IF({active}, {_amount(line.value['amount'])}, 0)"
    yield quantity(line, programme, paid, text, number(MONTHLY_MONEY, LABEL))


def _amount(ruled: Json) -> str:
    return "case.previous_amount" if ruled == "previous" else f"{ruled['share']} * case.previous_amount"


_PART = record({"share": share("占原保障金的比例", "share of the former amount")}, required=("share",))

KIND = Kind(
    name="phase_out",
    title=Text("渐退期", "phase-out"),
    schema=value(
        {
            "when": formula("条件", "when"),
            "months": or_gap(integer("月数", "months", low=1, high=60)),
            "amount": titled({"anyOf": [{"type": "string", "const": "previous"}, _PART]}, "金额", "amount"),
            "warn_days": integer("到期提醒天数", "days of warning", high=366),
        },
        required=("when", "months", "amount"),
        named=True,
    ),
    compile=contribute,
)
