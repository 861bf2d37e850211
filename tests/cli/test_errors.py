"""A user's error is one message and exit code 1; wrong usage ends with 2, a check that finds something with 3."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from regions.discovery import BUNDLED

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = str(ROOT / "examples" / "shaanxi.yaml")
YIYANG = ("--division", "430903", "--area", "urban", "--on", "2018-06-01")
DALI = ("--area", "rural", "--on", "2008-06-01", "--division")
CASE = """
- name: {zh: 一人无收入, en: one person without income}
  article: 第一条
  place: {division: "610523", area: rural}
  on: 2008-06-01
  facts: {members: [{id: a, relation: head}]}
  expect: {outputs: {dibao.benefit: 1.00}}
"""

Run = Callable[..., Result]
Refused = Callable[[Result, str], None]
MakePlugin = Callable[..., Path]

ERRORS: list[tuple[tuple[str, ...], str, str, str]] = [
    (("policy", "explain", "standard", *YIYANG[:4], "--on", "2018-13-01"), "bad_date", "日期应为", "a day looks like"),
    (("division", "show", "430903", "--on", "yesterday"), "bad_date", "yesterday", "yesterday"),
    (("policy", "explain", "standard", *YIYANG, "--known-at", "yesterday"), "bad_date", "yesterday", "yesterday"),
    (("policy", "explain", "standard", "--division", "430904"), "unknown_division", "没有这个区划", "the nearest is"),
    (("standard", "list", "--division", "没有这个县"), "unknown_division", "没有这个区划", "there is no such division"),
    (("doctor", "--division", "430904"), "unknown_division", "430904", "430904"),
    (("division", "show", "439999"), "unknown_division", "439999", "439999"),
    (("policy", "explain", "standrd", *YIYANG), "unknown_kind", "是否为“standard”", "Did you mean 'standard'"),
    (("policy", "show", "standrd", *YIYANG), "unknown_kind", "是否为“standard”", "Did you mean 'standard'"),
    (("policy", "explain", "standard", *YIYANG, "--programme", "dibo"), "unknown_programme", "dibao", "dibao"),
    (("plugin", "show", "yiyng"), "unknown_plugin", "是否为“yiyang”", "Did you mean 'yiyang'"),
    (("plugin", "check", "nowhere"), "unknown_plugin", "nowhere", "nowhere"),
    (("policy", "gaps", "--plugin", "yiyng"), "unknown_plugin", "yiyng", "yiyng"),
    (("assess", "nofile.yaml"), "unreadable_file", "无法读取文件：没有这个文件或文件夹", "no such file"),
    (("assess", "."), "unreadable_file", "无法读取文件", "cannot"),
    (("formula", "eval", "1 +"), "syntax_error", "公式没有写完", "1:"),
    (
        ("formula", "eval", "1 / 0"),
        "division_by_zero",
        "算不出结果：计算“1 / 0”时除数为零",
        "no value: division by zero in '1 / 0'",
    ),
    (("formula", "eval", "benfit", "--case", EXAMPLE), "unknown_name", "是否为“benefit”", "Did you mean 'benefit'"),
    (("formula", "eval", "1", "--case", "nofile.yaml"), "unreadable_file", "无法读取文件", "nofile.yaml"),
]
"""The command as typed, the error's code, and words it must say in Chinese and in English."""


