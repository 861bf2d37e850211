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
    (at,) = (n for n, line in enumerate(lines) if line.endswith(": 第一条  一人无收入"))
    assert lines[at - 1] == "✓ 第一条  一人无收入" and lines[at].startswith("✗ dali/cases.yaml:")
    assert lines[at + 1] == "    dibao.benefit 应为 1.00，实为 760.00"
    assert "dali：1/2 个示例成立" in lines


WHY = {
    "dibao.benefits": ({"outputs": {"dibao.benefits": "1"}}, "没有名为 dibao.benefits 的量。是否为“dibao.benefit”？"),
    "standard": ({"answers": {"standard": {"amount": "1"}}}, "数额写在 outputs，如 dibao.standard"),
    "weekly": ({"answers": {"review_interval": {"weekly": {}}}}, "review_interval 应为 {'weekly': {}}，规定为 ["),
}


@pytest.mark.parametrize("what", WHY)
def test_what_an_example_expects_in_vain_is_told_with_what_there_is(
    plugin: MakePlugin, settings: Settings, what: str
) -> None:
    expect, said = WHY[what]
    found = check_here(settings, str(plugin(yuan="760", cases=[example("760.00", expect=expect)])))
    assert said in found.examples[0].differences[0].zh


def test_a_fact_an_example_lacks_is_told_by_name_and_in_words(settings: Settings, plugin: MakePlugin) -> None:
    facts = {"members": [{"id": "a", "relation": "head"}, {"id": "b", "relation": "child"}]}
    case = example("760.00", place={"division": "610523", "area": "urban"}, on="2018-06-01", facts=facts)
    (found,) = check_here(settings, str(plugin(cases=[case]))).examples
    assert "缺少事实" in found.differences[0].zh and "birth_date" in found.differences[0].zh


def test_a_package_of_another_version_than_its_plugin_fails_the_check(settings: Settings, plugin: MakePlugin) -> None:
    folder = plugin(yuan="760", cases=[example("760.00")])
    project = folder.parent / "pyproject.toml"
    project.write_text('[project]\nname = "jiuzhu-dali"\nversion = "0.0.9"\n', encoding="utf-8")
    (told,) = (one for one in check_here(settings, str(folder)).faults if one.check == "loads")
    assert told.problem.render("en") == (
        "pyproject.toml:3:1 version: is not the version policy.yaml names, 0.1.0 (found: 0.0.9). "
        "write the same version in both [version_differs]"
    )


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
