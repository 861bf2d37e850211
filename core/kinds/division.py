"""A division (区划): a place a plugin adds or describes; codes may be statistical or custom."""

from __future__ import annotations

from core.errors import Text
from core.kinds.schema import LEVELS, array, choice, day, item, record, string, text
from core.provision import Kind

KIND = Kind(
    name="division",
    title=Text("区划", "division"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "name": text("名称", "name"),
            "level": choice(LEVELS, "层级", "level"),
            "parent": string("上级代码", "parent"),
            "scheme": choice(("gbt2260", "nbs_stat", "custom"), "代码体系", "scheme"),
            "source": string("来源", "source"),
            "retrieved": day("取得日期", "retrieved"),
            "aliases": array(string("别名", "alias"), "别名", "aliases"),
        },
        required=("name", "level", "parent"),
        keys=r"^[0-9A-Za-z]{2,20}$",
    ),
    amendable=False,
)
