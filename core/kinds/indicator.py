"""An indicator (指标): an observed figure of a place, dated and cited; readable as ``indicator_<code>``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.errors import Language, Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import Line, Rules, items, number, quantity, unavailable
from core.kinds.money import rate, unit_of
from core.kinds.schema import RATE, amount, choice, item, moment, record, string, text, titled
from core.provision import Json, Kind, text_of
from core.values import DIMENSIONS, NUMBER, Unit

COUNTED: Mapping[str, Text] = {
    "household": Text("户", "households"),
    "households": Text("户", "households"),
    "case": Text("件", "cases"),
    "person_time": Text("人次", "person-times"),
    "item": Text("项", "items"),
}
"""Things that are only counted, in words; persons have a unit of their own."""
PERCENT = ("percent", "%")
FINALITY = ("preliminary", "final")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write each indicator as a constant in its unit; an absent one is not there to be read."""
    for line in items(policy, "indicator", programme):
        label = text_of(line.value.get("label"))
        unit = NUMBER if line.is_gap and "unit" not in line.value else _unit(line)
        if line.is_gap:
            yield unavailable(line, programme, f"indicator_{line.key}", number(unit, label))
        else:
            yield quantity(line, programme, f"indicator_{line.key}", _constant(line, unit), number(unit, label))


def _unit(line: Line) -> Unit:
    if "amount" in line.value:
        return unit_of(line.value["amount"])
    return parse(str(line.value.get("unit", "number")))


def parse(word: str) -> Unit:
    """Read an indicator's unit: a unit of values, a thing counted, or percent.

    Raises:
        ValueError: none of them.

    """
    if word in PERCENT:
        return NUMBER
    return Unit(count=1) if word in COUNTED else Unit.parse({"persons": "person"}.get(word, word))


def figure_text(value: Mapping[str, Json], language: Language) -> str:
    """Return the figure of an indicator as a reader sees it, or an empty text where it is an amount.

    >>> figure_text({"value": 31428, "unit": "household"}, "zh"), figure_text({"value": 5, "unit": "percent"}, "en")
    ('31428户', '5%')
    """
    if "value" not in value:
        return ""
    figure, word = str(value["value"]), str(value.get("unit", "number"))
    if word in PERCENT:
        return f"{figure.removesuffix('%')}%"
    label = COUNTED[word].pick(language) if word in COUNTED else parse(word).label(language)
    return f"{figure}{label}" if language == "zh" else f"{figure} {label}".rstrip()


def _constant(line: Line, unit: Unit) -> str:
    if "amount" in line.value:
        return rate(line.value["amount"])
    figure = str(line.value["value"])
    if line.value.get("unit") in PERCENT and not figure.endswith("%"):
        figure += "%"
    text = f"YUAN({figure})" if unit.is_money else figure
    for name in DIMENSIONS[1:]:
        exponent = getattr(unit, name)
        text += f" * 1 {name}" * exponent + f" / 1 {name}" * -exponent
    return text


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """One figure: an amount, or a value with its unit."""
    if "as_of" in value and ("amount" in value) == ("value" in value):
        yield "amount", Text("须给出金额，或数值和单位", "give an amount, or a value with its unit")
    try:
        parse(str(value.get("unit", "number")))
    except ValueError:
        yield "unit", Text("未知的单位", "unknown unit")


KIND = Kind(
    name="indicator",
    title=Text("指标", "indicator"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "amount": amount(),
            "value": titled({"type": "string", "pattern": RATE}, "数值", "value"),
            "unit": string("单位", "unit"),
            "as_of": moment("时点或年度", "as of"),
            "finality": choice(FINALITY, "数据性质", "finality"),
            "status": choice(("in_force", "gap", *FINALITY), "状态", "status"),
            "synthetic": titled({"type": "boolean"}, "合成数据", "synthetic"),
            "source": string("来源", "source"),
        },
        required=("label", "as_of"),
    ),
    compile=contribute,
    check=check,
)
