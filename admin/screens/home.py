"""The first page after signing in: the caseload, the month's comings and goings, money, and what waits."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.access import may, needs
from admin.asking import AREAS, asked, own_place, programmes
from admin.language import say
from admin.overviews import current
from admin.overviews import install as keep_overviews
from admin.work import platform, reading
from core.casework.desk import Desk
from core.casework.reporting.dashboard import Overview
from core.errors import Text
from regions.inbox import KINDS, Item, inbox

screen = Blueprint("home", __name__)
screen.record_once(lambda state: keep_overviews(state.app))

INK, URBAN, RURAL = "#3c4a57", "#1d4e6b", "#c77b1f"
MOST_BARS = 40
LINKS = (
    ("cases.new.page", Text("登记申请", "Enter an application")),
    ("cases.page", Text("查找案件", "Find a case")),
    ("meetings.new", Text("记录会议", "Record a meeting")),
    ("payrolls.new", Text("编制发放表", "Prepare a payroll")),
    ("payrolls.page", Text("发放表", "Payrolls")),
    ("reports.page", Text("统计报表", "Reports")),
    ("duties.page", Text("工作日历", "Work calendar")),
    ("amending.new", Text("登记文件、调整标准", "Enter a document, change standards")),
    ("standards.page", Text("查标准", "Look up standards")),
    ("regions.page", Text("查政策", "Look up the policy")),
    ("users.page", Text("用户和角色", "Users and roles")),
    ("plugins.page", Text("插件", "Plugins")),
    ("audit.page", Text("审计日志", "Audit log")),
)
"""Quick ways, shown to whoever may go them."""


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show the state of the officer's place, or of one below it; who reads no cases gets his ways alone."""
    shown: dict[str, Any] = {"found": None, "links": _links(), "inbox": _address("inbox.page")}
    with reading() as desk:
        shown["waiting"] = _waits(desk)
        if may("case.read"):
            ask = asked(request.args)
            state = current(desk, ask.division, programme=ask.programmes[0])
            shown |= {
                "found": state.overview, "due": state.due, "not_told": state.not_told,
                "summed_at": state.summed_at, "ask": ask, "rows": _rows(state.overview),
                "chart": _chart(state.overview),
                "programmes": programmes(own_place(), platform().today),
            }  # fmt: skip
    return render_template("home.html", areas=AREAS, **shown)


def _links() -> list[tuple[str, Text]]:
    return [(url_for(endpoint), label) for endpoint, label in LINKS if _opens(endpoint)]


def _opens(endpoint: str) -> bool:
    needed = needs()[endpoint]["needs"]
    return needed == "signed_in" or any(may(one) for one in needed.split())


def _address(endpoint: str) -> str:
    return url_for(endpoint) if _opens(endpoint) else ""


def _waits(desk: Desk) -> list[tuple[int, str, Text, date | None]]:
    """What waits for the officer by kind, with the first day of it; one's own waits for others."""
    found: dict[str, list[Item]] = {}
    for one in inbox(desk).mine:
        found.setdefault(one.kind, []).append(one)
    return [(len(items), url_for("inbox.page", kind=kind), KINDS[kind], items[0].due) for kind, items in found.items()]


def _rows(found: Overview) -> list[dict[str, Any]]:
    """By place, each with its areas and both together."""
    return [
        {"division": one.division, "areas": one.areas,
         "households": sum(each.households for each in one.areas.values()),
         "persons": sum(each.persons for each in one.areas.values()),
         "monthly": sum(each.monthly for each in one.areas.values())}
        for one in found.rows
    ]  # fmt: skip


def _chart(found: Overview) -> dict[str, Any] | None:
    """Households by place, urban and rural stacked; none where a place stands alone."""
    rows = found.rows[:MOST_BARS]
    if len(rows) < 2:
        return None
    names = [platform().tree.name(one.division) for one in rows]
    series = [
        {"type": "bar", "stack": "all", "name": say(*AREAS[area]), "itemStyle": {"color": colour},
         "data": [one.areas[area].households if area in one.areas else 0 for one in rows]}
        for area, colour in (("urban", URBAN), ("rural", RURAL))
    ]  # fmt: skip
    return {
        "tooltip": {"trigger": "axis"}, "legend": {"top": 0}, "series": series,
        "grid": {"left": 60, "right": 16, "top": 34, "bottom": 70},
        "xAxis": {"type": "category", "data": names, "axisLabel": {"color": INK, "interval": 0, "rotate": 35}},
        "yAxis": {"type": "value", "axisLabel": {"color": INK}},
    }  # fmt: skip
