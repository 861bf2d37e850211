"""Units, exact amounts, rates and periods."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from core.errors import Text
from core.values import Bound, Citation, Period, Rate, Unit, exact, fen, fraction_text, yuan_text


@pytest.mark.parametrize(
    "word",
    ["yuan", "yuan/year", "yuan/person-month", "yuan/person-quarter", "person", "month", "number", "count"],
)
def test_a_unit_is_written_as_it_is_read(word: str) -> None:
    assert str(Unit.parse(word)) == word


def test_a_word_that_is_no_unit_is_refused() -> None:
    for word in ("yen", "money", "yuan/head"):
        with pytest.raises(ValueError, match=r"yen|money|head"):
            Unit.parse(word)


def test_units_multiply_and_divide() -> None:
    assert Unit.parse("yuan/person-year") * Unit.parse("person") == Unit.parse("yuan/year")
    assert Unit.parse("yuan") / Unit.parse("yuan") == Unit()


def test_units_have_labels_in_both_languages() -> None:
    assert Unit.parse("yuan/person-month").label("zh") == "元/人·月"
    assert Unit.parse("yuan/person-month").label("en") == "yuan/person-month"
    assert Unit().label("zh") == Unit().label("en") == ""
    assert (Unit() / Unit.parse("month")).label("zh") == "1/月"


@pytest.mark.parametrize(
    ("text", "value"), [("693.10", Fraction(69310, 100)), ("850/3", Fraction(850, 3)), ("-2", Fraction(-2))]
)
def test_exact_reads_decimals_and_fractions(text: str, value: Fraction) -> None:
    assert exact(text) == value


@pytest.mark.parametrize("text", ["1e5", "nan", "", "1/0", "1/00", "二", "1" * 41, "1.2.3"])
def test_exact_refuses_everything_else(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        exact(text)


def test_an_amount_finer_than_a_fen_is_refused() -> None:
    assert fen("693.1") == 69310
    with pytest.raises(ValueError, match=r"0\.001"):
        fen("0.001")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Fraction(85000, 3), "283.33"),
        (5, "0.05"),
        (-150, "-1.50"),
        (Fraction(1, 2), "0.01"),
        (Fraction(-1, 3), "0.00"),
    ],
)
def test_yuan_is_shown_half_away_from_zero(amount: Fraction | int, shown: str) -> None:
    assert yuan_text(amount) == shown


def test_yuan_can_be_shown_without_decimals() -> None:
    assert yuan_text(12345, places=0) == "123"


def test_fractions_are_written_canonically() -> None:
    assert fraction_text(772) == "772"
    assert fraction_text(Fraction(850, 3)) == "850/3"


@pytest.mark.parametrize(
    ("per", "yearly"),
    [("person-month", 516000), ("person-quarter", 172000), ("person-year", 43000), (None, 43000)],
)
def test_rates_compare_in_one_unit(per: str | None, yearly: int) -> None:
    assert Rate.parse("430", per).yearly() == yearly


def test_a_rate_is_written_with_its_unit() -> None:
    assert str(Rate.parse("430", "person-month")) == "430.00 yuan/person-month"


def test_a_period_is_half_open() -> None:
    period = Period(start=Bound(kind="known", day=date(2007, 1, 1)), until=Bound(kind="known", day=date(2009, 1, 1)))
    assert (
        period.covers(date(2008, 12, 31))
        and not period.covers(date(2009, 1, 1))
        and not period.covers(date(2006, 12, 31))
    )


def test_an_unknown_bound_without_assumption_is_never_in_force() -> None:
    period = Period(start=Bound(kind="unknown", because=Text("来源未载", "")))
    assert period.undatable and not period.covers(date(2018, 1, 1))


def test_a_citation_reads_document_then_article() -> None:
    assert str(Citation(document="n/law", article="第九条")) == "n/law 第九条"


def test_a_unit_may_stand_twice_and_the_longest_number_is_read() -> None:
    assert Unit.parse("month-month") == Unit(month=2)
    assert exact("1" * 40) == int("1" * 40)
    with pytest.raises(ValueError, match="1X"):
        exact("1X")
