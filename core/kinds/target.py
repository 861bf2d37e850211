"""A target (目标): an average the caseload shall reach; no floor for one household."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from core.errors import Text
from core.kinds.schema import (
    amount,
    boolean,
    choice,
    decimal,
    item,
    moment,
    or_gap,
    record,
    share,
    string,
    text,
)
from core.provision import Json, Kind


def check(value: Mapping[str, Json]) -> Iterator[tuple[str, Text]]:
    """A target names one figure."""
    if value and sum(name in value for name in ("amount", "value", "share")) != 1 and "operator" in value:
        yield "amount", Text("须给出金额、数值、比例三者之一", "give one of amount, value, share")


KIND = Kind(
    name="target",
    title=Text("目标", "target"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "amount": or_gap(amount()),
            "value": decimal("数值", "value"),
            "unit": string("单位", "unit"),
            "share": share(),
            "operator": choice(("at_least", "at_most", "more_than", "equal"), "比较", "operator"),
            "numerator": text("分子", "numerator"),
            "denominator": text("分母", "denominator"),
            "includes_price_subsidy": boolean("含物价补贴", "includes price subsidy"),
            "month": moment("考核月份", "month"),
            "year": moment("考核年度", "year"),
        },
        required=("operator",),
    ),
    check=check,
)
