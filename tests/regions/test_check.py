"""Checking a plugin: it loads, its worked examples hold, and what its level may not do is remarked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import JiuzhuError
from regions.check import check_here, check_plugin
from regions.check.report import restored, stored
from regions.check.run import CHECKS, examined
from regions.check.subject import Subject
from regions.discovery import BUNDLED
from regions.platform import Platform
from regions.settings import Settings

MakePlugin = Callable[..., Path]


def example(benefit: str, **more: Any) -> dict[str, Any]:
    """A worked example of one person without income."""
    return {
        "name": {"zh": "一人无收入", "en": "one without income"}, "article": "第一条",
        "place": {"division": "610523", "area": "rural"}, "on": "2008-06-01",
        "facts": {"members": [{"id": "a", "relation": "head"}]},
        "expect": {"outputs": {"dibao.benefit": benefit}}, **more,
    }  # fmt: skip


@pytest.mark.parametrize("name", BUNDLED)
def test_a_bundled_plugin_has_no_fault(platform: Platform, name: str) -> None:
    manager = platform.manager
    found = examined(Subject(platform=platform, plugin=manager.plugins[name], folder=manager.folder(name)))
    assert [one.problem.render("zh") for one in found.faults] == []
    assert found.examples and found.coverage and found.checks == {key: title for key, (title, _) in CHECKS.items()}


def test_a_bundled_plugin_is_checked_by_its_name(settings: Settings) -> None:
    assert check_plugin(settings, "township_plan").passed


def test_a_folder_is_checked_without_installing_it(settings: Settings, plugin: MakePlugin) -> None:
    found = check_plugin(settings, str(plugin(yuan="760", cases=[example("760.00")])))
    assert found.name == "dali" and [one.problem.code for one in found.remarks] == ["no_articles"]
    lines = list(found.lines("en"))
    assert "✓ 第一条  one without income" in lines and "dali: 1 of 1 examples hold" in lines
    assert found.to_json("en")["examples"] == [{"name": "one without income", "article": "第一条", "mismatches": []}]


def test_an_example_that_does_not_hold_fails_the_check(settings: Settings, plugin: MakePlugin) -> None:
    found = check_here(settings, str(plugin(yuan="760", cases=[example("760.00"), example("1.00")])))
    assert not found.passed
    lines = list(found.lines("zh"))
    at = lines.index("✗ 第一条  一人无收入")
    assert lines[at - 1 : at + 2] == ["✓ 第一条  一人无收入", lines[at], "    dibao.benefit 应为 1.00，实为 760.00"]
    assert "dali：1/2 个示例成立" in lines


def test_an_example_may_bring_provisions_of_its_own(settings: Settings, plugin: MakePlugin) -> None:
    own = [{"id": "raise", "kind": "standard", "area": "rural", "programme": "dibao", "from": "2008-02-01",
            "amount": {"yuan": "800", "per": "person-year"}}]  # fmt: skip
    found = check_here(settings, str(plugin(cases=[example("800.00", provisions=own)])))
    assert [one.differences for one in found.examples] == [()]
    broken = [{**own[0], "amount": {"yuan": "8oo"}}]
    found = check_here(settings, str(plugin(name="other", cases=[example("800.00", provisions=broken)])))
    assert not found.passed and "bad_pattern" in "".join(found.lines("en"))


def test_a_plugin_with_faults_tells_them_and_runs_no_example(settings: Settings, plugin: MakePlugin) -> None:
    found = check_here(settings, str(plugin(yuan="7x0", cases=[example("760.00")])))
    assert not found.passed and found.examples == ()
    assert next(found.lines("zh")).startswith("✗ dali/policy.yaml:") and found.to_json("zh")["errors"]


def test_a_faulty_file_of_examples_is_told(settings: Settings, plugin: MakePlugin) -> None:
    found = check_here(settings, str(plugin(cases=[{"place": {}, "on": "2008-06-01"}])))
    assert not found.passed and "dali/cases.yaml" in found.faults[0].problem.render("zh")


def test_what_is_neither_a_plugin_nor_a_folder_is_refused(settings: Settings, tmp_path: Path) -> None:
    for target in ("yiynag", str(tmp_path)):
        with pytest.raises(JiuzhuError) as caught:
            check_plugin(settings, target)
        assert caught.value.code == "unknown_plugin"


def test_a_report_comes_whole_out_of_the_quarantine(settings: Settings) -> None:
    found = check_here(settings, "datong")
    assert restored(stored(found)) == found
