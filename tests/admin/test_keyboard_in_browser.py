"""The main work by keyboard alone: lists, a case, the grid of a meeting, an amendment; what has the focus is seen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.admin.amending import CHECKER, EDITOR, registered, stepped
from tests.admin.test_cases import CLERK, applied, officers

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]

MOST = 120
"""As often is Tab pressed before a thing counts as out of reach."""
REACHED = "one => one === document.activeElement"
RING = """one => { const style = getComputedStyle(one);
    return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first of a selector has the focus; whatever has it on the way shows so."""
    wanted = page.locator(selector).first
    wanted.wait_for()
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if wanted.evaluate(REACHED):
            assert wanted.evaluate(RING), f"the focus on {selector} is not seen"
            return
    raise AssertionError(f"{selector} is not reached by Tab on {page.url}")


def enter(page: Page, selector: str) -> None:
    """Go somewhere by Tab, and press Enter there."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def test_case_is_found_and_accepted_by_keyboard(panel: Any, open_window: Any) -> None:
    number = applied(panel)
    window = open_window(CLERK)
    page = window.page
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate(REACHED) and page.locator(".skip").bounding_box()["width"] > 20
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    window.go("/cases/")
    tab_to(page, "#f-number")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{number}")
    enter(page, ".next-steps a:text-is('受理')")
    tab_to(page, "main form input[type=checkbox], main form button.btn-primary")
    enter(page, "main form button.btn-primary")
    assert "已登记：受理" in page.locator(".notice").inner_text()
    for tab in page.locator(".nav-tabs a").all():
        assert tab.get_attribute("href")  # every tab is a link: Tab and Enter reach it
    enter(page, ".nav-tabs a:text-is('家庭情况')")
    page.wait_for_url(f"**/cases/{number}/facts")


def test_grid_of_a_meeting_is_filled_by_keyboard_and_left_by_tab(panel: Any, open_window: Any) -> None:
    officers(panel)
    window = open_window(CLERK)
    window.go("/meetings/new?division=430902&area=urban&stage=community_appraisal")
    page = window.page
    tab_to(page, "input[name=attend]")
    page.keyboard.press("Space")
    assert page.locator("[data-count='']").inner_text() == "1"
    tab_to(page, "[data-cell=agree]")
    page.keyboard.type("8")
    page.keyboard.press("Enter")
    assert page.locator("[data-cell=agree]").nth(1).evaluate(REACHED)
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-cell=disagree]").nth(1).evaluate(REACHED)
    tab_to(page, "main button.btn-primary:text-is('记录会议')")


def test_unsaved_changes_are_asked_about_before_they_are_lost(panel: Any, open_window: Any) -> None:
    number = applied(panel, accepted=True)
    window = open_window(CLERK)
    window.go(f"/cases/{number}/do/object/")
    page, asked = window.page, []

    def dismissed(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", dismissed)
    tab_to(page, "#f-reason")
    page.keyboard.type("尚未写完")
    page.locator(".nav-tabs a").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"] and page.input_value("#f-reason") == "尚未写完"


def test_amendment_is_typed_and_decided_by_keyboard_and_escape_closes_the_dialog(panel: Any, open_window: Any) -> None:
    editor = open_window(EDITOR)
    editor.go("/amendments/new")
    tab_to(editor.page, '[name="document.number"]')
    editor.page.keyboard.type("示例〔2018〕2号")
    tab_to(editor.page, '[name="rows[0].amount.yuan"]')
    editor.page.keyboard.type("450")
    editor.page.wait_for_selector("#rise-1:has-text('+20.00')")
    enter(editor.page, "button:text-is('登记为草稿')")
    assert editor.page.locator(".faults").evaluate(REACHED)  # what is wrong is read first

    uuid = registered(panel)
    stepped(panel, EDITOR, uuid, "submit")
    checker = open_window(CHECKER)
    checker.go(f"/amendments/{uuid}")
    page = checker.page
    enter(page, "button:text-is('批准')")
    dialog = page.locator(".modal.show")
    dialog.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator(".modal.show")).to_have_count(0)
    expect(page.locator("button:text-is('批准')").first).to_be_focused()  # where it was before
    page.keyboard.press("Enter")
    dialog.wait_for()
    enter(page, ".modal.show .modal-footer button:not([data-bs-dismiss])")
    assert "已批准" in page.locator("main").inner_text()
