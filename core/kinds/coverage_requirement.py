"""A coverage requirement (全覆盖要求): which share of the cases must pass a stage (四个100%)."""

from __future__ import annotations

from core.errors import Text
from core.kinds.schema import code, codes, integer, item, moment, record, share, text, titled
from core.provision import Kind

_EACH_YEAR = record(
    {"month": integer("月", "month", low=1, high=12), "day": integer("日", "day", low=1, high=31)},
    required=("month", "day"),
)

KIND = Kind(
    name="coverage_requirement",
    title=Text("全覆盖要求", "coverage requirement"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "stage": code("环节", "stage"),
            "share": share("比例", "share"),
            "of": code("范围", "of"),
            "by": codes("责任单位", "by"),
            "due": moment("完成期限", "due"),
            "due_each_year": titled(_EACH_YEAR, "每年完成期限", "due each year"),
        },
        required=("stage", "share"),
    ),
)
