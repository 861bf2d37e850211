"""Seeded faults in either writer: each must make the writers differ on the example bank."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from core.formula.columns import Columns
from core.formula.tree import Program
from tests.core.formula.both_writers import differences
from tests.core.formula.example_bank import bank, bank_households
from tests.core.formula.small_country import Household, columns, standards


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: in ``module``, inside ``function`` (``Class.method`` too), ``old`` becomes ``new``."""

    name: str
    module: str
    function: str
    old: str
    new: str


_HALF_EVEN = """whole = graph.floor_divide(graph.add(above, below // 2), below)
        tie = graph.compare("=", graph.multiply(whole, below), graph.add(above, below // 2))
        odd = graph.subtract(whole, graph.multiply(graph.floor_divide(whole, 2), 2))
        return graph.subtract(whole, graph.times(tie, odd))"""

MUTANTS = (
    # Rounding
    Mutant("truncated half becomes floored", "columnar_number", "_whole", "graph.add(graph.add(above, below // 2), sign)", "graph.add(above, below // 2)"),
    Mutant("rounding down becomes floor", "columnar_number", "_whole", "graph.subtract(0, sign)", "0"),
    Mutant("rounding up becomes ceiling", "columnar_number", "_whole", "graph.add(sign, 1)", "1"),
    Mutant("half goes down", "columnar_number", "_whole", "graph.add(above, below // 2)", "graph.add(above, (below - 1) // 2)"),
    Mutant("half goes to even", "columnar_number", "_whole", "return graph.floor_divide(graph.add(graph.add(above, below // 2), sign), below)", _HALF_EVEN),
    Mutant("a known half goes to even", "columnar_number", "_round", "(2 * size + 1) // 2", "round(size)"),
    Mutant("numbers are rounded before they are compared", "columnar_number", "compare", "error = graph.first(left.error, right.error)", 'left = rounded(graph, left, mode="half", step=Fraction(1)); error = graph.first(left.error, right.error)'),
    Mutant("the divisor's sign is lost", "columnar_number", "_signed", "graph.subtract(0, above)", "above"),
    # Comparing
    Mutant("below becomes at most", "columnar_graph", "Graph.compare", "self.each(operator, left", 'self.each("<=" if operator == "<" else operator, left'),
    Mutant("at least becomes above", "columnar_choice", "lookup", '">="', '">"'),
    Mutant("a fraction's floor is one too high", "columnar_number", "_with_constant", "limit.numerator // limit.denominator", "limit.numerator // limit.denominator + 1"),
    # Laziness and order
    Mutant("IF is eager", "columnar_graph", "Graph.taken", "one, other = self.only(flag, yes), self.only(self.opposite(flag), no)", "return self.first(yes, no); one = other = 0"),
    Mutant("and / or are eager", "columnar_choice", "logic", "graph.only(undecided, after.error)", "after.error"),
    Mutant("the last failure wins", "columnar_graph", "Graph.first", "for error in errors", "for error in reversed(errors)"),
    Mutant("WHEN fails after the value", "columnar_aggregate", "aggregate", "graph.first(when.error, graph.only(when.above, value.error))", "graph.first(value.error, when.error)"),
    Mutant("the last record's failure wins", "columnar_runtime", "_by_list", "[::-1]", "[:]"),
    Mutant("ANY does not stop", "columnar_aggregate", "_first_error", "if before is not False:", "if before is None:"),
    Mutant("the default of MAX is eager", "columnar_aggregate", "_extreme", "graph.only(graph.opposite(found), default.error)", "default.error"),
    # Missing and empty
    Mutant("what is missing is 0", "columnar_expression", "ExpressionWriter._fact", "if name in self.situation.masked", "if name == ''"),
    Mutant("a divisor 0 is no failure", "columnar_number", "divide", 'graph.failing(graph.compare("=", right.above, 0), zero)', "0"),
    Mutant("ALL of none is false", "columnar_aggregate", "_seek", "found if wanted else graph.opposite(found)", 'found if wanted else graph.both(graph.opposite(found), graph.compare(">", _lengths(these), 0))'),
    Mutant("MAX of none is a value", "columnar_aggregate", "_extreme", "graph.failing(graph.opposite(found), these.writer.own_failure(\"empty_list\"))", "0"),
    Mutant("sums are reduceat, wrong on empty lists", "columnar_source", "_Writer.total", "subtract(t[1:], t[:-1]", "subtract({self.code(running)}.take(maximum({self.offsets(step.level, running.level)}[1:], minimum({self.offsets(step.level, running.level)}[:-1] + 1, len({self.code(running)}) - 1))), t[:-1]"),
    Mutant("SUM ignores WHEN", "columnar_aggregate", "_sum", "graph.times(these.counted, value.above)", "value.above"),
    Mutant("COUNT ignores WHEN", "columnar_aggregate", "aggregate", "_count(these, these.counted)", "_count(these, True)"),
    Mutant("MAX ignores WHEN", "columnar_aggregate", "_best", "graph.select(these.counted, value.above, weakest)", "value.above"),
    # Range
    Mutant("int64 wraps", "columnar_graph", "held", "span.fits(INT64)", "span.fits(INT64**9)"),
    Mutant("int32 wraps", "columnar_place", "Places.working_type", "all(one.fits(INT32) for one in spans)", "True"),
    # Days, places, fractions
    Mutant("months are floored", "columnar_date", "completed_months", "graph.add(difference, toward_zero)", "difference"),
    Mutant("a year is 366 days", "columnar_date", "_year_and_day", "graph.add(graph.multiply(day, 4), 3)", "graph.multiply(day, 4)"),
    Mutant("the area is forgotten", "columnar_standard", "StandardTable.__call__", "2**32", "0"),
    Mutant("fractions are added crosswise", "columnar_runtime", "sum_of_fractions", "(one // shared)\n", "one\n"),
    Mutant("the least fraction is the greatest", "columnar_runtime", "least_fraction", "np.less", "np.greater"),
    # The scalar writer
    Mutant("scalar: half goes down", "scalar_number", "rounded", "(2*{above} + {below})//", "(2*{above} + {below} - 1)//"),
    Mutant("scalar: months are not completed", "scalar_runtime", "months_between", "(last.day < first.day)", "(last.day <= first.day)"),
    Mutant("scalar: a birthday counts from the day after", "scalar_runtime", "day_key", "+ day.day", "+ (day.day if day.day != 29 else 28)"),
    Mutant("scalar: the divisor's sign is lost", "scalar_number", "divide", "if not positive:", "if False:"),
)  # fmt: skip


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
    function = _function(importlib.import_module(f"core.formula.{mutant.module}"), mutant.function)
    monkeypatch.setattr(function, "__code__", _mutated(mutant, function))
    assert _differ(lambda: differences(program, roll, facts, standards, chunk=7))


def _differ(compare: Callable[[], list[Any]]) -> bool:
    """Tell whether the writers differ; one that falls over differs too."""
    try:
        return bool(compare())
    except (ArithmeticError, AssertionError, IndexError, TypeError, ValueError, RuntimeWarning):
        return True


def _function(module: ModuleType, path: str) -> FunctionType:
    found: Any = module
    for name in path.split("."):
        found = getattr(found, name)
    assert isinstance(found, FunctionType)
    return found


def _mutated(mutant: Mutant, function: FunctionType) -> CodeType:
    """Return the function's code with the fault in it; its other code and every reference to it stay."""
    lines, first = inspect.getsourcelines(function)
    text = "".join(lines)
    assert mutant.old in text, f"the fault '{mutant.name}' no longer fits the code"
    indent = len(text) - len(text.lstrip())
    wrapped = "if True:\n" + text.replace(mutant.old, mutant.new) if indent else text.replace(mutant.old, mutant.new)
    module = compile("from __future__ import annotations\n" + wrapped, f"<mutant of line {first}>", "exec")
    return next(one for one in module.co_consts if isinstance(one, CodeType) and one.co_name == function.__name__)
