"""``jiuzhu demo``: the golden cases of the sources, decided and explained live."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

FIGURES = ("772.00", "193.00", "79.00", "19.75", "390.00", "360.00", "283.33", "202", "1186", "2007-10-31")
NEAREST = {
    "zh": "2007—2008年省指导标准 693元/人·年（2007-01-01 至 2009-01-01）",
    "en": "Provincial guide standard 2007–2008 693 yuan/person-year (2007-01-01 to 2009-01-01)",
}
HESHAN = "湖南省益阳市赫山区"

Run = Callable[..., Result]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_demonstration_passes_and_shows_the_golden_figures(lang: str, run: Run) -> None:
    result = run("--lang", lang, "demo")
    assert result.exit_code == 0, result.output
    assert [figure for figure in FIGURES if figure not in result.stdout] == []
    assert "[gap_item]" in result.stdout
    assert NEAREST[lang] in result.stdout


def test_the_golden_amounts_are_exact(run: Run) -> None:
    cases = json.loads(run("demo", "--json").stdout)["cases"]
    outputs = [case["assessment"]["outputs"] if case["assessment"] else {} for case in cases]
    paid = [(one.get("dibao.benefit"), one.get("dibao.payment")) for one in outputs]
    assert paid[:3] == [("772.00", "193.00"), ("0.00", "0.00"), ("79.00", "19.75")]
    assert outputs[3]["dibao.benefit"] == {"error": "nothing_in_force", "name": "standard:dibao"}
    assert paid[4] == (None, None)
    assert paid[5:] == [("390.00", "390.00"), ("360.00", "360.00"), ("3400.00", "283.33")]


def test_a_household_on_the_line_is_refused_with_the_reason(run: Run) -> None:
    case = json.loads(run("demo", "--json").stdout)["cases"][1]["assessment"]
    assert case["status"] == {"dibao": "not_eligible"}
    assert [one["condition"] for one in case["failed"]] == ["dibao.income_ok"]


def test_the_demonstration_ends_with_the_ladder_of_heshan_before_and_after_the_notice(run: Run) -> None:
    ladders = json.loads(run("demo", "--json").stdout)["ladders"]
    assert [(one["place"]["name"], one["on"]) for one in ladders] == [(HESHAN, "2018-03-01"), (HESHAN, "2018-06-01")]
    rungs = [[(rung["value"]["amount"]["yuan"], rung["state"]) for rung in one["ladder"]] for one in ladders]
    assert rungs == [[("430", "later"), ("420", "in_force")], [("430", "in_force"), ("420", "closed")]]


def test_sampling_is_counted_separately_and_rounded_up_and_the_budget_plan_dated(run: Run) -> None:
    found = json.loads(run("demo", "--json").stdout)
    assert [(one["population"], one["needed"]) for one in found["sampling"]] == [(1010, 202), (5930, 1186)]
    assert found["plan_due"] == "2007-10-31"


@pytest.mark.parametrize(("lang", "state"), [("zh", "已被本级后续规定取代"), ("en", "closed by a later rule")])
def test_the_ladder_of_the_demonstration_is_in_the_readers_language(lang: str, state: str, run: Run) -> None:
    assert state in run("--lang", lang, "demo").stdout


def test_the_demonstration_records_nothing(run: Run, tmp_path: Path) -> None:
    assert run("demo").exit_code == 0
    assert not (tmp_path / "data").exists()


@pytest.mark.slow
def test_two_whole_lives_come_out_as_expected(run: Run) -> None:
    result = run("life", "--json")
    assert result.exit_code == 0, result.output
    shaanxi, yiyang, _ = json.loads(result.stdout)
    assert (shaanxi["tale"], yiyang["tale"]) == ("shaanxi", "yiyang")
    assert [case["story"]["status_text"] for case in shaanxi["cases"]][:1] == ["已退出"]


def test_each_life_wants_a_database_of_its_own(run: Run) -> None:
    result = run("life", "--database", "sqlite:///one.db")
    assert result.exit_code == 1 and "[not_enough_databases]" in result.stderr
