"""Seeded faults in either writer: each must make the writers differ on the example bank."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

import pytest

from core.formula.columns import Columns
from core.formula.tree import Program
from tests.core.formula.both_writers import differences
from tests.core.formula.example_bank import bank, bank_households
from tests.core.formula.seeded_faults import MUTANTS, Mutant
from tests.core.formula.small_country import Household, columns, standards


@pytest.fixture(scope="module")
def program() -> Program:
    return bank()


@pytest.fixture(scope="module")
def roll() -> list[Household]:
    return bank_households()


@pytest.fixture(scope="module")
def facts(roll: list[Household]) -> Columns:
    return columns(roll)


def test_writers_agree_on_the_bank(program: Program, roll: list[Household], facts: Columns) -> None:
    assert differences(program, roll, facts, standards, chunk=7) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_mutant_is_killed(
    mutant: Mutant, program: Program, roll: list[Household], facts: Columns, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = _function(mutant.place)
    monkeypatch.setattr(function, "__code__", _mutated(mutant, function))
    assert _differ(lambda: differences(program, roll, facts, standards, chunk=7))


def _differ(compare: Callable[[], list[Any]]) -> bool:
    """Tell whether the writers differ; one that falls over differs too."""
    try:
        return bool(compare())
    except (ArithmeticError, AssertionError, IndexError, TypeError, ValueError, RuntimeWarning):
        return True


def _function(place: str) -> FunctionType:
    module, _, path = place.partition(".")
    found: Any = importlib.import_module(f"core.formula.{module}")
    for name in path.split("."):
        found = getattr(found, name)
    assert isinstance(found, FunctionType)
    return found


def _mutated(mutant: Mutant, function: FunctionType) -> CodeType:
    """Return the function's code with the fault in it; put in its place, every reference to the function has it."""
    text = "".join(inspect.getsourcelines(function)[0])
    assert mutant.old in text, f"the fault '{mutant.name}' no longer fits the code"
    faulty = text.replace(mutant.old, mutant.new)
    if faulty[0] == " ":
        faulty = f"if True:\n{faulty}"
    module = compile(f"from __future__ import annotations\n{faulty}", "<mutant>", "exec")
    return next(one for one in module.co_consts if isinstance(one, CodeType) and one.co_name == function.__name__)
