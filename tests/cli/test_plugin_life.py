"""``jiuzhu plugin propose … uninstall``: what people decide of a plugin, its consequences shown first."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Run = Callable[..., Result]
MakePlugin = Callable[..., Path]
Refused = Callable[[Result, str], None]


@pytest.fixture
def office(run: Run, plugin: MakePlugin) -> Callable[..., Result]:
    """A deployment whose ``jiuzhu.toml`` names one outside plugin, with two administrators; types a command as one."""
    Path("jiuzhu.toml").write_text(f'plugin_dirs = ["{plugin()}"]\n', encoding="utf-8")

    def typed(login: str, *words: str, lang: str = "zh", before: tuple[str, ...] = ()) -> Result:
        return run("--lang", lang, "--as", login, *before, *words)

    for words in (
        ("first", "root", "管理员"),
        ("add", "second", "第二人"),
        ("grant", "second", "administrator", "610000"),
    ):
        done = typed("root", "staff", *words)
        assert done.exit_code == 0, done.output
    return typed


def state(done: Result) -> dict[str, Any]:
    """The row of our plugin in the list."""
    found: dict[str, Any] = {one["name"]: one for one in json.loads(done.stdout)}["mine"]
    return found


def test_a_plugin_is_a_draft_then_proposed_accepted_disabled_and_enabled(
    office: Callable[..., Result], refused: Refused
) -> None:
    assert state(office("root", "plugin", "list", "--json"))["state"] == "draft"
    done = office("root", "plugin", "propose", "mine")
    assert "mine 0.1.0 已提请，待另一名有权人员接受" in done.stdout, done.output
    listed = state(office("root", "plugin", "list", "--json"))
    assert (listed["state"], listed["version"]) == ("proposed", "0.1.0") and "jiuzhu_standards" in listed["hooks"]
    told = json.loads(office("second", "plugin", "diff", "mine", "--impact", "--json").stdout)
    assert [(one["what"], one["provision"], one["amount"]) for one in told["changes"]] == [
        ("added", "mine/s", "760元/人·年")
    ]
    assert told["impact"]["groups"] == []
    refused(office("root", "plugin", "accept", "mine", "--json"), "same_person")
    done = office("second", "plugin", "accept", "mine", "--yes")
    assert "mine 0.1.0 已接受" in done.stdout and "+ mine/s 760元/人·年" in done.stdout, done.output
    assert state(office("root", "plugin", "list", "--json"))["state"] == "accepted"
    done = office("root", "plugin", "disable", "mine", "--reason", "示例")
    assert done.exit_code == 1 and "停用 mine？" in done.stdout, "nobody answered the question"
    safe = state(office("root", "plugin", "list", "--json", before=("--safe",)))
    assert safe["state"] == "broken" and "安全模式" in safe["error"]
    done = office("root", "plugin", "disable", "mine", "--reason", "示例", "--yes", lang="en")
    assert "mine is disabled" in done.stdout and "610523" in done.stdout, done.output
    assert state(office("root", "plugin", "list", "--json"))["state"] == "disabled"
    assert "mine 已启用" in office("root", "plugin", "enable", "mine", "--yes").stdout


def test_what_cannot_be_is_refused_in_one_message(
    office: Callable[..., Result], refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(office("second", "plugin", "accept", "mine", "--json"), "nothing_proposed")
    refused(office("second", "plugin", "refuse", "mine", "--reason", "示例"), "nothing_proposed")
    refused(office("second", "plugin", "diff", "mine", "--json"), "nothing_proposed")
    refused(office("root", "plugin", "uninstall", "yiyang", "--reason", "示例", "--json"), "not_installed")
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    refused(office("root", "plugin", "install", "anything"), "not_a_virtual_environment")
    refused(office("root", "plugin", "upgrade", "anything"), "not_a_virtual_environment")


def test_a_proposed_version_is_turned_down_with_a_reason(office: Callable[..., Result], refused: Refused) -> None:
    assert office("root", "plugin", "propose", "mine").exit_code == 0
    done = office("second", "plugin", "refuse", "mine", "--reason", "示例")
    assert "mine 0.1.0 未接受" in done.stdout, done.output
    assert state(office("root", "plugin", "list", "--json"))["state"] == "draft"
    refused(office("second", "plugin", "accept", "mine", "--json"), "nothing_proposed")
