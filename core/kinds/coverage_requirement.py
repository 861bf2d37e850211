"""A coverage requirement (全覆盖要求): which share of the cases must pass a stage (四个100%)."""

from __future__ import annotations

from core.errors import Text
from core.kinds.schema import code, codes, item, moment, record, share, text
from core.provision import Kind

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
        },
        required=("stage", "share"),
    ),
)
