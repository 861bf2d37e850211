"""What a budget plan refuses at each of its steps, and what finance may answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.reporting.budget import (
    Answer,
    answer_plan,
    assume,
    open_plan,
    plan_of,
    published_figures,
    review_plan,
    submit_plan,
)
from core.errors import InvalidInput, JiuzhuError

CITY = "430900"


@pytest.fixture
def bureau(make_bureau: Any, add_roll: Any) -> Any:
    """Yiyang on 2018-12-01 with one household, and its plan for 2019 as a draft."""
    made = make_bureau(CITY, day="2018-12-01")
    with made.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}], division="430903", since=date(2018, 5, 1))
    with made.desk(f"clerk.{CITY}") as desk:
        open_plan(desk, CITY, programme="dibao", year=2019)
    return made


@pytest.fixture
def submitted(bureau: Any) -> Any:
    with bureau.desk(f"clerk.{CITY}") as desk:
        submit_plan(desk, 1)
    return bureau


@pytest.fixture
def reviewed(submitted: Any) -> Any:
    with submitted.desk(f"approver.{CITY}") as desk:
        review_plan(desk, 1, passed=True)
    return submitted


def refusal(bureau: Any, act: Any, login: str = "clerk") -> JiuzhuError:
    with bureau.desk(f"{login}.{CITY}") as desk, pytest.raises(JiuzhuError) as refused:
        act(desk)
    return refused.value


def test_place_has_one_plan_a_year_and_a_plan_nobody_opened_is_unknown(bureau: Any) -> None:
    told = [
        refusal(bureau, lambda desk: open_plan(desk, CITY, programme="dibao", year=2019)),
        refusal(bureau, lambda desk: plan_of(desk, 9)),
    ]
    assert [(one.code, one.value) for one in told] == [("plan_exists", "1"), ("unknown_plan", "9")]


def test_assumption_says_what_it_rests_on(bureau: Any) -> None:
    told = refusal(bureau, lambda desk: assume(desk, 1, "uprating", {"monthly": "5", "from_month": 5}, because=" "))
    assert (told.code, told.message.zh) == ("no_reason", "须写明测算依据")


def test_plan_is_sent_back_with_a_reason(submitted: Any) -> None:
    told = refusal(submitted, lambda desk: review_plan(desk, 1, passed=False, reason=" "), "approver")
    assert (told.code, told.message.zh) == ("no_reason", "退回须写明理由")


def test_finance_answers_with_its_document(reviewed: Any) -> None:
    answer = Answer(document=" ", answered_on=date(2018, 12, 1), amounts={"430903:urban": "4000"})
    told = refusal(reviewed, lambda desk: answer_plan(desk, 1, answer), "approver")
    assert (told.code, told.message.zh) == ("no_citation", "须写明财政批复文号")


def test_finance_answers_by_line_in_whole_fen_and_every_fault_is_told(reviewed: Any) -> None:
    amounts = {"430903:urban": "-1", "430903:rural": "1", "430902:urban": "many", "own:430900:any": "0.001"}
    answer = Answer(document="益财预[2018]1号（测试）", answered_on=date(2018, 12, 1), amounts=amounts)
    told = refusal(reviewed, lambda desk: answer_plan(desk, 1, answer), "approver")
    assert isinstance(told, InvalidInput)
    assert [(one.code, one.value) for one in told.problems] == [
        ("bad_value", "430903:urban -1"), ("unknown_line", "430903:rural"), ("unknown_line", "430902:urban"),
        ("unknown_line", "own:430900:any"),
    ]  # fmt: skip
    assert told.problems[1].allowed == ("430903:urban",)


@pytest.mark.parametrize("said", ["many", "1e3", "0.001"])
def test_answer_that_is_no_amount_in_yuan_and_fen_is_refused(reviewed: Any, said: str) -> None:
    answer = Answer(document="益财预[2018]1号（测试）", answered_on=date(2018, 12, 1), amounts={"430903:urban": said})
    told = refusal(reviewed, lambda desk: answer_plan(desk, 1, answer), "approver")
    assert (told.code, told.value) == ("bad_value", f"430903:urban {said}")


def test_published_figures_are_told_with_their_provision_and_gaps_are_no_figures(bureau: Any) -> None:
    with bureau.desk(f"auditor.{CITY}") as desk:
        found = {
            at: (label, value, as_of) for label, value, as_of, at in published_figures(desk, CITY, programme="dibao")
        }
        gaps = [
            line.provision.address
            for area in ("urban", "rural")
            for line in desk.policies.rulebook(CITY, on=desk.today, area=area, programmes=("dibao",)).policy.lines(
                "indicator", "dibao"
            )
            if line.is_gap
        ]
    assert ("城市低保人数", "61289人", "2018-11") in found.values()
    assert gaps and not found.keys() & set(gaps)
