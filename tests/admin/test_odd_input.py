"""What nobody means, and more than a page holds: told in words, shown in part, never broken."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from core.casework.reviews.problem import Finding, register_problem

CLERK, APPROVER = "clerk.430900", "approver.430900"
LISTS = ("/budgets/", "/funds/", "/ledgers/", "/payrolls/", "/reports/", "/meetings/", "/reviews/", "/jobs/")
RECORDS = ("/meetings/{}", "/visits/{}", "/postings/{}", "/problems/{}", "/budgets/{}", "/proofs/{}", "/samples/{}",
           "/reviews/{}", "/recusals/{}", "/offices/{}", "/amendments/scans/{}")  # fmt: skip


@pytest.mark.parametrize("key", ["99999999999999999999", "9" * 5000], ids=["twenty digits", "five thousand"])
def test_key_larger_than_any_database_holds_is_no_key(panel: Any, key: str) -> None:
    visitor = panel.visitor(CLERK)
    assert {one: visitor.get(one.format(key)).status_code for one in RECORDS} == dict.fromkeys(RECORDS, 404)
    assert {one: visitor.get(f"{one}?after={key}").status_code for one in LISTS} == dict.fromkeys(LISTS, 200)
    assert panel.visitor("auditor.430900").get(f"/audit/check?before={key}").status_code == 200
    more = visitor.post("/cases/new/", {"division": "430903", "area": "urban", "fewer": f"members:{key}"})
    assert more.status_code == 200


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2018-13"])
def test_month_nobody_can_mean_is_told(panel: Any, month: str) -> None:
    visitor = panel.visitor(CLERK)
    for page in ("/duties/?month={}", "/duties/workbook?month={}", "/ledgers/?month={}", "/payrolls/?month={}"):
        answer = visitor.get(page.format(month))
        assert answer.status_code == 422 and "2018-06 的形式" in answer.get_data(as_text=True), page
    for page in ("/standards/?on={}-01", "/duties/coverage?since={}-01"):
        answer = visitor.get(page.format(month))
        assert answer.status_code == 422 and "2018-06-01 的形式" in answer.get_data(as_text=True), page


def test_character_no_database_keeps_is_refused_in_words(panel: Any) -> None:
    told = "不能保存的字符"
    visitor = panel.visitor()
    answer = visitor.post("/login", {"login": "root\0", "password": "long-enough-1"}, at="/login")
    assert answer.status_code == 422 and told in answer.get_data(as_text=True)

    visitor = panel.visitor(CLERK)
    for answer in (
        visitor.get("/cases/?number=%00"), visitor.get("/cases/%00"),
        visitor.post("/cases/find", {"by": "name", "who": "张\0"}),
    ):  # fmt: skip
        assert answer.status_code == 422 and told in answer.get_data(as_text=True)


def test_part_of_an_address_that_no_page_asks_for_changes_nothing_but_goes_along(panel: Any) -> None:
    answer = panel.visitor(CLERK).get("/cases/?endpoint=x&place=430903")
    assert answer.status_code == 200
    assert 'href="/cases/export.xlsx?endpoint=x&amp;place=430903"' in answer.get_data(as_text=True)


def test_form_with_entries_without_end_is_refused_before_it_is_read(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    answer = visitor.post("/cases/new/", {f"m0-{n}": "" for n in range(20_001)})
    assert answer.status_code == 422 and "表单过大" in answer.get_data(as_text=True)


def registered(panel: Any, count: int) -> None:
    """Enter so many findings of today."""
    with panel.platform.desk(APPROVER) as desk:
        for n in range(count):
            found = Finding(source=f"抽查{n:03d}", division="430900", finding="缺照片", found_on=desk.today,
                            due_on=desk.today)  # fmt: skip
            register_problem(desk, found)


def test_register_without_end_is_shown_a_page_at_a_time(panel: Any) -> None:
    registered(panel, 120)
    visitor = panel.visitor(APPROVER)
    first = visitor.get("/problems/?state=open").get_data(as_text=True)
    assert "抽查099" in first and "抽查100" not in first
    following = html.unescape(re.findall(r'href="(/problems/[^"]*after=[^"]*)"', first)[0])
    second = visitor.get(following).get_data(as_text=True)
    assert "抽查099" not in second and "抽查100" in second and "抽查119" in second and "下一页" not in second


def test_duties_of_a_large_place_are_shown_in_part_and_said_to_be(panel: Any) -> None:
    registered(panel, 310)
    shown = panel.visitor(CLERK).get("/duties/").get_data(as_text=True)
    assert "只列出前 300 项" in shown and shown.count("<tr>") == 301
