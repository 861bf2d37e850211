"""The policy officer's work in a real browser: typed, kept, registered, computed, approved, published, re-decided."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admin.amending import CHECKER, CLERK, EDITOR, granted, published, registered, stepped

# one database: what differs between the two is asked by the tests without a browser
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]


def test_notice_is_typed_kept_and_registered_with_rises_computed_on_the_way(panel: Any, open_window: Any) -> None:
    window = open_window(EDITOR)
    window.go("/amendments/new")
    window.sound()
    page = window.page
    page.fill('[name="document.number"]', "示例〔2018〕1号")
    page.fill('[name="document.effective"]', "2018-07-01")
    page.fill('[name="rows[0].amount.yuan"]', "450")
    page.wait_for_selector("#rise-1:has-text('+20.00')")
    assert "已自动保存" in page.inner_text("#saved")

    page.click("text=＋ 目标")
    page.wait_for_selector("h2:has-text('目标')")
    page.click("text=带入现行内容")
    page.wait_for_selector('[name$="items[0].@key"]')
    assert page.input_value('[name="document.number"]') == "示例〔2018〕1号"
    page.wait_for_load_state("networkidle")
    page.wait_for_selector(".htmx-request, .htmx-swapping, .htmx-settling", state="detached")
    window.sound()

    window.go("/amendments/new")
    assert "已恢复您" in page.inner_text("main") and page.input_value('[name="rows[0].amount.yuan"]') == "450"
    page.click("text=登记为草稿")
    page.wait_for_selector(".faults")
    assert page.locator(".invalid-feedback").count() >= 3
    assert page.evaluate("document.activeElement.classList.contains('faults')")


def test_impact_is_shown_with_charts_and_batch_is_prepared_on_pages_that_are_sound(
    panel: Any, open_window: Any
) -> None:
    panel.app.config["LONG_WORK"] = "here"
    granted(panel, "A1")
    granted(panel, "A2", division="430902")
    uuid = published(panel)
    clerk = open_window(CLERK)
    clerk.go(f"/amendments/{uuid}/impact")
    clerk.sound()
    clerk.page.click("text=开始测算")
    clerk.page.wait_for_selector(".chart svg path", state="attached")
    assert clerk.page.locator(".chart svg").count() == 2
    clerk.sound()
    for path in (f"/amendments/{uuid}/impact/households?change=raised", f"/amendments/{uuid}", "/amendments/",
                 f"/batches/new?amendment={uuid}", "/inbox/?show=others"):  # fmt: skip
        clerk.go(path)
        clerk.sound()
    clerk.go(f"/batches/new?amendment={uuid}")
    clerk.page.click("button[value='430903']")
    clerk.page.wait_for_selector("text=名单校验值")
    clerk.sound()


def test_dialogs_and_reasons_are_sound_and_nothing_is_wider_than_a_telephone(panel: Any, open_window: Any) -> None:
    uuid = registered(panel)
    stepped(panel, EDITOR, uuid, "submit")
    window = open_window(CHECKER, size=(390, 844))
    for path in ("/inbox/", f"/amendments/{uuid}", "/amendments/", "/batches/", f"/amendments/{uuid}/impact"):
        window.go(path)
        assert window.page.evaluate("document.documentElement.scrollWidth") <= 390, path
        window.sound()
    window.go(f"/amendments/{uuid}")
    window.page.click("summary:has-text('退回修改')")
    window.page.click("summary:has-text('不能办理')")
    window.sound()
    window.page.click("button:has-text('批准')")
    window.page.wait_for_selector(".modal.show .modal-footer")
    window.sound()
    editor = open_window(EDITOR, size=(390, 844))
    editor.go("/amendments/new")
    assert editor.page.evaluate("document.documentElement.scrollWidth") <= 390
    editor.sound()
