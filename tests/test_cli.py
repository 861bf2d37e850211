"""The command ``jiuzhu``: every command and option, in both languages and as JSON; exit codes; no traceback for a user's error."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from wcwidth import wcwidth

from cli import cli

ROOT = Path(__file__).resolve().parent.parent
YIYANG = ("--division", "430903", "--area", "urban", "--on", "2018-06-01")
SHAANXI = ("--division", "610000", "--area", "rural", "--on", "2007-06-01")
EXAMPLE = str(ROOT / "examples" / "shaanxi.yaml")
OUTSIDE = ROOT / "tests" / "outside_plugin" / "dali_2008"

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty folder with a data folder of its own, whatever the developer's settings and locale."""
    for name in list(os.environ):
        if name.startswith(("JIUZHU_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JIUZHU_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Run the command with words as typed; the environment may be added to."""

    def call(*words: str, **environ: str) -> Result:
        return CliRunner().invoke(cli, [*words], env=environ)

    return call


def made_plugin(folder: Path, provisions: str, *, cases: str = "") -> Path:
    """Write a little plugin for Dali county and return its folder."""
    folder.mkdir(parents=True)
    (folder / "policy.yaml").write_text(
        f"plugin: {{name: {folder.name}, title: 示例, version: 0.1.0}}\n"
        "documents: {doc: {title: 示例办法（虚构）, issued: 2008-01-10}}\n"
        'defaults: {division: "610523", programme: dibao, area: rural, document: doc, cite: 第一条, from: 2008-02-01}\n'
        f"provisions:\n{provisions}",
        encoding="utf-8",
    )
    if cases:
        (folder / "cases.yaml").write_text(cases, encoding="utf-8")
    return folder


STANDARD = "  - {id: s, kind: standard, amount: {yuan: 760, per: person-year}}\n"
BROKEN = "  - {id: s, kind: standard, amount: {yuan: 7x0, per: person-year}}\n"
CASE = (
    "- name: {zh: 一人无收入, en: one person without income}\n"
    "  article: 第一条\n"
    '  place: {division: "610523", area: rural}\n'
    "  on: 2008-06-01\n"
    "  facts: {members: [{id: a, relation: head}]}\n"
    "  expect: {outputs: {dibao.benefit: 1.00}}\n"
)

# What every command says -----------------------------------------------------------------------------------------------

COMMANDS: list[tuple[tuple[str, ...], str, str]] = [
    (("assess", EXAMPLE), "农村居民最低生活保障：符合条件", "Rural minimum living allowance: eligible"),
    (("assess", EXAMPLE, "--trace"), "计算过程", "Steps"),
    (("policy", "show", *YIYANG), "430元/人·月", "430 yuan/person-month"),
    (("policy", "show", "standard", *YIYANG), "现用全市标准", "Standards of the districts' own"),
    (("policy", "show", "procedure", *YIYANG, "--programme", "dibao"), "民主评议", "Community appraisal"),
    (("policy", "explain", "standard", *YIYANG), "已被本级后续规定取代", "closed by a later rule of the same place"),
    (("policy", "explain", "income_definition", "--key", "article_9_4", *SHAANXI), "第九条(四)所列项目", "The item of Art. 9(4)"),
    (("policy", "explain", "income_definition", *SHAANXI), "请用 --key 指定其中一项", "name one of these with --key"),
    (("policy", "compare", "--division", "430903", "--area", "urban", "--on", "2018-03-01", "--on", "2018-06-01"), "420元/人·月", "420 yuan/person-month"),
    (("policy", "compare", "--division", "430903", "--division", "430902", "--area", "urban", "--on", "2018-06-01"), "没有不同", "No difference"),
    (("policy", "gaps"), "第九条(四)所列项目", "The item of Art. 9(4)"),
    (("policy", "gaps", *YIYANG), "未见取整规定", "price subsidy"),
    (("policy", "gaps", "--plugin", "yiyang"), "来源未列区县标准", "The source lists the districts' average benefits"),
    (("plugin", "list"), "益阳市城乡低保", "Yiyang dibao"),
    (("plugin", "show", "yiyang"), "物价补贴", "Price subsidy"),
    (("plugin", "check", "yiyang"), "个示例成立", "examples hold"),
    (("plugin", "check", str(OUTSIDE)), "4/4 个示例成立", "4 of 4 examples hold"),
    (("standard", "list", "--division", "430903", "--on", "2018-06-01"), "3200元/人·年", "3200 yuan/person-year"),
    (("standard", "list", *SHAANXI), "693元/人·年", "693 yuan/person-year"),
    (("standard", "list", "--division", "610000", "--on", "2009-01-01"), "没有现行标准", "No standard is in force"),
    (("standard", "history", *SHAANXI), "起止日期不明", "dates unknown and not assumed"),
    (("division", "show", "430903", "--on", "2018-06-01"), "湖南省益阳市赫山区", "湖南省益阳市赫山区"),
    (("division", "find", "益阳", "赫山"), "430903", "430903"),
    (("formula", "eval", "YUAN(10) * 3"), "30.00元", "30.00 yuan"),
    (("formula", "eval", "benefit", "--case", EXAMPLE), "772.00元/年", "772.00 yuan/year"),
    (("doctor",), "插件", "plugin"),
    (("doctor", *YIYANG), "物价补贴", "Price subsidy"),
    (("config", "show"), "环境变量", "environment"),
    (("demo",), "8/8 个案例与预期一致", "8 of 8 cases as expected"),
]  # fmt: skip


def words_of(case: Any) -> str:
    """A test's name: the command as typed, without paths."""
    return " ".join(Path(word).name if word.startswith("/") else word for word in case) if isinstance(case, tuple) else ""


@pytest.mark.parametrize(("words", "zh", "en"), COMMANDS, ids=words_of)
def test_a_command_speaks_chinese(words: tuple[str, ...], zh: str, en: str, run: Run) -> None:
    result = run("--lang", "zh", *words)
    assert result.exit_code == 0, result.output
    assert zh in result.stdout


@pytest.mark.parametrize(("words", "zh", "en"), COMMANDS, ids=words_of)
def test_a_command_speaks_english(words: tuple[str, ...], zh: str, en: str, run: Run) -> None:
    result = run("--lang", "en", *words)
    assert result.exit_code == 0, result.output
    assert en in result.stdout


@pytest.mark.parametrize("words", [words for words, *_ in COMMANDS], ids=words_of)
def test_a_command_prints_json(words: tuple[str, ...], run: Run) -> None:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout), dict | list)


