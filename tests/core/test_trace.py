"""Trace v1: a step a quantity and record, the provisions behind them once, valid against its JSON Schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.assess import Assessment
from core.errors import Text
from core.formula.schema import ValueType
from core.formula.tree import Failure
from core.provision import Provision
from core.trace import TRACE_VERSION, provision_table, record_names, step_makers, steps
from core.values import Bound, Period, Unit
from core.wording import raw_json, value_json

Law = dict[str, Provision]
Assess = Callable[..., Assessment]
Provide = Callable[..., Provision]
MONEY, YEARLY, MONTHS = Unit(money=1), Unit(money=1, year=-1), Unit(month=1)


def found_steps(found: Assessment) -> list[dict[str, Any]]:
    """The steps of an assessment."""
    return list(steps(found.rulebook, found.facts, found.result))


def step(found: Assessment, name: str) -> dict[str, Any]:
    """The first step of a quantity."""
    return next(one for one in found_steps(found) if one["name"] == name)


# the schema --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft202012Validator:
    """The published schema of a trace."""
    text = files("core").joinpath("trace_v1.json").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


def variants(law: Law, provision: Provide) -> Iterator[Law]:
    """Laws whose traces hold every sort of value: whole, refused, a gap, nothing in force, assumed, by person, by the core."""
    yield law
    yield law | {"payment": provision("p/payment", kind="payment_schedule", value={}, status="gap")}
    yield {name: one for name, one in law.items() if name != "standard"}
    yield law | {"standard": provision("p/standard", yuan="693", assurance="excerpt", basis="technical_default",
                                       start=Bound(kind="unknown", day=date(2010, 1, 1), because=Text("假定", "assumed")))}  # fmt: skip
    classes = {"a": "household_size > 3", "b": None}
    yield law | {
        name: provision(
            "p/review", kind="review_interval", key=name,
            value={"label": name, "months": 6, "order": number} | ({"when": when} if when else {}),
        )
        for number, (name, when) in enumerate(classes.items())
    }  # fmt: skip


@pytest.mark.parametrize("income", [0, 2000, 5000])
def test_every_assessment_is_valid_against_the_published_schema(
    law: Law, assessed: Assess, provision: Provide, schema: jsonschema.Draft202012Validator, income: int
) -> None:
    facts = {"members": [{"id": "a", "relation": "head", "income": [{"item": "wage", "amount": income}]}] + [
        {"id": name, "relation": "child"} for name in "bcd"
    ]}  # fmt: skip
    for one in variants(law, provision):
        for language in ("zh", "en"):
            schema.validate(assessed(one, facts).to_json(language))


def test_the_schema_refuses_what_is_no_trace(
    law: Law, assessed: Assess, schema: jsonschema.Draft202012Validator
) -> None:
    good = assessed(law).to_json("zh")
    assert not schema.is_valid({**good, "extra": 1})
    assert not schema.is_valid({**good, "trace": {**good["trace"], "version": TRACE_VERSION + 1}})
    assert not schema.is_valid({**good, "outputs": {"dibao.benefit": 772.0}})


# steps -------------------------------------------------------------------------------------------------------------


def test_a_step_names_value_unit_formula_inputs_and_provision(law: Law, assessed: Assess) -> None:
    assert step(assessed(law), "dibao.benefit") == {
        "name": "dibao.benefit", "level": "household", "record": None, "value": "772.00", "unit": "yuan/year",
        "formula": "IF(eligible, MAX(line * household_size - counted_income, 0), 0)",
        "inputs": ["dibao.eligible", "dibao.line", "dibao.household_size", "dibao.counted_income"],
        "provision": "p/benefit@1", "flags": [],
    }  # fmt: skip


def test_a_step_reads_only_earlier_steps_and_facts(law: Law, assessed: Assess) -> None:
    seen: set[str] = set()
    quantities = {one["name"] for one in found_steps(assessed(law))}
    for one in found_steps(assessed(law)):
        assert set(one["inputs"]) & quantities <= seen
        seen.add(one["name"])


def test_records_are_named_by_id_and_below_them_by_owner_and_number(law: Law, assessed: Assess) -> None:
    found = assessed(law)
    assert [one["record"] for one in found_steps(found) if one["name"] == "dibao.member.counted_income"] == list("abcd")
    assert [one["record"] for one in found_steps(found) if one["name"] == "dibao.income.annual"] == ["a/income/1"]
    assert [one["record"] for one in found_steps(found) if one["name"] == "dibao.shared_income.annual"] == [
        "shared_income/1"
    ]


def test_the_records_of_one_owner_are_numbered_from_one(law: Law, assessed: Assess) -> None:
    wages = {"income": [{"item": "wage", "amount": amount} for amount in (1, 2)]}
    members = [
        {"id": "a", "relation": "head", **wages},
        {"id": "b", "relation": "child"},
        {"id": "c", "relation": "child", **wages},
    ]
    found = assessed(law, {"members": members})
    names = ["a/income/1", "a/income/2", "c/income/1", "c/income/2"]
    assert record_names(found.rulebook, found.facts, "income") == names
    values = [(one["record"], one["value"]) for one in found_steps(found) if one["name"] == "dibao.income.annual"]
    assert values == list(zip(names, ["1.00", "2.00"] * 2, strict=True))


def test_a_value_that_could_not_be_computed_says_why(law: Law, assessed: Assess, provision: Provide) -> None:
    gap = provision("p/payment", kind="payment_schedule", value={}, status="gap")
    found = step(assessed(law | {"payment": gap}), "dibao.payment")
    assert found["value"] == {"error": "gap", "name": "p/payment"} and found["flags"] == ["gap"]


def test_a_quantity_of_the_core_carries_its_address_and_is_marked_where_it_is_assumed(
    law: Law, assessed: Assess
) -> None:
    found = assessed(law)
    rounding, assets = step(found, "dibao.payment"), step(found, "dibao.asset_ok")
    assert (rounding["provision"], rounding["flags"]) == ("core/round_payment", ["technical_default"])
    assert (assets["provision"], assets["flags"]) == ("core/no_asset_test", [])


def test_a_step_carries_the_marks_of_its_origin(law: Law, assessed: Assess, provision: Provide) -> None:
    start = Bound(kind="unknown", day=date(2010, 1, 1), because=Text("假定", "assumed"))
    marked = provision(
        "p/standard", yuan="693", start=start, assurance="inferred", basis="technical_default", revision=3
    )
    found = step(assessed(law | {"standard": marked}), "dibao.standard")
    assert (found["provision"], found["flags"]) == ("p/standard@3", ["assumed_date", "excerpt", "technical_default"])


def test_steps_do_not_share_what_they_hold(law: Law, assessed: Assess) -> None:
    found = assessed(law)
    found_steps(found)[0]["value"] = "changed"
    assert found_steps(found)[0]["value"] != "changed"


def test_the_outputs_are_the_values_of_their_steps(law: Law, assessed: Assess) -> None:
    found = assessed(law)
    for key, value in found.outputs.items():
        values = [one["value"] for one in found_steps(found) if one["name"] == key]
        assert value in (values, values[0])


# the table of provisions -------------------------------------------------------------------------------------------


def test_the_provisions_behind_the_formulas_are_listed_once(law: Law, assessed: Assess) -> None:
    found = assessed(law)
    table = provision_table(found.rulebook, "zh")
    assert {one["provision"] for one in found_steps(found)} == set(table)
    assert "p/programme@1" not in table


def test_a_row_tells_citation_dates_and_assumptions(law: Law, assessed: Assess, provision: Provide) -> None:
    period = Period(
        start=Bound(kind="unknown", day=date(2010, 1, 1), because=Text("以印发日为准", "the day of issue")),
        until=Bound(kind="known", day=date(2020, 1, 1)),
    )
    standard = replace(provision("p/standard", yuan="693"), period=period, because=Text("理由", "reason"))
    row = provision_table(assessed(law | {"standard": standard}).rulebook, "en")["p/standard@1"]
    assert row == {
        "kind": "standard", "label": "p/standard", "division": "000000", "cite": ["p/doc 第一条"], "from": "2010-01-01",
        "until": "2020-01-01", "assumptions": ["the day of issue"], "assurance": "primary", "basis": "document",
        "because": "reason", "flags": ["assumed_date"],
    }  # fmt: skip


def test_a_row_of_an_open_period_without_citation_says_nothing_there(
    law: Law, assessed: Assess, provision: Provide
) -> None:
    one = provision("p/standard", yuan="693", start=Bound(kind="open"), citation=None, basis="arithmetic")
    row = provision_table(assessed(law | {"standard": one}).rulebook, "zh")["p/standard@1"]
    assert (row["cite"], row["from"], row["until"], row["because"]) == ([], None, None, None)


def test_a_merged_value_cites_both(law: Law, assessed: Assess, provision: Provide) -> None:
    twin = provision("q/standard", yuan="693")
    rows = provision_table(assessed(law | {"twin": twin}).rulebook, "zh")
    assert next(row for at, row in rows.items() if "standard" in at)["cite"] == ["p/doc 第一条", "p/doc 第一条"]


@pytest.mark.parametrize(
    ("address", "basis", "flags"),
    [("core/round_payment", "technical_default", ["technical_default"]), ("core/no_asset_test", "arithmetic", [])],
)
def test_a_default_of_the_core_is_told_from_an_identity(
    law: Law, assessed: Assess, address: str, basis: str, flags: list[str]
) -> None:
    row = provision_table(assessed(law).rulebook, "zh")[address]
    assert (row["kind"], row["basis"], row["flags"]) == ("core", basis, flags)
    assert bool(row["because"]) is (basis == "technical_default")


# raw values --------------------------------------------------------------------------------------------------------

INTEGERS = st.integers(min_value=-(10**24), max_value=10**24)
BELOW = st.integers(min_value=1, max_value=10**9)


@given(raw=INTEGERS, below=BELOW, unit=st.sampled_from([MONEY, YEARLY, MONTHS, Unit(), Unit(money=2)]))
def test_a_raw_number_is_shown_as_its_exact_value(raw: int, below: int, unit: Unit) -> None:
    wanted = value_json(Fraction(raw, below), "number", unit)
    assert raw_json("number", unit, below)(raw) == wanted
    assert raw_json("number", unit, 0)((raw, below)) == wanted


@given(raw=INTEGERS, unit=st.sampled_from([MONEY, YEARLY, MONTHS, Unit()]))
def test_a_raw_whole_number_is_shown_as_its_exact_value(raw: int, unit: Unit) -> None:
    assert raw_json("number", unit, 1)(raw) == value_json(Fraction(raw), "number", unit)


@given(whole=INTEGERS, below=BELOW)
def test_a_whole_number_over_a_denominator_is_shown_whole(whole: int, below: int) -> None:
    assert raw_json("number", MONTHS, below)(whole * below) == str(whole)


@pytest.mark.parametrize(
    ("type_", "raw"),
    [("date", date(2018, 4, 27).toordinal()), ("boolean", True), ("boolean", False), ("text", "rural")],
)
def test_other_raw_values_are_shown_as_their_values(type_: ValueType, raw: Any) -> None:
    assert raw_json(type_, Unit(), 1)(raw) == value_json(raw, type_, Unit())


def test_every_quantity_of_a_household_is_shown_exactly(law: Law, assessed: Assess, provision: Provide) -> None:
    for found in map(assessed, variants(law, provision)):
        types = {one.key: (one.type, one.unit) for one in found.rulebook.program.formulas}
        for maker in step_makers(found.rulebook):
            value = found.value(maker.fixed["name"])
            shown = [
                value_json(one, *types[maker.fixed["name"]]) for one in (value if isinstance(value, list) else [value])
            ]
            assert maker.value(found.result.values[maker.position]) in (shown, shown[0])


def test_a_failure_is_shown_in_place_of_a_value(law: Law, assessed: Assess) -> None:
    found = assessed(law)
    maker = step_makers(found.rulebook)[0]
    assert maker.one(Failure("gap", "p/x")) == {"error": "gap", "name": "p/x"}
