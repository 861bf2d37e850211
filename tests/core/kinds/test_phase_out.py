"""Phase-out and earnings disregard: both read what the engine did before from ``case.*``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.formula.tree import Failure

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
URBAN: dict[str, Any] = {
    "standard": {"amount": {"yuan": "430", "per": "person-month"}},
    "income_definition": {
        "wage": {"label": "工资", "treatment": "counted", "class": "wage"},
        "business": {"label": "经营", "treatment": "counted", "class": "business"},
    },
    "formula": {"income_ok": {"text": "counted_income < line * household_size", "type": "boolean"}},
}
PHASE_OUT = {"when": "not income_ok and asset_ok", "months": 6, "amount": "previous"}
DISREGARD: dict[str, Any] = {"when": "member.employed", "months": 12}


def household(monthly: int, **case: Any) -> dict[str, Any]:
    income = [{"item": "wage", "amount": monthly, "frequency": "month"}]
    head = {"id": "a", "relation": "head", "employed": True, "income": income}
    return {"members": [head, {"id": "b", "relation": "child", "employed": False}], "case": case}


@pytest.mark.parametrize(("month", "paid"), [("June", 39000), ("July", 39000), ("November", 39000), ("December", 0)])
def test_users_day_c4_income_passes_the_line_in_june_and_the_former_390_ends_in_december(
    result: Result, month: str, paid: int
) -> None:
    already = ["June", "July", "August", "September", "October", "November", "December"].index(month)
    facts = household(900, previous_amount=390, months_in_phase_out=already)
    of = result(facts, **URBAN, phase_out=PHASE_OUT)
    assert of("phase_out_amount") == paid
    assert of("phase_out_active") is (paid > 0)


def test_below_the_line_there_is_no_phase_out_and_no_history_is_needed(result: Result) -> None:
    assert result(household(800), **URBAN, phase_out=PHASE_OUT)("phase_out_amount") == 0


def test_without_a_history_the_missing_fact_is_named(result: Result) -> None:
    of = result(household(900), **URBAN, phase_out=PHASE_OUT)
    assert of("phase_out_amount") == Failure("missing_fact", "case.months_in_phase_out")


def test_a_share_of_the_former_amount(result: Result) -> None:
    half = PHASE_OUT | {"amount": {"share": "50%"}}
    facts = household(900, previous_amount=390, months_in_phase_out=0)
    assert result(facts, **URBAN, phase_out=half)("phase_out_amount") == 19500


def test_a_phase_out_that_is_a_gap_is_declared_and_stops_nothing_else(sources: Callable[..., Any]) -> None:
    found = sources(phase_out={"status": "gap"})
    assert found["phase_out_active"].flags == found["phase_out_amount"].flags == ("gap", "test/phase_out")
    torn = sources(phase_out=PHASE_OUT | {"months": {"gap": "未定月数"}})
    assert torn["phase_out_active"].text == "phase_out_when and phase_out_months > case.months_in_phase_out"
    assert torn["phase_out_months"].flags == ("gap", "test/phase_out")


def test_new_earnings_are_left_out_of_the_members_income(result: Result) -> None:
    of = result(household(500, disregard_months_used=3), **URBAN, earnings_disregard=DISREGARD)
    assert of("member.earnings_disregard") == [600000, 0]
    assert (of("member.counted_income"), of("counted_income")) == ([0, 0], 0)


@pytest.mark.parametrize(
    ("rule", "disregarded"),
    [
        ({"cap": {"yuan": "300", "per": "month"}}, 360000),
        ({"cap": {"times": "0.5", "of": "standard"}}, 258000),
        ({"share": "20%"}, 120000),
        ({"of": "business"}, 0),
        ({"items": ["wage"]}, 600000),
    ],
)
def test_a_cap_a_share_and_the_kind_of_earnings(result: Result, rule: dict[str, Any], disregarded: int) -> None:
    of = result(household(500, disregard_months_used=0), **URBAN, earnings_disregard=DISREGARD | rule)
    assert of("member.earnings_disregard") == [disregarded, 0]


def test_after_its_months_the_disregard_is_used_up(result: Result) -> None:
    of = result(household(500, disregard_months_used=12), **URBAN, earnings_disregard=DISREGARD)
    assert of("counted_income") == 50000


def test_a_disregard_that_is_a_gap_disregards_nothing(texts: Texts) -> None:
    found = texts(**URBAN, earnings_disregard={"status": "gap"})
    assert (found["member.earnings_disregard"], found["member.counted_income"]) == (
        "",
        "SUM(income.annual, WHEN(income.counted))",
    )


def test_without_an_income_definition_nothing_is_disregarded(texts: Texts) -> None:
    assert "member.earnings" not in texts(earnings_disregard=DISREGARD)


def test_earnings_of_a_class_that_no_item_has_are_none_and_a_disregard_may_have_no_end(
    texts: Callable[..., dict[str, str]],
) -> None:
    found = texts(
        standard={"amount": {"yuan": "430", "per": "person-month"}},
        reference_period={"period": "year"},
        income_definition={"farming": {"label": "种植", "treatment": "counted", "class": "business"}},
        earnings_disregard={"when": "member.employed"},
    )
    assert found["income.earned"] == "FALSE"
    assert found["member.earnings_disregard"] == "IF(member.earnings_disregard_when, member.earnings, 0)"
