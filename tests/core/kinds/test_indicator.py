"""Observed figures as constants, and the kinds whose values formulas never read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.kinds import BUILTIN
from core.values import Unit

Texts = Callable[..., dict[str, str]]
Result = Callable[..., Callable[[str], Any]]
CHECKS = {kind.name: kind.check for kind in BUILTIN if kind.check is not None}


@pytest.mark.parametrize(
    ("value", "text", "unit"),
    [
        (
            {"amount": {"yuan": "330", "per": "person-month"}},
            "YUAN(330) / 1 person / 1 month",
            "yuan/person-month",
        ),
        ({"value": "61289", "unit": "person"}, "61289 * 1 person", "person"),
        ({"value": "48613", "unit": "household"}, "48613 * 1 count", "count"),
        ({"value": "12.5", "unit": "%"}, "12.5%", "number"),
        ({"value": "102.3"}, "102.3", "number"),
    ],
)
def test_an_indicator_is_a_constant_in_its_unit(
    sources: Callable[..., Any], value: dict[str, Any], text: str, unit: str
) -> None:
    found = sources(indicator={"figure": {"label": "指标", "as_of": "2018-11", **value}})["indicator_figure"]
    assert (found.text, found.unit) == (text, Unit.parse(unit))


def test_an_indicator_can_be_read(result: Result) -> None:
    figures = {"wage": {"label": "最低工资", "as_of": "2018", "amount": {"yuan": "1280", "per": "month"}}}
    figures |= {"homes": {"label": "户数", "as_of": "2018", "value": "48613", "unit": "household"}}
    of = result({"members": [{"id": "a", "relation": "head"}]}, indicator=figures)
    assert (of("indicator_wage"), of("indicator_homes")) == (128000, 48613)


def test_an_indicator_that_is_a_gap_fails_where_it_is_read(sources: Callable[..., Any]) -> None:
    assert sources(indicator={"paid": {"status": "gap"}})["indicator_paid"].flags == (
        "gap",
        "test/indicator#paid",
    )


@pytest.mark.parametrize(
    "kind", ["target", "coverage_requirement", "funding", "sampling", "recusal_rule", "relative_filing"]
)
def test_what_only_casework_acts_on_contributes_no_formula(kind: str) -> None:
    assert next(one for one in BUILTIN if one.name == kind).compile is None


def test_an_exception_to_posting_is_a_named_condition(texts: Texts) -> None:
    stable = {"label": "老年残疾家庭", "when": "ALL(member.disability_level >= 1)"}
    rule = {"long_term": {"label": "长期公示", "exceptions": [{"label": "另有规定的"}, stable]}}
    found = texts(publicity_rule=rule)
    assert found["publicity_long_term_exception_2"] == "ALL(member.disability_level >= 1)"
    assert "publicity_long_term_exception_1" not in found


@pytest.mark.parametrize(
    ("kind", "value", "paths"),
    [
        ("fact", {"type": "choice"}, ["choices"]),
        ("fact", {"type": "date", "choices": {"a": "甲"}}, ["choices"]),
        ("fact", {"type": "integer", "parts": "3"}, ["parts"]),
        ("fact", {"type": "money", "unit": "person"}, ["unit"]),
        ("fact", {"type": "integer", "unit": "furlong"}, ["unit"]),
        ("fact", {"type": "boolean", "unit": "person"}, ["unit"]),
        ("fact", {"type": "integer", "unit": "person"}, []),
        ("formula", {"text": "1", "unit": "furlong"}, ["unit"]),
        ("formula", {"text": "TRUE", "type": "boolean", "unit": "person"}, ["unit"]),
        ("formula", {"text": "1", "unit": "person"}, []),
        ("benefit", {"method": "tiered"}, ["tiers", "by"]),
        ("benefit", {"method": "tiered", "tiers": {"a": {}}, "by": "tier"}, ["tiers.a"]),
        ("benefit", {"method": "tiered", "tiers": {"gap": "来源未载"}}, []),
        ("benefit", {"method": "gap"}, []),
        ("topup", {"when": "TRUE", "share": "10%", "amount": {"yuan": "1", "per": "month"}}, ["amount"]),
        ("topup", {"combine": "highest"}, []),
        ("price_subsidy", {"trigger": "TRUE"}, ["amount"]),
        ("publicity_rule", {"days": 7}, ["days"]),
        ("publicity_rule", {"days": {"gap": "来源未载"}}, []),
        ("target", {"operator": "at_least"}, ["amount"]),
        ("target", {"operator": "at_least", "share": "100%"}, []),
        ("indicator", {"as_of": "2018"}, ["amount"]),
        ("indicator", {"as_of": "2018", "value": "1", "unit": "furlong"}, ["unit"]),
    ],
)
def test_what_a_schema_cannot_say_is_checked(kind: str, value: dict[str, Any], paths: list[str]) -> None:
    assert [path for path, _ in CHECKS[kind](value)] == paths
