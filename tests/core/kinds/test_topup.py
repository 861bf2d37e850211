"""Categorical top-ups: who gets one, how overlapping ones combine, and what caps them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.formula.tree import Failure

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
STANDARD = {"amount": {"yuan": "430", "per": "person-month"}}
OLD = {"label": "70岁以上老年人", "when": "AGE(member.birth_date) >= 70", "share": "10%"}
SEVERE = {
    "label": "重度残疾人",
    "when": "member.disability_level >= 1 and member.disability_level <= 2",
    "share": "30%",
}
LONE = {
    "label": "单亲家庭",
    "beneficiary": "household",
    "when": "household_size = 2",
    "amount": {"yuan": "60", "per": "month"},
}
ELDER = {"id": "a", "relation": "head", "birth_date": "1944-01-15", "disability_level": 1}
CHILD = {"id": "b", "relation": "child", "birth_date": "1990-01-01"}


def rules(combine: str | None = None, /, *, whole: dict[str, Any] | None = None, **items: Any) -> dict[str, Any]:
    stated = {"combine": combine} if combine else {}
    return {"standard": STANDARD, "topup": {"*": {**stated, **(whole or {})}, **items}}


@pytest.mark.parametrize(("combine", "fen"), [("highest", 12900), ("sum", 17200), ("first", 4300)])
def test_users_day_c1_at_74_and_severely_disabled_one_top_up_counts(result: Result, combine: str, fen: int) -> None:
    """10 % and 30 % of 430 yuan: the highest alone is 129.00."""
    of = result({"members": [ELDER, CHILD]}, **rules(combine, old=OLD, severe=SEVERE))
    assert (of("member.topup"), of("topup")) == ([fen, 0], fen)


def test_without_a_rule_on_overlap_the_highest_counts_as_a_marked_default(
    sources: Callable[..., Any],
) -> None:
    found = sources(standard=STANDARD, topup={"old": OLD, "severe": SEVERE})["member.topup"]
    assert (found.text, found.provision) == (
        "MAX(member.topup_old, member.topup_severe)",
        "core/highest_topup",
    )
    assert sources(standard=STANDARD, topup={"old": OLD})["member.topup"].provision == "test/topup#old"


def test_without_a_rule_top_ups_are_beside_the_gap_as_a_marked_default(sources: Callable[..., Any]) -> None:
    paid = {"standard": STANDARD, "formula": {"eligible": {"text": "TRUE"}}, "benefit": {"method": "gap"}}
    assert sources(**paid, topup={"old": OLD})["topup"].provision == "core/topup_beside_gap"
    for stated in (True, False):
        said = sources(**paid, topup={"*": {"counts_toward_gap": stated}, "old": OLD})["topup"]
        assert said.provision == "test/topup#old"
    flat = paid | {"benefit": {"method": "flat", "amount": {"yuan": "10", "per": "household-month"}}}
    assert sources(**flat, topup={"old": OLD})["topup"].provision == "test/topup#old", "no gap is paid"


def test_a_yearly_standard_and_a_yearly_amount_are_put_on_the_month(texts: Texts) -> None:
    fixed = {
        "label": "未成年人",
        "when": "AGE(member.birth_date) < 18",
        "amount": {"yuan": "600", "per": "person-year"},
    }
    found = texts(standard={"amount": {"yuan": "3200", "per": "person-year"}}, topup={"minor": fixed, "old": OLD})
    assert found["member.topup_minor"] == "IF(member.topup_minor_when, MONTHLY(YUAN(600) / 1 year), 0)"
    assert found["member.topup_old"] == "IF(member.topup_old_when, 10% * MONTHLY(standard) * 1 person, 0)"


def test_household_and_person_are_combined_apart(result: Result) -> None:
    of = result({"members": [ELDER, CHILD]}, **rules("highest", old=OLD, severe=SEVERE, lone=LONE))
    assert (of("household_topup"), of("member.topup"), of("topup")) == (6000, [12900, 0], 18900)


@pytest.mark.parametrize(
    ("cap", "topup"),
    [
        ({"yuan": "100", "per": "person-month"}, 10000),
        ({"share": "20%"}, 8600),
        ({"yuan": "1", "per": "month"}, 12900),
    ],
)
def test_a_cap_per_person_holds_each_member(result: Result, cap: dict[str, str], topup: int) -> None:
    assert result({"members": [ELDER]}, **rules("highest", whole={"cap": cap}, severe=SEVERE))("topup") == topup


def test_it_ends_with_the_certificate(result: Result) -> None:
    fact = {"member.card_until": {"level": "member", "type": "date"}}
    given = rules("highest", whole={"until_fact": "member.card_until"}, severe=SEVERE) | {"fact": fact}
    elder = ELDER | {"card_until": "2018-06-30"}
    assert result({"members": [elder]}, on=date(2018, 6, 30), **given)("topup") == 12900
    assert result({"members": [elder]}, on=date(2018, 7, 1), **given)("topup") == 0


def test_it_counts_toward_the_gap_only_where_the_rule_says_so(texts: Texts) -> None:
    base = rules("highest", old=OLD) | {
        "formula": {"eligible": {"text": "TRUE"}},
        "benefit": {"method": "flat"},
    }
    assert "topup" not in texts(**base)["benefit"]
    counted = base | {
        "topup": {"*": {"counts_toward_gap": True}, "old": OLD},
        "reference_period": {"period": "year"},
    }
    assert texts(**counted)["benefit"] == "IF(eligible, ANNUAL(standard) * household_size + ANNUAL(topup), 0)"


def test_a_gap_with_its_condition_stops_only_those_it_is_for(result: Result) -> None:
    given = rules("highest", old=OLD, severe={**SEVERE, "status": "gap"})
    assert result({"members": [CHILD]}, **given)("topup") == 0
    assert result({"members": [ELDER]}, **given)("topup") == Failure("gap", "test/topup#severe")


def test_a_gap_without_its_condition_stops_nobody_elses(sources: Callable[..., Any]) -> None:
    assert sources(**rules("highest", old=OLD, others={"status": "gap"}))["member.topup"].text == "member.topup_old"
    assert sources(standard=STANDARD, topup={"others": {"status": "gap"}})["topup"].flags == (
        "gap",
        "test/topup#others",
    )


def test_nothing_in_force_contributes_nothing(texts: Texts) -> None:
    assert "topup" not in texts(standard=STANDARD)


def test_top_ups_that_are_all_gaps_are_not_paid_within_the_benefit(texts: Texts) -> None:
    given = rules("highest", whole={"counts_toward_gap": True}, others={"status": "gap"}) | {
        "formula": {"eligible": {"text": "TRUE"}},
        "benefit": {"method": "flat"},
        "reference_period": {"period": "year"},
    }
    assert texts(**given)["benefit"] == "IF(eligible, ANNUAL(standard) * household_size, 0)"
