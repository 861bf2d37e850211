"""Sampling (抽查): which share of which cases is looked at again, each stratum apart and rounded up."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import JiuzhuError, Text
from core.kinds.schema import array, boolean, choice, code, codes, or_gap, record, share, text, value
from core.provision import Json, Kind, text_of
from core.values import proportion

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


def required(value: Mapping[str, Json], population: str, size: int) -> int:
    """Return how many of ``size`` cases of a population are to be checked, rounded as the rule says (up by default).

    >>> required({"strata": [{"population": "new", "share": "20%"}], "round": "up"}, "new", 1010)
    202

    Raises:
        JiuzhuError: ``unknown_population``, or ``gap`` where the source gives no share.
    """
    stratum = next((one for one in value["strata"] if one["population"] == population), None)
    if stratum is None:
        text = Text("抽查规定没有这一层", "the sampling rule has no such stratum")
        raise JiuzhuError("unknown_population", text, hint=_strata(value), value=population)
    share, label = stratum["share"], text_of(stratum.get("label")) or Text("本层", "this stratum")
    if not isinstance(share, str):
        text = Text(f"来源未载{label.zh}的抽查比例", f"the source gives no share: {label.en}")
        raise JiuzhuError("gap", text, value=population)
    wanted = proportion(share) * size
    if value.get("round", "up") == "half_up":
        return (2 * wanted.numerator + wanted.denominator) // (2 * wanted.denominator)
    return -(-wanted.numerator // wanted.denominator)


def _strata(value: Mapping[str, Json]) -> Text | None:
    """The strata of a rule in its own words, where it has any for them."""
    labels = [label for label in (text_of(one.get("label")) for one in value["strata"]) if label is not None]
    if not labels:
        return None
    return Text("规定的有：" + "、".join(one.zh for one in labels), "it has: " + ", ".join(one.en for one in labels))
