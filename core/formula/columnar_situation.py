"""What is known of columns before code is made for them: ranges, which facts may be missing, how long lists get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from core.formula.columns import Array, Column, Columns
from core.formula.schema import FactSchema, Field
from core.formula.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A quantity computed elsewhere and brought as arrays. ``above`` is None where they do not hold int64."""

    above: Span | None
    below: int | Span = 1
    fails: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What code may stand on.

    ``spans``: the range of each fact. ``masked``: facts that may be missing for some records; ``absent``: for all.
    ``longest``: the most records a parent has, where less than declared. ``given``: quantities brought as arrays.
    """

    spans: Mapping[str, Span]
    masked: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    longest: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, Given] = field(default_factory=dict)

    @property
    def key(self) -> object:
        """A value that is the same for equal situations."""
        parts: tuple[Mapping[str, Span | int | Given], ...] = (self.spans, self.longest, self.given)
        return (self.masked, self.absent, *(frozenset(one.items()) for one in parts))

    def with_given(self, columns: Mapping[str, Column]) -> Situation:
        """Return the situation with quantities that are computed already."""
        return replace(self, given={key: _given(column) for key, column in columns.items()})


def situation(schema: FactSchema, columns: Columns, bounds: Mapping[str, tuple[int, int]]) -> Situation:
    """Return what is known before any value is looked at.

    A fact's range is what the columns say (``Columns.bounds``), else ``bounds``, else what is declared.
    """
    masked = frozenset(columns.missing) & frozenset(columns.values)
    return Situation(
        spans={name: _range(one, columns, bounds, masked=name in masked) for name, one in schema.fields.items()},
        masked=masked,
        absent=frozenset(schema.fields) - frozenset(columns.values),
        longest={name: columns.longest.get(name, 0) for name in schema.lists},
    )


def _range(one: Field, columns: Columns, bounds: Mapping[str, tuple[int, int]], *, masked: bool) -> Span:
    if one.name in columns.bounds:
        span = Span(*columns.bounds[one.name])
    elif one.type == "text":
        span = Span(0, max(0, len(columns.words(one)) - 1))
    else:
        span = Span(*bounds.get(one.name, (one.low, one.high)))
    if not masked:
        return span
    return span | (Span(-1, -1) if one.type == "text" else Span(0, 0))


def measured(fields: Iterable[Field], columns: Columns) -> Columns:
    """Return the columns with the real minima and maxima of their numbers and days as bounds."""
    known = [one for one in fields if one.name in columns.values and one.type in ("number", "date")]
    spans = {one.name: columns.measured(one) for one in known}
    return replace(columns, bounds={name: (span.low, span.high) for name, span in spans.items()})


def _given(column: Column) -> Given:
    if object in (column.numerator.dtype, np.asarray(column.denominator).dtype):
        return Given(above=None)
    return Given(
        above=column.span or _span(column.numerator),
        below=column.denominator if isinstance(column.denominator, int) else _span(column.denominator),
        fails=column.error is not None,
        words=column.vocabulary,
    )


def _span(array: Array) -> Span:
    return Span(int(array.min()), int(array.max())) if len(array) else Span(1, 1)
