from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.flow.application import apply
from core.casework.staff import grant_role
from core.declarative import from_folder
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from regions.life.applicants import urban
from regions.plugin_lifecycle import accept, propose
from regions.plugin_reading import reading_of
from regions.pulse import Pulse

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
    page = body(panel.visitor(CLERK).post("/plugins/yiyang/check"))
    assert "自检通过" in page and "成立" in page


def test_disabling_shows_places_rules_and_cases_first_and_takes_effect_with_a_reason(panel: Any) -> None:
    with panel.platform.desk(CLERK) as desk:
        apply(desk, urban("甲", 3, "900", day=date(2018, 6, 1)))
    path = "/plugins/yiyang/switch"
    page = body(panel.visitor(ROOT).get(path))
    assert "益阳市" in page and "保障标准" in page and 'num fw-semibold">1<' in page
    assert panel.platform.manager.plugins["yiyang"].state == "active", "looking changes nothing"
    refused = panel.visitor(ROOT).post(path, {"step": "disable"})
    assert refused.status_code == 422 and "必填" in body(refused)
    assert panel.visitor(ROOT).post(path, {"step": "disable", "reason": "示例"}).status_code == 303
    assert "已停用" in body(panel.visitor(CLERK).get("/plugins/yiyang"))
    assert panel.platform.manager.plugins["yiyang"].state == "disabled"
    abroad = panel.visitor(ROOT)
    abroad.post("/language", {"language": "en", "back": "/"})
    assert "the consequences first" in body(abroad.get(path)) and "Rules gained" in body(abroad.get(path))
    assert panel.visitor(ROOT).post(path, {"step": "enable"}).status_code == 303
    assert "在用" in body(panel.visitor(CLERK).get("/plugins/yiyang"))


def test_only_who_manages_plugins_where_it_rules_sees_the_consequences(panel: Any) -> None:
    assert panel.visitor(CLERK).get("/plugins/yiyang/switch").status_code == 404
    administrator = panel.visitor("administrator.430900")
    assert administrator.get("/plugins/yiyang/switch").status_code == 200
    assert administrator.get("/plugins/national/switch").status_code == 404


FLOOR = """
plugin: {name: hunan_floor, title: {zh: 湖南省指导标准（示例）, en: Hunan floor (example)}, version: 0.1.0}
documents: {doc: {title: 示例通知（虚构）, issued: 2018-01-05}}
defaults: {division: "430000", programme: dibao, area: urban, document: doc, cite: 第一条, from: 2018-01-01}
provisions:
  - {id: floor, kind: standard, role: floor, amount: {yuan: 445, per: person-month}}
  - {id: income, kind: income_definition, items: {fishing: {label: {zh: 捕捞收入, en: fishing}, treatment: counted}}}
"""
PAPER = '{% extends "papers/sheet.html" %}{% block paper %}<p>湖南省示例文书</p>{% endblock %}'


@pytest.fixture
def drafted(make_panel: Any, tmp_path: Path) -> Any:
    """A panel on whose deployment a plugin with a floor above Yiyang's standard waits; two administrators of Hunan."""
    folder = tmp_path / "hunan_floor"
    folder.mkdir()
    (folder / "policy.yaml").write_text(FLOOR, encoding="utf-8")
    (folder / "papers").mkdir()
    (folder / "papers" / "grant_notice.html").write_text(PAPER, encoding="utf-8")
    panel = make_panel(plugin_dirs=(folder,), drafts=True)
    with panel.platform.desk(ROOT) as desk:
        for login in ("clerk2.430900", "administrator.430900"):
            grant_role(desk, login, "administrator", "430000", since=date(2000, 1, 1))
    return panel


