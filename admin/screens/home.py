"""The first page after signing in: the caseload, the month's comings and goings, money, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from admin.access import may, needs
from admin.asking import AREAS, asked, own_place, programmes
from admin.language import say
from admin.overviews import current
from admin.overviews import install as keep_overviews
from admin.work import platform, reading
from core.casework.desk import Desk
from core.casework.reporting.dashboard import Overview
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import BudgetPlan, MonthlyReport, PayrollRun

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
WAITING: Sequence[tuple[Any, str, str, str, dict[str, Any], Text]] = (
    (PayrollRun, "prepared", "payroll.approve", "payrolls.page", {"status": "prepared"},
     Text("待审批的发放表", "payrolls to approve")),
    (MonthlyReport, "prepared", "report.close", "reports.page", {}, Text("待封账的月报", "reports to close")),
    (BudgetPlan, "submitted", "budget.review", "budgets.page", {}, Text("待审核的预算计划", "budget plans to review")),
)  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show the state of the officer's place, or of one below it; who reads no cases gets his ways alone."""
    shown: dict[str, Any] = {"found": None, "links": _links(), "inbox": _address("inbox.page")}
    if may("case.read"):
        ask = asked(request.args)
        with reading() as desk:
            found, summed_at = current(desk, ask.division, programme=ask.programmes[0])
            shown |= {
                "found": found, "summed_at": summed_at, "ask": ask, "rows": _rows(found), "chart": _chart(found),
                "waiting": _waits(desk), "programmes": programmes(own_place(), platform().today),
            }  # fmt: skip
    return render_template("home.html", areas=AREAS, **shown)


def _links() -> list[tuple[str, Text]]:
    return [(url_for(endpoint), label) for endpoint, label in LINKS if _opens(endpoint)]


def _opens(endpoint: str) -> bool:
    needed = needs()[endpoint]["needs"]
    return needed == "signed_in" or any(may(one) for one in needed.split())


def _address(endpoint: str) -> str:
    return url_for(endpoint) if _opens(endpoint) else ""


def _waits(desk: Desk) -> list[tuple[int, str, Text]]:
    """Count what another person prepared and this one may decide."""
    found = []
    for row, status, action, endpoint, query, label in WAITING:
        roots = desk.actor.roots(action, desk.today)
        count = select(func.count()).where(
            inside(row.path, roots), row.status == status, row.prepared_by != desk.actor.id
        )
        number = (desk.session.scalar(count) or 0) if roots else 0
        if number:
            found.append((number, url_for(endpoint, **query), label))
    return found


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
