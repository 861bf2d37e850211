"""The policy officer's day on the command line: a document in, an impact, another person's approval, a batch."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import open_platform
from regions.settings import Settings

Run = Callable[..., Any]
NOTICE = """
division: "430900"
document:
  number: 益政办发[2019]5号
  issuer: 益阳市人民政府
  title: 关于调整全市城乡最低生活保障标准的通知（示例）
  issued: 2019-03-01
  effective: 2019-04-01
  first_payment_month: 2019-04
rows:
  - {kind: standard, programme: dibao, area: urban, amount: {yuan: 450, per: person-month}, cite: 第一条}
  - {kind: standard, programme: dibao, area: rural, amount: {yuan: 3400, per: person-year}, cite: 第二条}
"""


@pytest.fixture
def office(run: Run, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an officer of Yiyang on 2019-03-05; the answer is JSON, or what went wrong."""
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=date(2019, 3, 5))
    platform = open_platform(settings)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2019-01-01T00:00:00+00:00", today=date(2019, 1, 1))
    with platform.desk("root") as desk:
        for login, role in (
            ("li", "policy_editor"),
            ("wang", "policy_approver"),
            ("zhao", "clerk"),
            ("sun", "approver"),
        ):
            add_user(desk, login, login)
            grant_role(desk, login, role, "430900", since=date(2019, 1, 1))
    platform.database.close()
    (tmp_path / "notice.yaml").write_text(NOTICE, encoding="utf-8")

    def call(login: str, *words: str, fails: bool = False) -> Any:
        environ = {"JIUZHU_DATABASE_URL": database_url, "JIUZHU_TODAY": "2019-03-05", "JIUZHU_LANG": "zh"}
        found = run("--as", login, *words, "--json", **environ)
        assert found.exit_code == (1 if fails else 0), found.output
        return found.stderr if fails else json.loads(found.stdout)

    return call


def test_document_becomes_the_rule_by_another_persons_hand(office: Run) -> None:
    draft = office("li", "standard", "propose", "notice.yaml")
    assert [(one["before"], one["after"], one["rise"]) for one in draft["rows"]] == [
        ("430元/人·月", "450元/人·月", "+20.00"), ("3200元/人·年", "3400元/人·年", "+200.00"),
    ]  # fmt: skip
    uuid = draft["id"]
    found = office("li", "standard", "impact", uuid)
    assert "未申请家庭不在测算内" in found["population"]
    assert [one["start"] for one in found["starts"]] == ["2019-01", "2019-04", "2019-05"]
    office("li", "standard", "submit", uuid)
    assert "not_permitted" in office("li", "standard", "approve", uuid, fails=True)
    office("wang", "standard", "approve", uuid)
    assert office("wang", "standard", "publish", uuid)["status"] == "published"
    history = office("li", "standard", "history", "--division", "430900", "--area", "urban", "--on", "2019-04-01")
    assert [one["state"] for one in history if one["document"] == "益政办发[2019]5号 第一条"] == ["in_force"]
    assert office("li", "standard", "show")[0]["status"] == "published"


def test_batch_is_listed_signed_and_run(office: Run, tmp_path: Path) -> None:
    uuid = office("li", "standard", "propose", "notice.yaml")["id"]
    office("li", "standard", "submit", uuid)
    office("wang", "standard", "approve", uuid)
    office("wang", "standard", "publish", uuid)
    batch = office("zhao", "redecide", "prepare", uuid, "--division", "430903")
    assert batch["totals"]["households"] == 0
    office("zhao", "redecide", "show", batch["id"], "--xlsx", "list.xlsx")
    assert CalamineWorkbook.from_path(tmp_path / "list.xlsx").sheet_names == ["调整前后对照表", "例外清单"]
    signed = office("sun", "redecide", "sign", batch["id"], "--digest", batch["digest"])
    assert signed["status"] == "signed"
    assert office("zhao", "redecide", "run", batch["id"])["status"] == "decided"
    assert office("zhao", "redecide", "notice", batch["id"], "--phone", "0737-3222222") == []


def test_fault_of_a_row_is_told_with_its_place(office: Run, tmp_path: Path) -> None:
    bad = NOTICE.replace("yuan: 3400, per: person-year", "yuan: 3400, per: person-month")
    (tmp_path / "bad.yaml").write_text(bad, encoding="utf-8")
    said = office("li", "standard", "propose", "bad.yaml", fails=True)
    assert "bad.yaml:12" in said
    assert "other_unit" in said


PAPER = """
document: {issuer: 益阳市人民政府, title: 更正通知（示例）, number: "益政办发[2019]9号", issued: 2019-03-05, effective: 2019-04-01}
cite: 第一条
"""