@pytest.mark.parametrize(("words", "code", "zh", "en"), ERRORS)
def test_a_users_error_is_one_message_in_the_users_language(
    words: tuple[str, ...], code: str, zh: str, en: str, run: Run, refused: Refused
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        result = run("--lang", lang, *words)
        refused(result, code)
        assert said in result.stderr


@pytest.mark.parametrize(
    ("text", "code", "spot"),
    [
        ("a: [1\n", "bad_yaml", "case.yaml:2:1"),
        ("", "empty_file", "case.yaml"),
        ("place: {division: '610000', area: rural}\nplace: 1\n", "duplicate_key", "case.yaml:2:1"),
        ("place: {division: '610000', area: hilly}\non: 2007-06-01\n", "not_allowed", "case.yaml:1:35 $.place.area"),
        ("place: {division: '610000', area: rural}\non: 2007-06-31\n", "bad_date", "case.yaml:2:5"),
    ],
)
def test_a_fault_of_a_case_file_is_named_with_its_place(
    text: str, code: str, spot: str, run: Run, refused: Refused, tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    result = run("assess", "case.yaml")
    refused(result, code)
    assert spot in result.stderr


def test_a_file_that_is_not_utf_8_is_refused(run: Run, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_bytes("place: {division: 陕西}".encode("gb18030"))
    refused(run("assess", "case.yaml"), "not_utf8")


def test_all_faults_of_a_households_facts_are_named_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(
        'place: {division: "610000", area: rural}\non: 2007-06-01\nfacts:\n'
        "  members: [{id: a, relation: hed}]\n"
        "  shared_income: [{item: farmng, amount: two}, {item: article_9_4, amount: 500}]\n",
        encoding="utf-8",
    )
    result = run("--lang", "zh", "assess", "case.yaml")
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert [line.partition(" ")[0] for line in lines] == [
        "case.yaml:4:31", "case.yaml:5:26", "case.yaml:5:42", "case.yaml:5:55",
    ]  # fmt: skip
    assert [line.rpartition("[")[2] for line in lines][-1] == "gap_item]"


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("policy",),
        ("policy", "explain", "standard"),
        ("policy", "explain", "standard", *YIYANG, "--nonsense"),
        ("policy", "show", "--division", "430903", "--area", "hilly"),
        ("policy", "compare"),
        ("assess",),
        ("completion", "tcsh"),
        ("--lang", "fr", "config", "show"),
    ],
)
def test_wrong_usage_of_the_command_line_ends_with_2(words: tuple[str, ...], run: Run) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.output


def test_a_check_that_finds_something_ends_with_3(run: Run, plugin: MakePlugin) -> None:
    folder = str(plugin(cases=CASE))
    result = run("--lang", "zh", "plugin", "check", folder)
    assert result.exit_code == 3
    assert "✗ mine/cases.yaml:2: 第一条  一人无收入" in result.stdout
    assert "mine：0/1 个示例成立" in result.stdout
    assert not json.loads(run("plugin", "check", folder, "--json").stdout)["passed"]


def test_a_plugin_with_faults_is_checked_and_its_faults_placed(run: Run, plugin: MakePlugin) -> None:
    result = run("--lang", "en", "plugin", "check", str(plugin(yuan="7x0")))
    assert result.exit_code == 3
    assert "mine/policy.yaml:5:" in result.stdout
    assert "7x0" in result.stdout


def test_a_plugin_is_checked_from_inside_its_folder(
    run: Run, plugin: MakePlugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(plugin())
    result = run("--lang", "zh", "plugin", "check", ".")
    assert result.exit_code == 0, repr(result.exception)
    assert "mine：0/0 个示例成立" in result.stdout


def test_a_bundled_plugin_may_be_checked_by_its_folder(run: Run) -> None:
    result = run("--lang", "zh", "plugin", "check", str(ROOT / "plugins" / "shaanxi_rural"))
    assert result.exit_code == 0, result.output


def test_a_plugin_checked_by_its_folder_may_be_among_the_configured_ones(run: Run, plugin: MakePlugin) -> None:
    folder = str(plugin())
    result = run("plugin", "check", folder, JIUZHU_PLUGIN_DIRS=folder)
    assert result.exit_code == 0, result.output


def test_doctor_names_a_broken_plugin_and_ends_with_3(run: Run, plugin: MakePlugin) -> None:
    folder = str(plugin(yuan="7x0"))
    result = run("--lang", "zh", "doctor", JIUZHU_PLUGIN_DIRS=folder)
    assert result.exit_code == 3
    assert "mine: mine/policy.yaml:5:" in result.stdout


def test_a_broken_plugin_is_listed_and_the_others_are_in_use(run: Run, plugin: MakePlugin) -> None:
    result = run("plugin", "list", "--json", JIUZHU_PLUGIN_DIRS=str(plugin(yuan="7x0")))
    states = {one["name"]: one["state"] for one in json.loads(result.stdout)}
    assert (states["mine"], states["yiyang"]) == ("broken", "accepted")


def test_a_place_whose_plugin_is_broken_gets_an_error_and_other_places_their_answer(
    run: Run, refused: Refused, plugin: MakePlugin
) -> None:
    folder = str(plugin(yuan="7x0"))
    words = ("policy", "explain", "standard", *DALI)
    refused(run(*words, "610523", JIUZHU_PLUGIN_DIRS=folder), "broken_rules")
    assert run(*words, "610522", JIUZHU_PLUGIN_DIRS=folder).exit_code == 0


@pytest.mark.parametrize("folder", ["", "nowhere", "file"])
def test_a_plugin_folder_that_is_none_breaks_nothing_else(folder: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("plugin", "list", "--json", JIUZHU_PLUGIN_DIRS=str(tmp_path / folder))
    assert result.exit_code == 0, repr(result.exception)
    assert [one["state"] for one in json.loads(result.stdout)] == ["accepted"] * len(BUNDLED) + ["broken"]


def test_a_plugin_for_an_unknown_division_leaves_the_rest_of_the_country_working(run: Run, plugin: MakePlugin) -> None:
    environ = {"JIUZHU_PLUGIN_DIRS": str(plugin(division="619999"))}
    result = run("policy", "explain", "standard", *YIYANG, **environ)
    assert result.exit_code == 0, result.output
    listed = {one["name"]: one for one in json.loads(run("plugin", "list", "--json", **environ).stdout)}
    assert listed["mine"]["state"] == "broken"
    assert "619999" in listed["mine"]["error"]


def test_a_disabled_plugin_rules_nothing(run: Run) -> None:
    assert "yiyang" not in run("policy", "explain", "standard", *YIYANG, JIUZHU_DISABLED="yiyang").stdout
    listed = json.loads(run("plugin", "list", "--json", JIUZHU_DISABLED="yiyang").stdout)
    assert {one["name"]: one["state"] for one in listed}["yiyang"] == "disabled"
