"""What formulas compute, one rule a test; the generated function as a whole at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.errors import InvalidInput
from core.formula.check import check
from core.formula.scalar import write
from core.formula.schema import HOUSEHOLD, FactSchema, FormulaSource
from core.formula.syntax import parse
from core.formula.tree import Failure, Negate, Program, Unavailable

Value = Callable[..., Any]
Make = Callable[..., dict[str, Any]]
Checked = Callable[[dict[str, str]], Program]


def missing(name: str) -> Failure:
    return Failure("missing_fact", name)


# Numbers are exact


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("10 - 4 - 3", 3),
        ("1 / 3 + 1 / 6", Fraction(1, 2)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("50% * 3", Fraction(3, 2)),
        ("-(2 - 5)", 3),
        ("7 / -2", Fraction(-7, 2)),
        ("1 / 3 * 3", 1),
        ("999999999999999 * 999999999999999", 999999999999999**2),
        ("YUAN(10) / 3", Fraction(1000, 3)),
        ("price_index * 2", 2),
        ("adjustment / 4", Fraction(-701, 4)),
        ("12.5%", Fraction(1, 8)),
        ("adjustment / price_index", -701),
        ("1 / (1 / price_index)", 1),
        ("price_index / 3 - price_index / 3", 0),
    ],
)
def test_exact_arithmetic(text: str, expected: Any, value: Value, household: Make) -> None:
    assert value(text, household(adjustment=-701)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 / 3 < 0.3333333", False),
        ("1 / 3 > 0.333333333", True),
        ("2 / 6 = 1 / 3", True),
        ("1 / 3 <> 2 / 6", False),
        ("2 <= 2", True),
        ("2 < 2", False),
        ("2 >= 2", True),
        ("3 > 2", True),
        ("-1 < 0", True),
        ('area = "rural"', True),
        ('area <> "rural"', False),
        ("urgent = FALSE", True),
        ("decision_date >= decision_date", True),
        ("adjustment / 2 < adjustment / 3", False),
        ("adjustment / vehicles > adjustment / 4 count", True),
        ("adjustment / vehicles = adjustment / 3 count", True),
        ("adjustment / vehicles <= adjustment / vehicles", True),
        ('division = "430903"', True),
    ],
)
def test_comparison_is_by_cross_multiplication(text: str, expected: bool, value: Value, household: Make) -> None:
    assert value(text, household(vehicles=3, adjustment=100)) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (7, 2, Fraction(7, 2)),
        (7, -2, Fraction(-7, 2)),
        (-7, -2, Fraction(7, 2)),
        (0, -2, 0),
        (-7, 2, Fraction(-7, 2)),
    ],
)
def test_division_keeps_denominators_positive(
    left: int, right: int, expected: Any, value: Value, household: Make
) -> None:
    text = "previous_households * YUAN(1) / adjustment"
    assert value(text, household(previous_households=left, adjustment=right)) == expected * 100
    assert value(f"{text} > 0", household(previous_households=left, adjustment=right)) is (expected > 0)


@pytest.mark.parametrize("divisor", ["SUM(assets.amount - YUAN(5))", "negative", "MIN(assets.amount - YUAN(5))"])
def test_a_gathered_divisor_may_be_negative(divisor: str, value: Value, household: Make) -> None:
    facts = household(asset=[{"kind": "house", "amount": 100, "quantity": 1, "exempt": "none"}])
    given = {"negative": "SUM(assets.amount - YUAN(5))"}
    assert value(f"YUAN(1) / {divisor}", facts, given=given) == Fraction(-1, 4)
    assert value(f"YUAN(1) / {divisor} < 0", facts, given=given) is True
    assert value(f"YUAN(1) / {divisor} > YUAN(1) / adjustment", {**facts, "adjustment": -7}, given=given) is True


def test_zero_divisor_is_a_failure_of_the_quantity(value: Value, household: Make) -> None:
    assert value("1 / vehicles", household()) == Failure("division_by_zero", "dibao.tested")
    assert value("1 / 0", household()) == Failure("division_by_zero", "dibao.tested")
    assert value("0 / vehicles", household()) == Failure("division_by_zero", "dibao.tested")


def test_failure_names_the_quantity_where_it_arose(value: Value) -> None:
    assert value("per_vehicle + 1 / 1 count", given={"per_vehicle": "1 / vehicles"}) == Failure(
        "division_by_zero", "dibao.per_vehicle"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 / 3 < 1 / 2", True),
        ("1 <> 1", False),
        ('"a" = "a"', True),
        ("TRUE = FALSE", False),
        ("TRUE <> FALSE", True),
        ("TRUE and TRUE", True),
        ("FALSE or FALSE", False),
        ("not TRUE", False),
        ("IF(1 > 2, 1 / 0, 5)", 5),
        ("MAX(1 / 3, 1 / 2)", Fraction(1, 2)),
        ("MIN(1 / 3, 1 / 2)", Fraction(1, 3)),
        ("SWITCH(2, 1, 5, 2, 6)", 6),
        ("LOOKUP(2, 1, 5, 2, 6, 3, 7)", 6),
        ("IFS(FALSE, 1, FALSE, 2)", Failure("no_match", "dibao.tested")),
    ],
)
def test_what_is_known_beforehand_needs_no_code(text: str, expected: Any, schema: FactSchema, source: Any) -> None:
    compiled = write(check(schema, [source("tested", text)]))
    assert compiled.run({}).get("dibao.tested") == expected
    assert len(compiled.source.splitlines()) <= 6


# Rounding


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ROUND(0.125, 2)", Fraction(13, 100)),
        ("ROUND(-0.125, 2)", Fraction(-13, 100)),
        ("ROUND(2.5, 0)", 3),
        ("ROUND(-2.5, 0)", -3),
        ("ROUND(2.4999, 0)", 2),
        ("ROUND(1250, -2)", 1300),
        ("ROUND(3.5, 0)", 4),
        ("ROUNDUP(0.121, 2)", Fraction(13, 100)),
        ("ROUNDUP(-0.121, 2)", Fraction(-13, 100)),
        ("ROUNDUP(2, 0)", 2),
        ("ROUNDDOWN(0.129, 2)", Fraction(12, 100)),
        ("ROUNDDOWN(-0.129, 2)", Fraction(-12, 100)),
        ("ROUND(YUAN(10) / 3, 2)", 333),
        ("ROUND(YUAN(10) / 3, 0)", 300),
        ("ROUND(YUAN(10) / 3, -1)", 0),
        ("ROUND(YUAN(10) / 3, 3)", Fraction(3333, 10)),
        ("ROUNDUP(20% * 7, 0)", 2),
        ("ROUND(YUAN(772) / 1 year / 4, 2)", 19300),
        ("ROUND(0, 2)", 0),
        ("ROUND(1.000001, 6)", Fraction(1000001, 10**6)),
    ],
)
def test_rounding_as_excel_does(text: str, expected: Any, value: Value) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("amount", [-7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 7])
@pytest.mark.parametrize(
    ("mode", "whole"),
    [
        ("ROUND", lambda x: (abs(x) + Fraction(1, 2)) // 1),
        ("ROUNDUP", lambda x: -(-abs(x) // 1)),
        ("ROUNDDOWN", lambda x: abs(x) // 1),
    ],
)
@pytest.mark.parametrize("divisor", ["2", "3", "previous_households"])
def test_rounding_at_run_time(
    amount: int, mode: str, whole: Callable[[Fraction], int], divisor: str, value: Value, household: Make
) -> None:
    exact = Fraction(amount, 2 if divisor == "2" else 3)
    expected = whole(exact) * (1 if exact >= 0 else -1)
    facts = household(adjustment=amount, previous_households=3)
    assert value(f"{mode}(adjustment / {divisor}, 2)", facts) == expected


# Conversions and dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANNUAL(YUAN(1) / 1 month)", 1200),
        ("ANNUAL(YUAN(1) / 1 quarter)", 400),
        ("ANNUAL(YUAN(1) / 1 year)", 100),
        ("QUARTERLY(YUAN(1) / 1 year)", 25),
        ("QUARTERLY(YUAN(1) / 1 month)", 300),
        ("MONTHLY(YUAN(1) / 1 year)", Fraction(25, 3)),
        ("MONTHLY(YUAN(1) / 1 quarter)", Fraction(100, 3)),
        ("ANNUAL(MONTHLY(YUAN(1) / 1 year))", 100),
        ("ANNUAL(adjustment / 1 month)", 12 * 70),
        ("ANNUAL(adjustment / vehicles / 1 month)", 280),
    ],
)
def test_conversions(text: str, expected: Any, value: Value, household: Make) -> None:
    assert value(text, household(adjustment=70, vehicles=3)) == expected


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1960, 6, 1), date(2018, 6, 1), 58),
        (date(1960, 6, 2), date(2018, 6, 1), 57),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
        (date(2018, 6, 1), date(2018, 6, 1), 0),
        (date(2018, 6, 2), date(2018, 6, 1), -1),
        (date(2019, 6, 2), date(2018, 6, 1), -2),
    ],
)
def test_age_is_in_completed_years(
    born: date, on: date, years: int, value: Value, household: Make, member: Make
) -> None:
    facts = household(decision_date=on.toordinal(), member=[member(born=born)])
    assert value("MAX(AGE(members.birth_date))", facts) == years


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2018, 1, 15), date(2018, 7, 15), 6),
        (date(2018, 1, 15), date(2018, 7, 14), 5),
        (date(2017, 12, 31), date(2018, 2, 28), 1),
        (date(2018, 1, 31), date(2018, 2, 28), 0),
        (date(2018, 6, 1), date(2018, 6, 1), 0),
        (date(2018, 7, 15), date(2018, 1, 15), -6),
        (date(2018, 7, 14), date(2018, 1, 15), -5),
    ],
)
def test_months_between(start: date, end: date, months: int, value: Value, household: Make) -> None:
    facts = household(decision_date=end.toordinal(), case={"last_review": start.toordinal()})
    assert value("MONTHS_BETWEEN(case.last_review, decision_date)", facts) == months


# Choices are lazy


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IF(urgent, 1 / vehicles, 2 / 1 count)", 2),
        ("IFS(not urgent, 1, 1 / vehicles > 0 / 1 count, 2)", 1),
        ("IFS(urgent, 1, local, 2, TRUE, 3)", missing("local")),
        ("IFS(urgent, 1, urgent, 2)", Failure("no_match", "dibao.tested")),
        ("urgent and local", False),
        ("not urgent or local", True),
        ("local and urgent", missing("local")),
        ("local or TRUE", missing("local")),
        ("TRUE or local", True),
        ("FALSE and local", False),
        ('SWITCH(area, "urban", 1 / vehicles, "rural", 5 / 1 count)', 5),
        ("SWITCH(vehicles, 0, 1, 1 / vehicles * 1 count)", 1),
        ('SWITCH(area, "urban", 1)', Failure("no_match", "dibao.tested")),
        ('SWITCH(area, "urban", 1, local)', None),
        ("LOOKUP(vehicles, 0, 3, 5, 1 / vehicles * 1 count)", 3),
        ("LOOKUP(vehicles, 1, 3)", Failure("no_band", "dibao.tested")),
        ("MAX(1, previous_households)", missing("previous_households")),
        ("IF(local, 1, 1)", missing("local")),
        ("0 * previous_households", missing("previous_households")),
        ("previous_households - previous_households", missing("previous_households")),
    ],
)
def test_only_what_is_needed_is_computed(text: str, expected: Any, value: Value, household: Make) -> None:
    if expected is not None:
        assert value(text, household()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "previous_households * 0 = 0 and urgent",
        "not urgent and previous_households * 0 = 0",
        "urgent or previous_households * 0 <> 0",
        "IFS(urgent, 1, previous_households * 0 <> 0, 2, TRUE, 3)",
        "IFS(urgent, 1, previous_households * 0 = 0, 2, TRUE, 3)",
    ],
)
def test_a_condition_that_is_clear_beforehand_still_reads_its_facts(text: str, value: Value) -> None:
    assert value(text) == missing("previous_households")


def test_operands_fail_from_left_to_right(value: Value, household: Make) -> None:
    assert value("previous_households + 1 / vehicles * 1 count", household()) == missing("previous_households")
    assert value("1 / vehicles * 1 count + previous_households", household()) == Failure(
        "division_by_zero", "dibao.tested"
    )


@pytest.mark.parametrize(
    ("vehicles", "expected"),
    [(0, 1), (1, Fraction(9, 10)), (2, Fraction(9, 10)), (3, Fraction(8, 10)), (100, Fraction(8, 10))],
)
def test_lookup_takes_the_last_band_reached(vehicles: int, expected: Any, value: Value, household: Make) -> None:
    assert value("LOOKUP(vehicles, 0, 100%, 1, 90%, 3, 80%)", household(vehicles=vehicles)) == expected


@pytest.mark.parametrize(("index", "expected"), [(500, 2), (1000, 1), (333, 4)])
def test_switch_compares_exactly(index: int, expected: int, value: Value, household: Make) -> None:
    assert (
        value("SWITCH(price_index, 1, 1, 0.5, 2, 1 / 3, 3, 4)".replace("1 / 3", "0.3333"), household(price_index=index))
        == expected
    )
    assert (
        value(
            "SWITCH(price_index / vehicles, 0.5 count, 7, 0.25, 8, 9)".replace("0.5 count", "0.5"),
            household(vehicles=2, price_index=500),
        )
        == 8
    )


def test_long_choices(value: Value, household: Make) -> None:
    arms = ", ".join(f"{number}, {number * 2} count" for number in range(90))
    assert value(f"SWITCH(vehicles, {arms}, 0)", household(vehicles=77)) == 154
    chain = ", ".join(f"vehicles = {number}, vehicles + {number}" for number in range(60))
    assert value(f"IFS({chain})", household(vehicles=40)) == 80
    slow = ", ".join(f"ANY(assets.quantity = {number}), {number}" for number in range(55))
    assert value(f"IFS({slow}, TRUE, 99)", household()) == 99


# Lists


def family(household: Make, member: Make, income: Make) -> dict[str, Any]:
    return household(
        member=[
            member(disability_level=2, income=[income(100), income(50, "month", item="wage", verified=True)]),
            member(sex="female", birth_date=date(1990, 5, 5).toordinal(), severe_illness=True, relation="spouse"),
            member(relation="child", birth_date=date(2010, 5, 5).toordinal(), income=[income(7, verified=False)]),
        ],
        asset=[
            {"kind": "deposit", "amount": 50000, "quantity": 1, "exempt": "none"},
            {"kind": "deposit", "amount": 20001, "quantity": 2, "exempt": "none"},
            {"kind": "house", "amount": 0, "quantity": 1, "exempt": "none"},
        ],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COUNT(members)", 3),
        ("COUNT(income)", 3),
        ("COUNT(assets)", 3),
        ("COUNT(supporters)", 0),
        ("SUM(assets.amount)", 70001),
        ('SUM(assets.amount, WHEN(assets.kind = "deposit"))', 70001),
        ('SUM(assets.quantity, WHEN(assets.kind = "house"))', 1),
        ("SUM(income.amount)", 15700),
        ("SUM(income.amount, WHEN(members.disability_level > 0))", 15000),
        ('COUNT(members, WHEN(members.relation <> "head"))', 2),
        ("COUNT(members, WHEN(COUNT(income) > 1))", 1),
        ("COUNT(members, WHEN(TRUE))", 3),
        ("COUNT(members, WHEN(FALSE))", 0),
        ("ANY(members.severe_illness)", True),
        ("ALL(members.severe_illness)", False),
        ("ALL(members.disability_level < 3)", True),
        ("ANY(income.amount = YUAN(7))", True),
        ("ALL(income.amount > YUAN(6))", True),
        ("ANY(income.amount > YUAN(100))", False),
        ("MAX(income.amount)", 10000),
        ("MIN(income.amount)", 700),
        ("MAX(AGE(members.birth_date))", 58),
        ("MIN(assets.amount, WHEN(assets.amount > 0))", 20001),
        (
            "SUM(SUM(income.amount) / COUNT(income), WHEN(members.disability_level >= 0 and COUNT(income) > 0))",
            7500 + 700,
        ),
        ("ANY(TRUE, WHEN(members.severe_illness))", True),
        ("ALL(FALSE, WHEN(members.imprisoned))", True),
        ("ANY(FALSE, WHEN(members.severe_illness))", False),
        ("SUM(members.disability_level / 3)", Fraction(2, 3)),
        ("SUM(1 / (members.disability_level + 1))", Fraction(1, 3) + 2),
        ("MAX(1 / (members.disability_level + 1))", 1),
        ("MIN(1 / (members.disability_level + 1))", Fraction(1, 3)),
        ("MAX(assets.amount / assets.quantity)", 50000),
        ("SUM(0, WHEN(members.severe_illness))", 0),
        ("SUM(1, WHEN(members.severe_illness))", 1),
    ],
)
def test_aggregates(text: str, expected: Any, value: Value, household: Make, member: Make, income: Make) -> None:
    assert value(text, family(household, member, income)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SUM(assets.amount)", 0),
        ("COUNT(assets)", 0),
        ("ANY(assets.amount > 0)", False),
        ("ALL(assets.amount > 0)", True),
        ("MAX(assets.amount)", Failure("empty_list", "dibao.tested")),
        ("MIN(assets.amount)", Failure("empty_list", "dibao.tested")),
        ("MAX(assets.amount, DEFAULT(YUAN(5)))", 500),
        ("MIN(assets.amount / 3, DEFAULT(YUAN(5) / 2))", 250),
        ("MAX(assets.quantity / vehicles, DEFAULT(5))", 5),
        ("MAX(assets.quantity, DEFAULT(5 count / vehicles * 1 count))", Failure("division_by_zero", "dibao.tested")),
    ],
)
def test_empty_lists(text: str, expected: Any, value: Value) -> None:
    assert value(text) == expected


def test_default_is_not_computed_for_a_list_that_is_not_empty(value: Value, household: Make) -> None:
    facts = household(asset=[{"kind": "house", "amount": 900, "quantity": 1, "exempt": "none"}], vehicles=0)
    assert value("MAX(assets.amount, DEFAULT(YUAN(1) / vehicles * 1 count))", facts) == 900
    assert value("MAX(assets.amount / 2, DEFAULT(YUAN(1) / 3))", facts) == 450
    assert value("MAX(assets.amount / assets.quantity, DEFAULT(YUAN(1) / 3 count))", facts) == 900


def test_empty_lists_first_middle_last(value: Value, household: Make, member: Make, income: Make) -> None:
    facts = household(
        member=[member(), member(income=[income(3)]), member(), member(income=[income(4), income(5)]), member()]
    )
    assert value("SUM(income.amount)", facts, name="member.tested") == [0, 300, 0, 900, 0]
    assert value("COUNT(income)", facts, name="member.tested") == [0, 1, 0, 2, 0]
    assert value("MAX(income.amount, DEFAULT(YUAN(-1)))", facts, name="member.tested") == [-100, 300, -100, 500, -100]
    assert value("income.amount * 2", facts, name="income.tested") == [600, 800, 1000]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANY(income.verified)", True),
        ("ALL(income.verified)", missing("income.verified")),
        ("ALL(not income.verified)", missing("income.verified")),
        ("ANY(not income.verified)", missing("income.verified")),
        ('ANY(members.sex = "female")', missing("member.sex")),
        ('ANY(members.sex = "female", WHEN(members.severe_illness))', True),
        ("COUNT(income, WHEN(income.verified))", missing("income.verified")),
    ],
)
def test_records_are_looked_at_in_order_until_the_answer_is_clear(
    text: str, expected: Any, value: Value, household: Make, member: Make, income: Make
) -> None:
    facts = family(household, member, income)
    if text == "ANY(income.verified)":
        facts["member"][0]["income"].reverse()
    assert value(text, facts) == expected


def test_when_is_computed_before_the_value(value: Value, household: Make, member: Make) -> None:
    facts = household(member=[member(disability_level=0)])
    assert value('SUM(1 / members.disability_level, WHEN(members.sex = "male"))', facts) == missing("member.sex")
    assert value("SUM(1 / members.disability_level, WHEN(members.disability_level > 0))", facts) == 0


# Records' quantities


def test_a_failed_record_fails_what_gathers_it_and_nothing_else(
    program: Checked, household: Make, member: Make
) -> None:
    checked = program(
        {
            "member.share": "12 / member.disability_level",
            "member.double": "member.share * 2",
            "total": "SUM(member.share)",
            "ill": "COUNT(members, WHEN(members.severe_illness))",
            "worst": "MAX(member.share, WHEN(member.disability_level > 0), DEFAULT(0))",
        }
    )
    result = write(checked).run(household(member=[member(disability_level=3), member(), member(disability_level=4)]))
    failure = Failure("division_by_zero", "dibao.member.share")
    assert result.get("dibao.member.share") == [4, failure, 3]
    assert result.get("dibao.member.double") == [8, failure, 6]
    assert result.get("dibao.total") == failure
    assert result.get("dibao.ill") == 0
    assert result.get("dibao.worst") == 4


def test_quantities_of_two_levels_hand_down(program: Checked, household: Make, member: Make, income: Make) -> None:
    checked = program(
        {
            "rate": "COUNT(members) / 1 person",
            "member.weight": "rate + member.disability_level",
            "income.weighted": "income.amount * member.weight",
            "income.third": "income.weighted / (member.weight * 3)",
            "member.sum": "SUM(income.weighted) + SUM(income.third)",
            "total": "SUM(income.third)",
            "all": "SUM(member.sum)",
        }
    )
    facts = household(
        member=[member(income=[income(3), income(6)]), member(), member(disability_level=1, income=[income(9)])]
    )
    result = write(checked).run(facts)
    assert result.get("dibao.member.weight") == [3, 3, 4]
    assert result.get("dibao.income.weighted") == [900, 1800, 3600]
    assert result.get("dibao.income.third") == [100, 200, 300]
    assert result.get("dibao.member.sum") == [3000, 0, 3900]
    assert (result.get("dibao.total"), result.get("dibao.all")) == (600, 6900)


def test_constants_of_records(program: Checked, household: Make, member: Make, income: Make) -> None:
    checked = program(
        {
            "member.in_household": "TRUE",
            "income.rate": "50%",
            "size": "COUNT(members, WHEN(member.in_household))",
            "same": "size",
        }
    )
    result = write(checked).run(household(member=[member(), member(income=[income(1)])]))
    assert result.get("dibao.member.in_household") == [True, True]
    assert result.get("dibao.income.rate") == [Fraction(1, 2)]
    assert (result.get("dibao.size"), result.get("dibao.same")) == (2, 2)


def test_texts_and_dates_as_quantities(program: Checked, household: Make, member: Make) -> None:
    checked = program(
        {
            "class": 'IF(urgent, "a", "b")',
            "member.since": "IF(member.imprisoned, decision_date, member.birth_date)",
            "late": "MAX(AGE(member.since))",
            "months": 'SWITCH(class, "a", 6, "b", 12)',
            "member.class": "IF(member.severe_illness, area, class)",
        }
    )
    result = write(checked).run(
        household(member=[member(born=date(1970, 1, 1)), member(imprisoned=True, severe_illness=True)])
    )
    assert result.get("dibao.class") == "b"
    assert result.get("dibao.member.since") == [date(1970, 1, 1).toordinal(), date(2018, 6, 1).toordinal()]
    assert (result.get("dibao.late"), result.get("dibao.months")) == (48, 12)
    assert result.get("dibao.member.class") == ["b", "rural"]


# Missing facts, missing rules, other places


def test_a_missing_fact_fails_only_what_reads_it(program: Checked, household: Make, member: Make) -> None:
    checked = program(
        {
            "a": "vehicles = 0",
            "b": "SUM(members.disability_level)",
            "c": "COUNT(members)",
            "member.d": "member.disability_level = 0",
        }
    )
    facts = household(vehicles=None, member=[member(), member(disability_level=None)])
    result = write(checked).run(facts)
    assert result.get("dibao.a") == missing("vehicles")
    assert result.get("dibao.b") == missing("member.disability_level")
    assert result.get("dibao.c") == 2
    assert result.get("dibao.member.d") == [True, missing("member.disability_level")]


def test_a_missing_record_of_the_past(value: Value, household: Make) -> None:
    assert value("case.previous_amount", household(case=None)) == missing("case.previous_amount")
    assert value("case.previous_amount", household(case={"previous_amount": 39000})) == 39000


def test_a_missing_decision_date(value: Value, household: Make) -> None:
    facts = household(decision_date=None)
    assert value("AGE(member.birth_date)", facts, name="member.tested") == [missing("decision_date")]


def test_a_fact_read_for_nothing_may_still_be_missing(value: Value, household: Make, member: Make) -> None:
    facts = household(member=[member(disability_level=None)])
    assert value("SUM(members.disability_level * 0)", facts) == missing("member.disability_level")
    assert value("ALL(TRUE, WHEN(members.disability_level = 0))", facts) == missing("member.disability_level")
    assert value("member.disability_level * 0", facts, name="member.tested") == [missing("member.disability_level")]


def test_a_missing_list_is_empty(value: Value, household: Make, member: Make) -> None:
    facts = household(asset=None, member=[member(income=None)])
    assert value("COUNT(assets) / 1 count + COUNT(income) / 1 count + COUNT(members) / 1 person", facts) == 1


def test_a_missing_rule_fails_only_what_reads_it(
    schema: FactSchema, source: Callable[..., FormulaSource], household: Make
) -> None:
    gap = source("special", "", unit="yuan", flags=("gap", "yiyang/special"))
    absent = source("member.part", "", type="boolean", flags=("nothing_in_force", "standard:dibao"))
    sources = [
        gap,
        absent,
        source("a", "special + YUAN(1)"),
        source("b", "IF(urgent, special, YUAN(2))"),
        source("c", "ANY(member.part)"),
    ]
    result = write(check(schema, sources)).run(household())
    assert result.get("dibao.special") == Failure("gap", "yiyang/special")
    assert result.get("dibao.member.part") == [Failure("nothing_in_force", "standard:dibao")]
    assert result.get("dibao.a") == Failure("gap", "yiyang/special")
    assert result.get("dibao.b") == 200
    assert result.get("dibao.c") == Failure("nothing_in_force", "standard:dibao")


def test_a_missing_rule_inside_an_expression(schema: FactSchema, source: Any, household: Make) -> None:
    """No text makes this tree; one made by hand means the same."""
    checked = check(schema, [source("a", "-1")]).formulas[0]
    gap = Unavailable(type="number", level=HOUSEHOLD, code="gap", name="x/y")
    tree = Negate(type="number", level=HOUSEHOLD, operand=gap)
    program = Program(schema=schema, formulas=(replace(checked, tree=tree),))
    assert write(program).run(household()).get("dibao.a") == Failure("gap", "x/y")


def test_standard_of_another_place(value: Value, household: Make) -> None:
    def standards(programme: str, area: str, division: str) -> tuple[int, int] | None:
        return {("dibao", "rural", "430903"): (320000, 1), ("dibao", "urban", "430903"): (1, 3)}.get(
            (programme, area, division)
        )

    assert value('STANDARD("dibao", area, division)', household(), standards=standards) == 320000
    assert value('STANDARD("dibao", "urban", division) * 3', household(), standards=standards) == 1
    facts = household(division="610000")
    assert value('STANDARD("dibao", area, division)', facts, standards=standards) == Failure("no_standard", "610000")


# The program as a whole


def test_outputs_alone_are_computed(program: Checked, household: Make) -> None:
    checked = program({"a": "vehicles", "b": "a + 1", "c": "1 / vehicles"})
    compiled = write(checked, ("dibao.b",))
    assert tuple(compiled.outputs) == ("dibao.b",)
    assert "division_by_zero" not in compiled.source
    result = compiled.run(household(vehicles=2))
    assert result.values == (3,)
    assert (result.raw("dibao.b"), result.get("dibao.b")) == (3, 3)
    with pytest.raises(KeyError):
        result.get("dibao.a")


def test_an_output_nobody_computes(program: Checked) -> None:
    with pytest.raises(KeyError, match=r"dibao\.z"):
        write(program({"a": "1"}), ("dibao.z",))


def test_raw_values_and_their_denominators(program: Checked, household: Make, member: Make) -> None:
    checked = program(
        {
            "a": "YUAN(10) / 4",
            "b": "adjustment / 12",
            "c": "adjustment / vehicles",
            "d": "1 / vehicles",
            "member.e": "1 / 3 / (member.disability_level + 1)",
        }
    )
    compiled = write(checked)
    result = compiled.run(household(adjustment=10, vehicles=4, member=[member(disability_level=2)]))
    assert [compiled.outputs[f"dibao.{name}"].denominator for name in "abc"] == [1, 12, 0]
    assert [result.raw(f"dibao.{name}") for name in "abc"] == [250, 10, (5, 2)]
    assert result.raw("dibao.member.e") == [(1, 9)]
    assert compiled.run(household()).raw("dibao.d") == Failure("division_by_zero", "dibao.d")


def test_fractions_are_reduced_before_they_grow(program: Checked, household: Make, member: Make) -> None:
    checked = program({"total": "SUM(60 / (members.disability_level + 1))"})
    people = [member(disability_level=level % 5) for level in range(60)]
    raw = write(checked).run(household(member=people)).raw("dibao.total")
    assert raw == (12 * (60 + 30 + 20 + 15 + 12), 1)


def test_runs_do_not_touch_the_facts_nor_each_other(program: Checked, household: Make) -> None:
    compiled = write(program({"a": "vehicles * 2", "member.b": "member.disability_level"}))
    first, second = household(vehicles=1), household(vehicles=2)
    before = repr((first, second))
    results = [compiled.run(facts).get("dibao.a") for facts in (first, second, first)]
    assert results == [2, 4, 2]
    assert repr((first, second)) == before


def test_numbers_beyond_int64_stay_exact(value: Value, household: Make) -> None:
    facts = household(adjustment=10**10)
    assert value("adjustment * adjustment * adjustment", facts) == 10**30


def test_no_float_is_ever_written(program: Checked) -> None:
    compiled = write(program({"a": "0.1 + vehicles / 3 + ROUND(adjustment / 7, 2) / YUAN(1) * 1 count"}))
    assert "." not in compiled.source.replace(".failure", "").replace(".get(", "").replace("h['", "")


@pytest.mark.parametrize(
    ("nested", "expected"),
    [
        ("IF(local, {}, 1)", 1),
        ("-{}", 1),
        ("MAX({}, 0)", 1),
        ("0 + {}", 1),
        ("({} / 1)", 1),
        ("ROUND({}, 2)", 1),
        ("({} / vehicles * 1 count)", 1),
        ("SWITCH(previous_households, 2, 0, {})", 1),
        ("LOOKUP({}, 0, 0, 1, previous_households)", 1),
        ("IFS(ANY(assets.amount > 0), 2, local, {})", 1),
        ("SWITCH({}, 1, previous_households / vehicles * 1 count, 2, 3)", 1),
        ("MIN({}, previous_households / vehicles * 1 count)", 1),
    ],
)
def test_the_deepest_formulas_compile(nested: str, expected: int, value: Value, household: Make) -> None:
    text = deepest(nested)
    assert abs(value(text, household(local=True, previous_households=1, vehicles=1))) == abs(expected)
    assert len(text) > 8 * len(nested)


def deepest(nested: str) -> str:
    """Nest as deep as the language allows."""
    text = "previous_households"
    while True:
        deeper = nested.format(text)
        try:
            parse(deeper)
        except InvalidInput:
            return text
        text = deeper


def test_wide_formulas_compile(value: Value, household: Make) -> None:
    assert value(" or ".join(["local"] * 200), household(local=False)) is False
    assert value(" and ".join(["ANY(assets.amount >= 0)"] * 70), household()) is False
    assert value("MAX(vehicles, " + ", ".join(["vehicles + 1"] * 100) + ")", household(vehicles=2)) == 3
