from __future__ import annotations

from typing import Any

import pytest

from core.formula.check import check
from core.formula.columnar import write
from core.formula.interval import Proof, prove
from core.formula.schema import FormulaSource
from core.formula.span import Span
from core.formula.tree import Program
from tests.core.formula.small_country import SCHEMA


def program(**formulas: str) -> Program:
    sources = (FormulaSource(programme="p", name=name, text=text, provision="test") for name, text in formulas.items())
    return check(SCHEMA, tuple(sources))


def proof(text: str, **known: Any) -> Proof:
    return prove(program(tested=text), **known)


def reason(text: str, **known: Any) -> str:
    return proof(text, **known).of("p.tested").reason


def test_sums_and_products_in_range_are_proven() -> None:
    assert proof("SUM(income.amount) * 12 + vehicles * 1000 < SUM(asset.amount)").ok


def test_product_out_of_range_is_named() -> None:
    assert reason("vehicles + fortune * fortune") == "(fortune * fortune) may reach 1.0e+24, more than int64 holds"


def test_innermost_expression_is_named() -> None:
    assert "SUM((asset.amount * 10000000))" not in reason("1 + SUM(asset.amount * 10000000)")
    assert reason("1 + SUM(asset.amount * 10000000)").startswith("(asset.amount * 10000000) may reach 1.0e+19")


def test_sum_is_as_long_as_the_list_may_be() -> None:
    assert proof("SUM(asset.amount * 2000000)").ok
    assert reason("SUM(asset.amount * 3000000)") == (
        "SUM((asset.amount * 3000000)) may reach 1.2e+19, more than int64 holds"
    )
    assert proof("SUM(asset.amount * 3000000)", longest={"asset": 3}).ok


def test_lists_of_lists_multiply_their_lengths() -> None:
    assert proof("SUM(income.amount * 500000000000)").ok
    assert not proof("SUM(income.amount * 600000000000)").ok


def test_running_sums_of_a_whole_household_have_to_fit() -> None:
    assert "SUM" in prove(program(**{"member.a": "SUM(income.amount * 2000000000000)"})).of("p.member.a").reason


def test_cross_multiplication_of_a_comparison_counts() -> None:
    assert proof("fortune > 5").ok
    assert "> (adjustment / (fortune" in reason("fortune / (fortune + 1) > adjustment / (fortune + 2)")


def test_common_denominator_of_a_comparison_is_not_multiplied_out() -> None:
    assert proof("fortune / vehicles > adjustment / vehicles * 1000000").ok


def test_denominator_that_leaves_int64_is_refused() -> None:
    assert not proof("1 / fortune / (fortune + 1)").ok


def test_fractions_by_record_need_their_least_common_multiple_to_fit() -> None:
    assert proof("SUM(income.amount / income.parts)").ok
    assert "SUM" in reason("SUM(income.amount / (income.amount + 1))")


def test_narrower_bounds_prove_more() -> None:
    text = "fortune * fortune"
    assert proof(text, bounds={"fortune": (-(10**9), 10**9)}).ok
    assert not proof(text, bounds={"fortune": (0, 10**10)}).ok


def test_reader_of_an_unproven_quantity_is_unproven_too() -> None:
    found = prove(program(a="fortune * fortune", b="a + 1", c="vehicles"))
    assert [(one.key, one.ok) for one in found.verdicts] == [("p.a", False), ("p.b", False), ("p.c", True)]
    assert found.of("p.b").reason == "it reads p.a, which is not proven"
    assert not found.ok


def test_constants_have_to_fit_too() -> None:
    huge = "(" + " * ".join(["100000000000000"] * 22) + ")"
    assert reason(f"vehicles * {huge}").endswith("may reach far more, more than int64 holds")
    assert not proof(f"ROUNDDOWN(vehicles / {huge}, 0)").ok
    assert not proof(f"{huge}").ok
    assert proof(f"vehicles < {huge}").ok


def test_every_function_can_be_described() -> None:
    text = "fortune * fortune * ROUND(IF(urgent, 1, -2), 0) * MAX(IFS(urgent, 1, local, 2, TRUE, 3), SWITCH(vehicles, 1, 2, 3))"
    assert reason(text).startswith("(fortune * fortune)")
    parts = (
        "LOOKUP(vehicles, 0, 1)", 'SWITCH(area, "urban", 1, 2)', "IF(not urgent and local, 1, 2)", "MAX(vehicles, -1)",
        "AGE(decision_date) / 1 year", "MONTHS_BETWEEN(decision_date, case.last_review) / 1 month", "ROUNDUP(vehicles / 2, 0)",
        "MIN(member.level, WHEN(member.severe), DEFAULT(2))", "COUNT(members) / 1 person",
        'MONTHLY(STANDARD("dibao", area, division)) / (YUAN(1) / 1 person / 1 month)',
    )  # fmt: skip
    for part in parts:
        assert " * fortune * fortune" not in reason(f"{part} * fortune * fortune")


def test_writer_keeps_the_proof() -> None:
    written = write(program(a="fortune * fortune", b="vehicles"))
    assert [one.key for one in written.fallbacks] == ["p.a"]
    assert written.proof.of("p.b").ok
    with pytest.raises(KeyError):
        written.proof.of("p.c")


def test_span_arithmetic_holds_every_case() -> None:
    one, other = Span(-3, 2), Span(-1, 4)
    for a in range(-3, 3):
        for b in range(-1, 5):
            assert a + b in one + other
            assert a - b in one - other
            assert a * b in one * other
            assert max(a, 0) in one.above(0)
            assert -a in -one
            if b > 0:
                assert a // b in one // Span(1, 4)
