"""A finding (认定): a fact set by people at a named stage, from allowed values, with reason and evidence."""

from __future__ import annotations

from core.errors import Text
from core.kinds.fact import NAME, check, properties
from core.kinds.schema import boolean, code, codes, item, record, text
from core.provision import Kind

KIND = Kind(
    name="finding",
    title=Text("认定", "finding"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        properties(("choice", "boolean", "integer"))
        | {
            "stage": code("环节", "stage"),
            "role": codes("认定人", "role"),
            "evidence": codes("证明材料", "evidence"),
            "second_person": boolean("须第二人复核", "needs a second person"),
        },
        required=("label", "level", "type"),
        keys=NAME,
    ),
    amendable=False,
    check=check,
)