def leaves(group: click.Group, *path: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command at the end of a path."""
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from leaves(one, *path, name)
        else:
            yield (*path, name), one


LEAVES = list(leaves(cli))


@pytest.mark.parametrize(("path", "one"), LEAVES, ids=words_of)
def test_a_command_takes_json_and_is_among_those_tried(path: tuple[str, ...], one: click.Command) -> None:
    if path == ("completion",):
        return
    assert "json_" in {parameter.name for parameter in one.params}
    assert any(words[: len(path)] == path for words, *_ in COMMANDS)


@pytest.mark.parametrize(("path", "one"), LEAVES, ids=words_of)
def test_help_says_in_both_languages_what_a_command_and_its_options_do(path: tuple[str, ...], one: click.Command, run: Run) -> None:
    result = run(*path, "--help")
    assert result.exit_code == 0
    assert one.help is not None
    assert " / " in one.help
    options = [parameter for parameter in one.params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if " / " not in (option.help or "")] == []


def test_help_of_the_whole_documents_the_exit_codes(run: Run) -> None:
    assert "退出码 / exit codes: 0" in run("--help").stdout.replace("\n", "")


def test_version_is_told(run: Run) -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert re.search(r"jiuzhu, .*\d+\.\d+", result.stdout)


# Options ---------------------------------------------------------------------------------------------------------------


def test_the_graph_of_a_procedure_is_mermaid_in_the_order_of_the_stages(run: Run) -> None:
    lines = run("policy", "show", "procedure", "--graph", *YIYANG).stdout.splitlines()
    assert lines[0] == "flowchart TD"
    assert "  home_visit --> community_appraisal" in lines
    assert lines.index('  review["乡镇提出建议意见"]') < lines.index('  approval_opinion["县级提出审批意见、确定拟保障金额<br/>5个工作日"]')


def test_a_graph_asked_for_as_json_is_json(run: Run) -> None:
    result = run("policy", "show", "procedure", "--graph", *YIYANG, "--json")
    assert result.exit_code == 0
    json.loads(result.stdout)


def test_show_may_be_limited_to_one_kind(run: Run) -> None:
    found = json.loads(run("policy", "show", "benefit", *YIYANG, "--json").stdout)
    assert list(found["programmes"]["dibao"]) == ["benefit"]


def test_several_programmes_may_be_asked_for(run: Run) -> None:
    words = ("policy", "show", *YIYANG, "--programme", "living_subsidy", "--programme", "care_subsidy", "--json")
    found = json.loads(run(*words).stdout)
    assert {"living_subsidy", "care_subsidy"} <= set(found["programmes"])


def test_the_day_asked_about_is_today_unless_said(run: Run) -> None:
    found = json.loads(run("policy", "explain", "standard", "--division", "430903", "--area", "urban", "--json", JIUZHU_TODAY="2018-03-01").stdout)
    assert found["on"] == "2018-03-01"
    assert found["in_force"]["value"]["amount"]["yuan"] == "420"


@pytest.mark.parametrize(("lang", "said"), [("zh", "演示日期 2018-06-01"), ("en", "demonstration date 2018-06-01")])
def test_a_demonstration_date_is_shown_and_does_not_spoil_json(lang: str, said: str, run: Run) -> None:
    result = run("--lang", lang, "config", "show", "--json", JIUZHU_TODAY="2018-06-01")
    assert said in result.stderr
    assert "2018-06-01" in {row["value"] for row in json.loads(result.stdout)}


def test_known_at_answers_from_what_was_recorded_then(run: Run) -> None:
    words = ("policy", "explain", "standard", *YIYANG, "--json")
    assert json.loads(run(*words, "--known-at", "2000-01-01T00:00:00+00:00").stdout)["in_force"] is None
    assert json.loads(run(*words, "--known-at", "2999-01-01T00:00:00+00:00").stdout)["in_force"] is not None


def test_standards_of_both_areas_are_listed_unless_one_is_named(run: Run) -> None:
    both = json.loads(run("standard", "list", "--division", "430903", "--on", "2018-06-01", "--json").stdout)
    assert [row["area"] for row in both] == ["urban", "rural"]
    one = json.loads(run("standard", "list", *YIYANG, "--json").stdout)
    assert [row["area"] for row in one] == ["urban"]


def test_the_history_of_standards_is_of_both_areas_unless_one_is_named(run: Run) -> None:
    rows = json.loads(run("standard", "history", "--division", "430903", "--on", "2018-06-01", "--json").stdout)
    amounts = {row["value"]["amount"]["yuan"] for row in rows if "amount" in row["value"]}
    assert amounts == {"420", "430", "3036", "3200"}


def test_a_trace_names_every_step_with_its_provision(run: Run) -> None:
    result = run("--lang", "zh", "assess", EXAMPLE, "--trace")
    assert "[shaanxi_rural/floor-2007@1]" in result.stdout
    assert "dibao.payment = 193.00" in result.stdout


def test_a_refusal_is_told_in_words_without_an_identifier(run: Run, tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(
        'place: {division: "610000", area: rural}\non: 2007-06-01\n'
        "facts: {members: [{id: a, relation: head}], shared_income: [{item: farming, amount: 693}]}\n",
        encoding="utf-8",
    )
    (told,) = [line for line in run("--lang", "zh", "assess", str(case)).stdout.splitlines() if "✗" in line]
    assert "693.00元/年" in told
    assert not re.search(r"[a-z_]{3,}", told)


# Errors ----------------------------------------------------------------------------------------------------------------

ERRORS: list[tuple[tuple[str, ...], str, str, str]] = [
    (("policy", "explain", "standard", "--division", "430903", "--on", "2018-13-01"), "bad_date", "2018-13-01", "2018-13-01"),
    (("division", "show", "430903", "--on", "yesterday"), "bad_date", "日期应为", "a day looks like"),
    (("policy", "explain", "standard", *YIYANG, "--known-at", "yesterday"), "bad_date", "yesterday", "yesterday"),
    (("policy", "explain", "standard", "--division", "430904"), "unknown_division", "430903 赫山区", "the nearest is"),
    (("standard", "list", "--division", "没有这个县"), "unknown_division", "没有这个区划", "there is no such division"),
    (("doctor", "--division", "430904"), "unknown_division", "430904", "430904"),
    (("division", "show", "439999"), "unknown_division", "439999", "439999"),
    (("policy", "explain", "standrd", *YIYANG), "unknown_kind", "是否为“standard”", "Did you mean 'standard'"),
    (("policy", "show", "standrd", *YIYANG), "unknown_kind", "是否为“standard”", "Did you mean 'standard'"),
    (("policy", "explain", "standard", *YIYANG, "--programme", "dibo"), "unknown_programme", "dibao", "dibao"),
    (("plugin", "show", "yiyng"), "unknown_plugin", "是否为“yiyang”", "Did you mean 'yiyang'"),
    (("plugin", "check", "nowhere"), "unknown_plugin", "nowhere", "nowhere"),
    (("policy", "gaps", "--plugin", "yiyng"), "unknown_plugin", "yiyng", "yiyng"),
    (("assess", "nofile.yaml"), "unreadable_file", "无法读取文件", "nofile.yaml"),
    (("assess", "."), "unreadable_file", "无法读取文件", "cannot"),
    (("formula", "eval", "1 +"), "syntax_error", "公式没有写完", "1:"),
    (("formula", "eval", "1 / 0"), "division_by_zero", "算不出结果", "no value"),
    (("formula", "eval", "benfit", "--case", EXAMPLE), "unknown_name", "是否为“benefit”", "Did you mean 'benefit'"),
    (("formula", "eval", "1", "--case", "nofile.yaml"), "unreadable_file", "无法读取文件", "nofile.yaml"),
]  # fmt: skip


def refused(result: Result, code: str) -> None:
    """Check that an error is one message on stderr with exit code 1, and nothing of ours is shown."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    assert f"[{code}]" in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


@pytest.mark.parametrize(("words", "code", "zh", "en"), ERRORS, ids=words_of)
def test_a_users_error_is_one_message_in_the_users_language(words: tuple[str, ...], code: str, zh: str, en: str, run: Run) -> None:
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
        ("place: {division: '610000', area: hilly}\non: 2007-06-01\n", "not_allowed", "case.yaml:1:36 $.place.area"),
        ("place: {division: '610000', area: rural}\non: 2007-06-31\n", "bad_date", "case.yaml:2:5"),
    ],
)
def test_a_fault_of_a_case_file_is_named_with_its_place(text: str, code: str, spot: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    result = run("assess", "case.yaml")
    refused(result, code)
    assert spot in result.stderr


def test_a_file_that_is_not_utf_8_is_refused(run: Run, tmp_path: Path) -> None:
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
    refused(result, "gap_item")
    assert [line.partition(" ")[0] for line in result.stderr.splitlines()] == ["case.yaml:4:30", "case.yaml:5:26", "case.yaml:5:42", "case.yaml:5:56"]


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",), ("policy",), ("policy", "explain", "standard"), ("policy", "explain", "standard", *YIYANG, "--nonsense"),
        ("policy", "show", "--division", "430903", "--area", "hilly"), ("completion", "tcsh"), ("--lang", "fr", "config", "show"),
        ("policy", "compare"), ("assess",),
    ],
    ids=words_of,
)  # fmt: skip
def test_wrong_usage_of_the_command_line_ends_with_2(words: tuple[str, ...], run: Run) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Usage: " in result.output


