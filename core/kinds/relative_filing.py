"""Near-relative filing (近亲属备案): the relative stays eligible, is registered apart, the county visits."""

from __future__ import annotations

from core.errors import Text
from core.kinds.recusal_rule import relation_keys
from core.kinds.schema import codes, or_gap, share, time_limit, value
from core.provision import Kind

KIND = Kind(
    name="relative_filing",
    title=Text("近亲属备案", "near-relative filing"),
    schema=value(
        {
            "staff": or_gap(codes("工作人员范围", "staff")),
            **relation_keys(),
            "declared_by": or_gap(codes("申报人", "declared by")),
            "declared_at": codes("申报环节", "declared at"),
            "registered_by": or_gap(codes("登记人", "registered by")),
            "filed_with": or_gap(codes("备案机关", "filed with")),
            "effect": codes("效力", "effect"),
            "visit_share": share("入户抽查比例", "share visited"),
            "visited_by": codes("入户核查人", "visited by"),
            "within": time_limit("备案时限", "time limit"),
        },
        named=True,
    ),
)
