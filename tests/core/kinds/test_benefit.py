"""What is paid: the gap, a tier or a flat amount, to the household or each person; rounded and scheduled."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
SHAANXI: dict[str, Any] = {
    "standard": {"amount": {"yuan": "693", "per": "person-year"}},
    "reference_period": {"period": "year"},
    "income_definition": {"farming": {"label": "农林养殖", "treatment": "counted"}},
    "formula": {
        "income_ok": {"text": "counted_income < line * household_size", "type": "boolean"},
        "eligible": {"text": "income_ok and asset_ok", "type": "boolean"},
    },
    "benefit": {"method": "gap"},
    "payment_schedule": {"frequency": "quarter"},
}
YIYANG = SHAANXI | {
    "standard": {"amount": {"yuan": "3200", "per": "person-year"}},
    "payment_schedule": {"frequency": "month"},
}
PAID_PERSONS: dict[str, Any] = {
    "programme": {"pays": "member"},
    "standard": {"amount": {"yuan": "55", "per": "person-month"}},
    "formula": {"member.eligible": {"text": "member.disability_level >= 1 and member.disability_level <= 2"}},
    "benefit": {"method": "flat"},
    "payment_schedule": {"frequency": "month"},
}


def household(persons: int, income: float = 0, **facts: Any) -> dict[str, Any]:
    members = [{"id": f"p{number}", "relation": "head" if not number else "child"} for number in range(persons)]
    return {"members": members, "shared_income": [{"item": "farming", "amount": income}], **facts}


@pytest.mark.parametrize(
    ("persons", "income", "benefit", "payment"),
    [
        (4, 2000, 77200, 19300),
        (3, 2000, 7900, 1975),
        (2, 1200, 18600, 4650),
        (4, 2600, 17200, 4300),
        (4, 2772, 0, 0),
    ],
)
def test_the_gap_is_the_line_times_persons_less_income(
    result: Result, persons: int, income: int, benefit: int, payment: int
) -> None:
    """Shaanxi Art. 10(三): multiply first; on the line exactly is not below it (Art. 5)."""
    of = result(household(persons, income), **SHAANXI)
    assert (of("benefit"), of("payment")) == (benefit, payment)


def test_a_month_is_an_exact_fraction_and_the_payment_rounded_by_default(
    result: Result, sources: Callable[..., Any]
) -> None:
    """Yiyang rural: two persons with 3,000 a year have 850/3 yuan a month, paid 283.33."""
    of = result(household(2, 3000), **YIYANG)
    assert (of("benefit_monthly"), of("payment_exact"), of("payment")) == (
        Fraction(85000, 3),
        Fraction(85000, 3),
        28333,
    )
    assert sources(**YIYANG)["payment"].provision == "core/round_payment"


@pytest.mark.parametrize(
    ("unit", "mode", "paid"), [("yuan", "up", 28400), ("jiao", "half_up", 28330), ("fen", "down", 28333)]
)
def test_a_rounding_rule_at_payment_replaces_the_default(result: Result, unit: str, mode: str, paid: int) -> None:
    of = result(household(2, 3000), **YIYANG, rounding={"at": "payment", "unit": unit, "mode": mode})
    assert (of("benefit_monthly"), of("payment")) == (Fraction(85000, 3), paid)


def test_rounding_at_entitlement_rounds_the_month_first(result: Result) -> None:
    quarterly = YIYANG | {"payment_schedule": {"frequency": "quarter"}}
    of = result(household(2, 3000), **quarterly, rounding={"at": "entitlement", "unit": "yuan", "mode": "up"})
    assert (of("benefit_monthly"), of("payment")) == (28400, 85200)


def test_a_rounding_gap_leaves_the_default(texts: Texts) -> None:
    assert texts(**YIYANG, rounding={"status": "gap"})["payment"] == "ROUND(payment_exact, 2)"


def test_whoever_is_not_eligible_gets_nothing_and_needs_no_gap(texts: Texts) -> None:
    assert texts(**SHAANXI)["benefit"] == "IF(eligible, MAX(line * household_size - counted_income, 0), 0)"


def test_without_an_eligibility_formula_there_is_no_benefit(texts: Texts) -> None:
    found = texts(**SHAANXI | {"formula": {}})
    assert not {"benefit", "benefit_monthly", "payment"} & set(found)


def test_the_gap_is_shared_out_to_those_entitled(texts: Texts) -> None:
    rule = {"entitled": [{"when": "member.disability_level = 1"}]}
    found = texts(**SHAANXI, household_composition=rule)["benefit"]
    share = "(line * household_size - counted_income) * entitled_size / household_size"
    assert found == f"IF(eligible, MAX({share}, 0), 0)"


def test_a_part_of_a_household_may_be_measured_by_its_own_income(result: Result) -> None:
    """MCA 2021 No. 57 Art. 8: the household is above the line, the person who enters alone is not."""
    rules = SHAANXI | {
        "household_composition": {"entitled": [{"when": "member.disability_level = 1"}]},
        "benefit": {"method": "gap", "income_of": "entitled"},
        "formula": {"eligible": {"text": "TRUE", "type": "boolean"}},
    }
    disabled = {"id": "b", "relation": "child", "disability_level": 1, "income": [{"item": "farming", "amount": 100}]}
    other = {"id": "a", "relation": "head", "income": [{"item": "farming", "amount": 2000}]}
    shared = {"shared_income": [{"item": "farming", "amount": 93}]}
    assert result({"members": [other, disabled], **shared}, **rules)("benefit") == 59300
    assert result({"members": [disabled | {"relation": "head"}], **shared}, **rules)("benefit") == 50000


def test_a_tier_is_chosen_by_a_finding(result: Result) -> None:
    tiers = {
        "a": {"amount": {"yuan": "2100", "per": "person-year"}},
        "b": {"share": "50%"},
        "c": {"amount": {"yuan": "90", "per": "month"}},
    }
    rules = SHAANXI | {
        "finding": {"tier": {"level": "household", "type": "choice", "choices": {"a": "甲", "b": "乙", "c": "丙"}}},
        "benefit": {"method": "tiered", "tiers": tiers, "by": "tier"},
    }
    paid = [result(household(2, 0, tier=tier), **rules)("benefit") for tier in "abc"]
    assert paid == [420000, 69300, 108000]


def test_tiers_that_the_source_does_not_give_stop_the_benefit(sources: Callable[..., Any]) -> None:
    found = sources(**SHAANXI | {"benefit": {"method": "tiered", "tiers": {"gap": "来源未载"}, "by": "tier"}})
    assert found["benefit"].flags == ("gap", "test/benefit")
    assert found["benefit_monthly"].text == "MONTHLY(benefit)"


def test_a_person_is_paid_the_flat_standard(result: Result) -> None:
    """Yiyang: 55 yuan a month to each severely disabled person, the household's benefit is their sum."""
    members = [{"id": "a", "relation": "head", "disability_level": 1}, {"id": "b", "relation": "spouse"}]
    of = result({"members": members}, **PAID_PERSONS)
    assert (of("member.benefit"), of("benefit")) == ([5500, 0], 5500)
    assert (of("member.payment"), of("payment")) == ([5500, 0], 5500)