def test_a_check_that_finds_something_ends_with_3(run: Run, tmp_path: Path) -> None:
    folder = made_plugin(tmp_path / "mine", STANDARD, cases=CASE)
    result = run("--lang", "zh", "plugin", "check", str(folder))
    assert result.exit_code == 3
    assert "✗ 第一条  一人无收入" in result.stdout
    assert "mine：0/1 个示例成立" in result.stdout
    found = json.loads(run("plugin", "check", str(folder), "--json").stdout)
    assert not found["passed"]


def test_a_plugin_with_faults_is_checked_and_its_faults_placed(run: Run, tmp_path: Path) -> None:
    folder = made_plugin(tmp_path / "mine", BROKEN)
    result = run("--lang", "en", "plugin", "check", str(folder))
    assert result.exit_code == 3
    assert "mine/policy.yaml:5:" in result.stdout
    assert "7x0" in result.stdout


def test_a_plugin_is_checked_from_inside_its_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made_plugin(tmp_path / "mine", STANDARD))
    result = run("--lang", "zh", "plugin", "check", ".")
    assert result.exit_code == 0, result.output
    assert "mine：0/0 个示例成立" in result.stdout


def test_a_bundled_plugin_may_be_checked_by_its_folder(run: Run) -> None:
    result = run("--lang", "zh", "plugin", "check", str(ROOT / "plugins" / "yiyang"))
    assert result.exit_code == 0, result.output


