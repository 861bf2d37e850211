"""A recusal rule (回避规定): which relatives of whom must step out of the case, who decides, who may ask."""

from __future__ import annotations

from core.errors import Text
from core.kinds.schema import Schema, boolean, choice, code, codes, integer, item, or_gap, record, text
from core.provision import Kind


def relation_keys() -> dict[str, Schema]:
    """The keys that describe a set of relations; also used by near-relative filing."""
    return {
        "relations": or_gap(codes("亲属关系", "relations")),
        "relation_set": code("关系集合", "relation set"),
        "max_steps": integer(
            "旁系代数（至共同祖先的步数上限）", "collateral: most steps to the common ancestor", low=1, high=9
        ),
        "affinity": or_gap(codes("姻亲关系", "relations by marriage")),
        "affinity_spouses": boolean("含姻亲的配偶", "with the spouses of in-laws"),
        "step_and_adoptive": boolean("含继、养关系", "with step and adoptive relations"),
        "other_interest": boolean("含其他利害关系", "with other interests"),
    }


KIND = Kind(
    name="recusal_rule",
    title=Text("回避规定", "recusal rule"),
    schema=record({"label": text()}),
    merge="by_key",
    item_schema=item(
        {
            "who": or_gap(codes("回避人员", "who")),
            **relation_keys(),
            "stages": codes("适用环节", "stages"),
            "decided_by": or_gap(codes("决定人", "decided by")),
            "decided_by_for_head": codes("负责人回避的决定人", "decided by, for the head"),
            "requested_by": or_gap(codes("申请人", "requested by")),
            "ex_officio": boolean("可依职权决定", "may be decided ex officio"),
            "replaced_by": codes("接办人", "taken over by"),
            "effect": choice(("recuse", "register", "record", "advise"), "效力", "effect"),
        },
    ),
)
