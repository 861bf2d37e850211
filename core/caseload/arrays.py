"""Rows of a snapshot as the columnar writer takes them: the file's own bytes, under the facts of one policy.

Only what the formulas read is looked at. A choice is translated where the policy lists its choices in another order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from core.caseload.layout import EPOCH, in_namespace
from core.caseload.manifest import Extents
from core.formula.columns import Array, Columns
from core.formula.schema import HOUSEHOLD, FactSchema, Field

WORDS = 2**30
"""More words than a chunk has."""


class Rows:
    """Some rows of a snapshot, opened level by level when first asked for. ``facts`` is their struct array."""

    def __init__(self, facts: Any, stored: FactSchema) -> None:
        self.stored = stored
        self.size = len(facts)
        self._levels: dict[str, Any] = {HOUSEHOLD: facts}
        self._offsets: dict[str, Array] = {}

    def level(self, level: str) -> Any:
        """Return the records of a level as a struct array."""
        if level not in self._levels:
            self._open(level)
        return self._levels[level]

    def offsets(self, level: str) -> Array:
        """Return where the records of each parent start, from 0 on."""
        if level not in self._offsets:
            self._open(level)
        return self._offsets[level]

    @property
    def all_offsets(self) -> dict[str, Array]:
        """The offsets of every list."""
        return {level: self.offsets(level) for level in self.stored.lists}

    def _open(self, level: str) -> None:
        lists = self.level(self.stored.lists[level].parent).field(level)
        raw = np.frombuffer(lists.buffers()[1], np.int32)[lists.offset : lists.offset + len(lists) + 1]
        first, last = int(raw[0]), int(raw[-1])
        self._offsets[level] = raw - raw[0] if first else raw
        self._levels[level] = lists.values.slice(first, last - first)

    def column(self, one: Field) -> Any:
        """Return the Arrow array of a stored fact."""
        holder = self.level(one.level)
        return holder.field("case").field(one.short) if in_namespace(one) else holder.field(one.short)


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that the question itself tells: its values, the span they lie in, and the words codes stand for."""

    values: Array
    span: tuple[int, int]
    words: tuple[str, ...] = ()


def columns(
    rows: Rows,
    schema: FactSchema,
    reads: Iterable[str],
    *,
    extents: Extents,
    told: Mapping[str, Told],
) -> Columns:
    """Return the facts ``reads`` of a schema as columns; ``told`` are those the question tells.

    ``extents`` are those of the whole snapshot, so that the same code serves all of its rows.
    """
    values: dict[str, Array] = {name: one.values for name, one in told.items()}
    words = {name: one.words for name, one in told.items() if one.words}
    missing: dict[str, Array] = {}
    for name in reads:
        if name not in rows.stored.fields or name in values:
            continue
        array = rows.column(rows.stored.fields[name])
        extent = extents.columns[name]
        if extent.nulls:
            missing[name] = ~validity(array)
        if schema.fields[name].type == "text":
            values[name], words[name] = _words(array, rows.stored.fields[name], schema.fields[name])
        else:
            values[name] = plain(array)
    return Columns(
        size=rows.size,
        values=values,
        missing=missing,
        offsets={level: rows.offsets(level) for level in _levels(schema, rows.stored)},
        vocabulary={name: texts for name, texts in words.items() if not schema.fields[name].choices},
        bounds={name: one.span for name, one in told.items()}
        | dict(_bounds(schema, values.keys() - told.keys(), extents)),
        longest=dict(extents.longest),
    )


def _levels(schema: FactSchema, stored: FactSchema) -> Iterator[str]:
    return (level for level in stored.lists if level in schema.lists)


def _bounds(schema: FactSchema, names: Iterable[str], extents: Extents) -> Iterator[tuple[str, tuple[int, int]]]:
    """The minima and maxima the snapshot knows, of numbers and days; where all is empty they are 0.

    The words of a text without choices are as many as a chunk happens to have: their span must not be new each time.
    """
    for name in names:
        one = schema.fields[name]
        extent = extents.columns[name]
        if one.type in ("number", "date"):
            yield name, (0 if extent.low is None else extent.low, 0 if extent.high is None else extent.high)
        elif one.type == "text" and not one.choices:
            yield name, (0, WORDS)


def plain(array: Any) -> Array:
    """Return the values of a column of numbers, days or conditions; days as ordinals."""
    if pa.types.is_boolean(array.type):
        return _bits(array.buffers()[1], array.offset, len(array))
    if pa.types.is_date32(array.type):
        return _numbers(array, np.int32) + np.int32(EPOCH) * _there(array)
    return _numbers(array, array.type.to_pandas_dtype())


def _there(array: Any) -> Array | int:
    """What stands in an empty place stays 0."""
    return 1 if not array.null_count else validity(array)


def _numbers(array: Any, kind: Any) -> Array:
    buffer = array.buffers()[1]
    return np.frombuffer(buffer, kind)[array.offset : array.offset + len(array)] if buffer else np.zeros(0, kind)


def validity(array: Any) -> Array:
    """Return which places hold a value."""
    buffer = array.buffers()[0]
    return np.ones(len(array), np.bool_) if buffer is None else _bits(buffer, array.offset, len(array))


def _bits(buffer: Any, offset: int, size: int) -> Array:
    if not size:
        return np.zeros(0, np.bool_)
    first, last = offset // 8, (offset + size + 7) // 8
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8)[first:last], bitorder="little")
    return bits[offset - first * 8 :][:size].view(np.bool_)


def coded(array: Any, stored: Field) -> tuple[Array, tuple[str, ...]]:
    """Return codes and what they stand for; of a text without choices the words met, -1 where there is none."""
    if stored.choices:
        return _numbers(array, array.type.to_pandas_dtype()), stored.choices
    found = array.dictionary_encode()
    return found.indices.fill_null(-1).to_numpy(zero_copy_only=False), tuple(found.dictionary.to_pylist()) or ("",)


def _words(array: Any, stored: Field, wanted: Field) -> tuple[Array, tuple[str, ...]]:
    """Return codes and what they stand for in the rules that ask; rules that list no items take any."""
    codes, words = coded(array, stored)
    if wanted.choices in (words, ()):
        return codes, words
    table = np.maximum(translation(words, wanted.choices), 0)  # what is none here the check has told of
    return table.take(codes, mode="clip"), wanted.choices


def translation(given: tuple[str, ...], wanted: tuple[str, ...]) -> Array:
    """Return, for each code of one vocabulary, its code in another; -1 for a text that is not there."""
    codes = {text: code for code, text in enumerate(wanted)}
    return np.array([codes.get(text, -1) for text in given] or [-1], np.int32)