def test_doctor_names_a_broken_plugin_and_ends_with_3(run: Run, tmp_path: Path) -> None:
    folder = str(made_plugin(tmp_path / "mine", BROKEN))
    result = run("--lang", "zh", "doctor", JIUZHU_PLUGIN_DIRS=folder)
    assert result.exit_code == 3
    assert "mine: mine/policy.yaml:5:" in result.stdout
    listed = {one["name"]: one["state"] for one in json.loads(run("plugin", "list", "--json", JIUZHU_PLUGIN_DIRS=folder).stdout)}
    assert listed["mine"] == "broken"
    assert listed["yiyang"] == "active"


def test_a_place_whose_plugin_is_broken_gets_an_error_and_other_places_their_answer(run: Run, tmp_path: Path) -> None:
    folder = str(made_plugin(tmp_path / "mine", BROKEN))
    words = ("--lang", "zh", "policy", "explain", "standard", "--area", "rural", "--on", "2008-06-01")
    refused(run(*words, "--division", "610523", JIUZHU_PLUGIN_DIRS=folder), "broken_rules")
    assert run(*words, "--division", "610522", JIUZHU_PLUGIN_DIRS=folder).exit_code == 0


def test_a_plugin_for_a_division_that_does_not_exist_leaves_the_rest_of_the_country_working(run: Run, tmp_path: Path) -> None:
    folder = made_plugin(tmp_path / "mine", STANDARD)
    file = folder / "policy.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("610523", "619999"), encoding="utf-8")
    environ = {"JIUZHU_PLUGIN_DIRS": str(folder)}
    result = run("policy", "explain", "standard", *YIYANG, **environ)
    assert result.exit_code == 0, result.output
    listed = {one["name"]: one for one in json.loads(run("plugin", "list", "--json", **environ).stdout)}
    assert listed["mine"]["state"] == "broken"
    assert "619999" in listed["mine"]["error"]


