"""The pages of a case in a real browser: drawn, console empty, axe without a finding, never wider than the window."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.test_cases import CLERK, NEW, REVIEWER, applied, officers

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]
TABS = ("", "/family", "/facts", "/assessment", "/money", "/papers", "/story", "/report")
STEPS = (
    "stage/neighbour_interview", "stage/review", "object/", "find/departure", "correct/", "assign/", "move/",
    "refer/temporary_assistance", "withdraw/",
)  # fmt: skip


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_pages_of_a_case_are_sound(panel: Any, open_window: Any, size: tuple[int, int]) -> None:
    number = applied(panel, accepted=True)
    officers(panel)
    window = open_window(CLERK, size=size)
    paths = ["/cases/", "/cases/?status=in_payment", "/cases/new/?division=430902&area=urban&programme=dibao"]
    paths += [f"/cases/{number}{tab}" for tab in TABS] + [f"/cases/{number}/do/{step}" for step in STEPS]
    for path in paths:
        window.go(path)
        window.sound()
        assert window.page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_fault_of_a_step_is_told_at_its_field_and_the_rest_stays(panel: Any, open_window: Any) -> None:
    number, (one, _) = applied(panel, accepted=True), officers(panel)
    window = open_window(REVIEWER)
    window.go(f"/cases/{number}/do/stage/neighbour_interview")
    window.page.check(f'input[name="by"][value="{one}"]')
    window.page.click("main form button.btn-primary")
    window.page.wait_for_load_state("networkidle")

    assert "须至少2名不同人员" in window.page.locator("#f-by-fault-1").inner_text()
    assert window.page.is_checked(f'input[name="by"][value="{one}"]')
    window.watched.noted.clear()  # the browser itself notes that the answer was a refusal
    window.sound()


def test_application_is_written_row_by_row_by_keyboard(panel: Any, open_window: Any) -> None:
    window = open_window(CLERK)
    window.go("/cases/new/?division=430902&area=urban&programme=dibao")
    page = window.page
    page.fill("#f-m0-name", "示例甲")
    page.fill("#f-m0-id_number", NEW["m0-id_number"])
    page.press("#f-m0-id_number", "Tab")
    page.wait_for_selector("#check-0 .id-good")
    page.select_option("#f-m0-kin", "no")
    for one in page.locator('input[name="evidence"], input[name="signatures"]').all():
        one.check()
    page.select_option("#f-h-assets_meet_local_rule", "true")
    page.select_option("#f-h-income_stability", "relatively_stable")
    page.click('#list-income button[name="more"]')
    page.wait_for_load_state("networkidle")
    assert page.input_value("#f-m0-name") == "示例甲"
    page.select_option("#f-income-0-of", "0")
    page.select_option("#f-income-0-item", "wage")
    page.fill("#f-income-0-amount", "800")
    window.sound()
    page.press("#f-income-0-amount", "Enter")
    page.wait_for_url("**/cases/430902-2018-*")
    assert "已登记申请" in page.locator(".notice").inner_text()
    window.sound()
