"""Sampling (抽查): which share of which cases is looked at again, each stratum apart and rounded up."""

from __future__ import annotations

from core.errors import Text
from core.kinds.schema import array, boolean, choice, code, codes, or_gap, record, share, text, value
from core.provision import Kind

_STRATUM = record(
    {
        "population": code("范围", "population"),
        "label": text(),
        "share": or_gap(share("抽查比例", "share")),
        "at_least": boolean("为下限", "at least"),
    },
    required=("population", "share"),
)

KIND = Kind(
    name="sampling",
    title=Text("抽查", "sampling"),
    schema=value(
        {
            "per": choice(("year", "half_year", "quarter", "month", "batch"), "周期", "per"),
            "strata": array(_STRATUM, "分层", "strata"),
            "round": choice(("up", "half_up"), "取整", "rounding"),
            "by": codes("抽查机关", "by"),
            "stage": code("环节", "stage"),
            "method": codes("方式", "method"),
        },
        required=("strata",),
        named=True,
    ),
)
