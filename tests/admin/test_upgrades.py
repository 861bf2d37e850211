"""What an upgrade of a plugin brings beside a published amendment: absorbed, or waiting for a choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from admin.app import create_app
from regions.discovery import folder_of, load_plugins
from regions.platform import open_platform
from regions.settings import Settings
from tests.admin.amending import ABROAD, CHECKER, EDITOR, published, stored, text_of

ROW = (
    "\n  - {{id: urban-example, kind: standard, area: urban, from: 2018-07-01, "
    "amount: {{yuan: {yuan}, per: person-month}}, cite: 示例}}\n"
)


@pytest.fixture
def upgraded(panel: Any, tmp_path: Path) -> Callable[[str], Any]:
    """Publish the notice, then bring the urban figure by an upgrade of Yiyang's plugin."""

    def make(yuan: str) -> Any:
        published(panel)
        folder = tmp_path / "yiyang"
        folder.mkdir()
        text = (folder_of("yiyang") / "policy.yaml").read_text(encoding="utf-8")
        (folder / "policy.yaml").write_text(text + ROW.format(yuan=yuan), encoding="utf-8")
        settings = Settings(data_dir=tmp_path, lang="zh", database_url=panel.platform.settings.database_url)
        loaded = load_plugins(settings, folder)
        panel.platform.database.close()
        panel.platform = open_platform(settings, clock=panel.clock, loaded=loaded)
        panel.app = create_app(panel.platform, secure=False)
        return panel

    return make


def test_same_value_is_told_as_published_already(upgraded: Callable[[str], Any]) -> None:
    panel = upgraded("450")
    visitor = panel.visitor(EDITOR)
    assert "没有等待选择的插件值" in text_of(visitor.get("/amendments/upgrades/"))
    assert "已由修订发布" in text_of(visitor.get("/amendments/upgrades/?show=all"))


def test_another_value_waits_and_the_amendment_is_kept_with_a_reason(upgraded: Callable[[str], Any]) -> None:
    panel = upgraded("455")
    checker = panel.visitor(CHECKER)
    waits = text_of(panel.visitor(EDITOR).get("/inbox/"))
    assert "插件升级值待选择" in waits and "插件升级值待选择" in text_of(checker.get("/inbox/"))
    assert "插件升级值待选择" not in text_of(panel.visitor(ABROAD).get("/inbox/"))
    told = text_of(checker.get("/amendments/upgrades/"))
    assert "待选择" in told and "450元/人·月 455元/人·月" in told
    given = {"provision": "yiyang/urban-example"}
    refused = checker.post("/amendments/upgrades/keep", given)
    assert refused.status_code == 422 and "必填" in text_of(refused)
    assert checker.post("/amendments/upgrades/keep", given | {"reason": "以文件为准"}).status_code == 303
    assert "没有等待选择" in text_of(checker.get("/amendments/upgrades/"))
    assert "插件升级值待选择" not in text_of(checker.get("/inbox/"))
    assert "已选择保留修订值" in text_of(checker.get("/amendments/upgrades/?show=all"))


def test_another_value_is_adopted_by_a_draft_under_its_document(upgraded: Callable[[str], Any]) -> None:
    panel = upgraded("455")
    visitor = panel.visitor(EDITOR)
    path = "/amendments/upgrades/adopt?provision=yiyang/urban-example"
    assert "450元/人·月 → 455元/人·月" in text_of(visitor.get(path))
    given = {"provision": "yiyang/urban-example", "issuer": "市政府（示例）", "title": "示例", "issued": "2018-06-01",
             "effective": "2018-08-01"}  # fmt: skip
    assert visitor.post("/amendments/upgrades/adopt", given | {"issued": ""}, at=path).status_code == 422
    made = visitor.post("/amendments/upgrades/adopt", given, at=path).location.rpartition("/")[2]
    assert stored(panel, made).rows[0].raw["amount"]["yuan"] == "455"


def test_upgrades_of_elsewhere_are_not_shown(upgraded: Callable[[str], Any]) -> None:
    visitor = upgraded("455").visitor(ABROAD)
    assert "没有等待选择" in text_of(visitor.get("/amendments/upgrades/"))
    assert visitor.get("/amendments/upgrades/adopt?provision=yiyang/urban-example").status_code == 404
