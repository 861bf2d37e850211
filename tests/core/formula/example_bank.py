"""A fixed bank of formulas and households in which every rule of the language matters: what the mutants must fail on."""

from __future__ import annotations

from datetime import date
from random import Random

from core.formula.check import check
from core.formula.schema import FormulaSource
from core.formula.tree import Program
from tests.core.formula.small_country import SCHEMA, Household, Record, households

FORMULAS = {
    # Rounding, on both sides of zero and on the half.
    "half": "ROUND(adjustment / 2, 0)",
    "half_of_thirds": "ROUND(adjustment / 3, 0)",
    "half_of_fifths": "ROUND(adjustment / 5, 0)",
    "to_tens": "ROUND(adjustment, -1)",
    "up": "ROUNDUP(adjustment / 7, 0)",
    "down": "ROUNDDOWN(adjustment / 7, 0)",
    "half_by_record": "ROUND(adjustment / price_index, 0)",
    "down_by_record": "ROUNDDOWN(adjustment / vehicles, 1)",
    "known_half": "ROUND(2.5, 0) + ROUND(-3.5, 0) + vehicles",
    # Comparisons: strict, on the line, and before any rounding.
    "below": "adjustment < 100",
    "at_most": "adjustment <= 100",
    "below_a_half": "adjustment < 2.5",
    "from_a_half": "adjustment >= 2.5",
    "below_other": "adjustment < vehicles * 100",
    "exact": "adjustment / 3 < 33.4",
    "exact_other": "adjustment / 3 < (vehicles * 100 + 1) / 3",
    "by_record": "adjustment / vehicles > fortune / (price_index + 1)",
    "by_negative": "vehicles / adjustment < 1 / 20",
    "same_flag": "urgent = local",
    "same_text": 'area = "urban" or division = "430903"',
    "same_place": "division = area",
    # Laziness and failures in order.
    "lazy": "IF(vehicles = 0, 0, adjustment / vehicles)",
    "lazy_second": "IF(vehicles <> 0, adjustment / vehicles, case.previous_amount)",
    "lazy_and": "vehicles <> 0 and adjustment / vehicles > 1",
    "lazy_or": "vehicles = 0 or adjustment / vehicles > 1",
    "two_failures": "case.previous_amount / vehicles + IF(local, 1, 2)",
    "other_order": "IF(local, 1, 2) + case.previous_amount / vehicles",
    "no_case": 'SWITCH(division, "430903", 1, "430922", adjustment)',
    "many_cases": "IFS(adjustment > 100, 1, local, 2, vehicles > 1, 3)",
    "bands": "LOOKUP(adjustment, 0, 1, 2, 0.9, 100, adjustment / vehicles)",
    "flat_bands": "LOOKUP(vehicles, 0, 10, 1, 20, 3, 30)",
    "largest": "MAX(adjustment, vehicles * 100, 5 / 2)",
    "smallest": "MIN(adjustment / 3, vehicles, fortune)",
    "signed": "vehicles / adjustment",
    "twice_divided": "adjustment / vehicles / price_index * vehicles",
    # Lists: empty ones first, in the middle, last; WHEN; two levels; denominators by record.
    "member.counted": "SUM(income.amount, WHEN(income.verified))",
    "member.all_income": "SUM(income.amount)",
    "counted": "SUM(member.counted)",
    "total": "SUM(income.amount)",
    "total_when": 'SUM(income.amount, WHEN(income.item = "wage" or income.item = "pension"))',
    "shared_out": "SUM(income.amount / (vehicles + 1))",
    "fractions": "SUM(income.amount / income.parts)",
    "most_share": "MAX(income.amount / income.parts, DEFAULT(adjustment / 7))",
    "least_share": "MIN(income.amount / income.parts, WHEN(income.parts > 1))",
    "how_many": "COUNT(members)",
    "how_many_severe": "COUNT(members, WHEN(member.severe))",
    "how_many_records": "COUNT(income)",
    "how_many_verified": "COUNT(income, WHEN(income.verified))",
    "greatest": "MAX(income.amount)",
    "greatest_or": "MAX(income.amount, WHEN(income.amount < 5), DEFAULT(adjustment / vehicles))",
    "least": "MIN(member.level, WHEN(member.severe))",
    "any_one": "ANY(member.level > 2)",
    "any_divided": "ANY(6 / member.level > 2)",
    "any_verified": "ANY(income.verified)",
    "every_one": "ALL(member.level < 3)",
    "every_divided": "ALL(6 / member.level > 2)",
    "every_when": "ALL(member.level < 3, WHEN(member.severe))",
    "when_first": "SUM(1 / member.level, WHEN(IF(member.severe, TRUE, case.previous_amount > 0)))",
    "weighed": "SUM(member.share * member.level)",
    "flags": "COUNT(members, WHEN(urgent))",
    "large": "SUM(asset.amount) * 12",
    # Days.
    "member.age": "AGE(member.birth_date)",
    "member.months": "MONTHS_BETWEEN(member.birth_date, decision_date) / 1 month",
    "member.months_back": "MONTHS_BETWEEN(decision_date, member.birth_date) / 1 month",
    "since_review": "MONTHS_BETWEEN(case.last_review, decision_date) / 1 month",
    "adults": "COUNT(members, WHEN(member.age >= 18))",
    "older": "ANY(member.birth_date < case.last_review)",
    # Other places, units, and numbers that leave int64.
    "line": 'STANDARD("dibao", area, division)',
    "monthly": 'MONTHLY(STANDARD("dibao", "rural", "430903")) * vehicles',
    "annual": "ANNUAL(YUAN(430) / 1 month) * adjustment",
    "squared": "fortune * fortune * fortune",
    "crossed": "fortune * fortune * adjustment < fortune",
    "wide": "fortune * 1000000 + adjustment",
    "over_int32": "price_index * price_index * 1000000",
}
"""Money stands in fen; every rule of the language decides at least one of these."""


