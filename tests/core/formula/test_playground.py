"""Trying one formula out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import InvalidInput
from core.formula.playground import evaluate_text
from core.formula.schema import FactSchema, FormulaSource
from core.formula.tree import Failure
from core.values import MONEY, NUMBER

Make = Callable[..., dict[str, Any]]
Source = Callable[..., FormulaSource]


def test_value_unit_and_what_was_read(schema: FactSchema, source: Source, household: Make) -> None:
    sources = [source("household_size", "COUNT(members)"), source("unused", "1 / vehicles")]
    found = evaluate_text(
        schema, sources, "YUAN(10) * dibao.household_size / 1 person + adjustment", household(adjustment=5)
    )
    assert (found.value, found.unit, found.type) == (1005, MONEY, "number")
    assert found.reads == ("dibao.household_size", "adjustment")
    assert found.inputs == {"dibao.household_size": 1}


def test_a_formula_inside_a_programme_reads_bare_names(schema: FactSchema, source: Source, household: Make) -> None:
    sources = [source("tried", "2"), source("member.double", "tried * 2")]
    found = evaluate_text(schema, sources, "SUM(member.double) + tried", household(), programme="dibao")
    assert (found.value, found.unit) == (6, NUMBER)
    assert found.inputs == {"dibao.tried": 2, "dibao.member.double": [4]}


def test_failures_are_values(schema: FactSchema, household: Make) -> None:
    assert evaluate_text(schema, (), "1 / vehicles", household()).value == Failure("division_by_zero", "formula.tried")
    assert evaluate_text(schema, (), "local", household()).value == Failure("missing_fact", "local")


def test_standards_are_asked(schema: FactSchema, household: Make) -> None:
    found = evaluate_text(
        schema, (), 'STANDARD("dibao", area, division)', household(), standards=lambda *_: (320000, 1)
    )
    assert (found.value, str(found.unit)) == (320000, "yuan/person-year")


def test_faults_point_into_the_text(schema: FactSchema, household: Make) -> None:
    with pytest.raises(InvalidInput) as caught:
        evaluate_text(schema, (), "1 + vehicls", household())
    assert str(caught.value.problems[0].where) == "formula:1:5"
