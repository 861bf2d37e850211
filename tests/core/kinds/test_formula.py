"""Formulas authors write, among them the maintenance a supporter's household owes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.formula.tree import Failure

Result = Callable[..., Callable[[str], Any]]
MAINTENANCE = """IFS(
    supporter.judgment > 0, supporter.judgment,
    TRUE, MAX(supporter.actual, (supporter.income - supporter.household_size
        * STANDARD("dibao", supporter.area, IF(supporter.own_line_chosen, division, supporter.division)))
        * 50% / supporter.supported * 1 person, 0))"""
RULES: dict[str, Any] = {"formula": {"supporter.maintenance": {"text": MAINTENANCE, "unit": "yuan/year"}}}
SON = {
    "relation": "child",
    "division": "430902",
    "area": "rural",
    "household_size": 3,
    "income": 30000,
    "supported": 2,
}


def maintenance(result: Result, **facts: Any) -> Any:
    son = {name: value for name, value in {"judgment": 0, **SON, **facts}.items() if value is not None}
    parents = [{"id": name, "relation": "head" if name == "a" else "spouse", "supporters": [son]} for name in "ab"]
    known = {"430902": (320000, 1), "430903": (300000, 1)}
    of = result({"members": parents}, standards=lambda *place: known.get(place[2]), **RULES)
    return of("supporter.maintenance")


def test_users_day_c2_each_parent_is_owed_5100(result: Result) -> None:
    """(30,000 − 3 × 3,200) × 50 % ÷ 2 persons, at the line of the supporter's own place."""
    assert maintenance(result) == [510000, 510000]


@pytest.mark.parametrize(
    ("facts", "each"),
    [
        ({"judgment": 4000}, 400000),
        ({"actual": 6000}, 600000),
        ({"income": 9000}, 0),
        ({"division": "999999", "own_line_chosen": True}, 525000),
    ],
)
def test_a_judgment_or_a_higher_payment_prevails_and_it_is_never_below_0(
    result: Result, facts: dict[str, Any], each: int
) -> None:
    assert maintenance(result, **facts) == [each, each]


def test_a_place_without_a_line_is_named(result: Result) -> None:
    assert maintenance(result, division="999999") == [Failure("no_standard", "999999")] * 2


def test_a_formula_is_handed_on_with_its_promises_and_its_place(sources: Callable[..., Any]) -> None:
    written = {
        "text": "TRUE",
        "type": "boolean",
        "label": {"zh": "符合条件", "en": "eligible"},
        "message": "不符合",
        "overrides": "eligible",
    }
    found = sources(formula={"eligible": written})["eligible"]
    assert (found.type, found.label.en, found.message.zh, found.overrides) == (
        "boolean",
        "eligible",
        "不符合",
        "eligible",
    )
    assert (found.provision, found.where.path) == ("test/formula#eligible", "$.formula.text")
    assert sources(formula={"due": {"text": "YUAN(1)", "unit": "yuan"}})["due"].type == "number"


@pytest.mark.parametrize(
    ("name", "promised"),
    [("eligible", "boolean"), ("member.care_ok", "boolean"), ("maintenance_due", "number")],
)
def test_a_formula_that_is_a_gap_is_declared_with_a_type(sources: Callable[..., Any], name: str, promised: str) -> None:
    found = sources(formula={name: {"status": "gap"}})[name]
    assert (found.text, found.type, found.flags) == ("", promised, ("gap", f"test/formula#{name}"))
