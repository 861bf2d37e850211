"""The reference period (计算周期): income and line are compared by year, quarter or month, or as ruled."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds import standard
from core.kinds.contribution import Line, Rules, number, quantity, unavailable
from core.kinds.money import converted
from core.kinds.schema import choice, integer, record, titled, value
from core.provision import Kind
from core.values import Unit

LABEL = Text("保障线（按计算周期）", "line in the reference period")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``line``: the standard put on the reference period."""
    ruled = standard.main_line(policy, programme)
    if ruled is None:
        return
    missing = ruled if ruled.is_gap else gap(policy, programme)
    if missing is not None:
        yield unavailable(missing, programme, "line", number(_gap_unit(policy, programme, ruled), LABEL))
        return
    period = period_of_test(policy, programme)
    origin = policy.line("reference_period", programme) or ruled
    text = converted("standard", period, was=standard.period_ruled(policy, programme))
    yield quantity(origin, programme, "line", text, number(_unit(ruled, period), LABEL))


def gap(policy: Rules, programme: str) -> Line | None:
    """Return the reference period's line where it is a gap."""
    line = policy.line("reference_period", programme)
    return line if line is not None and line.is_gap else None


def period_of_test(policy: Rules, programme: str) -> str:
    """Return ``year``, ``quarter`` or ``month``; where nothing is ruled the standard's own, else the year."""
    line = policy.line("reference_period", programme)
    ruled = "as_standard" if line is None or line.is_gap else str(line.value["period"])
    return (standard.period_ruled(policy, programme) or "year") if ruled == "as_standard" else ruled


def _unit(ruled: Line, period: str) -> Unit | None:
    """The unit of ``line``; left to the checker for a standard that is not per period."""
    per = str(ruled.value["amount"].get("per", ""))
    return Unit.parse("yuan/" + per.rpartition("-")[0] + ("-" if "-" in per else "") + period) if per else None


def _gap_unit(policy: Rules, programme: str, ruled: Line) -> Unit:
    if ruled.is_gap:
        return standard.unit_in_force(policy, programme)
    return _unit(ruled, period_of_test(policy, programme)) or standard.unit_in_force(policy, programme)


_WINDOW = record(
    {
        "months": integer("月数", "months", low=1, high=120),
        "ending": choice(("application", "decision", "last_year"), "截止于", "ending"),
    }
)

KIND = Kind(
    name="reference_period",
    title=Text("计算周期", "reference period"),
    schema=value(
        {
            "period": choice(("year", "quarter", "month", "as_standard"), "周期", "period"),
            "window": titled(_WINDOW, "收入所属期间", "window of the income"),
        },
        required=("period",),
    ),
    compile=contribute,
)
