"""Numbers that could outgrow any machine are refused when the policy is loaded."""

from __future__ import annotations

from collections.abc import Callable

Found = Callable[..., list[tuple[str, str]]]


def squares(first: str, times: int) -> dict[str, str]:
    return {"n0": first, **{f"n{number}": f"n{number - 1} * n{number - 1}" for number in range(1, times + 1)}}


def test_formulas_that_square_each_other_are_refused(problems: Found) -> None:
    assert problems(squares("price_index", 10)) == []
    assert problems(squares("price_index", 20)) == [("too_large", "n16")]
    assert problems(squares("1 / (price_index + 1)", 20)) == [("too_large", "n16")]


def test_large_numbers_inside_conditions_count_too(problems: Found) -> None:
    product = " * ".join(["n12"] * 28)
    formulas = squares("price_index", 12)
    assert problems({**formulas, "tested": f"IF({product} > 0, 1, 2)"}) == [("too_large", "tested")]
    assert problems({**formulas, "tested": f"{product} > 0"}) == [("too_large", "tested")]
    assert problems({**formulas, "tested": f"COUNT(members, WHEN({product} > 0))"}) == [("too_large", "tested")]


def test_adding_alike_fractions_does_not_grow_the_denominator(problems: Found) -> None:
    chain = {"n0": "adjustment / 12"} | {
        f"n{number}": f"n{number - 1} + n{number - 1} / 2 * 2" for number in range(1, 60)
    }
    assert problems(chain) == []


def test_sums_of_fractions_count_different_denominators(problems: Found) -> None:
    formulas = {
        "income.share": "price_index / (price_index + 1)",
        "member.sum": "SUM(income.share)",
        "total": "SUM(member.sum)",
    }
    assert problems(formulas) == []
    product = " * ".join(["total"] * 25)
    assert problems({**formulas, "tested": product}) == [("too_large", "tested")]


def test_choices_rounding_and_conversion_are_measured(problems: Found) -> None:
    parts = (
        "IF(urgent, {0}, 1)",
        "MAX({0}, 2)",
        "ROUND({0}, 2)",
        "-{0}",
        'SWITCH(area, "urban", {0}, 1)',
        "LOOKUP(1, 0, {0})",
        "MAX(members.disability_level * {0}, DEFAULT({0}))",
    )
    for part in parts:
        formulas = squares("price_index", 15)
        assert problems({**formulas, "p": part.format("n15"), "tested": "p * p * p"}) == [("too_large", "tested")], part
