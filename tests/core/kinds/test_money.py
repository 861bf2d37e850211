"""Amounts as formulas: the unit they were ruled in, per person or not, put on a period."""

from __future__ import annotations

import pytest

from core.kinds.money import is_per_person, period_of, rate, unit_of
from core.values import Unit


@pytest.mark.parametrize(
    ("per", "unit", "period", "person", "text"),
    [
        (None, "yuan", None, False, "YUAN(5)"),
        ("month", "yuan/month", "month", False, "YUAN(5) / 1 month"),
        ("person", "yuan/person", None, True, "YUAN(5) / 1 person"),
        ("person-quarter", "yuan/person-quarter", "quarter", True, "YUAN(5) / 1 person / 1 quarter"),
    ],
)
def test_an_amount_keeps_the_unit_it_was_ruled_in(
    per: str | None, unit: str, period: str | None, *, person: bool, text: str
) -> None:
    amount = {"yuan": "5"} if per is None else {"yuan": "5", "per": per}
    assert (unit_of(amount), period_of(amount), is_per_person(amount)) == (Unit.parse(unit), period, person)
    assert rate(amount) == text
