from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from core.errors import InvalidInput
from core.formula.check import check
from core.formula.columnar import KEPT_PLANS, Column, ColumnarProgram, Columns, ScalarFallbackWarning, write
from core.formula.columnar_situation import situation
from core.formula.columnar_window import windows
from core.formula.scalar import Standards
from core.formula.schema import FormulaSource
from core.formula.tree import Failure
from tests.core.formula.small_country import SCHEMA, Household, Record, columns, odd_standards, standards


def program(outputs: tuple[str, ...] | None = None, **formulas: str) -> ColumnarProgram:
    """Compile formulas; ``member__age`` stands for ``member.age``."""
    sources = tuple(
        FormulaSource(programme="p", name=name.replace("__", "."), text=text, provision="test")
        for name, text in formulas.items()
    )
    return write(check(SCHEMA, sources), outputs)


def computed(text: str, roll: Sequence[Household], *, standards: Standards = standards) -> list[Any]:
    """Return one formula's values, any fallback being a fault."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", ScalarFallbackWarning)
        return program(tested=text).run(columns(roll), standards)["p.tested"].tolist()


def household(**given: Any) -> Household:
    facts: Household = {
        "decision_date": date(2018, 6, 1).toordinal(), "area": "rural", "division": "430903", "vehicles": 0, "adjustment": 0,
        "price_index": 1000, "fortune": 0, "urgent": False, "member": [], "asset": [],
    }  # fmt: skip
    return {name: value for name, value in (facts | given).items() if value is not None}


def member(level: int = 0, *, income: Sequence[int] = (), **given: Any) -> Record:
    facts: Record = {
        "relation": "head", "origin": "430903", "birth_date": date(1960, 2, 29).toordinal(), "level": level, "severe": False,
        "share": 0, "income": [{"item": "wage", "amount": amount, "verified": amount > 0} for amount in income],
    }  # fmt: skip
    return {name: value for name, value in (facts | given).items() if value is not None}


def missing(name: str) -> Failure:
    return Failure("missing_fact", name)


def failed(code: str) -> Failure:
    return Failure(code, "p.tested")


# Lists


def test_sums_of_empty_lists_first_in_the_middle_and_last() -> None:
    full = household(member=[member(income=(3, 4)), member(), member(income=(5,))])
    roll = [household(), full, household(), household(member=[member()]), full, household()]
    assert computed("SUM(income.amount)", roll) == [0, 12, 0, 0, 12, 0]
    assert computed("COUNT(income, WHEN(income.amount > 3))", roll) == [0, 2, 0, 0, 2, 0]
    assert computed("MAX(income.amount, DEFAULT(-1))", roll) == [-1, 5, -1, -1, 5, -1]


def test_greatest_of_no_record_is_a_failure() -> None:
    assert computed("MIN(member.level)", [household(), household(member=[member(2)])]) == [failed("empty_list"), 2]


def test_any_of_none_is_false_and_all_of_none_is_true() -> None:
    roll = [household(), household(member=[member(3)])]
    assert computed("ANY(member.level > 2)", roll) == [False, True]
    assert computed("ALL(member.level > 3)", roll) == [True, False]


def test_any_stops_at_the_first_true_record() -> None:
    zero, three = member(0), member(3)
    roll = [household(member=each) for each in ([three, zero], [zero, three], [member(4), zero, three])]
    assert computed("ANY(6 / member.level = 2)", roll) == [True, *[failed("division_by_zero")] * 2]


def test_all_stops_at_the_first_false_record() -> None:
    roll = [household(member=[member(3), member(0)]), household(member=[member(2), member(0)])]
    assert computed("ALL(6 / member.level = 3)", roll) == [False, failed("division_by_zero")]


def test_condition_is_evaluated_before_the_value() -> None:
    lacking = member(0, income=(1,))
    del lacking["income"][0]["verified"]
    assert computed("SUM(1 / member.level, WHEN(income.verified))", [household(member=[lacking])]) == [
        missing("income.verified")
    ]


def test_household_value_is_spread_over_members_and_their_income() -> None:
    roll = [household(vehicles=2, member=[member(income=(1, 2)), member(1)]), household(member=[member(income=(5,))])]
    found = program(member__a="member.level + vehicles", income__b="vehicles + income.amount").run(columns(roll))
    assert found["p.member.a"].tolist() == [2, 3, 0]
    assert found["p.income.b"].tolist() == [3, 4, 5]


def test_fractions_are_added_over_the_denominators_of_their_records() -> None:
    levels = [member(2), member(3), member(4)]
    assert computed("SUM(1 / member.level)", [household(member=levels), household()]) == [Fraction(13, 12), 0]
    assert computed("MAX(1 / member.level)", [household(member=levels)]) == [Fraction(1, 2)]


# Laziness, failures


def test_zero_divisor_fails_only_where_its_branch_is_taken() -> None:
    roll = [household(vehicles=vehicles, adjustment=6) for vehicles in (0, 2)]
    assert computed("IF(vehicles = 0, 0, adjustment / vehicles)", roll) == [0, 3]
    assert computed("adjustment / vehicles", roll) == [failed("division_by_zero"), 3]


def test_missing_fact_names_itself_and_is_never_zero() -> None:
    roll = [household(local=None, vehicles=1), household(local=True), household(local=False)]
    assert computed("IF(local, 1, 2)", roll) == [missing("local"), 1, 2]
    assert computed("vehicles = 1 or local", roll) == [True, True, False]


def test_required_fact_that_nobody_has_is_missing_for_all() -> None:
    assert computed("vehicles + 1", [household(vehicles=None)] * 2) == [missing("vehicles")] * 2


def test_first_failure_in_order_of_evaluation_wins() -> None:
    roll = [household(local=None, vehicles=0), household(local=True, vehicles=0)]
    assert computed("IF(local, 1, 2) + 1 / vehicles", roll) == [missing("local"), failed("division_by_zero")]
    assert computed("1 / vehicles + IF(local, 1, 2)", roll) == [failed("division_by_zero")] * 2


def test_another_quantitys_failure_passes_through_unchanged() -> None:
    found = program(a="1 / vehicles", b="a + 1").run(columns([household()]))
    assert found["p.b"].tolist() == [Failure("division_by_zero", "p.a")]


def test_no_case_and_no_band_are_failures() -> None:
    roll = [household(vehicles=vehicles) for vehicles in (0, 1, 2)]
    assert computed("SWITCH(vehicles, 1, 10)", roll) == [failed("no_match"), 10, failed("no_match")]
    assert computed("LOOKUP(vehicles, 1, 10, 2, 20)", roll) == [failed("no_band"), 10, 20]


# Numbers, days, texts


def test_household_on_the_line_is_not_below_it() -> None:
    roll = [household(adjustment=amount) for amount in (99, 100, 101)]
    assert computed("adjustment < 100", roll) == [True, False, False]
    assert computed("adjustment / 3 < 100 / 3", roll) == [True, False, False]


def test_halves_are_rounded_away_from_zero() -> None:
    roll = [household(adjustment=amount) for amount in (-3, -1, 0, 1, 3)]
    assert computed("ROUND(adjustment / 2, 0)", roll) == [-2, -1, 0, 1, 2]
    assert computed("ROUNDUP(adjustment / 2, 0)", roll) == [-2, -1, 0, 1, 2]
    assert computed("ROUNDDOWN(adjustment / 2, 0)", roll) == [-1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("born", "on", "years", "months"),
    [
        ("2000-02-29", "2018-02-28", 17, 215),
        ("2000-02-29", "2018-03-01", 18, 216),
        ("2000-03-01", "2018-02-28", 17, 215),
        ("1999-12-31", "2018-01-01", 18, 216),
        ("2018-06-01", "2018-06-01", 0, 0),
        ("2018-06-02", "2018-06-01", -1, 0),
        ("0001-01-01", "9999-12-31", 9998, 119987),
    ],
)
def test_ages_and_months_are_those_of_the_calendar(born: str, on: str, years: int, months: int) -> None:
    person = member(birth_date=date.fromisoformat(born).toordinal())
    roll = [household(decision_date=date.fromisoformat(on).toordinal(), member=[person])]
    found = program(member__a="AGE(member.birth_date)", member__b="MONTHS_BETWEEN(member.birth_date, decision_date)")
    results = found.run(columns(roll))
    assert (results["p.member.a"].tolist(), results["p.member.b"].tolist()) == ([years], [months])


def test_texts_come_back_as_texts() -> None:
    roll = [household(), household(area="urban", division="610000")]
    assert computed('IF(area = "urban", division, "none")', roll) == ["none", "610000"]
    assert computed('IF(vehicles = 0, area, "urban")', roll) == ["rural", "urban"]
    assert computed('division = "430903"', roll) == [True, False]


def test_days_come_back_as_ordinals() -> None:
    roll = [household(case={"last_review": 735_000}), household()]
    assert computed("IF(TRUE, case.last_review, decision_date)", roll) == [735_000, missing("case.last_review")]


def test_constant_fills_the_column() -> None:
    found = program(a="1 / 3", b="TRUE", c='"rural"').run(columns([household()] * 2))
    assert [found[key].tolist() for key in ("p.a", "p.b", "p.c")] == [[Fraction(1, 3)] * 2, [True] * 2, ["rural"] * 2]


# Other places


def test_other_places_line_is_looked_up_by_area_and_division() -> None:
    roll = [household(area="urban"), household(), household(division="999999"), household(division=None)]
    assert computed('STANDARD("dibao", area, division)', roll) == [
        516_000, 320_000, Failure("no_standard", "999999"), missing("division"),
    ]  # fmt: skip


def test_each_place_is_asked_once() -> None:
    asked = []

    def recorded(programme: str, area: str, division: str) -> tuple[int, int]:
        asked.append((programme, area, division))
        return 100, 1

    program(a='STANDARD("dibao", area, division)').run(columns([household()] * 50), recorded, chunk=7)
    assert asked == [("dibao", "rural", "430903")]


def test_line_in_thirds_of_a_fen_goes_to_the_scalar_writer() -> None:
    roll = columns([household(division="430922"), household()])
    with pytest.warns(ScalarFallbackWarning, match=r"p\.a runs household by household: a standard is no amount"):
        found = program(a='STANDARD("dibao", area, division)', b="a * 3", c="vehicles").run(roll, odd_standards)
    assert found["p.a"].tolist() == [Fraction(1000, 3), 320_000]
    assert found["p.b"].tolist() == [1000, 960_000]


def test_real_maxima_spare_other_formulas_the_scalar_writer_beside_an_odd_line() -> None:
    roll = columns([household(division="430922", fortune=3)])
    with pytest.warns(ScalarFallbackWarning) as caught:
        found = program(a='STANDARD("dibao", area, division)', b="fortune * fortune").run(roll, odd_standards)
    assert [str(one.message).split()[0] for one in caught] == ["p.a"]
    assert found["p.b"].tolist() == [9]


# int64


def test_formula_that_may_leave_int64_runs_on_the_scalar_writer() -> None:
    written = program(a="fortune * fortune", b="a > 5", c="vehicles")
    assert [one.key for one in written.fallbacks] == ["p.a", "p.b"]
    roll = columns([household(fortune=10**12), household(fortune=-2, fortune_=1)])
    with pytest.warns(ScalarFallbackWarning) as caught:
        found = written.run(roll)
    assert [str(one.message).split()[0] for one in caught] == ["p.a", "p.b"]
    assert "(fortune * fortune) may reach 1.0e+24" in str(caught[0].message)
    assert found["p.a"].tolist() == [10**24, 4]
    assert found["p.b"].tolist() == [True, False]


def test_reader_of_a_scalar_quantity_that_fits_stays_on_columns() -> None:
    written = program(
        a="fortune * fortune / fortune / fortune", b="a + vehicles", member__c="a = 1 and member.level = 0"
    )
    roll = columns([household(fortune=10**12, member=[member()]), household(), household(fortune=-7, vehicles=1)])
    with pytest.warns(ScalarFallbackWarning) as caught:
        found = written.run(roll)
    zero = Failure("division_by_zero", "p.a")
    assert len(caught) == 1
    assert found["p.b"].tolist() == [1, zero, 2]
    assert found["p.member.c"].tolist() == [True]


def test_texts_of_a_scalar_quantity_can_be_compared() -> None:
    text = 'IF(fortune * fortune > 5, area, "urban")'
    with pytest.warns(ScalarFallbackWarning):
        found = program(a=text, b='a = "urban"').run(columns([household(fortune=10**12), household()]))
    assert (found["p.a"].tolist(), found["p.b"].tolist()) == (["rural", "urban"], [False, True])


def test_real_minima_and_maxima_spare_the_scalar_writer() -> None:
    assert computed("fortune * fortune", [household(fortune=3), household(fortune=-5)]) == [9, 25]


@pytest.mark.parametrize(
    ("fact", "value", "allowed"),
    [
        ("vehicles", 4, "0 … 3"),
        ("vehicles", -1, "0 … 3"),
        ("adjustment", 501, "-500 … 500"),
        ("adjustment", -501, "-500 … 500"),
    ],
)
def test_value_outside_its_range_is_refused(fact: str, value: int, allowed: str) -> None:
    roll = columns([household(), household(**{fact: value})])
    with pytest.raises(InvalidInput) as caught:
        program(a=f"{fact} + 1").run(roll)
    (problem,) = caught.value.problems
    assert (problem.code, problem.value, problem.allowed) == ("out_of_range", str(value), (allowed,))
    assert fact in problem.message.en


def test_known_bounds_are_trusted() -> None:
    roll = columns([household(), household(vehicles=4)], bounds={"vehicles": (0, 4)})
    assert program(a="vehicles + 1").run(roll)["p.a"].tolist() == [1, 5]


def test_bounds_given_to_the_program_are_held() -> None:
    source = FormulaSource(programme="p", name="a", text="fortune * fortune", provision="test")
    narrow = write(check(SCHEMA, (source,)), bounds={"fortune": (0, 9)})
    assert narrow.fallbacks == ()
    with pytest.raises(InvalidInput, match="out_of_range"):
        narrow.run(columns([household(fortune=10)]))


# Chunks and code


def test_chunk_size_changes_nothing() -> None:
    roll = [household(vehicles=n % 3, member=[member(n % 5, income=(n, -n))] * (n % 4)) for n in range(23)]
    written = program(a="SUM(income.amount * member.level) / (vehicles + 1)", member__b="a > 3 and member.level > 1")
    whole = {key: one.tolist() for key, one in written.run(columns(roll)).items()}
    for chunk in (1, 2, 7, 22):
        assert {key: one.tolist() for key, one in written.run(columns(roll), chunk=chunk).items()} == whole


def test_chunk_with_too_many_records_is_cut() -> None:
    roll = [household(member=[member()] * n) for n in (1, 3, 0, 2, 3)]
    found = [
        (one.begin["household"], one.count("household"), one.count("member"))
        for one in windows(columns(roll), SCHEMA, chunk=5, limits={"member": 4})
    ]
    assert found == [(0, 2, 4), (2, 1, 0), (3, 1, 2), (4, 1, 3)]


def test_running_sums_state_how_many_records_they_bear() -> None:
    written = program(a="SUM(asset.amount)")
    known = situation(SCHEMA, columns([household(asset=[{"kind": "wage", "amount": 10**12}])]), {})
    assert written.plan(known).source.limits == {"asset": (2**63 - 1) // 10**12}


def test_no_household_at_all() -> None:
    empty = Columns(size=0, values={"vehicles": np.array([], np.int64)})
    found = program(a="vehicles * 2", member__b="1", c="MAX(member.level)").run(empty)
    assert [len(found[key]) for key in ("p.a", "p.member.b", "p.c")] == [0, 0, 0]


def test_list_without_offsets_is_empty() -> None:
    bare = Columns(size=2, values={"vehicles": np.array([1, 2])})
    found = program(a="COUNT(income) + vehicles * 1 count", b="SUM(member.level)").run(bare)
    assert (found["p.a"].tolist(), found["p.b"].tolist()) == ([1, 2], [0, 0])


def test_only_what_the_outputs_stand_on_is_computed() -> None:
    written = program(("p.b",), a="vehicles", b="a + 1", c="adjustment * 2")
    assert list(written.run(columns([household()]))) == ["p.b"]
    assert [one.parameters[0] for one in _plan(written).source.inputs] == ["vehicles"]


def _plan(written: ColumnarProgram) -> Any:
    return next(iter(written._plans.values()))


def test_unknown_output_is_refused() -> None:
    with pytest.raises(KeyError, match=r"p\.x"):
        program(("p.x",), a="1")


def test_equal_expressions_of_several_formulas_are_computed_once() -> None:
    text = program(a="SUM(income.amount) > 5", b="SUM(income.amount) + 1").source(
        columns([household(member=[member()])])
    )
    assert text.count("cumsum") == 1


def test_equal_looking_tables_of_conditions_and_numbers_are_kept_apart() -> None:
    roll = [household(), household(area="urban")]
    found = program(
        a='SWITCH(area, "urban", TRUE, FALSE)', b='SWITCH(area, "urban", 1, 0) * 2', c='SWITCH(area, "urban", 5)'
    ).run(columns(roll))
    assert found["p.a"].tolist() == [False, True]
    assert found["p.b"].tolist() == [0, 2]
    assert found["p.c"].tolist() == [Failure("no_match", "p.c"), 5]


def test_code_is_made_once_for_equal_situations_and_a_few_are_kept() -> None:
    written = program(a="vehicles")
    for _ in range(2):
        written.run(columns([household()]))
    assert len(written._plans) == 1
    for high in range(KEPT_PLANS + 3):
        written.run(columns([household()], bounds={"vehicles": (0, high)}))
    assert len(written._plans) == KEPT_PLANS


def test_no_text_of_a_formula_enters_the_code() -> None:
    text = program(a='IF(division = "__import__", area, "x")').source(columns([household()]))
    assert "__" not in text
    assert '"' not in text


def test_condition_is_bool_and_number_int64() -> None:
    found = program(a="vehicles > 1", b="vehicles").run(columns([household()]))
    assert [str(found[key].numerator.dtype) for key in ("p.a", "p.b")] == ["bool", "int64"]
    assert isinstance(found["p.a"], Column)
    assert found["p.a"].error is None


def test_constants_beyond_int32_are_held_in_int64() -> None:
    roll = [household(urgent=True), household(fortune=7)]
    assert computed("IF(urgent, 5000000000, fortune)", roll) == [5_000_000_000, 7]
    assert computed("price_index * 1000000 * price_index", [household(price_index=3000)]) == [9_000_000]


def test_columns_may_be_read_only() -> None:
    roll = columns([household(vehicles=2), household()])
    for array in roll.values.values():
        array.setflags(write=False)
    assert program(a="vehicles", b="vehicles + 1", c="not urgent").run(roll)["p.a"].tolist() == [2, 0]
