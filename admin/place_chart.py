"""Standards of several places side by side: rows in the unit they were ruled in, bars in yuan a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from admin.language import language, say
from admin.work import platform
from core.errors import JiuzhuError
from core.values import exact, yuan_text
from regions import report

MONTHS = {"person-month": 1, "person-quarter": 3, "person-year": 12}


def rows(ask: report.Ask, divisions: Sequence[str]) -> list[dict[str, Any]]:
    """Return the main standard of each place and area on the day; a place without one says why."""
    return [_row(replace(ask, division=code, area=one.area)) for code in divisions for one in report.by_area(ask)]


def _row(ask: report.Ask) -> dict[str, Any]:
    found: dict[str, Any] = {"division": ask.division, "area": ask.area, "line": None, "monthly": None, "error": ""}
    try:
        lines = report.standards(
            platform(), ask, programmes=ask.programmes, areas=(ask.area,), language=language()
        )  # fmt: skip
    except JiuzhuError as error:
        return found | {"error": error.message.pick(language())}
    line = next((one for one in lines if one["key"] in ("", "standard")), None)
    if line is None or line["status"] == "gap":
        return found
    amount = line["value"]["amount"]
    months = MONTHS.get(amount["per"])
    monthly = None if months is None else exact(amount["yuan"]) * 100 / months
    return found | {"line": line, "monthly": monthly}


def bars(found: Sequence[dict[str, Any]], names: dict[str, str]) -> dict[str, Any] | None:
    """Return the bar chart, or None where fewer than two places have a standard."""
    places = list(dict.fromkeys(row["division"] for row in found if row["monthly"] is not None))
    if len(places) < 2:
        return None
    held = {(row["division"], row["area"]): row["monthly"] for row in found}
    areas = [area for area in ("urban", "rural") if any(key[1] == area and value for key, value in held.items())]
    words = {"urban": say("城市", "urban"), "rural": say("农村", "rural")}
    return {
        "tooltip": {"trigger": "axis"}, "legend": {"bottom": 0},
        "grid": {"left": 60, "right": 24, "top": 30, "bottom": 90},
        "xAxis": {"type": "category", "data": [names[one] for one in places], "axisLabel": {"rotate": 30}},
        "yAxis": {"type": "value", "name": say("元/人·月", "yuan a person and month")},
        "series": [
            {"type": "bar", "name": words[area], "itemStyle": {"color": color},
             "label": {"show": True, "position": "top"}, "data": [_yuan(held.get((one, area))) for one in places]}
            for area, color in zip(areas, ("#1d4e6b", "#b3752c"), strict=False)
        ],
    }  # fmt: skip


def _yuan(fen: Fraction | None) -> str | None:
    return None if fen is None else yuan_text(fen)
