"""A fact (事实): what a household is asked beyond the facts all places share; and the lists they live on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.errors import Text
from core.kinds.schema import (
    Schema,
    array,
    boolean,
    choice,
    code,
    integer,
    item,
    mapping,
    record,
    string,
    text,
    titled,
)
from core.provision import Json, Kind
from core.values import Unit

TYPES = ("money", "integer", "decimal", "boolean", "choice", "date", "division", "text")
NUMBERS = ("money", "integer", "decimal")
NAME = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$"
"""``vehicles`` or, with its list, ``member.birth_date``."""


def choices() -> Schema:
    """The allowed codes with their labels, or the codes alone."""
    bare: Schema = {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "minItems": 1}
    labelled = mapping(text("选项名称", "choice"), "选项", "choices")
    return titled({"anyOf": [labelled, bare]}, "选项", "choices")


def bound(zh: str, en: str) -> Schema:
    """A least or greatest value: a decimal (money in yuan) or a day."""
    return titled({"type": "string", "pattern": r"^(-?\d{1,18}(\.\d{1,9})?|\d{4}-\d{2}-\d{2})$"}, zh, en)


def check(declared: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """Find what the schema of a fact or finding cannot say."""
    kind = declared.get("type")
    if kind == "choice" and not declared.get("choices"):
        yield "choices", Text("选择类事实须列出选项", "a choice needs its choices")
    if kind is not None and kind != "choice" and "choices" in declared:
        yield "choices", Text("只有选择类事实可以有选项", "only a choice has choices")
    if kind != "money" and "parts" in declared:
        yield "parts", Text("只有金额可以细于分", "only money is kept to parts of a fen")
    if "unit" in declared:
        yield from _unit(str(declared["unit"]), kind)


def _unit(unit: str, kind: Json) -> Iterator[tuple[str, Text]]:
    try:
        parsed = Unit.parse(unit)
    except ValueError:
        yield "unit", Text("未知的单位", "unknown unit")
        return
    if kind not in NUMBERS or parsed.is_money != (kind == "money"):
        yield "unit", Text("单位与类型不符", "the unit does not fit the type")


def properties(types: tuple[str, ...]) -> dict[str, Schema]:
    """The keys a fact and a finding share."""
    return {
        "level": code("所属层次", "level"),
        "type": choice(types, "类型", "type"),
        "unit": string("单位", "unit"),
        "decimals": integer("小数位数", "decimals", high=6),
        "parts": integer("每分的细分数", "parts of a fen", low=1, high=10**6),
        "choices": choices(),
        "min": bound("最小值", "least value"),
        "max": bound("最大值", "greatest value"),
        "required": boolean("必填", "required"),
        "default": string("缺省值", "default"),
        "alias": titled(
            {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            "中文别名",
            "alias",
        ),
        "help": text("填写说明", "how to fill it in"),
    }


_LIST = record(
    {
        "label": text(),
        "plural": code("复数名", "plural"),
        "parent": code("上级", "parent"),
        "counts": choice(("person", "count"), "计数单位", "counts"),
        "longest": integer("最大长度", "longest", low=1, high=1000),
    },
    required=("label", "plural"),
)

KIND = Kind(
    name="fact",
    title=Text("事实", "fact"),
    schema=record({"label": text(), "lists": mapping(_LIST, "清单", "lists", keys=r"^[a-z][a-z0-9_]*$")}),
    merge="by_key",
    item_schema=item(
        properties(TYPES)
        | {
            "filled": boolean("由系统填写", "filled by the system"),
            "past": boolean("不得晚于计算日期", "not after the day of assessment"),
            "evidence": array(string("证明", "proof"), "证明材料", "evidence"),
        },
        required=("label", "level", "type"),
        keys=NAME,
    ),
    amendable=False,
    check=check,
)
