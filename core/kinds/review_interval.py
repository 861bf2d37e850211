"""Review intervals (定期复核): the first class of household whose condition holds, and the months between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.errors import Text
from core.formula.schema import FormulaSource
from core.kinds.contribution import (
    MONTHS,
    Line,
    Rules,
    condition,
    items,
    months,
    number,
    quantity,
    unavailable,
    word,
)
from core.kinds.schema import boolean, choice, codes, formula, integer, item, or_gap, record, text
from core.kinds.schema import is_gap as is_partial_gap
from core.provision import Kind, text_of

CLASS = Text("复核类别", "review class")
LABEL = Text("复核间隔（月）", "months between reviews")


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Write ``review_class`` and ``review_months``; a class that is a gap stops only the households in it."""
    ruled = items(policy, "review_interval", programme)
    classes = sorted((line for line in ruled if not line.is_gap or "when" in line.value), key=_order)
    whole = policy.line("review_interval", programme)
    if not classes:
        missing = next((line for line in (*ruled, whole) if line is not None and line.is_gap), None)
        if missing is not None:
            yield unavailable(missing, programme, "review_class", word(CLASS))
            yield unavailable(missing, programme, "review_months", number(MONTHS, LABEL))
        return
    for line in classes:
        if "when" in line.value:
            yield condition(line, programme, f"review_{line.key}_when", "when")
        if _without_months(line):
            yield unavailable(
                line,
                programme,
                f"review_{line.key}_months",
                number(MONTHS, text_of(line.value.get("label"))),
            )
    yield quantity(classes[0], programme, "review_class", _class(classes), word(CLASS))
    yield quantity(classes[0], programme, "review_months", _months(classes), number(MONTHS, LABEL))


def _order(line: Line) -> tuple[bool, int]:
    """By ``order``; the class without a condition is what is left and comes last."""
    return "when" not in line.value, line.value.get("order", 0)


def _without_months(line: Line) -> bool:
    return line.is_gap or is_partial_gap(line.value.get("months"))


def _class(classes: Sequence[Line]) -> str:
    if "when" not in classes[0].value:
        return f'"{classes[0].key}"'
    arms = [
        f'review_{line.key}_when, "{line.key}"' if "when" in line.value else f'TRUE, "{line.key}"' for line in classes
    ]
    return f"IFS({', '.join(arms)})"


def _months(classes: Sequence[Line]) -> str:
    if len(classes) == 1 and "when" not in classes[0].value:
        return _figure(classes[0])
    return "SWITCH(review_class, " + ", ".join(f'"{line.key}", {_figure(line)}' for line in classes) + ")"


def _figure(line: Line) -> str:
    return f"review_{line.key}_months" if _without_months(line) else months(line.value["months"])


KIND = Kind(
    name="review_interval",
    title=Text("定期复核", "review interval"),
    schema=record({"label": text(), "mode": choice(("anniversary", "campaign"), "方式", "mode")}),
    merge="by_key",
    item_schema=item(
        {
            "when": formula("适用条件", "when"),
            "months": or_gap(integer("间隔月数", "months", low=1, high=120)),
            "order": integer("次序", "order"),
            "at_least": boolean("至少如此频繁", "at least this often"),
            "by": codes("复核机关", "by"),
        },
        required=("months",),
    ),
    compile=contribute,
)
