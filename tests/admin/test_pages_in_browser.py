"""Every page that needs no object of its own, in a real browser: drawn, console empty, axe without a finding."""

from __future__ import annotations

from typing import Any

import pytest

# one database: what differs between the two is asked by the tests without a browser
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]


def _plain_pages(app: Any) -> list[str]:
    """The addresses of all GET pages without a place for an id; downloads and fragments answer no page."""
    with app.test_request_context():
        rules = [one for one in app.url_map.iter_rules() if "GET" in (one.methods or ()) and not one.arguments]
    return sorted(one.rule for one in rules)


@pytest.mark.parametrize(
    "login", [None, "clerk.430900", "approver.430900", "policy_editor.430900", "auditor.430900", "root"]
)
def test_pages_of_an_officer_are_sound(panel: Any, open_window: Any, login: str | None) -> None:
    window = open_window(login)
    seen = 0
    for path in _plain_pages(panel.app):
        answer = (panel.visitor(login)).get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        if "<!doctype html>" not in answer.get_data(as_text=True)[:40]:
            continue
        window.go(path)
        window.sound()
        seen += 1
    assert seen >= (1 if login is None else 5)


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)])
def test_nothing_is_wider_than_the_window(open_window: Any, size: tuple[int, int]) -> None:
    window = open_window("root", size=size)
    for path in ("/", "/standards/?division=430903", "/standards/history?division=430903"):
        window.go(path)
        wide = window.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0], path


def test_chart_of_a_standard_is_drawn_and_its_figures_stand_beside_it(open_window: Any) -> None:
    window = open_window("clerk.430900")
    window.go("/standards/history?division=430903")

    assert window.page.locator(".chart svg path").count() > 2
    assert "430元/人·月" in window.page.locator("table").inner_text()
    window.sound()


def test_language_is_switched_and_kept(open_window: Any) -> None:
    window = open_window("clerk.430900")
    window.go("/standards/?division=430903&on=2018-06-01")
    window.page.click("text=English")
    window.page.wait_for_load_state("networkidle")

    assert window.page.locator("html").get_attribute("lang") == "en"
    assert "on=2018-06-01" in window.page.url
    assert (
        "Standards" in window.page.locator("h1").inner_text() or "standards" in window.page.locator("h1").inner_text()
    )
    window.go("/")
    assert window.page.locator("html").get_attribute("lang") == "en"
    window.sound()
