"""A chunk of households with the records of every list below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.formula.columns import Array, Columns
from core.formula.schema import HOUSEHOLD, FactSchema


@dataclass(frozen=True, slots=True)
class Window:
    """For each level, the first record of a chunk and the first after it."""

    begin: Mapping[str, int]
    end: Mapping[str, int]

    def of(self, level: str) -> slice:
        """Return the chunk's records of a level."""
        return slice(self.begin[level], self.end[level])

    def count(self, level: str) -> int:
        """Return how many records of a level the chunk has."""
        return self.end[level] - self.begin[level]


def windows(columns: Columns, schema: FactSchema, *, chunk: int, limits: Mapping[str, int]) -> Iterator[Window]:
    """Yield chunks of ``chunk`` households; one with more records of a level than its limit is cut in half."""
    firsts = range(0, columns.size, chunk)
    waiting = [(first, min(first + chunk, columns.size)) for first in reversed(firsts)]
    while waiting:
        first, last = waiting.pop()
        found = _window(columns, schema, first, last)
        if last - first > 1 and any(found.count(level) > limit for level, limit in limits.items()):
            middle = (first + last) // 2
            waiting += [(middle, last), (first, middle)]
        else:
            yield found


def _window(columns: Columns, schema: FactSchema, first: int, last: int) -> Window:
    begin, end = {HOUSEHOLD: first}, {HOUSEHOLD: last}
    for level in sorted(schema.lists, key=lambda one: len(schema.ancestors(one))):
        offsets, parent = columns.offsets.get(level), schema.lists[level].parent
        begin[level] = 0 if offsets is None else int(offsets[begin[parent]])
        end[level] = 0 if offsets is None else int(offsets[end[parent]])
    return Window(begin, end)


def starts(columns: Columns, schema: FactSchema, window: Window, *, level: str, below: str) -> Array:
    """Return where the records of ``below`` start for each record of ``level``, counted from the chunk's first.

    One element more than the chunk has records of ``level``; int64.
    """
    parent = schema.lists[below].parent
    offsets = columns.starts(below, parent)
    if parent == level:
        found = offsets[window.begin[level] : window.end[level] + 1]
    else:
        between = starts(columns, schema, window, level=level, below=parent)
        found = offsets[between + window.begin[parent]]
    return np.subtract(found, window.begin[below], dtype=np.int64)
