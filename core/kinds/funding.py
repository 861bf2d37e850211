"""Funding (资金筹集): who pays which share of what, and when next year's plan is due."""

from __future__ import annotations

from core.errors import Text
from core.kinds.schema import (
    amount,
    boolean,
    choice,
    code,
    codes,
    integer,
    item,
    or_gap,
    record,
    share,
    string,
    text,
    titled,
)
from core.provision import Kind

_DUE = record(
    {
        "month": integer("月", "month", low=1, high=12),
        "day": integer("日", "day", low=1, high=31),
        "for": choice(("this_year", "next_year"), "计划年度", "for"),
        "by": codes("报送机关", "by"),
        "to": codes("接收机关", "to"),
        "based_on": codes("测算因素", "based on"),
    },
    required=("month", "day"),
)

KIND = Kind(
    name="funding",
    title=Text("资金筹集", "funding"),
    schema=record(
        {
            "label": text(),
            "plan_due": or_gap(titled(_DUE, "计划报送期限", "plan due")),
            "earmarked": boolean("专款专用", "earmarked"),
        }
    ),
    merge="by_key",
    item_schema=item(
        {
            "payer": or_gap(codes("负担方", "payer")),
            "share": or_gap(share("比例", "share")),
            "amount": or_gap(amount()),
            "of": code("基数（指标）", "of (an indicator)"),
            "at_least": boolean("为下限", "at least"),
            "purpose": codes("用途", "purpose"),
            "note": text("说明", "note"),
            "source": string("来源", "source"),
        },
    ),
)
