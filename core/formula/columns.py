"""Many households as arrays: each fact an array, each list contiguous by parent with offsets; results likewise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidInput, Problem, Text
from core.formula.schema import HOUSEHOLD, FactSchema, Field, ValueType
from core.formula.span import Span
from core.formula.tree import Failure

Array = NDArray[Any]
Value = Fraction | bool | str | int | Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The facts of ``size`` households.

    ``values`` maps a fact's qualified name to an array with one element a record of its level: numbers and dates as
    integers (in the stored unit: fen, value x scale, ordinals), conditions as bool, texts as codes into the field's
    ``choices`` or, where it has none, into ``vocabulary[name]``. A fact without an array is missing everywhere;
    ``missing[name]`` marks single records. What stands in a missing place lies in the declared range or is 0 (-1 for a
    text). ``offsets[list]`` has one element more than the parent level has records: the records of parent ``i`` are
    ``offsets[i]:offsets[i + 1]``. A list without offsets is empty everywhere.

    ``bounds`` holds minima and maxima that are known already, for instance because the snapshot stores them: they are
    trusted. Facts without are held against their range while a program runs. ``longest`` is measured here; a list may
    be said to be longer than it is, so that some columns of many get the code of all.

    Raises:
        InvalidInput: offsets that do not start at 0 or that descend.
    """

    size: int
    values: Mapping[str, Array]
    missing: Mapping[str, Array] = field(default_factory=dict)
    offsets: Mapping[str, Array] = field(default_factory=dict)
    vocabulary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    longest: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lengths = {name: _longest(offsets) for name, offsets in self.offsets.items()}
        faults = [_bad_offsets(name) for name, length in lengths.items() if length is None]
        if faults:
            raise InvalidInput(faults)
        known = {name: length for name, length in lengths.items() if length is not None}
        longest = {name: max(length, self.longest.get(name, 0)) for name, length in known.items()}
        object.__setattr__(self, "longest", longest)

    def records(self, level: str) -> int:
        """Return how many records a level has."""
        if level == HOUSEHOLD:
            return self.size
        return int(self.offsets[level][-1]) if level in self.offsets else 0

    def starts(self, level: str, parent: str) -> Array:
        """Return the offsets of a list, zeros for one that is not there."""
        return self.offsets[level] if level in self.offsets else np.zeros(self.records(parent) + 1, np.int64)

    def words(self, one: Field) -> tuple[str, ...]:
        """Return the texts a fact's codes point to."""
        return one.choices or self.vocabulary.get(one.name, ())

    def measured(self, one: Field) -> Span:
        """Return the least and greatest stored value of a fact; those given by ``bounds`` are believed."""
        if one.name in self.bounds:
            return Span(*self.bounds[one.name])
        values = self.values[one.name]
        return Span(int(values.min()), int(values.max())) if len(values) else Span(0, 0)

    def check(self, schema: FactSchema) -> None:
        """Hold shapes and types against the schema.

        Raises:
            InvalidInput: unknown facts or lists, wrong lengths or types; all at once.
        """
        problems = [*self._list_problems(schema), *self._fact_problems(schema)]
        if problems:
            raise InvalidInput(problems)

    def _list_problems(self, schema: FactSchema) -> Iterator[Problem]:
        for name, offsets in self.offsets.items():
            if name not in schema.lists:
                yield _problem("unknown_list", name, "没有这样的名单", "there is no such list", tuple(schema.lists))
            elif len(offsets) != self.records(schema.lists[name].parent) + 1:
                yield _problem(
                    "wrong_length",
                    name,
                    "偏移量个数应为上级记录数加一",
                    "one offset more than parent records is needed",
                )
            elif self.longest[name] > schema.lists[name].longest:
                limit = schema.lists[name].longest
                yield _problem(
                    "list_too_long", name, f"每个上级最多 {limit} 条", f"a parent has at most {limit} records"
                )

    def _fact_problems(self, schema: FactSchema) -> Iterator[Problem]:
        for name, array in (*self.values.items(), *self.missing.items()):
            if name not in schema.fields:
                yield _problem("unknown_fact", name, "没有这样的事实", "there is no such fact")
            elif array.shape != (self.records(schema.fields[name].level),):
                expected = self.records(schema.fields[name].level)
                yield _problem("wrong_length", name, f"应有 {expected} 个值", f"{expected} values are needed")
        for name, array in self.values.items():
            one = schema.fields.get(name)
            if one is not None and not _is_typed(array, one.type):
                yield _problem(
                    "wrong_type",
                    name,
                    f"数组类型 {array.dtype} 不适用",
                    f"an array of {array.dtype} does not hold this fact",
                )
            elif one is not None and one.type == "text" and not self.words(one) and len(array):
                yield _problem("no_vocabulary", name, "缺少文本表", "a text without choices needs its vocabulary")


def _longest(offsets: Array) -> int | None:
    """Return the length of the longest list, or None for offsets that are none."""
    if offsets.ndim != 1 or not len(offsets) or offsets.dtype.kind != "i" or offsets[0] != 0:
        return None
    lengths = offsets[1:] - offsets[:-1]
    return None if len(lengths) and lengths.min() < 0 else int(lengths.max(initial=0))


def _bad_offsets(name: str) -> Problem:
    return _problem(
        "bad_offsets", name, "偏移量须为从 0 开始、不减的整数", "offsets are integers that start at 0 and never descend"
    )


def _is_typed(array: Array, value_type: ValueType) -> bool:
    """Tell whether an array can hold a type; 64-bit unsigned would turn into floats beside a signed one."""
    if value_type == "boolean":
        return array.dtype.kind == "b"
    return array.dtype.kind == "i" or (array.dtype.kind == "u" and array.dtype.itemsize < 8)


def _problem(code: str, name: str, zh: str, en: str, allowed: tuple[str, ...] = ()) -> Problem:
    return Problem(code=code, message=Text(f"“{name}”：{zh}", f"'{name}': {en}"), value=name, allowed=allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One quantity of every record of ``level``.

    A number is ``numerator / denominator`` (int64, fen for money; object only where a value leaves int64), the
    denominator one positive int or an array of them; a condition is bool, a date an ordinal, a text a code into
    ``vocabulary``.
    ``error`` is None where nothing can fail; otherwise 0 for a value, ``k`` for the failure ``errors[k - 1]``.
    ``span``: between which bounds the numerators are known to lie, where they are given and not computed.
    """

    type: ValueType
    level: str
    numerator: Array
    denominator: int | Array = 1
    error: Array | None = None
    errors: tuple[Failure, ...] = ()
    vocabulary: tuple[str, ...] = ()
    span: Span | None = None

    def __len__(self) -> int:
        return len(self.numerator)

    def get(self, record: int) -> Value:
        """Return one record's value as the scalar writer gives it."""
        if self.error is not None and self.error[record]:
            return self.errors[int(self.error[record]) - 1]
        value = self.numerator[record]
        if self.type == "boolean":
            return bool(value)
        if self.type != "number":
            return self.vocabulary[int(value)] if self.type == "text" else int(value)
        below = self.denominator if isinstance(self.denominator, int) else int(self.denominator[record])
        return Fraction(int(value), below)

    def tolist(self) -> list[Value]:
        """Return every record's value."""
        return [self.get(record) for record in range(len(self))]
