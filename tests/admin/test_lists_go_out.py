"""Every list goes out as a workbook: what a page shows is in its workbook, for who may open the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.casework.money import payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.people.recusal_demand import demand
from tests.core.casework.purse import decided, household, person

CITY, HESHAN = "430900", "430903"
CLERK, AUDITOR, STRANGER = f"clerk.{CITY}", f"auditor.{CITY}", "clerk.610523"
HEADED = 3
"""Rows of a workbook that lists nothing: two lines above the titles."""
NUMBER = "11010519491231002X"


@pytest.fixture
def office(panel: Any) -> Any:
    """A household due since April whose first payroll is June's; somebody in office who is to step out of its case."""
    with panel.platform.desk(CLERK) as desk:
        case = household(desk, "A-1", division=HESHAN, area="urban", head=person(desk, "示例户主", id_number=NUMBER))
        decided(desk, case, "2018-04", {"benefit": 390})
        post = Post(role="village_committee", division=HESHAN, unit="=1+1", position="主任", since=date(2018, 1, 1))
        holder = add_holder(desk, Identity(name="示例干部"), posts=[post])
        demand(desk, case, holder.id, by="applicant", reason="是兄弟")
    scope = Scope(programme="dibao", division=CITY, period=PayPeriod.parse("2018-06"))
    payroll.prepare(panel.platform.database, lambda: panel.platform.desk(CLERK), scope)
    return panel


@dataclass(frozen=True)
class List:
    """A page, its workbook as the page links it, who opens both, and what stands on the page and in one row."""

    page: str
    login: str
    shown: tuple[str, ...]
    row: tuple[Any, ...]


PAID = "dibao-430900-2018-06"
LISTS = {
    "arrears": List("/ledgers/?month=2018-06", CLERK, ("A-1", "780.00"), ("A-1", "示例户主", 780.0, 1170.0, PAID)),
    "account": List("/ledgers/A-1", CLERK, ("2018年4月", "390.00"), ("2018-04", 390.0, PAID)),
    "in office": List(f"/offices/?division={HESHAN}", CLERK, ("示例干部", "=1+1"), ("示例干部", "'=1+1", "2018-01-01")),
    "recusal": List("/recusals/?open=1", CLERK, ("A-1", "示例干部"), ("A-1", "示例干部", "申请人", "待决定")),
    "audit": List("/audit/?subject=case", AUDITOR, ("A-1", "申请回避"), ("A-1", "赫山区", CLERK, "是兄弟")),
    "users": List("/users/?q=approver2", AUDITOR, ("approver2.430900",), ("approver2.430900", "在用", "已设", "益阳市")),
    "jobs": List("/jobs/?show=all", CLERK, ("编制发放表", "1 / 1"), ("编制发放表", "已完成", 1.0, "clerk·430900")),
}  # fmt: skip


def rows_of(content: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]


def test_what_a_page_lists_is_in_the_workbook_it_links(office: Any) -> None:
    visitors = {login: office.visitor(login) for login in (CLERK, AUDITOR)}
    links = {}
    for name, asked in LISTS.items():
        page = visitors[asked.login].get(asked.page).get_data(as_text=True)
        assert [one for one in asked.shown if one not in page] == [], name

        link = re.search(r'href="([^"]+/workbook[^"]*)"', page)
        assert link is not None, name
        links[name] = link[1].replace("&amp;", "&")
        rows = rows_of(visitors[asked.login].get(links[name]).data)
        assert any(set(asked.row) <= set(row) for row in rows), (name, rows)
        assert NUMBER not in str(rows), name

    stranger = office.visitor(STRANGER)
    for name, address in links.items():
        answer = stranger.get(address)
        assert answer.status_code in (403, 404) or len(rows_of(answer.data)) == HEADED, name