def test_a_disabled_plugin_rules_nothing(run: Run) -> None:
    result = run("--lang", "zh", "policy", "explain", "standard", *YIYANG, JIUZHU_DISABLED="yiyang")
    assert "yiyang" not in result.stdout
    listed = {one["name"]: one["state"] for one in json.loads(run("plugin", "list", "--json", JIUZHU_DISABLED="yiyang").stdout)}
    assert listed["yiyang"] == "disabled"


# Settings --------------------------------------------------------------------------------------------------------------


def shown(result: Result) -> dict[str, tuple[str, str]]:
    """The settings as shown: key → value and origin."""
    return {row["key"]: (row["value"], row["origin"]) for row in json.loads(result.stdout)}


def test_config_show_says_where_each_value_came_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "jiuzhu.toml").write_text('lang = "en"\ndisabled = ["ruian_recusal"]\n', encoding="utf-8")
    found = shown(run("config", "show", "--json", JIUZHU_DISABLED="yiyang"))
    assert found["lang"] == ("en", "jiuzhu.toml lang")
    assert found["disabled"] == ("yiyang", "environment JIUZHU_DISABLED")
    assert found["data_dir"] == (str(tmp_path / "data"), "environment JIUZHU_DATA_DIR")
    assert found["plugin_dirs"] == ("", "default")