def test_a_draft_is_proposed_looked_at_and_accepted_by_another_with_the_lower_values_shown(drafted: Any) -> None:
    first, second = drafted.visitor("administrator.430900"), drafted.visitor("clerk2.430900")
    page = body(first.get("/plugins/hunan_floor"))
    assert "草稿" in page and "提请接受" in page and "查看并接受" not in page
    assert first.post("/plugins/hunan_floor/propose", {}, at="/plugins/hunan_floor").status_code == 303
    path = "/plugins/hunan_floor/accept"
    assert "由您提请" in body(first.get(path))
    page = body(second.get(path))
    assert "低于上级标准，限期调整" in page and "430元/人·月" in page and "445元/人·月" in page
    assert "2018年4月27日" in page or "2018-04-27" in page
    assert "捕捞收入" in page.split("条款之差")[-1], "a rule without an amount is told in words"
    assert "文书模板、字体和词表之差" in page and "grant_notice.html" in page
    assert second.post(path, {"digest": "0" * 64, "reason": ""}).status_code == 409
    digest = re.findall(r'name="digest" value="([0-9a-f]{64})"', page)[0]
    assert second.post(path, {"digest": digest, "reason": ""}).status_code == 303
    assert "在用" in body(second.get("/plugins/hunan_floor"))
    book = drafted.platform.registry.rulebook("430900", on=date(2018, 6, 1), area="urban")
    line = book.policy.require("standard", "dibao")
    assert line.governed is not None and line.governed.own_below, "a finding there"
    assert [code for code, _, _ in book.policy.flags if code == "below_floor"], book.policy.flags


def test_paper_is_used_as_it_was_accepted_and_no_other(drafted: Any, tmp_path: Path) -> None:
    visitor, paper = drafted.visitor(CLERK), "/papers/grant_notice?division=430900"
    assert "湖南省示例文书" not in body(visitor.get(paper))
    manager, folder = PluginManager(BUILTIN), tmp_path / "hunan_floor"
    manager.load([Candidate(name="hunan_floor", origin="test", load=lambda: from_folder(folder))])
    with drafted.platform.desk("administrator.430900") as desk:
        propose(desk, reading_of(manager, "hunan_floor"))
    with drafted.platform.desk("clerk2.430900") as desk:
        accept(desk, "hunan_floor")
    assert "湖南省示例文书" in body(visitor.get(paper))
    assert "升级待接受" not in body(drafted.visitor(ROOT).get("/plugins/hunan_floor"))
    (folder / "papers" / "grant_notice.html").write_text(f"{PAPER} ", encoding="utf-8")
    refused = visitor.get(paper)
    assert refused.status_code == 422 and "hunan_floor/papers/grant_notice.html 不是已接受的文件" in body(refused)
    assert "升级待接受" in body(drafted.visitor(ROOT).get("/plugins/hunan_floor"))


def test_plugin_put_up_waits_in_the_inbox_of_who_may_accept_it_and_never_of_who_proposed_it(drafted: Any) -> None:
    first, second = drafted.visitor("administrator.430900"), drafted.visitor("clerk2.430900")
    assert first.post("/plugins/hunan_floor/propose", {}, at="/plugins/hunan_floor").status_code == 303
    waiting = 'href="/plugins/hunan_floor/accept"'
    assert waiting in body(second.get("/inbox/")) and "插件待接受" in body(second.get("/inbox/"))
    assert waiting not in body(first.get("/inbox/")) and waiting in body(first.get("/inbox/?show=others"))
    for elsewhere in ("administrator.610523", CLERK):
        assert waiting not in body(drafted.visitor(elsewhere).get("/inbox/"))
    refused = second.post("/plugins/hunan_floor/refuse", {"reason": "示例"}, at="/plugins/hunan_floor/accept")
    assert refused.status_code == 303 and waiting not in body(second.get("/inbox/"))


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


FAILING = """
from core.declarative import DeclarativePlugin
from core.hookspecs import hookimpl


class Plugin(DeclarativePlugin):
    @hookimpl
    def jiuzhu_check_case(self, case):
        return [case.facts["no_such_fact"]]


plugin = Plugin(None, __name__)
"""


def test_a_hook_that_fails_on_a_case_is_told_on_the_plugins_page_of_every_process(
    make_panel: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "stumbling"
    folder.mkdir()
    (folder / "policy.yaml").write_text(
        FLOOR.replace("hunan_floor", "stumbling").replace("445", "405"), encoding="utf-8"
    )
    (folder / "__init__.py").write_text(FAILING, encoding="utf-8")
    panel = make_panel(plugin_dirs=(folder,))
    with panel.platform.desk(CLERK) as desk:
        case = apply(desk, urban("甲", 3, "900", day=date(2018, 6, 1)))
        number = case.number
    assert "看案件时出错" not in body(panel.visitor(ROOT).get("/plugins/stumbling"))
    assert panel.visitor(CLERK).get(f"/cases/{number}").status_code == 200, "the case is worked on all the same"
    pulse = Pulse(panel.platform)
    pulse.beat()
    page = body(panel.visitor(ROOT).get("/plugins/stumbling"))
    assert "查看案件时出错" in page and "no_such_fact" in page and "__init__.py:9" in page
