"""The menu: what an officer may open, in the order of the work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for

from admin.access import SIGNED_IN, may, needs
from core.errors import Text


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu: the page it opens and its name."""

    endpoint: str
    label: Text

    @property
    def url(self) -> str:
        """Its address."""
        return url_for(self.endpoint)

    @property
    def active(self) -> bool:
        """Whether the page shown belongs to it."""
        shown = (request.endpoint or "").partition(".")[0]
        return PART_OF.get(shown, shown) == self.endpoint.partition(".")[0]


PART_OF: Mapping[str, str] = {
    "amending": "amendments", "impacts": "amendments", "upgrades": "amendments", "plugin_steps": "plugins",
    "problems": "duties",
}  # fmt: skip
"""Pages that stand under another's entry."""

GROUPS: Sequence[tuple[Text, Sequence[Entry]]] = (
    (
        Text("工作台", "Desk"),
        (
            Entry("home.page", Text("首页", "Home")),
            Entry("inbox.page", Text("待办", "Inbox")),
            Entry("duties.page", Text("工作日历", "Work calendar")),
        ),
    ),
    (
        Text("政策", "Policy"),
        (
            Entry("standards.page", Text("标准", "Standards")),
            Entry("amendments.page", Text("修订", "Amendments")),
            Entry("batches.page", Text("批量调标", "Re-decision")),
            Entry("regions.page", Text("地区", "Regions")),
        ),
    ),
    (
        Text("办理", "Casework"),
        (
            Entry("cases.page", Text("案件", "Cases")),
            Entry("papers.page", Text("文书", "Papers")),
            Entry("meetings.page", Text("会议", "Meetings")),
            Entry("visits.page", Text("入户调查", "Visits")),
            Entry("postings.page", Text("公示", "Notices")),
            Entry("reviews.page", Text("定期复核", "Reviews")),
            Entry("samples.page", Text("随机抽查", "Random checks")),
            Entry("recusals.page", Text("回避登记", "Recusal")),
            Entry("filings.page", Text("近亲属备案", "Filed relatives")),
            Entry("offices.page", Text("公职人员名册", "Register of office")),
        ),
    ),
    (
        Text("资金", "Money"),
        (
            Entry("payrolls.page", Text("发放表", "Payrolls")),
            Entry("ledgers.listed", Text("补发和扣回", "Arrears")),
            Entry("funds.page", Text("资金台账", "Funds")),
            Entry("budgets.page", Text("预算计划", "Budget")),
        ),
    ),
    (
        Text("报表", "Reports"),
        (
            Entry("reports.page", Text("统计报表", "Reports")),
            Entry("exports.page", Text("名单导出", "Exports")),
            Entry("imports.page", Text("花名册导入", "Rosters")),
        ),
    ),
    (
        Text("系统", "System"),
        (
            Entry("plugins.page", Text("插件", "Plugins")),
            Entry("users.page", Text("用户和角色", "Users and roles")),
            Entry("years.page", Text("放假安排", "Holidays")),
            Entry("audit.page", Text("审计日志", "Audit log")),
            Entry("jobs.page", Text("任务", "Jobs")),
        ),
    ),
)


def menu() -> list[tuple[Text, list[Entry]]]:
    """Return the groups with the entries the officer may open; an empty group is left out."""
    found = [(title, [one for one in entries if _opens(one)]) for title, entries in GROUPS]
    return [(title, entries) for title, entries in found if entries]


def _opens(entry: Entry) -> bool:
    needed = needs()[entry.endpoint]["needs"]
    return needed == SIGNED_IN or any(may(one) for one in needed.split())
