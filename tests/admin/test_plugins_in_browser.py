"""A draft is looked at and accepted in a real browser: axe, console, width, and what the page says then."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.staff import grant_role
from core.declarative import from_folder
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from regions.plugin_lifecycle import propose
from regions.plugin_reading import reading_of

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("bases", ["sqlite"], indirect=True)]

FLOOR = """
plugin: {name: hunan_floor, title: {zh: 湖南省指导标准（示例）, en: Hunan floor (example)}, version: 0.1.0}
documents: {doc: {title: 示例通知（虚构）, issued: 2018-01-05}}
defaults: {division: "430000", programme: dibao, area: urban, document: doc, cite: 第一条, from: 2018-01-01}
provisions:
  - {id: floor, kind: standard, role: floor, amount: {yuan: 445, per: person-month}}
"""
SECOND = "administrator.430900"


@pytest.fixture
def panel(make_panel: Any, tmp_path: Path) -> Any:
    """A panel on whose deployment root has proposed a plugin with a floor above Yiyang's standard."""
    folder = tmp_path / "hunan_floor"
    folder.mkdir()
    (folder / "policy.yaml").write_text(FLOOR, encoding="utf-8")
    made = make_panel(plugin_dirs=(folder,), drafts=True)
    manager = PluginManager(BUILTIN)
    manager.load([Candidate(name="hunan_floor", origin="test", load=lambda: from_folder(folder))])
    with made.platform.desk("root") as desk:
        grant_role(desk, SECOND, "administrator", "430000", since=date(2000, 1, 1))
        propose(desk, reading_of(manager, "hunan_floor"))
    return made


def test_a_second_person_looks_at_a_draft_and_accepts_it(panel: Any, open_window: Any) -> None:
    narrow = open_window(SECOND, size=(390, 844))
    narrow.go("/plugins/hunan_floor/accept")
    narrow.sound()
    assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 390
    window = open_window(SECOND)
    window.go("/plugins/")
    window.sound()
    window.page.get_by_role("link", name="查看并接受").click()
    window.page.wait_for_load_state("networkidle")
    assert window.page.locator("text=限期调整").count() >= 1
    window.page.get_by_role("button", name="接受", exact=True).click()
    window.page.wait_for_load_state("networkidle")
    window.page.locator("text=已接受，各进程立即生效").wait_for()
    window.sound()
    assert panel.platform.manager.plugins["hunan_floor"].state == "active"
