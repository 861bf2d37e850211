"""The pages of places, plugins, users, the audit log and papers in a real browser: axe, console, width, what moves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.flow.application import apply
from regions.life.applicants import urban

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]

POLICY = (
    "/regions/?q=赫山", "/regions/430903", "/regions/430903/policy", "/regions/430903/procedure?area=urban",
    "/regions/compare?division=430903&on=2018-06-01&on2=2017-06-01", "/standards/places?division=430900",
    "/standards/gaps?division=430903", "/standards/ladder?division=430903&area=urban",
)  # fmt: skip
SYSTEM = (
    "/plugins/yiyang", "/plugins/yiyang/switch", "/users/clerk.430900", "/users/new", "/users/grant",
    "/account/", "/audit/", "/audit/chain/staff", "/audit/check",
)  # fmt: skip

BOUND = "[...document.querySelectorAll('[hx-get]')].every(one => one['htmx-internal-data'])"
"""What is to load something knows so: a person is never quicker, a test may be."""


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_pages_are_sound_and_no_wider_than_the_window(open_window: Any, size: tuple[int, int]) -> None:
    window = open_window("root", size=size)
    for path in (*POLICY, *SYSTEM):
        window.go(path)
        window.sound()
        assert window.page.evaluate("document.documentElement.scrollWidth") <= size[0], path


def test_papers_are_sound_blank_and_filled(panel: Any, open_window: Any) -> None:
    with panel.platform.desk("clerk.430900") as desk:
        number = apply(desk, urban("甲", 3, "900", day=date(2018, 6, 1))).number
    window = open_window("clerk.430900")
    for path in (f"/papers/?number={number}", "/papers/approval_form", f"/papers/approval_form/{number}",
                 f"/papers/appraisal_record/{number}", f"/papers/archive_list/{number}"):  # fmt: skip
        window.go(path)
        window.sound()


def test_tree_opens_a_branch_when_asked(open_window: Any) -> None:
    window = open_window("clerk.430900")
    window.go("/regions/")
    assert window.page.locator("text=大荔县").count() == 0
    for name in ("陕西省", "渭南市"):
        window.page.locator("summary", has_text=name).wait_for()
        while not window.page.evaluate(BOUND):  # the content policy lets no script of a string wait in the page
            window.page.wait_for_timeout(20)
        window.page.locator("summary", has_text=name).locator("..").evaluate("one => { one.open = true; }")
    window.page.locator("text=大荔县").wait_for()
    window.sound()


def test_role_is_ended_by_a_dialog_that_names_the_consequence(open_window: Any) -> None:
    window = open_window("root")
    window.go("/users/clerk.430900")
    window.page.click("text=收回")
    dialog = window.page.locator(".modal.show")
    dialog.wait_for()
    assert "登录立即结束" in dialog.inner_text()
    window.page.wait_for_timeout(400)  # the dialog fades in: axe measures contrast when it is there
    window.sound()
    dialog.locator("input[name=reason]").fill("调离")
    dialog.locator("button.btn-outline-danger").click()
    window.page.locator("text=已收回").wait_for()
