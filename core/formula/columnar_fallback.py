"""What cannot be proven to fit int64 is computed household by household, by the scalar writer: slower, equal in every value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from core.formula.columnar_expression import Given
from core.formula.columns import Array, Column, Columns
from core.formula.scalar import Standards, write
from core.formula.schema import HOUSEHOLD, FactSchema, ValueType
from core.formula.span import INT64, Span
from core.formula.tree import Failure, Program

Facts = dict[str, Any]


def households(columns: Columns, schema: FactSchema) -> Iterator[Facts]:
    """Yield the prepared facts of one household after the other."""
    reader = _Reader(columns, schema)
    for number in range(columns.size):
        yield reader.record(HOUSEHOLD, number)


class _Reader:
    """Turns records of columns back into nested facts."""

    def __init__(self, columns: Columns, schema: FactSchema) -> None:
        self.columns = columns
        self.fields = {level: schema.fields_of(level) for level in (HOUSEHOLD, *schema.lists)}
        self.children: dict[str, list[str]] = {}
        for one in schema.lists.values():
            self.children.setdefault(one.parent, []).append(one.name)

    def record(self, level: str, number: int) -> Facts:
        """Return one record with the lists below it."""
        facts: Facts = {}
        for one in self.fields[level]:
            if one.name in self.columns.values and not self._is_missing(one.name, number):
                namespace, _, short = one.name.rpartition(".") if level == HOUSEHOLD else ("", "", one.short)
                holder = facts.setdefault(namespace, {}) if namespace else facts
                value = self.columns.values[one.name][number].item()
                holder[short] = self.columns.words(one)[value] if one.type == "text" else value
        for child in self.children.get(level, ()):
            starts = self.columns.starts(child, level)
            facts[child] = [self.record(child, each) for each in range(int(starts[number]), int(starts[number + 1]))]
        return facts

    def _is_missing(self, name: str, number: int) -> bool:
        return name in self.columns.missing and bool(self.columns.missing[name][number])


@dataclass(slots=True)
class _Gathered:
    """The values of one quantity as they come."""

    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    error: list[int] = field(default_factory=list)


class _Sorter:
    """Puts exact values into arrays, failures and texts by number."""

    def __init__(self) -> None:
        self.failures: dict[Failure, int] = {}
        self.words: dict[str, int] = {}

    def add(self, into: _Gathered, value: Fraction | bool | str | int | Failure) -> None:
        """Append one value."""
        if isinstance(value, Failure):
            above, below, error = 0, 1, self.failures.setdefault(value, len(self.failures) + 1)
        elif isinstance(value, str):
            above, below, error = self.words.setdefault(value, len(self.words)), 1, 0
        else:
            above, below, error = int(value.numerator), int(value.denominator), 0
        into.above.append(above)
        into.below.append(below)
        into.error.append(error)


def scalar_columns(program: Program, keys: Sequence[str], columns: Columns, standards: Standards) -> dict[str, Column]:
    """Compute quantities one household at a time and return them as columns."""
    scalar = write(program, tuple(keys))
    sorter = _Sorter()
    gathered = {key: _Gathered() for key in keys}
    for facts in households(columns, program.schema):
        result = scalar.run(facts, standards)
        for key in keys:
            value = result.get(key)
            for one in value if isinstance(value, list) else (value,):
                sorter.add(gathered[key], one)
    types = {key: (scalar.outputs[key].type, scalar.outputs[key].level) for key in keys}
    return {key: _column(gathered[key], sorter, *types[key]) for key in keys}


def _column(gathered: _Gathered, sorter: _Sorter, type: ValueType, level: str) -> Column:
    below = set(gathered.below)
    return Column(
        type=type, level=level,
        numerator=np.array(gathered.above, bool) if type == "boolean" else _whole(gathered.above),
        denominator=below.pop() if len(below) == 1 else _whole(gathered.below) if below else 1,
        error=np.array(gathered.error, np.int32) if any(gathered.error) else None,
        errors=tuple(sorter.failures), vocabulary=tuple(sorter.words),
    )  # fmt: skip


def _whole(values: Sequence[int]) -> Array:
    """Return int64, or objects where a value is larger."""
    return np.array(values, np.int64 if all(abs(one) <= INT64 for one in values) else object)


def given(column: Column) -> Given:
    """Return what may be assumed of a column that other formulas read."""
    if column.numerator.dtype == object or (
        isinstance(column.denominator, np.ndarray) and column.denominator.dtype == object
    ):
        return Given(above=None)
    return Given(
        above=_span(column.numerator),
        below=column.denominator if isinstance(column.denominator, int) else _span(column.denominator),
        fails=column.error is not None,
        words=column.vocabulary,
    )


def _span(array: Array) -> Span:
    return Span(int(array.min()), int(array.max())) if len(array) else Span(0, 1)


def givens(columns: Mapping[str, Column]) -> dict[str, Given]:
    """Return what may be assumed of several columns."""
    return {key: given(column) for key, column in columns.items()}
