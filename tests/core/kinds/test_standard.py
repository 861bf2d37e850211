"""The standard, the line it becomes, and the benefit measured against it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.formula.schema import FormulaSource
from core.values import Unit

from_test = Callable[..., dict[str, FormulaSource]]
Texts = Callable[..., dict[str, str]]
Yuan = dict[str, Any]
MONTHLY: Yuan = {"amount": {"yuan": "430", "per": "person-month"}}
YEARLY: Yuan = {"amount": {"yuan": "693", "per": "person-year"}}


def test_a_standard_keeps_the_unit_it_was_ruled_in(sources: from_test) -> None:
    standard = sources(standard=MONTHLY)["standard"]
    assert standard.text == "YUAN(430) / 1 person / 1 month"
    assert standard.unit == Unit.parse("yuan/person-month")
    assert standard.provision == "test/standard"


def test_a_named_standard_stands_beside_the_main_one(texts: Texts) -> None:
    found = texts(standard={"name": "institutional", "amount": {"yuan": "6720", "per": "person-year"}})
    assert found["standard_institutional"] == "YUAN(6720) / 1 person / 1 year"
    assert "line" not in found


def test_the_line_follows_the_reference_period(texts: Texts) -> None:
    assert texts(standard=MONTHLY, reference_period={"period": "year"})["line"] == "ANNUAL(standard)"
    assert texts(standard=YEARLY, reference_period={"period": "month"})["line"] == "MONTHLY(standard)"
    assert texts(standard=YEARLY, reference_period={"period": "year"})["line"] == "standard"


def test_without_a_reference_period_the_line_is_as_the_standard_was_ruled(sources: from_test) -> None:
    assert sources(standard=MONTHLY)["line"].unit == Unit.parse("yuan/person-month")
    as_ruled = sources(standard=YEARLY, reference_period={"period": "as_standard"})["line"]
    assert (as_ruled.text, as_ruled.unit) == ("standard", Unit.parse("yuan/person-year"))


def test_a_standard_that_is_a_gap_makes_standard_and_line_fail_by_its_address(sources: from_test) -> None:
    found = sources(standard={"status": "gap"}, reference_period={"period": "month"})
    for name in ("standard", "line"):
        assert (found[name].text, found[name].flags) == ("", ("gap", "test/standard"))
        assert found[name].unit == Unit.parse("yuan/person-month")


def test_a_reference_period_that_is_a_gap_stops_line_and_counted_income(sources: from_test) -> None:
    wage = {"wage": {"label": "工资", "treatment": "counted"}}
    found = sources(standard=YEARLY, reference_period={"status": "gap"}, income_definition=wage)
    assert found["standard"].text
    assert found["line"].flags == found["counted_income"].flags == ("gap", "test/reference_period")
    assert found["line"].unit == Unit.parse("yuan/person-year")


def test_without_a_standard_neither_standard_nor_line_is_there(texts: Texts) -> None:
    assert not {"standard", "line"} & set(texts(reference_period={"period": "year"}))


def test_a_standard_per_quarter_is_put_on_the_year(result: Callable[..., Callable[[str], Any]]) -> None:
    of = result(
        {"members": [{"id": "a", "relation": "head"}]},
        standard={"amount": {"yuan": "300", "per": "person-quarter"}},
        reference_period={"period": "year"},
    )
    assert of("line") == 120000
