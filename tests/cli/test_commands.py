"""Every command: in Chinese, in English and as JSON, its columns straight, its help in both languages."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import Result
from wcwidth import wcwidth

from cli import cli
from tests.cli.leaves import leaves

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = str(ROOT / "examples" / "shaanxi.yaml")
OUTSIDE = str(ROOT / "tests" / "outside_plugin" / "dali_2008")
HESHAN = ("--division", "430903", "--on", "2018-06-01")
YIYANG = (*HESHAN, "--area", "urban")
SHAANXI = ("--division", "610000", "--area", "rural", "--on", "2007-06-01")
CHANGED = ("--division", "430903", "--area", "urban", "--on", "2018-03-01", "--on", "2018-06-01")
TWO = ("--division", "430903", "--division", "430902", "--area", "urban", "--on", "2018-06-01")

Run = Callable[..., Result]

COMMANDS: list[tuple[tuple[str, ...], str, str]] = [
    (("assess", EXAMPLE), "农村居民最低生活保障：符合条件", "Rural minimum living allowance: eligible"),
    (("assess", EXAMPLE, "--trace"), "计算过程", "Steps"),
    (("policy", "show", *YIYANG), "430元/人·月", "430 yuan/person-month"),
    (("policy", "show", "procedure", *YIYANG), "民主评议", "Community appraisal"),
    (("policy", "explain", "standard", *YIYANG), "已被本级后续规定取代", "closed by a later rule of the same place"),
    (("policy", "explain", "income_definition", "--key", "article_9_4", *SHAANXI), "来源缺文", "The item of Art. 9(4)"),
    (("policy", "explain", "publicity_rule", *SHAANXI), "请用 --key 指定其中一项", "name one of these with --key"),
    (("policy", "explain", "standard", *SHAANXI), "上级底线或上限", "a floor or ceiling from above"),
    (("policy", "compare", *CHANGED), "420元/人·月", "420 yuan/person-month"),
    (("policy", "compare", *TWO), "没有不同", "No difference"),
    (("policy", "gaps"), "第九条(四)所列项目", "The item of Art. 9(4)"),
    (("policy", "gaps", *YIYANG), "未见取整规定", "Price subsidy"),
    (
        ("policy", "gaps", "--plugin", "yiyang"),
        "来源只列区县平均救助水平",
        "The source lists the districts' average benefits",
    ),
    (("plugin", "list"), "益阳市城乡低保", "Yiyang dibao"),
    (("plugin", "show", "yiyang"), "物价补贴", "Price subsidy"),
    (("plugin", "check", "yiyang"), "个示例成立", "examples hold"),
    (("plugin", "check", OUTSIDE), "4/4 个示例成立", "4 of 4 examples hold"),
    (("plugin", "coverage", "township_plan"), "已实现", "implemented"),
    (("standard", "list", *HESHAN), "3200元/人·年", "3200 yuan/person-year"),
    (("standard", "list", "--division", "610000", "--on", "2009-01-01"), "没有现行标准", "No standard is in force"),
    (("standard", "history", *SHAANXI), "起止日期不明", "dates unknown and not assumed"),
    (("division", "show", "430903", "--on", "2018-06-01"), "全称: 湖南省益阳市赫山区  级别: 县级", "level: county"),
    (("division", "find", "益阳", "赫山"), "430903", "430903"),
    (("formula", "eval", "YUAN(10) * 3"), "30.00元", "30.00 yuan"),
    (("formula", "eval", "benefit", "--case", EXAMPLE), "772.00元/年", "772.00 yuan/year"),
    (("formula", "eval", "MONTHLY(line)", *SHAANXI, "--trace"), "57.75元/人·月", "57.75 yuan/person-month"),
    (("doctor",), "插件", "plugin"),
    (("doctor", *YIYANG), "物价补贴", "Price subsidy"),
    (("config", "show"), "设置", "setting"),
    (("demo",), "8/8 个案例与预期一致", "8 of 8 cases as expected"),
]
"""The command as typed, and words it must say in Chinese and in English."""


def typed(words: Any) -> str:
    """A test's name: the command as typed, without folders."""
    return " ".join(word.rpartition("/")[2] for word in words) if isinstance(words, tuple) else "-"


