"""A formula (公式) an author wrote: a named quantity of a programme, the heart of its eligibility rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.errors import Text
from core.formula.schema import FormulaSource, ValueType
from core.kinds.contribution import Line, Rules, items, place
from core.kinds.schema import choice, formula, item, message, record, string, text
from core.provision import Json, Kind, text_of
from core.values import Unit

TYPES: tuple[ValueType, ...] = ("number", "boolean", "text", "date")
NAME = r"^([a-z][a-z0-9_]*\.)?[a-z][a-z0-9_]*$"


def contribute(policy: Rules, programme: str) -> Iterator[FormulaSource]:
    """Hand on every formula; one that is a gap is declared and fails where it is read."""
    for line in items(policy, "formula", programme):
        yield _source(line, programme)


def _source(line: Line, programme: str) -> FormulaSource:
    value = line.value
    return FormulaSource(
        programme=programme,
        name=line.key,
        text="" if line.is_gap else str(value["text"]),
        provision=line.provision.address,
        unit=Unit.parse(value["unit"]) if "unit" in value else None,
        type=_type(line),
        label=text_of(value.get("label")),
        message=text_of(value.get("message")),
        overrides=value.get("overrides"),
        where=line.provision.where if line.is_gap else place(line, "text"),
        flags=("gap", line.provision.address) if line.is_gap else (),
    )


def _type(line: Line) -> ValueType | None:
    """The type promised; a gap without one is a condition where its name says so (``eligible``, ``…_ok``)."""
    promised: ValueType | None = line.value.get("type")
    if promised is not None or not line.is_gap:
        return promised or ("number" if "unit" in line.value else None)
    return "boolean" if line.key.endswith(("eligible", "_ok")) else "number"


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """A unit is one we know, and only a number has one."""
    if "unit" not in value:
        return
    try:
        Unit.parse(str(value["unit"]))
    except ValueError:
        yield "unit", Text("未知的单位", "unknown unit")
    if value.get("type", "number") != "number":
        yield "unit", Text("只有数值有单位", "only a number has a unit")


KIND = Kind(
    name="formula",
    title=Text("公式", "formula"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "text": formula("公式", "text"),
            "unit": string("单位", "unit"),
            "type": choice(TYPES, "类型", "type"),
            "message": message("不满足时的说明", "message when false"),
            "overrides": string("取代的公式", "overrides"),
        },
        required=("text",),
        keys=NAME,
    ),
    amendable=False,
    compile=contribute,
    check=check,
)
