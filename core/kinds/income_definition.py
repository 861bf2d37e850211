"""The income definition (收入认定), item by item: counted, exempt or deducted; and what the household has."""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds import reference_period
from core.kinds.contribution import (
    YEARLY_MONEY,
    Line,
    Rules,
    by_core,
    claim,
    items,
    number,
    quantity,
    unavailable,
)
from core.kinds.earnings_disregard import disregards
from core.kinds.household_composition import composition
from core.kinds.money import converted
from core.kinds.schema import boolean, choice, item, record, string, text
from core.provision import Kind
from core.values import Unit

TREATMENTS = ("counted", "exempt", "deducted")
CLASSES = ("wage", "business", "property", "transfer", "other")
LABEL = Text("计入的家庭收入", "counted household income")
MEMBER_LABEL = Text("计入的成员年收入", "member's counted yearly income")
_PARTS = (
    ("counted", Text("计入收入", "counts as income")),
    ("deducted", Text("从收入中扣减", "is deducted from income")),
)
_YEARLY = 'SWITCH({0}.frequency, "month", 12, "quarter", 4, "year", 1, "once", 1)'


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write each record's yearly amount and treatment, each member's income and the household's."""
    ruled = [line for line in items(policy, "income_definition", programme) if not line.is_gap]
    if not ruled:
        return
    origin = next((line for line in ruled if line.value["treatment"] == "counted"), ruled[0])
    deducts = any(line.value["treatment"] == "deducted" for line in ruled)
    for record_name in ("income", "shared_income"):
        yield from _records(ruled, origin, programme, record_name)
    yield _member(policy, origin, programme, deducts=deducts)
    yield _household(policy, origin, programme, deducts=deducts)


def _records(ruled: list[Line], origin: Line, programme: str, name: str) -> Iterator[FormulaSource]:
    yearly = f"{name}.amount * {_YEARLY.format(name)} / 1 year"
    label = Text("折合年收入", "amount a year")
    yield by_core("core/yearly_income", programme, f"{name}.annual", yearly, number(YEARLY_MONEY, label))
    for treatment, told in _PARTS:
        treated = [line for line in ruled if line.value["treatment"] == treatment]
        text = is_one_of(f"{name}.item", [line.key for line in treated])
        rests_on = treated[0] if treated else origin
        yield quantity(rests_on, programme, f"{name}.{treatment}", text, claim(told))


def is_one_of(subject: str, codes: list[str]) -> str:
    """Write that a text is one of ``codes``.

    >>> is_one_of("income.item", ["wage", "rent"])
    'SWITCH(income.item, "wage", TRUE, "rent", TRUE, FALSE)'
    """
    if not codes:
        return "FALSE"
    if len(codes) == 1:
        return f'{subject} = "{codes[0]}"'
    return f"SWITCH({subject}, " + "".join(f'"{code}", TRUE, ' for code in codes) + "FALSE)"


def _member(policy: Rules, origin: Line, programme: str, *, deducts: bool) -> FormulaSource:
    parts = ["SUM(income.annual, WHEN(income.counted))"]
    parts += ["SUM(income.annual, WHEN(income.deducted))"] if deducts else []
    parts += [f"member.{name}" for name in disregards(policy, programme)]
    return quantity(origin, programme, "member.counted_income", " - ".join(parts), number(YEARLY_MONEY, MEMBER_LABEL))


def _household(policy: Rules, origin: Line, programme: str, *, deducts: bool) -> FormulaSource:
    period = reference_period.period_of_test(policy, programme)
    unit = Unit.parse(f"yuan/{period}")
    missing = reference_period.gap(policy, programme)
    if missing is not None:
        return unavailable(missing, programme, "counted_income", number(unit, LABEL))
    text = f"SUM(member.counted_income{composition(policy, programme).income_counted})"
    text += " + SUM(shared_income.annual, WHEN(shared_income.counted))"
    text += " - SUM(shared_income.annual, WHEN(shared_income.deducted))" if deducts else ""
    return quantity(origin, programme, "counted_income", converted(text, period, was="year"), number(unit, LABEL))


KIND = Kind(
    name="income_definition",
    title=Text("收入认定", "income definition"),
    schema=record({"label": text(), "includes_in_kind": boolean("含实物收入", "with income in kind")}),
    merge="by_key",
    item_schema=item(
        {
            "treatment": choice(TREATMENTS, "处理", "treatment"),
            "class": choice(CLASSES, "收入类别", "class"),
            "imputed": boolean("应得即计", "imputed"),
            "net_of": text("扣除内容", "net of"),
            "evidence": string("证明材料", "evidence"),
            "note": text("说明", "note"),
        },
        required=("label", "treatment"),
    ),
    compile=contribute,
)
