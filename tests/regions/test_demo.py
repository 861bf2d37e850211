"""The demonstration: every golden case decided as the sources' arithmetic gives, and shown whole."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.errors import JiuzhuError, Language, Text
from regions.demo import Demo, run_demo
from regions.settings import Settings


@pytest.fixture(scope="module")
def demo(settings: Settings) -> Demo:
    """The demonstration, run once."""
    return run_demo(settings)


def test_every_golden_case_comes_out_as_expected(demo: Demo) -> None:
    assert demo.passed and [one.wrong for one in demo.cases] == [()] * len(demo.cases)


def test_the_sample_of_each_stratum_is_rounded_up_by_itself(demo: Demo) -> None:
    assert [(size, needed) for _, size, needed in demo.sampling] == [(1010, 202), (5930, 1186)]


def test_the_budget_plan_is_due_by_the_end_of_october(demo: Demo) -> None:
    assert demo.plan_due == "2007-10-31"


def test_the_ladder_is_shown_before_and_after_the_notice(demo: Demo) -> None:
    shown = [(one["on"], one["in_force"]["value"]["amount"]["yuan"]) for one in demo.ladders]
    assert shown == [("2018-03-01", "420"), ("2018-06-01", "430")]
    assert sum(one.endswith("  益政办发[2018]11号 城市标准") for one in demo.lines("zh")) == 4


@pytest.mark.parametrize(("language", "last"), [("zh", "个案例与预期一致"), ("en", "cases as expected")])
def test_it_is_a_page_of_text(demo: Demo, language: Language, last: str) -> None:
    lines = list(demo.lines(language))
    assert lines[-1].endswith(last) and lines[-1].startswith(str(len(demo.cases)))
    assert any("772.00" in one for one in lines) and any("2007-10-31" in one for one in lines)


def test_it_is_json(demo: Demo) -> None:
    found = demo.to_json("en")
    assert found["passed"] and json.loads(json.dumps(found)) == found
    assert (
        sum(one["assessment"] is None for one in found["cases"])
        == sum(one["error"] is not None for one in found["cases"])
        > 0
    )


def test_a_case_that_comes_out_otherwise_is_shown_and_fails_the_demonstration(demo: Demo) -> None:
    wrong = replace(demo.cases[0], wrong=(Text("", "dibao.benefit: expected 1, got 2"),))
    spoiled = replace(demo, cases=(wrong, *demo.cases[1:]))
    assert not spoiled.passed and "✗ dibao.benefit: expected 1, got 2" in list(spoiled.lines("en"))
    assert list(spoiled.lines("zh"))[-1].startswith(f"{len(demo.cases) - 1}/")


def test_a_case_that_was_refused_shows_its_error(demo: Demo) -> None:
    error = JiuzhuError("gap_item", Text("该项目为空缺", "a gap"))
    refused = replace(demo.cases[0], found=None, error=error)
    assert "该项目为空缺 [gap_item]" in list(refused.lines("zh"))
