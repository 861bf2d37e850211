"""The arithmetic of a budget line: the caseload's year, what is assumed beside it, and the ceiling. Pure and exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from core.casework.reporting.budget_assumption import MONTHS, PAYERS
from core.values import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """A place's caseload in the year: households and persons on the roll in January, exact fen of the year by part."""

    households: int = 0
    persons: int = 0
    benefit: Fraction = Fraction(0)
    topup: Fraction = Fraction(0)
    price_subsidy: Fraction = Fraction(0)
    unpriced: int = 0
    """Households that go on with what stands, as the year's rules could not be computed for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the plan, exact fen. ``ceiling`` is standard × persons (上限), never part of the total."""

    households: int
    persons: int
    months: int
    benefit: Fraction
    topup: Fraction
    price_subsidy: Fraction
    arrears: Fraction
    payers: Mapping[str, Fraction] = field(default_factory=dict)
    ceiling: Fraction | None = None

    @property
    def total(self) -> Fraction:
        """合计."""
        return self.benefit + self.topup + self.price_subsidy + self.arrears

    @property
    def average(self) -> Fraction | None:
        """预计月人均补差: the benefit a person and month; None for nobody."""
        return self.benefit / (self.persons * self.months) if self.persons else None


def plan_line(caseload: Caseload, assumed: Mapping[str, Mapping[str, Any]], *, standard: Rate | None = None) -> Line:
    """Return a line: the caseload, plus entries, minus exits, plus uprating, top-ups, price subsidy and arrears."""
    entries, exits = assumed.get("entries", {}), assumed.get("exits", {})
    households = caseload.households + entries.get("households", 0) - exits.get("households", 0)
    persons = caseload.persons + entries.get("persons", 0) - exits.get("persons", 0)
    benefit = caseload.benefit + _heads(entries) - _heads(exits) + _uprating(assumed.get("uprating", {}), persons)
    price = assumed.get("price_subsidy", {})
    line = Line(
        households=households,
        persons=persons,
        months=MONTHS,
        benefit=benefit,
        topup=caseload.topup + _fen(assumed.get("topup", {}), "amount"),
        price_subsidy=caseload.price_subsidy + persons * _fen(price, "monthly") * price.get("months", 0),
        arrears=_fen(assumed.get("arrears", {}), "amount"),
        ceiling=None if standard is None else ceiling(persons, standard),
    )
    shares = assumed.get("payers", {})
    paid = {name: line.total * Fraction(shares[name]) for name in PAYERS if name in shares}
    return replace(line, payers=paid)


def ceiling(persons: int, standard: Rate) -> Fraction:
    """Return what a year would cost if everybody had nothing: persons × standard.

    >>> str(ceiling(61289, Rate.parse("430", "person-month")) / 100)
    '316251240'
    """
    return persons * standard.yearly()


def at_level(persons: int, monthly: Fraction | int) -> Fraction:
    """Return a year's money at an average level a person and month: persons × level × 12.

    >>> str(at_level(65814, 18200) / 100)
    '143737776'
    """
    return Fraction(persons) * monthly * MONTHS


def months_from(first: int) -> int:
    """Return how many months of a year are left from a month on.

    >>> months_from(5)
    8
    """
    return MONTHS + 1 - first


def _heads(value: Mapping[str, Any]) -> Fraction:
    if not value:
        return Fraction(0)
    return Fraction(value["monthly"]) * int(value["persons"]) * months_from(value["from_month"])


def _uprating(value: Mapping[str, Any], persons: int) -> Fraction:
    return persons * Fraction(value["monthly"]) * months_from(value["from_month"]) if value else Fraction(0)


def _fen(value: Mapping[str, Any], name: str) -> Fraction:
    return Fraction(value.get(name, 0))