CASES = [pytest.param(words, zh, en, id=typed(words)) for words, zh, en in COMMANDS]


@pytest.mark.parametrize(("words", "zh", "en"), CASES)
def test_a_command_speaks_both_languages_in_straight_columns(
    words: tuple[str, ...], zh: str, en: str, run: Run
) -> None:
    for lang, said in (("zh", zh), ("en", en)):
        result = run("--lang", lang, *words)
        assert result.exit_code == 0, result.output
        assert said in result.stdout
        assert list(crooked(result.stdout)) == []


@pytest.mark.parametrize("words", [pytest.param(words, id=typed(words)) for words, *_ in COMMANDS])
def test_a_command_prints_json(words: tuple[str, ...], run: Run) -> None:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    assert isinstance(json.loads(result.stdout), dict | list)


LEAVES = [pytest.param(path, one, id=typed(path)) for path, one in leaves(cli)]


@pytest.mark.parametrize(("path", "one"), LEAVES)
def test_a_command_takes_json(path: tuple[str, ...], one: click.Command) -> None:
    assert path in {("completion",), ("serve",)} or "json_" in {parameter.name for parameter in one.params}


def test_a_project_and_schemas_are_written_where_told(run: Run, tmp_path: Path) -> None:
    made = run("plugin", "new", "hunan", "--division", "430000", "--into", str(tmp_path))
    assert made.exit_code == 0 and (tmp_path / "hunan" / "hunan" / "policy.yaml").is_file()
    written = run("schema", "export", str(tmp_path / "schemas"))
    assert written.exit_code == 0 and len(list((tmp_path / "schemas").iterdir())) == 3


@pytest.fixture(scope="module")
def typed_somewhere() -> set[tuple[str, ...]]:
    """Every run of words a test of this folder types: what follows each word of a call, list or tuple of constants."""
    runs: set[tuple[str, ...]] = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            words = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
            said = [one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else "" for one in words]
            runs |= {tuple(said[at : at + depth]) for at in range(len(said)) for depth in (1, 2, 3)}
    return runs


@pytest.mark.parametrize(("path", "one"), LEAVES)
def test_a_command_is_tried(path: tuple[str, ...], one: click.Command, typed_somewhere: set[tuple[str, ...]]) -> None:
    assert path in typed_somewhere


@pytest.mark.parametrize(("path", "one"), LEAVES)
def test_help_says_in_both_languages_what_a_command_and_its_options_do(
    path: tuple[str, ...], one: click.Command, run: Run
) -> None:
    assert run(*path, "--help").exit_code == 0
    options = {option.name: option.help or "" for option in one.params if isinstance(option, click.Option)}
    mute = [name for name, said in {**options, "": one.help or ""}.items() if not BILINGUAL.search(said)]
    assert mute == []


BILINGUAL = re.compile(r"[\u4e00-\u9fff].*/ ?[A-Za-z]|JSON / print")


def test_help_of_the_whole_documents_the_exit_codes(run: Run) -> None:
    assert re.search(r"退出码 / exit codes: 0 .*1 .*2 .*3 ", run("--help").stdout, re.DOTALL)


RULE = re.compile(r"^-+(  -+)+$")


def cells(line: str) -> list[str]:
    """A line as terminal cells: a Chinese character fills two."""
    found: list[str] = []
    for character in line:
        found += [character, *[""] * (wcwidth(character) - 1)]
    return found


def crooked(text: str) -> Iterator[str]:
    """Yield the lines of tables whose cells run over the columns their rule draws; a table ends at an empty line."""
    lines = text.splitlines()
    for number, rule in enumerate(lines):
        if RULE.match(rule):
            gaps = [at for at, character in enumerate(rule) if character == " "]
            end = next((at for at in range(number, len(lines)) if not lines[at].strip()), len(lines))
            for line in lines[number - 1 : end]:
                row = cells(line)
                if not line.startswith(("! ", "* ")) and any(row[at] != " " for at in gaps if at < len(row)):
                    yield line


def test_a_crooked_column_would_be_noticed() -> None:
    assert list(crooked("名称  值\n----  --\n赫山  430\n桃江县 1\n")) == ["桃江县 1"]
