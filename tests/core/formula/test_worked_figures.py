"""Figures a civil servant can check by hand: top-up, maintenance, asset limit, phase-out and gap as formulas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.formula.scalar import write
from core.formula.tree import Failure, Program

Checked = Callable[[dict[str, str]], Program]
Make = Callable[..., dict[str, Any]]
ON = date(2018, 6, 1)


def standards(programme: str, area: str, division: str) -> tuple[int, int] | None:
    """Know the rural line of one district: 3,200.00 yuan a person a year."""
    return (320000, 1) if (programme, area, division) == ("dibao", "rural", "430903") else None


@pytest.fixture
def earning(household: Make, member: Make, income: Make) -> Make:
    """Return a household of some persons, one of whom earns some yuan."""

    def made(yuan: int, *, persons: int = 1, **given: Any) -> dict[str, Any]:
        others = [member() for _ in range(persons - 1)]
        return household(member=[member(income=[income(yuan)]), *others], **given)

    return made


# 分类施保: the highest of several shares, each person once

TOPUP = {
    "standard": "YUAN(430) / 1 person / 1 month",
    "member.elder": "AGE(member.birth_date) >= 70",
    "member.severe": "member.disability_level >= 1 and member.disability_level <= 2",
    "member.share": "MAX(IF(member.elder, 10%, 0), IF(member.severe, 30%, 0))",
    "member.topup": "member.share * standard * 1 person",
    "topup": "SUM(members.topup)",
}


def test_of_two_topups_the_higher_is_paid_once(program: Checked, household: Make, member: Make) -> None:
    people = [
        member(born=date(1944, 1, 1), disability_level=1),
        member(born=date(1944, 1, 1)),
        member(disability_level=2),
        member(),
    ]
    result = write(program(TOPUP)).run(household(member=people))
    assert result.get("dibao.member.topup") == [12900, 4300, 12900, 0]
    assert result.get("dibao.topup") == 30100


def test_the_topup_begins_on_the_birthday(program: Checked, household: Make, member: Make) -> None:
    people = [member(born=date(1948, 6, 1)), member(born=date(1948, 6, 2))]
    result = write(program(TOPUP)).run(household(decision_date=ON.toordinal(), member=people))
    assert result.get("dibao.member.topup") == [4300, 0]


# 赡养费: what a supporter elsewhere must give, by the line of his own place

MAINTENANCE = {
    "supporter.line": 'STANDARD("dibao", supporter.area, supporter.division) * supporter.household_size',
    "supporter.due": "MAX((supporter.income - supporter.line) * 50% / supporter.supported * 1 person, 0)",
    "supporter.ruled": "IF(supporter.judgment > 0, supporter.judgment, supporter.due)",
    "supporter.maintenance": "MAX(supporter.ruled, supporter.actual)",
    "member.maintenance": "SUM(supporters.maintenance)",
    "maintenance": "SUM(members.maintenance)",
}


def supporter(**given: Any) -> dict[str, Any]:
    return {
        "division": "430903",
        "area": "rural",
        "household_size": 3,
        "income": 3000000,
        "supported": 2,
        "actual": 0,
        "judgment": 0,
        **given,
    }


def test_a_household_of_three_with_30000_owes_two_parents_5100_each(
    program: Checked, household: Make, member: Make
) -> None:
    people = [member(supporter=[supporter()]), member(supporter=[supporter()])]
    result = write(program(MAINTENANCE)).run(household(member=people), standards)
    assert result.get("dibao.supporter.line") == [960000, 960000]
    assert result.get("dibao.supporter.due") == [510000, 510000]
    assert result.get("dibao.member.maintenance") == [510000, 510000]
    assert result.get("dibao.maintenance") == 1020000


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"income": 960000}, 0),
        ({"income": 900000}, 0),
        ({"supported": 3}, 340000),
        ({"actual": 600000}, 600000),
        ({"judgment": 240000}, 240000),
        ({"judgment": 240000, "actual": 300000}, 300000),
        ({"judgment": 240000, "supported": 0}, 240000),
        ({"income": 3000001, "supported": 3}, Fraction(2040001, 6)),
        ({"supported": 0}, Failure("division_by_zero", "dibao.supporter.due")),
        ({"division": "610000"}, Failure("no_standard", "610000")),
        ({"area": "urban"}, Failure("no_standard", "430903")),
    ],
)
def test_maintenance_is_never_below_nothing_nor_below_what_is_paid(
    given: dict[str, Any], expected: Any, program: Checked, household: Make, member: Make
) -> None:
    result = write(program(MAINTENANCE)).run(household(member=[member(supporter=[supporter(**given)])]), standards)
    assert result.get("dibao.member.maintenance") == [expected]


def test_several_supporters_are_added(program: Checked, household: Make, member: Make) -> None:
    people = [member(supporter=[supporter(), supporter(actual=600000)]), member()]
    result = write(program(MAINTENANCE)).run(household(member=people), standards)
    assert result.get("dibao.member.maintenance") == [1110000, 0]


def test_one_place_without_a_line_stops_only_what_needs_it(program: Checked, household: Make, member: Make) -> None:
    people = [member(supporter=[supporter(division="610000")]), member(supporter=[supporter()])]
    result = write(program(MAINTENANCE)).run(household(member=people), standards)
    assert result.get("dibao.member.maintenance") == [Failure("no_standard", "610000"), 510000]
    assert result.get("dibao.maintenance") == Failure("no_standard", "610000")


# 财产: deposits up to 24 months of the line a head; a second home refuses; a mobility vehicle is ignored

ASSETS = {
    "standard": "YUAN(430) / 1 person / 1 month",
    "household_size": "COUNT(members)",
    "deposits": 'SUM(assets.amount, WHEN(assets.kind = "deposit"))',
    "deposit_limit": "24 months * standard * household_size",
    "deposits_ok": "deposits <= deposit_limit",
    "homes_ok": 'SUM(assets.quantity, WHEN(assets.kind = "house")) <= 1',
    "vehicles_ok": 'COUNT(assets, WHEN(assets.kind = "vehicle" and assets.exempt <> "mobility_vehicle")) = 0',
    "asset_ok": "deposits_ok and homes_ok and vehicles_ok",
}


def asset(kind: str, yuan: int = 0, **given: Any) -> dict[str, Any]:
    return {"kind": kind, "amount": yuan * 100, "quantity": 1, "exempt": "none", **given}


@pytest.mark.parametrize(
    ("assets", "failed"),
    [
        ([], None),
        ([asset("deposit", 30960)], None),
        ([asset("deposit", 30000), asset("deposit", 961)], "deposits_ok"),
        ([asset("house")], None),
        ([asset("house"), asset("house")], "homes_ok"),
        ([asset("house", quantity=2)], "homes_ok"),
        ([asset("vehicle", exempt="mobility_vehicle")], None),
        ([asset("vehicle")], "vehicles_ok"),
        ([asset("other", 10**6)], None),
    ],
)
def test_asset_limit_is_24_months_of_the_line_a_head(
    assets: list[dict[str, Any]], failed: str | None, program: Checked, household: Make, member: Make
) -> None:
    result = write(program(ASSETS)).run(household(member=[member(), member(), member()], asset=assets))
    assert result.get("dibao.deposit_limit") == 3096000
    assert result.get("dibao.asset_ok") is (failed is None)
    for name in ("deposits_ok", "homes_ok", "vehicles_ok"):
        assert result.get(f"dibao.{name}") is (name != failed)


# 渐退期: the previous amount goes on for six months after income passes the line

PHASE_OUT = {
    "income_ok": "SUM(income.amount) < YUAN(1290)",
    "phase_out": "not income_ok and case.previous_amount > 0 and case.months_in_phase_out < 6 months",
    "payment": "IFS(income_ok, YUAN(1290) - SUM(income.amount), phase_out, case.previous_amount * 1 month, TRUE, 0)",
}


@pytest.mark.parametrize(
    ("yuan", "months", "paid"), [(900, 0, 39000), (1400, 0, 39000), (1400, 5, 39000), (1400, 6, 0), (1290, 0, 39000)]
)
def test_phase_out_goes_on_for_six_months(yuan: int, months: int, paid: int, program: Checked, earning: Make) -> None:
    past = {"previous_amount": 39000, "months_in_phase_out": months}
    result = write(program(PHASE_OUT)).run(earning(yuan, case=past))
    assert result.get("dibao.payment") == paid


def test_without_a_past_a_household_on_the_line_is_a_question(program: Checked, earning: Make) -> None:
    result = write(program(PHASE_OUT)).run(earning(1400))
    assert result.get("dibao.payment") == Failure("missing_fact", "case.previous_amount")


# 补差: multiply before dividing, compare before rounding

GAP = {
    "standard": "YUAN(693) / 1 person / 1 year",
    "household_size": "COUNT(members)",
    "income.times": 'SWITCH(income.frequency, "month", 12, "quarter", 4, "year", 1, "once", 1)',
    "income.annual": "income.amount * income.times / 1 year",
    "counted_income": "SUM(income.annual)",
    "per_head": "counted_income / household_size",
    "income_ok": "counted_income < standard * household_size",
    "benefit": "IF(income_ok, standard * household_size - counted_income, 0)",
    "payment": "ROUND(QUARTERLY(benefit), 2)",
}


@pytest.mark.parametrize(
    ("persons", "yuan", "benefit", "payment"),
    [(4, 2000, 77200, 19300), (3, 2000, 7900, 1975), (2, 1200, 18600, 4650), (4, 2772, 0, 0)],
)
def test_gap_benefit(persons: int, yuan: int, benefit: int, payment: int, program: Checked, earning: Make) -> None:
    result = write(program(GAP)).run(earning(yuan, persons=persons))
    assert result.get("dibao.per_head") == Fraction(yuan * 100, persons)
    assert result.get("dibao.income_ok") is (benefit > 0)
    assert (result.get("dibao.benefit"), result.get("dibao.payment")) == (benefit, payment)


def test_a_third_of_a_fen_is_kept_until_payment(program: Checked, earning: Make) -> None:
    rural = {
        **GAP,
        "standard": "YUAN(3200) / 1 person / 1 year",
        "payment": "ROUND(MONTHLY(benefit), 2)",
        "monthly": "MONTHLY(benefit)",
    }
    result = write(program(rural)).run(earning(3000, persons=2))
    assert result.get("dibao.monthly") == Fraction(85000, 3)
    assert result.get("dibao.payment") == 28333
