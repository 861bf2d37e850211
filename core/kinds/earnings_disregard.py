"""The earnings disregard (就业增收豁免): earnings from new work stay out of income for some months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import (
    YEARLY_MONEY,
    Line,
    Rules,
    claim,
    condition,
    items,
    listed,
    months,
    number,
    quantity,
    suffixed,
    unavailable,
)
from core.kinds.money import per_period
from core.kinds.schema import (
    Schema,
    amount,
    codes,
    decimal,
    formula,
    integer,
    record,
    share,
    string,
    titled,
    value,
)
from core.kinds.standard import of_standard
from core.provision import Json, Kind

LABEL = Text("就业增收豁免额（年）", "earnings disregarded a year")
EARNINGS = Text("就业收入（年）", "earnings a year")
EARNED = Text("属于就业收入", "is earned by work")


def disregards(policy: Rules, programme: str) -> tuple[str, ...]:
    """Return the names of the disregards in force, without their list; a gap disregards nothing."""
    lines = policy.lines("earnings_disregard", programme)
    return tuple(suffixed("earnings_disregard", line.key) for line in lines if not line.is_gap)


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``income.earned``, ``member.earnings`` and ``member.earnings_disregard``, yearly."""
    counted = [line for line in items(policy, "income_definition", programme) if not line.is_gap]
    if not counted:
        return
    for line in policy.lines("earnings_disregard", programme):
        name = suffixed("member.earnings_disregard", line.key)
        if line.is_gap:
            yield unavailable(line, programme, name, number(YEARLY_MONEY, LABEL))
            continue
        earned, earnings = suffixed("income.earned", line.key), suffixed("member.earnings", line.key)
        yield quantity(line, programme, earned, _earned(line, counted), claim(EARNED))
        total = f"SUM(income.annual, WHEN({earned}))"
        yield quantity(line, programme, earnings, total, number(YEARLY_MONEY, EARNINGS))
        yield condition(line, programme, f"{name}_when", "when")
        text = f"IF({_applies(line, name)}, {_amount(policy, programme, line, earnings)}, 0)"
        yield quantity(line, programme, name, text, number(YEARLY_MONEY, LABEL))


def _earned(line: Line, counted: list[Line]) -> str:
    """Counted income of the classes (and items) named; wages where none is named."""
    classes = listed(line.value.get("of", "wage"))
    named = listed(line.value.get("items", ()))
    codes = [one.key for one in counted if one.key in named or (not named and one.value.get("class") in classes)]
    if not codes:
        return "FALSE"
    arms = "".join(f'"{code}", TRUE, ' for code in codes)
    return f"income.counted and SWITCH(income.item, {arms}FALSE)"


def _applies(line: Line, name: str) -> str:
    if "months" not in line.value:
        return f"{name}_when"
    return f"{name}_when and case.disregard_months_used < {months(line.value['months'])}"


def _amount(policy: Rules, programme: str, line: Line, earnings: str) -> str:
    part = line.value.get("share", "100%")
    text = earnings if part == "100%" else f"{part} * {earnings}"
    cap: Mapping[str, Json] | None = line.value.get("cap")
    if cap is None:
        return text
    if "yuan" in cap:
        return f"MIN({text}, {per_period(cap, 'year', persons=None)})"
    return f"MIN({text}, {of_standard(policy, programme, str(cap['times']), period='year', persons=None)})"


def _cap() -> Schema:
    plain = {key: part for key, part in amount(timed=True).items() if key not in ("title", "x-title-en")}
    of = titled({"type": "string", "const": "standard"}, "基数", "of")
    times = record({"times": decimal("倍数", "times"), "of": of}, required=("times",))
    return titled({"anyOf": [plain, times]}, "上限", "cap")


KIND = Kind(
    name="earnings_disregard",
    title=Text("就业增收豁免", "earnings disregard"),
    schema=value(
        {
            "when": formula("条件", "when"),
            "months": integer("豁免月数", "months", low=1, high=120),
            "cap": _cap(),
            "share": share("豁免比例", "share"),
            "of": codes("收入类别", "classes of income"),
            "items": titled({"type": "array", "items": string("收入项目", "income item")}, "收入项目", "income items"),
        },
        required=("when",),
        named=True,
    ),
    compile=contribute,
)