def bank() -> Program:
    """Return the formulas, checked."""
    sources = (
        FormulaSource(programme="p", name=name, text=text, provision=f"test/{name}") for name, text in FORMULAS.items()
    )
    return check(SCHEMA, tuple(sources))


def bank_households() -> list[Household]:
    """Return sixty households: random ones, some with facts missing, and a dozen that stand on a line."""
    random = Random(20240601)  # noqa: S311 - test data
    found = [*households(random, 20, 0), *households(random, 12, 0.15)]
    lines = (-250, -15, -5, -3, -1, 0, 1, 2, 3, 5, 25, 99, 100, 101, 250)
    for number, line in enumerate(lines):
        found.append(_on_the_line(random, adjustment=line, vehicles=number % 3))
    return [_empty(found[0]), *found, _empty(found[1]), *found[2:6], _empty(found[2])]


def _empty(household: Household) -> Household:
    return household | {"member": [], "asset": []}


def _on_the_line(random: Random, *, adjustment: int, vehicles: int) -> Household:
    (household,) = households(random, 1, 0)
    born = (date(2000, 2, 29), date(1999, 12, 31), date(2018, 3, 1))
    members = [_member(level, day.toordinal()) for level, day in zip((3, 0, 2), born, strict=True)]
    on = date(2018, 2, 28) if adjustment % 2 else date(2018, 3, 31)
    facts = {"adjustment": adjustment, "vehicles": vehicles, "price_index": 2000, "member": members}
    return household | facts | {"decision_date": on.toordinal(), "fortune": adjustment * 10**9}


def _member(level: int, born: int) -> Record:
    income = [
        {"item": "wage", "amount": amount, "parts": parts, "verified": parts > 1} for amount, parts in ((7, 2), (-5, 3))
    ]
    member: Record = {"relation": "child", "origin": "430903", "birth_date": born, "level": level, "severe": level > 1}
    return member | {"share": level * 7, "income": income}
