"""Checking a plugin: it loads, its worked examples hold, and what its level may not do is remarked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import JiuzhuError
from regions.check import check_plugin
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


@pytest.mark.parametrize("name", ["national", "shaanxi_rural", "yiyang", "ruian_recusal", "disability_subsidies"])
def test_a_bundled_plugin_is_checked_by_name_with_its_examples(settings: Settings, name: str) -> None:
    found = check_plugin(settings, name)
    assert found.errors == () and len(found.examples) > 3
    assert list(found.lines("zh"))[-1].startswith(f"{name}：")


def test_a_folder_is_checked_without_installing_it(settings: Settings, plugin: MakePlugin) -> None:
    found = check_plugin(settings, str(plugin(yuan="760", cases=[example("760.00")])))
    assert found.passed and found.name == "dali" and found.remarks == ()
    assert list(found.lines("en")) == ["✓ 第一条  one without income", "dali: 1 of 1 examples hold"]
    assert found.to_json("en") == {
        "plugin": "dali", "passed": True, "errors": [], "remarks": [],
        "examples": [{"name": "one without income", "article": "第一条", "mismatches": []}],
    }  # fmt: skip


def test_an_example_that_does_not_hold_fails_the_check(settings: Settings, plugin: MakePlugin) -> None:
    found = check_plugin(settings, str(plugin(yuan="760", cases=[example("760.00"), example("1.00")])))
    assert not found.passed
    assert list(found.lines("zh")) == [
        "✓ 第一条  一人无收入", "✗ 第一条  一人无收入", "    dibao.benefit: expected 1.00, got 760.00", "dali：1/2 个示例成立",
    ]  # fmt: skip


def test_an_example_may_bring_provisions_of_its_own(settings: Settings, plugin: MakePlugin) -> None:
    own = [{"id": "raise", "kind": "standard", "area": "rural", "programme": "dibao", "from": "2008-02-01",
            "amount": {"yuan": "800", "per": "person-year"}}]  # fmt: skip
    assert check_plugin(settings, str(plugin(cases=[example("800.00", provisions=own)]))).passed
    broken = [{**own[0], "amount": {"yuan": "8oo"}}]
    found = check_plugin(settings, str(plugin(name="other", cases=[example("800.00", provisions=broken)])))
    assert not found.passed and "bad_pattern" in "".join(found.lines("en"))


def test_a_plugin_with_faults_tells_them_and_runs_no_example(settings: Settings, plugin: MakePlugin) -> None:
    found = check_plugin(settings, str(plugin(yuan="7x0", cases=[example("760.00")])))
    assert not found.passed and found.examples == ()
    assert next(found.lines("zh")).startswith("✗ dali/policy.yaml:") and found.to_json("zh")["errors"]


def test_a_faulty_file_of_examples_is_told(settings: Settings, plugin: MakePlugin) -> None:
    found = check_plugin(settings, str(plugin(cases=[{"place": {}, "on": "2008-06-01"}])))
    assert not found.passed and "dali/cases.yaml" in found.errors[0].render("zh")


def test_what_is_inert_is_remarked(settings: Settings, plugin: MakePlugin) -> None:
    found = check_plugin(settings, str(plugin(yuan="600")))
    assert found.passed and "693" in found.remarks[0].zh
    assert next(found.lines("zh")).startswith("! dali/standard：低于施行时的上级标准")


def test_a_standard_its_level_may_not_set_is_remarked(settings: Settings, plugin: MakePlugin) -> None:
    late = {"id": "late", "kind": "standard", "from": "2018-01-01", "amount": {"yuan": "4000", "per": "person-year"}}
    found = check_plugin(settings, str(plugin(late)))
    assert [one.en.partition(":")[0] for one in found.remarks] == ["dali/late"]
    assert "第十条" in found.remarks[0].zh


def test_what_is_neither_a_plugin_nor_a_folder_is_refused(settings: Settings, tmp_path: Path) -> None:
    for target in ("yiynag", str(tmp_path)):
        with pytest.raises(JiuzhuError) as caught:
            check_plugin(settings, target)
        assert caught.value.code == "unknown_plugin"