def test_a_language_chosen_on_the_command_line_wins_over_the_settings(run: Run) -> None:
    assert "setting" in run("--lang", "en", "config", "show", JIUZHU_LANG="zh").stdout


@pytest.mark.parametrize(("locale", "heading"), [("en_GB.UTF-8", "setting"), ("zh_CN.UTF-8", "设置"), ("C.UTF-8", "设置")])
def test_the_language_follows_the_locale_chinese_first(locale: str, heading: str, run: Run) -> None:
    assert run("config", "show", LC_ALL=locale).stdout.startswith(heading)


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        ({"JIUZHU_LNAG": "zh"}, "unknown_setting", "JIUZHU_LANG"),
        ({"JIUZHU_LANG": "fr"}, "bad_setting", "fr"),
        ({"JIUZHU_TODAY": "soon"}, "bad_setting", "soon"),
    ],
)
def test_a_faulty_setting_is_named(environ: dict[str, str], code: str, said: str, run: Run) -> None:
    result = run("config", "show", **environ)
    refused(result, code)
    assert said in result.stderr


@pytest.mark.parametrize(("text", "code"), [("lnag = 'zh'\n", "unknown_setting"), ("lang = \n", "bad_toml"), ("today = 2018-06-31x\n", "bad_toml")])
def test_a_faulty_settings_file_is_named(text: str, code: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "jiuzhu.toml").write_text(text, encoding="utf-8")
    result = run("config", "show")
    refused(result, code)
    assert "jiuzhu.toml" in result.stderr


# Columns ---------------------------------------------------------------------------------------------------------------

RULE = re.compile(r"^-+(  -+)+$")


def cells(line: str) -> list[str]:
    """A line as terminal cells: a Chinese character fills two."""
    found: list[str] = []
    for character in line:
        found += [character, *[""] * (wcwidth(character) - 1)]
    return found


def crooked(text: str) -> Iterator[str]:
    """Yield the lines of tables whose cells run over the columns their rule draws."""
    lines = text.splitlines()
    for number, rule in enumerate(lines):
        if not RULE.match(rule):
            continue
        gaps = [at for at, character in enumerate(rule) if character == " "]
        rest = lines[number + 1 :]
        body = rest[: next((at for at, line in enumerate(rest) if not line.strip()), len(rest))]
        for line in (lines[number - 1], *body):
            row = cells(line)
            if any(row[at] != " " for at in gaps if at < len(row)):
                yield line


TABLES = [words for words, *_ in COMMANDS if words[0] in ("policy", "standard", "division", "doctor", "config") or words[:2] in (("plugin", "list"), ("plugin", "show"))]


