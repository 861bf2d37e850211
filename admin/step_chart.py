"""A standard over time as steps: a value holds until the next one begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from admin.language import say
from core.values import exact

INK, ACCENT = "#3c4a57", "#1d4e6b"


def steps(rows: Sequence[dict[str, Any]], area: str, *, until: date) -> dict[str, Any] | None:
    """Return the chart of an area's amounts up to a day, or None where fewer than two are known."""
    points = sorted(
        (_start(row), float(exact(row["value"]["amount"]["yuan"])), row["value"]["amount"]["per"])
        for row in rows
        if row["area"] in (area, "any")
        and "amount" in row["value"]
        and row["value"].get("role", "standard") == "standard"
        and _start(row)
    )
    if len({one[0] for one in points}) < 2:
        return None
    return {
        "tooltip": {"trigger": "axis"},
        "grid": {"left": 60, "right": 24, "top": 30, "bottom": 30},
        "xAxis": {"type": "time", "axisLabel": {"color": INK}},
        "yAxis": {"type": "value", "scale": True, "name": _unit(points[-1][2]), "axisLabel": {"color": INK}},
        "series": [{
            "type": "line", "step": "end", "symbolSize": 8,
            "data": [*[[day, yuan] for day, yuan, _ in points], *_up_to(until, points[-1])],
            "label": {"show": True, "formatter": "{@[1]}"}, "lineStyle": {"color": ACCENT, "width": 2},
            "itemStyle": {"color": ACCENT},
        }],
    }  # fmt: skip


def _up_to(until: date, last: tuple[str, float, str]) -> list[dict[str, Any]]:
    """The last value goes on until the day, without a mark of its own."""
    if last[0] >= until.isoformat():
        return []
    return [{"value": [until.isoformat(), last[1]], "symbol": "none", "label": {"show": False}}]


def _start(row: dict[str, Any]) -> str:
    """The day a value begins, or is assumed to."""
    start = row["from"]
    return (start["assumed"] or "") if isinstance(start, dict) else "" if start == "open" else start


def _unit(per: str) -> str:
    return say("元/年", "yuan a year") if per.endswith("year") else say("元/月", "yuan a month")