def test_levels_of_disability_may_be_tiers(result: Result) -> None:
    tiers = {
        "1": {"amount": {"yuan": "140", "per": "person-month"}},
        "2": {"amount": {"yuan": "120", "per": "person-month"}},
    }
    members = [{"id": "a", "relation": "head", "disability_level": 2}, {"id": "b", "relation": "spouse"}]
    of = result(
        {"members": members},
        **PAID_PERSONS | {"benefit": {"method": "tiered", "tiers": tiers, "by": "member.disability_level"}},
    )
    assert of("member.benefit_monthly") == [12000, 0]


def test_a_share_of_the_gap_goes_to_each_entitled_person(result: Result) -> None:
    of = result(household(4, 2000), **SHAANXI | {"benefit": {"method": "gap", "payee": "member"}})
    assert of("member.benefit") == [19300] * 4


def test_a_minimum_and_a_full_benefit(result: Result) -> None:
    little = SHAANXI | {"benefit": {"method": "gap", "minimum": {"yuan": "10", "per": "month"}}}
    assert result(household(4, 2771), **little)("benefit") == 12000
    full = SHAANXI | {"benefit": {"method": "gap", "full_when": "ALL(member.three_no)"}}
    lone = {
        "members": [{"id": "a", "relation": "head", "three_no": True}],
        "shared_income": [{"item": "farming", "amount": 100}],
    }
    assert result(lone, **full)("benefit") == 69300


def test_an_extra_condition_stands_beside_eligibility(texts: Texts) -> None:
    found = texts(
        **SHAANXI
        | {
            "benefit": {
                "method": "flat",
                "amount": {"yuan": "50", "per": "month"},
                "when": "household_size > 1",
            }
        }
    )
    assert found["benefit"] == "IF(eligible and benefit_when, ANNUAL(YUAN(50) / 1 month), 0)"


def test_a_payment_schedule_that_is_a_gap_stops_the_payment_only(sources: Callable[..., Any]) -> None:
    found = sources(**SHAANXI | {"payment_schedule": {"status": "gap"}})
    assert found["payment"].flags == ("gap", "test/payment_schedule")
    assert found["benefit"].text
