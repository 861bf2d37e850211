"""One program and the same households through both writers, and where they differ; with a count of what was exercised."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from core.formula import columnar, scalar
from core.formula.columnar import ColumnarProgram, ScalarFallbackWarning
from core.formula.columns import Column, Columns
from core.formula.description import describe
from core.formula.scalar import Standards
from core.formula.schema import HOUSEHOLD
from core.formula.tree import (
    Age,
    Aggregate,
    Arithmetic,
    Choose,
    Compare,
    Constant,
    Extreme,
    Fact,
    Failure,
    Logic,
    Lookup,
    MonthsBetween,
    Negate,
    Node,
    Not,
    Program,
    Quantity,
    Round,
    Scale,
    StandardOf,
    Switch,
    Unavailable,
)
from tests.core.formula.growth import LEVELS, walk
from tests.core.formula.small_country import Household

FUNCTIONS = frozenset({
    "IF", "IFS", "SWITCH", "LOOKUP", "MAX(list)", "MIN(list)", "MAX(plain)", "MIN(plain)", "SUM", "COUNT", "ANY", "ALL", "WHEN",
    "DEFAULT", "ROUND", "ROUNDUP", "ROUNDDOWN", "AGE", "MONTHS_BETWEEN", "ANNUAL", "QUARTERLY", "MONTHLY", "STANDARD", "YUAN",
    "+", "-", "*", "/", "=", "<>", "<", "<=", ">", ">=", "and", "or", "not", "minus", "fact", "quantity", "gap",
})  # fmt: skip
CODES = frozenset({"missing_fact", "division_by_zero", "no_match", "no_band", "empty_list", "no_standard", "gap"})
LOWERED = frozenset({
    "add", "subtract", "multiply", "floor_divide", "maximum", "minimum", "right_shift", "equal", "not_equal", "less",
    "less_equal", "greater", "greater_equal", "bitwise_and", "bitwise_or", "bitwise_xor", "logical_not", "where",
    "bincount", "take", "cumsum", "fill", "copyto", "first_error", "first_error_before", "greatest", "least",
    "sum_of_fractions", "greatest_fraction", "least_fraction",
})  # fmt: skip
CASES = frozenset({
    "empty list first", "empty list in the middle", "empty list last", "all lists empty", "list of a list",
    "negative value", "value beyond int64", "tie at a comparison", "fact missing for some", "fact missing for all",
    "every fact there", "fixed denominator", "denominator by record", "failures in bytes", "failures in int32",
    "run by the scalar writer", "several chunks", *(f"formula of {level}" for level in LEVELS),
})  # fmt: skip


@dataclass(slots=True)
class Seen:
    """How often each function, failure, generated operation and case occurred."""

    functions: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    lowered: Counter[str] = field(default_factory=Counter)
    cases: Counter[str] = field(default_factory=Counter)

    def missing(self) -> list[str]:
        """Return what never occurred."""
        wanted = ((FUNCTIONS, self.functions), (CODES, self.codes), (LOWERED, self.lowered), (CASES, self.cases))
        return sorted(name for names, found in wanted for name in names if not found[name])

    def report(self) -> str:
        """Return the counts as a paragraph each."""
        groups = {"functions": self.functions, "failures": self.codes, "generated": self.lowered, "cases": self.cases}
        return "\n".join(
            f"{title:>10}: " + ", ".join(f"{name} {count:,}" for name, count in sorted(found.items()))
            for title, found in groups.items()
        )

    def program(self, program: Program) -> None:
        """Count a program's functions."""
        for one in program.formulas:
            self.cases[f"formula of {one.level}"] += 1
            self.functions.update(name for node in walk(one.tree) for name in names_of(node))

    def households(self, roll: Sequence[Household], columns: Columns) -> None:
        """Count what is particular about the households."""
        sizes = [len(one["member"]) for one in roll]
        self.cases["empty list first"] += sizes[0] == 0
        self.cases["empty list last"] += sizes[-1] == 0
        self.cases["empty list in the middle"] += 0 in sizes[1:-1]
        self.cases["all lists empty"] += not any(sizes)
        self.cases["list of a list"] += any(member["income"] for one in roll for member in one["member"])
        self.cases["fact missing for some"] += bool(columns.missing)
        self.cases["fact missing for all"] += any(one not in columns.values for one in ("area", "vehicles", "urgent"))
        self.cases["every fact there"] += not columns.missing

    def results(self, found: dict[str, Column], left: Iterable[str], written: ColumnarProgram) -> None:
        """Count what came out, and the operations that were generated for it."""
        self.cases["run by the scalar writer"] += len(list(left))
        for column in found.values():
            self.cases["denominator by record" if not isinstance(column.denominator, int) else "fixed denominator"] += 1
            self.cases["value beyond int64"] += column.numerator.dtype == object
            if column.error is not None:
                self.cases["failures in bytes" if column.error.dtype.itemsize == 1 else "failures in int32"] += 1
            for value in column.tolist():
                self.codes[value.code if isinstance(value, Failure) else "(a value)"] += 1
                self.cases["negative value"] += isinstance(value, Fraction) and value < 0
        ties = zip(found["p.below"].tolist(), found["p.reaches"].tolist(), strict=True)
        self.cases["tie at a comparison"] += sum(one is False and other is True for one, other in ties)
        for plan in written._plans.values():
            self.lowered.update(re.findall(r"\b([a-z_]+)\(", plan.source.text.partition("\n")[2]))


