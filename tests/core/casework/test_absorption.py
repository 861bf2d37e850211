"""A plugin upgrade brings what an amendment has published already, or something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.staff import grant_role
from core.declarative import from_folder
from core.errors import JiuzhuError
from core.kinds import BUILTIN
from core.plugin import Candidate, PluginManager
from core.source import read_text
from regions import amendment, plugin_lifecycle
from regions.absorption import absorbed, adopt, keep
from regions.discovery import load_plugins
from regions.platform import Platform
from regions.plugin_reading import reading_of
from regions.settings import Settings
from tests.notices import notice

EDITOR, APPROVER = "policy_editor.430900", "policy_approver.430900"
URBAN = "yiyang/urban-2018"

Upgraded = Callable[..., Any]


def published(city: Any) -> None:
    """Publish the notice of 2018."""
    with city.desk(EDITOR) as desk:
        uuid = amendment.submit(desk, amendment.propose(desk, notice()).uuid).uuid
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)


@pytest.fixture
def upgraded(city: Any, make_city: Any, plugin_before_notice: Path, tmp_path: Path) -> Upgraded:
    """Publish the notice, then upgrade the plugin of Yiyang to one that brings the urban figure."""

    def make(yuan: str) -> Any:
        published(city)
        folder = tmp_path / "yiyang"
        folder.mkdir()
        text = (plugin_before_notice / "policy.yaml").read_text(encoding="utf-8").replace("0.1.0", "0.2.0", 1)
        row = (
            f"\n  - {{id: urban-2018, kind: standard, area: urban, amount: {{yuan: {yuan}, per: person-month}}, "
            "cite: L189（城市标准）}\n"
        )
        (folder / "policy.yaml").write_text(text + row, encoding="utf-8")
        plugins = load_plugins(Settings(data_dir=tmp_path, lang="zh"), folder)
        return make_city("2018-06-01", url=city.platform.settings.database_url, plugins=plugins)

    return make


def listed(bureau: Any) -> list[tuple[str, str, str]]:
    with bureau.platform.reading_desk(EDITOR) as desk:
        return [(one.brought.address, one.state, one.to_json("zh")["state_text"]) for one in absorbed(desk)]


def standard(bureau: Any) -> tuple[str, str]:
    line = bureau.platform.registry.rulebook("430900", on=date(2018, 6, 1), area="urban").policy.require(
        "standard", "dibao"
    )
    return str(line.value["amount"]["yuan"]), line.provision.plugin


def test_same_value_is_absorbed(upgraded: Upgraded) -> None:
    bureau = upgraded("430")
    assert listed(bureau) == [(URBAN, "absorbed", "已由修订发布")]
    assert standard(bureau) == ("430", "amendment")


def test_different_value_waits_while_the_amendment_holds(upgraded: Upgraded) -> None:
    bureau = upgraded("435")
    assert [one[:2] for one in listed(bureau)] == [(URBAN, "waiting")]
    assert standard(bureau) == ("430", "amendment")


def test_person_keeps_the_amendment(upgraded: Upgraded) -> None:
    bureau = upgraded("435")
    with bureau.desk(APPROVER) as desk:
        keep(desk, URBAN, reason="以市政府文件为准")
    assert [one[:2] for one in listed(bureau)] == [(URBAN, "kept")]
    with bureau.desk(APPROVER) as desk, pytest.raises(JiuzhuError) as refused:
        keep(desk, URBAN, reason="再次")
    assert refused.value.code == "nothing_waits"


def test_person_adopts_the_plugin_by_an_amendment_of_its_own(upgraded: Upgraded) -> None:
    bureau = upgraded("435")
    paper = read_text(
        "document: {issuer: 市政府, title: 更正通知, issued: 2018-06-01, effective: 2018-06-01}\ncite: 第一条\n",
        "paper",
    )
    with bureau.desk(EDITOR) as desk:
        uuid = amendment.submit(desk, adopt(desk, URBAN, paper).uuid).uuid
    with bureau.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    assert standard(bureau) == ("435", "amendment")
    assert listed(bureau) == []


def test_bundled_plugin_brings_only_what_the_notice_published(city: Any, make_city: Any, bundled_plugins: Any) -> None:
    with city.desk(EDITOR) as desk:
        uuid = amendment.submit(desk, amendment.propose(desk, notice()).uuid).uuid
    with city.desk(APPROVER) as desk:
        amendment.approve(desk, uuid)
        amendment.publish(desk, uuid)
    again = make_city(url=city.platform.settings.database_url, plugins=bundled_plugins)
    found = dict(one[:2] for one in listed(again))
    assert found["yiyang/urban-2018"] == found["yiyang/rural-2018"] == "absorbed"


OUTSIDE = """
plugin: {{name: notice_of_2018, title: {{zh: 益阳市2018年通知, en: The notice of Yiyang}}, version: {version}}}
documents: {{notice: {{title: 益阳市通知, issued: 2018-04-27}}}}
defaults: {{division: "430900", programme: dibao, area: urban, document: notice, cite: 城市标准, from: 2018-04-27}}
provisions:
  - {{id: average, kind: target, items: {{other: {{label: 目标, operator: at_least, amount: {{yuan: 1, per: person-month}}}}}}}}
"""
FIGURE = "  - {{id: urban-2018, kind: standard, amount: {{yuan: {yuan}, per: person-month}}}}\n"


def accepted(platform: Platform, folder: Path, text: str) -> None:
    """Two administrators put a version of the outside plugin into force."""
    (folder / "policy.yaml").write_text(text, encoding="utf-8")
    manager = PluginManager(BUILTIN)
    manager.load([Candidate(name=folder.name, origin=str(folder), load=lambda: from_folder(folder))])
    with platform.desk(EDITOR) as desk:
        plugin_lifecycle.propose(desk, reading_of(manager, folder.name))
    with platform.desk("root") as desk:
        plugin_lifecycle.accept(desk, folder.name)


@pytest.mark.parametrize(("yuan", "state"), [("430", "absorbed"), ("435", "waiting")])
def test_accepted_upgrade_that_carries_a_published_figure_is_absorbed_and_another_figure_waits(
    city: Any, tmp_path: Path, yuan: str, state: str
) -> None:
    folder = tmp_path / "notice_of_2018"
    folder.mkdir()
    with city.desk("root") as desk:
        grant_role(desk, EDITOR, "administrator", "430900")
    published(city)
    accepted(city.platform, folder, OUTSIDE.format(version="0.1.0"))
    assert listed(city) == []
    accepted(city.platform, folder, OUTSIDE.format(version="0.2.0") + FIGURE.format(yuan=yuan))
    assert [one[:2] for one in listed(city)] == [("notice_of_2018/urban-2018", state)]
    with city.platform.reading_desk(EDITOR) as desk:
        (held,) = absorbed(desk)
    assert held.published.value["amount"]["yuan"] == "430" and held.brought.value["amount"]["yuan"] == yuan
