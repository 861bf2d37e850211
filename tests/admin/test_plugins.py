from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.flow.application import apply
from regions.life.applicants import urban

ROOT, CLERK = "root", "clerk.430900"


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_list_says_version_state_rules_gaps_and_what_each_brings(panel: Any) -> None:
    page = body(panel.visitor(CLERK).get("/plugins/"))
    for part in ("yiyang", "national", "shaanxi_rural", "在用", "保障标准", "复核间隔"):
        assert part in page
    assert "jiuzhu_standards" not in page and "/switch" not in page


def test_page_of_a_plugin_lists_its_rules_by_kind_with_documents_in_words(panel: Any) -> None:
    page = body(panel.visitor(CLERK).get("/plugins/yiyang"))
    assert "2018年城市低保标准" in page and "益政办发[2018]11号" in page and "空缺" in page
    assert panel.visitor(CLERK).get("/plugins/nowhere").status_code == 404


def test_self_check_runs_the_worked_examples(panel: Any) -> None:
    page = body(panel.visitor(CLERK).get("/plugins/yiyang/check"))
    assert "自检通过" in page and "成立" in page


def test_disabling_shows_places_rules_and_cases_and_the_setting_first(panel: Any) -> None:
    with panel.platform.desk(CLERK) as desk:
        apply(desk, urban("甲", 3, "900", day=date(2018, 6, 1)))
    page = body(panel.visitor(ROOT).get("/plugins/yiyang/switch"))
    assert "益阳市" in page and "保障标准" in page and 'num fw-semibold">1<' in page
    assert "disabled = [&#34;yiyang&#34;]" in page and "重新启动" in page
    assert panel.platform.manager.plugins["yiyang"].state == "active", "looking changes nothing"


def test_only_who_manages_plugins_for_the_whole_sees_the_consequences(panel: Any) -> None:
    assert panel.visitor(CLERK).get("/plugins/yiyang/switch").status_code == 404
    assert panel.visitor("administrator.430900").get("/plugins/yiyang/switch").status_code == 404


@pytest.fixture
def broken(make_panel: Any, tmp_path: Path) -> Any:
    """A panel with a plugin whose file is at fault."""
    folder = tmp_path / "torn"
    folder.mkdir()
    (folder / "policy.yaml").write_text("plugin: {name: torn}\nprovisions: [{kind: nonsense}]\n", encoding="utf-8")
    return make_panel(plugin_dirs=(folder,))


def test_broken_plugin_is_shown_with_its_error(broken: Any) -> None:
    visitor = broken.visitor(ROOT)
    assert "损坏" in body(visitor.get("/plugins/"))
    page = body(visitor.get("/plugins/torn"))
    assert "该插件已损坏" in page and "policy.yaml" in page
