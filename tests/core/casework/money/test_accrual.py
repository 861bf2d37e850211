"""Exact accrual: what each month is worth, and payments that always add up."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.casework.deciding.proposal import PARTS
from core.casework.money.accrual import (
    PayPeriod,
    Rounding,
    Span,
    cumulative,
    entitled,
    in_force,
    settle,
)
from core.casework.month import add_months, each_month
from core.errors import JiuzhuError

Q = tuple(PayPeriod.parse(f"2008Q{number}") for number in (1, 2, 3, 4))
JANUARY, MARCH = date(2008, 1, 1), date(2008, 3, 1)


def span(number: int, start: date, until: date | None = None, **yuan: Fraction | int | str) -> Span:
    parts = {part: Fraction(amount) * 100 for part, amount in yuan.items()}
    return Span(number=number, from_month=start, until_month=until, parts=parts)


def pay(spans: list[Span], periods: tuple[PayPeriod, ...], rounding: Rounding | None = None) -> list[int]:
    """Pay one period after the other."""
    settled = dict.fromkeys(PARTS, 0)
    paid = []
    for one in periods:
        due = settle(spans, settled, start=one.start, until=one.until, rounding=rounding or Rounding())
        for part in PARTS:
            settled[part] += due.current[part] + due.backlog[part]
        paid.append(due.due + due.behind)
    return paid


@pytest.mark.parametrize(("yearly", "quarter"), [("772", 19300), ("79", 1975), ("186", 4650), ("172", 4300)])
def test_four_quarters_are_the_year(yearly: str, quarter: int) -> None:
    assert pay([span(1, JANUARY, benefit=Fraction(yearly) / 12)], Q) == [quarter] * 4


def test_stop_after_two_months_of_a_quarter_leaves_two_thirds() -> None:
    assert pay([span(1, JANUARY, benefit=Fraction(772, 12)), span(2, MARCH, benefit=0)], Q[:2]) == [12867, 0]


def test_thirds_of_a_fen_are_made_up_in_the_next_payment() -> None:
    months = tuple(PayPeriod.parse(f"2018-{month:02}") for month in (5, 6, 7))
    assert pay([span(1, date(2018, 5, 1), benefit=Fraction(850, 3))], months) == [28333, 28334, 28333]


def test_later_decision_overrides_the_months_it_covers_and_no_others() -> None:
    spans = [span(1, JANUARY, benefit=360), span(2, MARCH, date(2008, 5, 1), benefit=390)]
    assert [in_force(spans, month).number for month in each_month(JANUARY, date(2008, 6, 1))] == [1, 1, 2, 2, 1]  # type: ignore[union-attr]
    assert cumulative(spans, date(2008, 6, 1))["benefit"] == (3 * 360 + 2 * 390) * 100


def test_back_dated_rise_is_back_pay_of_the_next_payment() -> None:
    rise = [span(1, JANUARY, benefit=360), span(2, MARCH, benefit=390)]
    due = settle(rise, {"benefit": 4 * 36000}, start=date(2008, 5, 1), until=date(2008, 6, 1), rounding=Rounding())
    assert (due.due, due.behind) == (39000, 2 * 3000)


def test_parts_are_rounded_apart() -> None:
    spans = [span(1, JANUARY, benefit=Fraction(1, 3), member_topup=Fraction(1, 3))]
    due = settle(spans, {}, start=JANUARY, until=add_months(JANUARY, 1), rounding=Rounding())
    assert (due.current["benefit"], due.current["member_topup"], due.due) == (33, 33, 66)


def test_month_before_the_first_decision_is_worth_nothing() -> None:
    assert sum(entitled([span(1, MARCH, benefit=5)], JANUARY).values()) == 0


@pytest.mark.parametrize(
    ("unit", "mode", "fen", "whole"),
    [
        ("fen", "half_up", Fraction(1, 2), 1),
        ("fen", "half_up", Fraction(-1, 2), -1),
        ("fen", "half_up", Fraction(4999, 10000), 0),
        ("jiao", "half_up", Fraction(1234), 1230),
        ("jiao", "up", Fraction(1231), 1240),
        ("yuan", "up", Fraction(100), 100),
        ("yuan", "down", Fraction(19999, 100), 100),
        ("yuan", "half_up", Fraction(150), 200),
    ],
)
def test_rounding_is_as_ruled(unit: str, mode: str, fen: Fraction, whole: int) -> None:
    assert Rounding(unit=unit, mode=mode).whole(fen) == whole


@pytest.mark.parametrize(("text", "start", "until"), [
    ("2018-06", date(2018, 6, 1), date(2018, 7, 1)),
    ("2008Q4", date(2008, 10, 1), date(2009, 1, 1)),
    ("2008", date(2008, 1, 1), date(2009, 1, 1)),
])  # fmt: skip
def test_period_is_read_and_written_alike(text: str, start: date, until: date) -> None:
    period = PayPeriod.parse(text)
    assert (period.start, period.until, str(period)) == (start, until, text)
    assert PayPeriod.containing(period.frequency, period.last_month) == period


@pytest.mark.parametrize("text", ["", "2008Q5", "2008-13", "2008-1", "二〇〇八", "2008Q1 x"])
def test_other_texts_are_no_period(text: str) -> None:
    with pytest.raises(JiuzhuError) as refused:
        PayPeriod.parse(text)
    assert refused.value.code == "bad_period"


def month_by_month(spans: list[Span], part: str, until: date) -> Fraction:
    return sum((entitled(spans, month)[part] for month in each_month(JANUARY, until)), Fraction(0))


months = st.integers(0, 30).map(lambda count: add_months(JANUARY, count))
money = st.fractions(min_value=0, max_value=100_000, max_denominator=36)
decisions = st.lists(
    st.tuples(months, st.none() | st.integers(1, 20), st.dictionaries(st.sampled_from(PARTS), money)), max_size=8
)


@given(decisions, st.lists(st.sampled_from(["month", "quarter", "year"]), max_size=12))
def test_payments_always_add_up_to_the_rounded_entitlement(
    given_: list[tuple[date, int | None, dict[str, Fraction]]], rhythm: list[str]
) -> None:
    spans = [
        Span(number=number, from_month=start, until_month=None if length is None else add_months(start, length),
             parts=parts)
        for number, (start, length, parts) in enumerate(given_, 1)
    ]  # fmt: skip
    settled, at = dict.fromkeys(PARTS, 0), JANUARY
    for count, frequency in enumerate(rhythm, 1):
        until = add_months(at, {"month": 1, "quarter": 3, "year": 12}[frequency])
        known = spans[:count]  # decisions arrive while payments are being made, back-dated ones too
        due = settle(known, settled, start=at, until=until, rounding=Rounding())
        for part in PARTS:
            settled[part] += due.current[part] + due.backlog[part]
        assert settled == {part: Rounding().whole(month_by_month(known, part, until)) for part in PARTS}
        at = until
