"""Targets beside a report: only an amount a person and month can be compared, and what one says of itself is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.reporting.report_declaration import declaration
from core.casework.reporting.target import Target, target_notes, target_of
from core.errors import Text

CITY = "430900"
AMOUNT = {"yuan": "320", "per": "person-month"}


def read(yiyang: Any, value: Mapping[str, Any]) -> Target | None:
    """The city's target of November 2018, had it been said so."""
    with yiyang.desk(f"auditor.{CITY}") as desk:
        book = desk.policies.rulebook(CITY, on=date(2018, 11, 30), area="urban", programmes=("dibao",))
        line = book.policy.line("target", "dibao", "average_benefit")
        assert line is not None
        return target_of(replace(line, value=value), {})


@pytest.mark.parametrize(
    "value",
    [{"share": "30%"}, {"amount": {"gap": {"zh": "来源未载"}}}, {"amount": {"yuan": "4000", "per": "person-year"}}],
)
def test_target_that_is_no_amount_a_person_and_month_is_not_set_beside_an_average(
    yiyang: Any, value: Mapping[str, Any]
) -> None:
    assert read(yiyang, value) is None


@pytest.mark.parametrize(
    ("said", "amount", "words"),
    [
        ({}, Fraction(32000), "是否含物价补贴：来源未载"),
        ({"includes_price_subsidy": True}, Fraction(32000), "含物价补贴"),
        ({"includes_price_subsidy": False}, None, "不含物价补贴，与本表口径不同，不作比较"),
    ],
)
def test_what_a_target_says_of_the_price_subsidy_is_told(
    yiyang: Any, said: Mapping[str, Any], amount: Fraction | None, words: str
) -> None:
    found = read(yiyang, {"amount": AMOUNT, "operator": "at_least", "year": 2018, **said})
    assert found is not None and found.amount == amount
    assert found.words.zh.startswith("不低于320元/人·月；分子：来源未载；分母：来源未载；")
    assert words in found.words.zh.split("；") and "考核月份：2018" in found.words.zh


def test_places_with_targets_of_their_own_are_named_and_one_for_all_is_told_once() -> None:
    one, two, three = Text("甲", "one"), Text("乙", "two"), Text("丙", "three")
    rows = [("资阳区", {"urban_target": one}), ("赫山区", {"urban_target": one, "rural_target": three}),
            ("南县", {"urban_target": two, "rural_target": three})]  # fmt: skip
    assert [note.zh for note in target_notes(declaration("progress"), rows)] == [
        "城市目标（资阳区、赫山区）：甲", "城市目标（南县）：乙", "农村目标：丙",
    ]  # fmt: skip
