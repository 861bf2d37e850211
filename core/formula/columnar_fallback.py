"""What cannot be proven to fit int64 runs household by household on the scalar writer: slower, equal in every value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.formula.columnar_window import Window, windows
from core.formula.columns import Array, Column, Columns
from core.formula.scalar import Standards, Value, write
from core.formula.schema import HOUSEHOLD, FactSchema, Field, ValueType
from core.formula.span import INT64
from core.formula.tree import Failure, Program

Facts = dict[str, Any]

BLOCK_HOUSEHOLDS = 4_096


def households(columns: Columns, schema: FactSchema) -> Iterator[Facts]:
    """Yield the prepared facts of one household after the other."""
    for window in windows(columns, schema, chunk=BLOCK_HOUSEHOLDS, limits={}):
        block = _Block(columns, schema, window)
        yield from (block.record(HOUSEHOLD, number) for number in range(window.count(HOUSEHOLD)))


class _Block:
    """Some households as Python values; records are counted from the block's first."""

    def __init__(self, columns: Columns, schema: FactSchema, window: Window) -> None:
        self.facts = {level: _facts_of(columns, schema, window, level) for level in (HOUSEHOLD, *schema.lists)}
        self.lists: dict[str, list[tuple[str, list[int]]]] = {level: [] for level in (HOUSEHOLD, *schema.lists)}
        for one in schema.lists.values():
            parents = window.of(one.parent)
            starts = columns.starts(one.name, one.parent)[parents.start : parents.stop + 1] - window.begin[one.name]
            self.lists[one.parent].append((one.name, starts.tolist()))

    def record(self, level: str, number: int) -> Facts:
        """Return one record with the lists below it."""
        facts: Facts = {}
        for path, values in self.facts[level]:
            value = values[number]
            if value is not None:
                holder = facts.setdefault(path[0], {}) if len(path) > 1 else facts
                holder[path[-1]] = value
        for below, starts in self.lists[level]:
            facts[below] = [self.record(below, each) for each in range(starts[number], starts[number + 1])]
        return facts


def _facts_of(
    columns: Columns, schema: FactSchema, window: Window, level: str
) -> list[tuple[tuple[str, ...], list[Any]]]:
    """Return, for each fact of a level, its path in a record and its values, None where it is missing."""
    known = [one for one in schema.fields_of(level) if one.name in columns.values]
    return [(_path(one), _values(columns, one, window.of(level))) for one in known]


def _path(one: Field) -> tuple[str, ...]:
    return tuple(one.name.split(".")) if one.level == HOUSEHOLD else (one.short,)


def _values(columns: Columns, one: Field, records: slice) -> list[Any]:
    values = columns.values[one.name][records].tolist()
    missing = columns.missing[one.name][records].tolist() if one.name in columns.missing else [False] * len(values)
    words = columns.words(one)
    if one.type == "text":
        return [None if gone else words[code] for code, gone in zip(values, missing, strict=True)]
    return [None if gone else value for value, gone in zip(values, missing, strict=True)]


@dataclass(slots=True)
class _Gathered:
    """The values of one quantity as they come."""

    above: list[int] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    error: list[int] = field(default_factory=list)


class _Sorter:
    """Puts exact values into numbers; failures and texts by number, in the order in which they are met."""

    def __init__(self) -> None:
        self.failures: dict[Failure, int] = {}
        self.words: dict[str, int] = {}

    def add(self, into: _Gathered, value: Value) -> None:
        """Append one value."""
        above, below, error = 0, 1, 0
        if isinstance(value, Failure):
            error = self.failures.setdefault(value, len(self.failures) + 1)
        elif isinstance(value, str):
            above = self.words.setdefault(value, len(self.words))
        else:
            above, below = value.numerator, value.denominator
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
    return {key: _column(gathered[key], sorter, scalar.outputs[key].type, scalar.outputs[key].level) for key in keys}


def _column(gathered: _Gathered, sorter: _Sorter, value_type: ValueType, level: str) -> Column:
    below = set(gathered.below) or {1}
    return Column(
        type=value_type,
        level=level,
        numerator=np.array(gathered.above, np.bool_) if value_type == "boolean" else _whole(gathered.above),
        denominator=below.pop() if len(below) == 1 else _whole(gathered.below),
        error=np.array(gathered.error, np.int32) if any(gathered.error) else None,
        errors=tuple(sorter.failures),
        vocabulary=tuple(sorter.words) if value_type == "text" else (),
    )


def _whole(values: Sequence[int]) -> Array:
    """Return int64, or objects where a value is larger."""
    return np.array(values, np.int64 if all(abs(one) <= INT64 for one in values) else object)
