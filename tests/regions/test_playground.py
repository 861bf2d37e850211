"""Trying out a formula, alone or with the facts and rules of a case file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.errors import InvalidInput, JiuzhuError, Text
from core.example import Question
from regions.platform import Platform
from regions.playground import try_formula

CASE = """
place: {division: "610000", area: rural}
on: 2007-06-01
facts:
  members: [{id: a, relation: head}, {id: b, relation: spouse}]
  shared_income: [{item: farming, amount: 1000}]
"""


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """A case file of two persons."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("YUAN(850) / 3", "850/3", "yuan"),
        ("24 months", "24", "month"),
        ("1 / 8", "1/8", ""),
        ("TRUE and 1 > 2", False, ""),
    ],
)
def test_a_formula_is_computed_alone(platform: Platform, text: str, value: object, unit: str) -> None:
    assert try_formula(platform, text, None) == {"value": value, "unit": unit, "reads": []}


def test_a_formula_reads_the_facts_and_quantities_of_a_case(platform: Platform, case: Path) -> None:
    found = try_formula(platform, "line * household_size - counted_income", case)
    assert found == {
        "value": "386.00",
        "unit": "yuan/year",
        "reads": ["dibao.line", "dibao.household_size", "dibao.counted_income"],
    }


def test_a_formula_may_ask_for_another_places_standard(platform: Platform, case: Path) -> None:
    assert try_formula(platform, 'MONTHLY(STANDARD("dibao", area, division))', case)["value"] == "57.75"


def test_faults_of_the_formula_have_their_place(platform: Platform, case: Path) -> None:
    for file in (None, case):
        with pytest.raises(InvalidInput) as caught:
            try_formula(platform, "hausehold_size + 1", file)
        assert caught.value.code == "unknown_name"


def test_a_value_that_cannot_be_computed_is_an_error_by_its_code(platform: Platform) -> None:
    with pytest.raises(JiuzhuError) as caught:
        try_formula(platform, "1 / 0", None)
    assert caught.value.code == "division_by_zero"


def test_a_case_file_with_faults_is_refused(platform: Platform, case: Path) -> None:
    case.write_text(CASE.replace("relation: head", "relation: hed"), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        try_formula(platform, "household_size", case)
    assert caught.value.code == "not_allowed"


def test_the_trace_lists_every_quantity_on_the_way_with_its_provision(platform: Platform, case: Path) -> None:
    found = try_formula(platform, "line * household_size - counted_income", case, trace=True)
    steps = {one["name"]: one for one in found["trace"]}
    assert {"dibao.line", "dibao.household_size", "dibao.counted_income", "dibao.standard"} <= set(steps)
    assert steps["dibao.standard"]["provision"].startswith("shaanxi_rural/floor-2007@")
    assert (steps["dibao.household_size"]["value"], steps["dibao.counted_income"]["value"]) == ("2", "1000.00")


def test_a_place_and_a_day_do_without_a_case(platform: Platform) -> None:
    question = Question(
        name=Text("", ""), article="", division="610000", area="rural", on=date(2007, 6, 1), programmes=("dibao",)
    )
    assert try_formula(platform, "line", None, question=question)["value"] == "693.00"
    for text in ("counted_income", "household_size * 2"):
        with pytest.raises(JiuzhuError) as caught:
            try_formula(platform, text, None, question=question)
        assert caught.value.code == "facts_needed"