@pytest.mark.parametrize("words", TABLES, ids=words_of)
def test_columns_are_straight_where_chinese_fills_two_cells(words: tuple[str, ...], run: Run) -> None:
    for lang in ("zh", "en"):
        assert list(crooked(run("--lang", lang, *words).stdout)) == []


def test_a_crooked_column_would_be_noticed() -> None:
    assert list(crooked("名称  值\n----  --\n赫山  430\n桃江县 1\n")) == ["桃江县 1"]


# Demonstration ---------------------------------------------------------------------------------------------------------

FIGURES = ("772.00", "193.00", "79.00", "19.75", "390.00", "360.00", "283.33", "202", "1186", "2007-10-31")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demonstration_passes_and_shows_the_golden_figures(lang: str, run: Run) -> None:
    result = run("--lang", lang, "demo")
    assert result.exit_code == 0, result.output
    assert [figure for figure in FIGURES if figure not in result.stdout] == []
    assert "✗ expected" not in result.stdout
    assert "[gap_item]" in result.stdout


def test_the_demonstration_ends_with_the_ladder_of_heshan_before_and_after_the_notice(run: Run) -> None:
    ladders = json.loads(run("demo", "--json").stdout)["ladders"]
    assert [(one["place"]["name"], one["on"]) for one in ladders] == [("湖南省益阳市赫山区", "2018-03-01"), ("湖南省益阳市赫山区", "2018-06-01")]
    rungs = [[(rung["value"]["amount"]["yuan"], rung["state"]) for rung in one["ladder"]] for one in ladders]
    assert rungs == [[("430", "later"), ("420", "in_force")], [("430", "in_force"), ("420", "closed")]]


@pytest.mark.parametrize(("lang", "state"), [("zh", "已被本级后续规定取代"), ("en", "closed by a later rule of the same place")])
def test_the_ladder_of_the_demonstration_is_in_the_readers_language(lang: str, state: str, run: Run) -> None:
    assert state in run("--lang", lang, "demo").stdout


def test_the_demonstration_records_nothing(run: Run, tmp_path: Path) -> None:
    assert run("demo").exit_code == 0
    assert not (tmp_path / "data").exists()


def test_the_demonstration_and_a_check_need_no_writable_data_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    assert run("plugin", "check", "yiyang").exit_code == 0


def test_a_data_folder_that_cannot_be_made_is_a_users_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    result = run("plugin", "list")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)


def test_a_log_that_was_changed_by_hand_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("plugin", "list").exit_code == 0
    log = tmp_path / "data" / "registry.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace('"430"', '"530"'), encoding="utf-8")
    refused(run("plugin", "list"), "log_damaged")


def test_a_log_that_is_no_log_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "registry.jsonl").write_text("not a log\n", encoding="utf-8")
    refused(run("plugin", "list"), "log_damaged")


# Completion and the process --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_a_shell_is_printed(shell: str, run: Run) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_JIUZHU_COMPLETE={shell}_complete" in result.stdout


def process(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own, from the repository."""
    return subprocess.run(
        [sys.executable, "-c", "from cli import main; main()", *words],
        cwd=ROOT, env={**os.environ, "PYTHONUTF8": "1", **environ}, text=True, capture_output=True, check=False,
    )  # fmt: skip


def test_completion_offers_commands() -> None:
    done = process(_JIUZHU_COMPLETE="bash_complete", COMP_WORDS="jiuzhu pol", COMP_CWORD="1")
    assert done.stdout.split() == ["plain,policy"]


def test_the_process_ends_with_the_documented_code_and_no_traceback() -> None:
    done = process("--lang", "zh", "assess", "nofile.yaml")
    assert done.returncode == 1
    assert done.stderr.startswith("nofile.yaml: 无法读取文件")
    assert "Traceback" not in done.stderr
