"""A page that cannot do what was asked leads back, and never out of the panel; a form without its place loses nothing."""

from __future__ import annotations

from typing import Any

import pytest

CLERK = "clerk.430900"


@pytest.mark.parametrize(
    ("came", "back"),
    [("http://localhost/cases/?area=urban", "/cases/?area=urban"), ("https://elsewhere.example/cases/", ""), ("", "")],
)
def test_what_cannot_be_done_leads_back_to_the_page_before_and_nowhere_else(panel: Any, came: str, back: str) -> None:
    page = panel.visitor(CLERK).get("/cases/nobodys/", headers={"Referer": came} if came else {})
    shown = page.get_data(as_text=True)
    assert page.status_code == 404
    assert (f'href="{back}">返回上一页' in shown) if back else ("返回上一页" not in shown)


def test_application_without_its_place_is_asked_for_it_and_keeps_what_was_typed(panel: Any) -> None:
    visitor, at = panel.visitor(CLERK), "/cases/new/?division=430902&area=urban"
    typed = {"programme": "dibao", "area": "urban", "members": "1", "m0-name": "演示户主", "village": "东村"}
    refused = visitor.post("/cases/new/", {**typed, "division": ""}, at=at)
    shown = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "必填" in shown
    assert 'name="m0-name" value="演示户主"' in shown

    again = visitor.post("/cases/new/", {**typed, "division": "430902", "rules": "1"}, at=at)
    assert again.status_code == 200 and 'value="演示户主"' in again.get_data(as_text=True)