@pytest.fixture
def submitted(office: Run) -> str:
    """A notice handed to those who decide."""
    uuid: str = office("li", "standard", "propose", "notice.yaml")["id"]
    assert office("li", "standard", "submit", uuid)["status"] == "submitted"
    return uuid


@pytest.fixture
def published(office: Run, submitted: str) -> str:
    """A notice published by another person's hand."""
    office("wang", "standard", "approve", submitted)
    assert office("wang", "standard", "publish", submitted)["status"] == "published"
    return submitted


def test_notice_is_sent_back_mended_and_at_last_refused(office: Run, submitted: str) -> None:
    back = office("wang", "standard", "send-back", submitted, "--reason", "缺附件")
    assert back["status"] == "draft"
    office("li", "standard", "submit", submitted)
    assert office("wang", "standard", "reject", submitted, "--reason", "数额有误")["status"] == "rejected"
    assert "[amendment_state]" in office("wang", "standard", "publish", submitted, fails=True)


def test_approved_notice_is_filed_with_the_level_above(office: Run, submitted: str) -> None:
    office("wang", "standard", "approve", submitted)
    words = ["--on", "2019-03-05", "--with", "湖南省民政厅"]
    assert office("wang", "standard", "file", submitted, *words)["filed_on"] == "2019-03-05"
    assert "[bad_date]" in office("wang", "standard", "file", submitted, "--on", "soon", "--with", "省厅", fails=True)


def test_published_notice_is_withdrawn_before_it_has_effect(office: Run, published: str) -> None:
    gone = office("wang", "standard", "withdraw", published, "--reason", "文件撤回")
    assert gone["status"] == "withdrawn"
    history = office("li", "standard", "history", "--division", "430900", "--area", "urban", "--on", "2019-04-01")
    assert not any((one["document"] or "").startswith("益政办发[2019]5号") for one in history)


def test_rollback_drafts_what_was_before_under_its_own_document(office: Run, published: str, tmp_path: Path) -> None:
    (tmp_path / "paper.yaml").write_text(PAPER, encoding="utf-8")
    draft = office("li", "standard", "rollback", published, "paper.yaml")
    assert draft["status"] == "draft" and draft["id"] != published
    assert [one["after"] for one in draft["rows"]] == ["430元/人·月", "3200元/人·年"]


UPGRADE = """
plugin: {name: upgraded, title: 升级（测试）, version: 0.2.0}
documents: {doc: {title: 示例办法（虚构）, issued: 2019-03-01}}
defaults: {division: "430900", programme: dibao, area: urban, document: doc, cite: 第一条, from: 2019-04-01}
provisions:
  - {id: urban, kind: standard, amount: {yuan: 455, per: person-month}}
"""


@pytest.fixture
def upgraded(published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """After publication a plugin brings another figure for the same place and day; the address of what it brings."""
    folder = tmp_path / "upgraded"
    folder.mkdir()
    (folder / "policy.yaml").write_text(UPGRADE, encoding="utf-8")
    monkeypatch.setenv("JIUZHU_PLUGIN_DIRS", str(folder))
    return "upgraded/urban"


def test_figure_an_upgrade_brings_waits_until_somebody_keeps_the_amendments(office: Run, upgraded: str) -> None:
    (waiting,) = office("li", "standard", "absorption")
    assert (waiting["state"], waiting["published"], waiting["brought"], waiting["provision"]) == (
        "waiting", "450元/人·月", "455元/人·月", upgraded,
    )  # fmt: skip
    kept = office("wang", "standard", "keep", upgraded, "--reason", "以市政府文件为准")
    assert kept == {"provision": upgraded, "kept": "amendment"}
    assert office("li", "standard", "absorption") == []
    assert [one["state"] for one in office("li", "standard", "absorption", "--all")] == ["kept"]


def test_figure_an_upgrade_brings_is_adopted_by_an_amendment(office: Run, upgraded: str, tmp_path: Path) -> None:
    (tmp_path / "paper.yaml").write_text(PAPER, encoding="utf-8")
    draft = office("li", "standard", "adopt", upgraded, "paper.yaml")
    assert draft["status"] == "draft" and [one["after"] for one in draft["rows"]] == ["455元/人·月"]


def test_batch_is_withdrawn_with_a_reason(office: Run, published: str) -> None:
    batch = office("zhao", "redecide", "prepare", published, "--division", "430903")
    words = [batch["id"], "--reason", "名单有误"]
    assert office("sun", "redecide", "withdraw", *words)["status"] == "withdrawn"
    assert "[" in office("sun", "redecide", "run", batch["id"], fails=True)
