"""What the options of the commands change."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

HESHAN = ("--division", "430903", "--on", "2018-06-01")
YIYANG = (*HESHAN, "--area", "urban")

Run = Callable[..., Result]


def answer(run: Run, *words: str, **environ: str) -> Any:
    """Run a command with ``--json`` and read what it prints."""
    result = run(*words, "--json", **environ)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_graph_of_a_procedure_is_mermaid_with_its_stages_and_what_comes_after_what(run: Run) -> None:
    lines = run("--lang", "zh", "policy", "show", "procedure", "--graph", *YIYANG).stdout.splitlines()
    assert lines[0] == "flowchart TD"
    assert "  home_visit --> community_appraisal" in lines
    assert [line for line in lines if line.startswith("  community_appraisal[")]


def test_the_limits_of_a_graph_are_in_the_readers_language(run: Run) -> None:
    words = ("policy", "show", "procedure", "--graph", *YIYANG)
    assert "working" not in run("--lang", "zh", *words).stdout
    assert "working" in run("--lang", "en", *words).stdout


def test_a_graph_asked_for_as_json_is_json(run: Run) -> None:
    assert answer(run, "policy", "show", "procedure", "--graph", *YIYANG)["mermaid"].startswith("flowchart TD")


def test_show_may_be_limited_to_one_kind(run: Run) -> None:
    assert list(answer(run, "policy", "show", "benefit", *YIYANG)["programmes"]["dibao"]) == ["benefit"]


def test_several_programmes_may_be_asked_for(run: Run) -> None:
    found = answer(run, "policy", "show", *YIYANG, "--programme", "living_subsidy", "--programme", "care_subsidy")
    assert {"living_subsidy", "care_subsidy"} <= set(found["programmes"])


def test_the_day_asked_about_is_today_unless_said(run: Run) -> None:
    words = ("policy", "explain", "standard", "--division", "430903", "--area", "urban")
    found = answer(run, *words, JIUZHU_TODAY="2018-03-01")
    assert found["on"] == "2018-03-01"
    assert found["in_force"]["value"]["amount"]["yuan"] == "420"


@pytest.mark.parametrize(("lang", "said"), [("zh", "演示日期 2018-06-01"), ("en", "demonstration date 2018-06-01")])
def test_a_demonstration_date_is_shown_and_does_not_spoil_json(lang: str, said: str, run: Run) -> None:
    result = run("--lang", lang, "config", "show", "--json", JIUZHU_TODAY="2018-06-01")
    assert said in result.stderr
    assert "2018-06-01" in {row["value"] for row in json.loads(result.stdout)}


def test_known_at_answers_from_what_was_recorded_then(run: Run) -> None:
    words = ("policy", "explain", "standard", *YIYANG)
    assert answer(run, *words, "--known-at", "2000-01-01T00:00:00+00:00")["in_force"] is None
    assert answer(run, *words, "--known-at", "2999-01-01T00:00:00+00:00")["in_force"] is not None


@pytest.mark.parametrize(("area", "areas"), [((), ["urban", "rural"]), (("--area", "rural"), ["rural"])])
def test_standards_of_both_areas_are_listed_unless_one_is_named(
    area: tuple[str, ...], areas: list[str], run: Run
) -> None:
    assert [row["area"] for row in answer(run, "standard", "list", *HESHAN, *area)] == areas


def test_the_history_of_standards_is_of_both_areas_unless_one_is_named(run: Run) -> None:
    rows = answer(run, "standard", "history", *HESHAN)
    assert {row["value"]["amount"]["yuan"] for row in rows if "amount" in row["value"]} == {
        "420",
        "430",
        "3036",
        "3200",
    }


def test_a_standard_asked_for_without_an_area_names_the_areas(run: Run) -> None:
    result = run("--lang", "zh", "policy", "explain", "standard", *HESHAN)
    assert "--area" in result.output


def test_a_standard_its_level_may_not_set_is_marked_in_the_list_of_standards(run: Run) -> None:
    folder = Path(__file__).resolve().parents[1] / "outside_plugin" / "dali_2008"
    (row,) = answer(
        run,
        "standard",
        "list",
        "--division",
        "610523",
        "--area",
        "rural",
        "--on",
        "2018-06-01",
        JIUZHU_PLUGIN_DIRS=str(folder),
    )
    assert "not_competent" in row["flags"]


@pytest.mark.parametrize(
    ("words", "cited"),
    [
        (("policy", "explain", "standard", *YIYANG), "益政办发[2018]11号 城市标准"),
        (("policy", "show", "standard", *YIYANG), "益政办发[2018]11号 城市标准"),
        (("policy", "gaps", "--plugin", "yiyang"), "益阳市2018年提高城乡低保标准和残疾人两项补贴的工作报告（标题未载）区县平均"),
        (("standard", "history", "--division", "610000", "--area", "rural"), "《陕西省农村居民最低生活保障暂行办法》第七条第二款"),
        (("plugin", "show", "national"), "国务院令第649号 第十二条第一款"),
    ],
)  # fmt: skip
def test_a_table_cites_documents_as_people_do(words: tuple[str, ...], cited: str, run: Run) -> None:
    assert cited in run("--lang", "zh", *words).stdout


@pytest.mark.parametrize(("lang", "said"), [("zh", "已失效（空缺）"), ("en", "no longer in force (gap)")])
def test_a_gap_on_the_ladder_or_in_the_history_says_that_it_is_one(lang: str, said: str, run: Run) -> None:
    place = ("--division", "610000", "--area", "rural", "--on", "2007-06-01")
    assert said in run("--lang", lang, "policy", "explain", "standard", *place).stdout
    assert said in run("--lang", lang, "standard", "history", *place).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("standard", "list", *HESHAN), {"zh": "日期为推定", "en": "date assumed"}),
        (("policy", "gaps", "--plugin", "national"), {"zh": "技术性默认", "en": "technical default"}),
        (("policy", "show", "coverage_requirement", *YIYANG), {"zh": "摘录，未核全文", "en": "excerpt, full text"}),
    ],
)
def test_what_a_reader_must_know_of_a_value_is_told_in_words(
    words: tuple[str, ...], said: dict[str, str], run: Run
) -> None:
    for lang, mark in said.items():
        assert mark in run("--lang", lang, *words).stdout


def test_a_standard_that_is_a_gap_is_listed_as_one_with_its_reason(run: Run) -> None:
    place = ("--division", "430903", "--area", "urban", "--on", "2018-06-01", "--programme", "special_hardship")
    shown = run("--lang", "zh", "standard", "list", *place).stdout
    assert "城市特困人员救助供养标准：文件标题提到，来源未载数额" in shown and "空缺" in shown
    (row,) = answer(run, "standard", "list", *place)
    assert row["status"] == "gap" and "amount" not in row["value"]


def test_what_keeps_an_older_local_rule_beside_mandatory_law_is_named(run: Run) -> None:
    folder = Path(__file__).resolve().parents[1] / "acceptance" / "plugins" / "dali_reaffirmed"
    words = ("policy", "explain", "payment_schedule", "--division", "610523", "--area", "rural", "--on", "2015-06-01")
    shown = run("--lang", "zh", *words, JIUZHU_PLUGIN_DIRS=str(folder)).stdout
    assert "2014-07-01 重申：示民发〔2014〕8号 第一条" in shown


def test_an_explanation_says_why_a_date_is_assumed(run: Run) -> None:
    said = {"zh": "* 来源未载执行日期，按印发日期", "en": "* The source gives no date of effect"}
    for lang, reason in said.items():
        assert reason in run("--lang", lang, "policy", "explain", "standard", *YIYANG).stdout


def test_a_trace_names_every_step_with_its_provision(run: Run, example: str) -> None:
    result = run("--lang", "zh", "assess", example, "--trace")
    assert "[shaanxi_rural/floor-2007@1]" in result.stdout
    assert "dibao.payment = 193.00" in result.stdout


def test_a_refusal_is_told_in_words_without_an_identifier(run: Run, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(
        'place: {division: "610000", area: rural}\non: 2007-06-01\n'
        "facts: {members: [{id: a, relation: head}], shared_income: [{item: farming, amount: 693}]}\n",
        encoding="utf-8",
    )
    (told,) = [line for line in run("--lang", "zh", "assess", "case.yaml").stdout.splitlines() if "✗" in line]
    assert "693.00元/年" in told
    assert not re.search(r"[a-z_]{3,}", told)


def test_at_most_two_places_and_two_days_are_compared(run: Run) -> None:
    places = ("--division", "430902", "--division", "430903", "--division", "430921")
    assert run("policy", "compare", *places).exit_code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_a_shell_is_printed(shell: str, run: Run) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_JIUZHU_COMPLETE={shell}_complete" in result.stdout
