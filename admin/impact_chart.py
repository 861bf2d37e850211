"""The impact of an amendment drawn: money by month for each start, and by district."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from admin.language import say
from admin.shapes import month, place

COLOURS = ("#1d4e6b", "#b4690e", "#3f7d58")
PATTERNS = ("solid", "dashed", "dotted")


def by_month(starts: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the extra money of each month summed up to it, one line a start month; None where there is none."""
    months = sorted({each["month"] for one in starts for each in one["months"]})
    if not months or not any(each["amount"]["yuan"] not in ("0", "0.00") for one in starts for each in one["months"]):
        return None
    series = [_line(one, months, at) for at, one in enumerate(starts)]
    return {
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0, "right": 0},
        "grid": {"left": 90, "right": 24, "top": 36, "bottom": 30},
        "xAxis": {"type": "category", "data": [month(one) for one in months]},
        "yAxis": {"type": "value", "name": say("元", "yuan")}, "series": series,
    }  # fmt: skip


def _line(one: Mapping[str, Any], months: Sequence[str], at: int) -> dict[str, Any]:
    sums: list[float | None] = []
    spent = 0.0
    amounts = {each["month"]: float(each["amount"]["yuan"]) for each in one["months"]}
    for each in months:
        spent += amounts.get(each, 0.0)
        sums.append(round(spent, 2) if each >= one["start"] else None)
    name = say(f"自{month(one['start'])}起", f"from {month(one['start'])}")
    return {
        "type": "line", "name": name, "data": sums, "symbolSize": 7, "itemStyle": {"color": COLOURS[at % 3]},
        "lineStyle": {"color": COLOURS[at % 3], "type": PATTERNS[at % 3], "width": 2},
    }  # fmt: skip


def by_place(places: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return what a month costs more in each place, urban and rural side by side; None for fewer than two places."""
    codes = list(dict.fromkeys(one["division"] for one in places))
    if len(codes) < 2:
        return None
    amounts = {(one["division"], one["area"]): float(one["monthly"]["yuan"]) for one in places}
    areas = (("urban", say("城市", "urban")), ("rural", say("农村", "rural")))
    return {
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0, "right": 0},
        "grid": {"left": 90, "right": 24, "top": 36, "bottom": 60},
        "xAxis": {"type": "category", "data": [place(one) for one in codes],
                  "axisLabel": {"rotate": 30, "interval": 0}},
        "yAxis": {"type": "value", "name": say("元/月", "yuan a month")},
        "series": [
            {"type": "bar", "name": label, "data": [amounts.get((code, area), 0.0) for code in codes],
             "itemStyle": {"color": COLOURS[at]}}
            for at, (area, label) in enumerate(areas)
        ],
    }  # fmt: skip