def names_of(node: Node) -> list[str]:
    """Return how an author writes a node: its function, clauses or operator."""
    match node:
        case Aggregate():
            name = node.operator.upper() + ("(list)" if node.operator in ("max", "min") else "")
            return [
                name,
                *(["WHEN"] if node.when is not None else []),
                *(["DEFAULT"] if node.default is not None else []),
            ]
        case Extreme():
            return [f"{node.operator.upper()}(plain)"]
        case Choose():
            return ["IF" if len(node.arms) == 1 and node.otherwise is not None else "IFS"]
        case Arithmetic() | Compare() | Logic():
            return [node.operator]
        case Round():
            return [{"half": "ROUND", "up": "ROUNDUP", "down": "ROUNDDOWN"}[node.mode]]
        case Scale():
            return [_CONVERSIONS[node.numerator, node.denominator]]
        case Constant():
            return ["YUAN"] if node.type == "number" else []
    return [_NAMES[type(node)]]


_CONVERSIONS = {
    (12, 1): "ANNUAL", (4, 1): "ANNUAL", (1, 4): "QUARTERLY", (3, 1): "QUARTERLY", (1, 3): "MONTHLY", (1, 12): "MONTHLY",
}  # fmt: skip
_NAMES: dict[type[Node], str] = {
    Switch: "SWITCH", Lookup: "LOOKUP", Age: "AGE", MonthsBetween: "MONTHS_BETWEEN", StandardOf: "STANDARD", Negate: "minus",
    Not: "not", Fact: "fact", Quantity: "quantity", Unavailable: "gap",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A record for which the writers differ."""

    key: str
    record: int
    scalar: Any
    columnar: Any
    formula: str


def expected(program: Program, roll: Sequence[Household], standards: Standards) -> dict[str, list[Any]]:
    """Return every quantity of every record by the scalar writer."""
    written = scalar.write(program)
    results = [written.run(one, standards) for one in roll]
    return {
        one.key: [value for result in results for value in _records(result.get(one.key), one.level)]
        for one in program.formulas
    }


def _records(found: Any, level: str) -> list[Any]:
    return [found] if level == HOUSEHOLD else list(found)


def differences(
    program: Program,
    roll: Sequence[Household],
    columns: Columns,
    standards: Standards,
    *,
    chunk: int = columnar.CHUNK_HOUSEHOLDS,
    seen: Seen | None = None,
) -> list[Difference]:
    """Return, for each formula, the first record for which the writers differ in value or in failure."""
    wanted = expected(program, roll, standards)
    written = columnar.write(program)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ScalarFallbackWarning)
        found = written.run(columns, standards, chunk=chunk)
    if seen is not None:
        seen.program(program)
        seen.households(roll, columns)
        seen.results(found, (str(one.message) for one in caught), written)
        seen.cases["several chunks"] += chunk < columns.size
    texts = {one.key: describe(one.tree) for one in program.formulas}
    return [each for key, values in wanted.items() for each in _first(key, values, found[key].tolist(), texts[key])]


def _first(key: str, wanted: Sequence[Any], found: Sequence[Any], text: str) -> list[Difference]:
    pairs = [
        (number, one, other) for number, (one, other) in enumerate(zip(wanted, found, strict=True)) if one != other
    ]
    return [Difference(key=key, record=n, scalar=one, columnar=other, formula=text) for n, one, other in pairs[:1]]
