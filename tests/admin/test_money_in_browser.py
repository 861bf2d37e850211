"""The screens of money in a real browser: with rows, dialogs open, faults shown, on a phone; axe and console silent."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from core.casework.money.fund import FundItem, enter
from core.casework.reporting.budget import open_plan
from core.casework.reporting.report_close import prepare_report
from tests.core.casework.purse import decided, household

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]

CITY = "430900"
CLERK, APPROVER = f"clerk.{CITY}", f"approver.{CITY}"
NUMBER = "dibao-430900-2018-06"
PAGES = (
    "/", "/payrolls/", f"/payrolls/{NUMBER}", f"/payrolls/{NUMBER}/exceptions", "/funds/", "/ledgers/?month=2018-06",
    "/ledgers/A-1", "/budgets/", "/budgets/1", "/reports/", "/reports/progress?division=430900&month=2018-05",
    "/jobs/?show=all", "/jobs/payroll/1", "/imports/",
)  # fmt: skip


@pytest.fixture
def paid(panel: Any) -> Any:
    """A payroll prepared, one household caught, a fund, a plan and a report drawn up."""
    panel.app.config["LONG_WORK"] = "here"
    with panel.platform.desk(CLERK) as desk:
        decided(desk, household(desk, "A-1", division="430903", area="urban"), "2018-05", {"benefit": 390})
        late = household(desk, "B-2", division="430902", area="rural", account=None)
        decided(desk, late, "2018-06", {"benefit": 256})
        for kind, amount in (("budget", 90000), ("receipt", 10000)):
            enter(desk, CITY, FundItem(programme="dibao", source="county", kind=kind, year=2018, amount=amount))
        open_plan(desk, CITY, programme="dibao", year=2019)
        prepare_report(desk, "progress", CITY, month=desk.today.replace(month=5))
    form = {"division": CITY, "programme": "dibao", "area": "any", "period": "2018-06"}
    clerk = panel.visitor(CLERK)
    assert clerk.post("/payrolls/new", form).status_code == 303 and clerk.post("/budgets/1/reckon").status_code == 303
    return panel


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_pages_with_rows_are_sound_and_no_wider_than_the_window(
    paid: Any, open_window: Any, size: tuple[int, int]
) -> None:
    window = open_window(CLERK, size=size)
    for path in PAGES:
        window.go(path)
        window.sound()
        assert window.page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_dialogs_name_what_will_happen_and_are_sound(paid: Any, open_window: Any) -> None:
    window = open_window(APPROVER)
    for path, label, said in (
        (f"/payrolls/{NUMBER}", "审批", "明细锁定"), (f"/payrolls/{NUMBER}", "取消发放表", "不能恢复"),
        ("/reports/progress?division=430900&month=2018-05", "封账", "永不变动"),
    ):  # fmt: skip
        window.go(path)
        window.page.locator("button[data-bs-toggle=modal]", has_text=label).first.click()
        window.page.locator(".modal.show .modal-footer").wait_for()
        expect(window.page.locator(".modal.show")).to_have_css("opacity", "1")
        expect(window.page.locator(".modal-backdrop")).to_have_css("opacity", "0.5")
        assert said in window.page.locator(".modal.show").inner_text()
        window.sound()


def test_bank_file_is_saved_and_the_page_shows_that_it_went_out(paid: Any, open_window: Any) -> None:
    assert paid.visitor(APPROVER).post(f"/payrolls/{NUMBER}/approve").status_code == 303
    window = open_window(APPROVER)
    window.go(f"/payrolls/{NUMBER}")
    with window.page.expect_download() as saved:
        window.page.click("button:has-text('下载银行文件 .xlsx')")
    assert saved.value.suggested_filename == f"{NUMBER}.xlsx"
    window.page.locator(".badge", has_text="已送银行").wait_for()
    window.sound()


def test_chart_of_the_first_page_is_drawn_beside_its_table(paid: Any, open_window: Any) -> None:
    window = open_window(CLERK)
    window.go("/")
    assert window.page.locator(".chart svg path").count() > 2
    assert "赫山区" in window.page.get_by_role("table", name="各地保障情况").inner_text()
