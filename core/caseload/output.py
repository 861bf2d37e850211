"""Results as Arrow: one row a household in the order of the snapshot, exact values, nothing where there is none.

A number that is whole by its rules is one integer (fen for money); any other is numerator and denominator. Why a value
is not there stands in the table of errors, one row a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from core.caseload.check import owners as owners_of
from core.caseload.kernel import Piece
from core.caseload.layout import EPOCH, TAGS
from core.formula.columns import Array, Column
from core.formula.schema import HOUSEHOLD, FactSchema, ValueType

FRACTION = pa.struct([("numerator", pa.int64()), ("denominator", pa.int64())])
ERRORS = pa.schema([(name, pa.string()) for name in (*TAGS, "quantity", "record", "code", "name", "value")])
FIRST = ("error", "error_name")
"""The columns with a household's first error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputColumn:
    """A quantity as a column: its key, its type, the level it is computed on, and whether it is always whole."""

    key: str
    type: ValueType
    level: str
    whole: bool

    def arrow(self, schema: FactSchema) -> Any:
        """Return its Arrow type; a list for every level between the household and the quantity's own."""
        kinds = {"boolean": pa.bool_(), "date": pa.date32(), "text": pa.dictionary(pa.int32(), pa.string())}
        kind = kinds.get(self.type, pa.int64() if self.whole else FRACTION)
        for _ in schema.ancestors(self.level) if self.level != HOUSEHOLD else ():
            kind = pa.list_(kind)
        return kind


def column_array(one: OutputColumn, piece: Piece, schema: FactSchema) -> Any:
    """Return a quantity's values for the rows of a piece."""
    column, size = piece.results.get(one.key), piece.stop - piece.start
    if column is None:
        return pa.nulls(size, one.arrow(schema))
    missing = np.zeros(len(column), np.bool_) if column.error is None else column.error != 0
    levels = (one.level, *schema.ancestors(one.level)) if one.level != HOUSEHOLD else (HOUSEHOLD,)
    if piece.faulty.any() and one.level == HOUSEHOLD:
        missing = missing | piece.faulty
    array = _values(one, column, missing)
    for level, parent in pairwise(levels):
        offsets = pa.array(piece.offsets[level], pa.int32())
        gone = pa.array(piece.faulty) if parent == HOUSEHOLD and piece.faulty.any() else None
        array = pa.ListArray.from_arrays(offsets, array, mask=gone)
    return array


def _values(one: OutputColumn, column: Column, missing: Array) -> Any:
    mask = missing if missing.any() else None
    if one.type == "text":
        words = pa.array(column.vocabulary or ("",), pa.string())
        codes = pa.array(column.numerator, pa.int32(), mask=mask)
        return pa.DictionaryArray.from_arrays(codes, words)
    if one.type == "date":
        return pa.array((column.numerator - EPOCH).astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())
    if one.type == "boolean":
        return pa.array(column.numerator.astype(np.bool_), mask=mask)
    if one.whole:
        return pa.array(column.numerator, pa.int64(), mask=mask)
    return fractions(column.numerator, column.denominator, mask)


def fractions(above: Array, below: int | Array, mask: Array | None) -> Any:
    """Return exact fractions in lowest terms, so that equal values are equal bytes."""
    shared = np.gcd(above, below)
    shared = np.where(shared == 0, 1, shared)
    parts = [pa.array(above // shared, pa.int64()), pa.array(np.asarray(below // shared, np.int64), pa.int64())]
    return pa.StructArray.from_arrays(parts, fields=list(FRACTION), mask=None if mask is None else pa.array(mask))


def first_errors(piece: Piece, keys: Sequence[str]) -> tuple[Any, Any]:
    """Return each row's first error, code and name: the household's fault, else why the first quantity has no value."""
    told = [("", "")]
    found = np.zeros(piece.stop - piece.start, np.int32)
    for key in reversed(keys):
        column = piece.results.get(key)
        if column is not None and column.level == HOUSEHOLD and column.error is not None:
            failing = np.flatnonzero(column.error)
            found[failing] = column.error[failing].astype(np.int32) + (len(told) - 1)
            told += [(one.code, one.name) for one in column.errors]
    for fault in reversed(piece.faults):
        found[fault.row - piece.start] = len(told)
        told.append((fault.code, fault.name))
    codes = pa.array(found, pa.int32(), mask=found == 0)
    code, name = (pa.array([one[at] for one in told], pa.string()) for at in (0, 1))
    return code.take(codes), name.take(codes)


def error_rows(piece: Piece, keys: Sequence[str], *, tags: Mapping[str, Any], schema: FactSchema) -> Iterator[Any]:
    """Yield the rows of the table of errors; ``tags`` are the batch's own columns."""
    if piece.faults:
        rows = np.array([one.row for one in piece.faults])
        paths = [
            None if one.record is None else _path(piece, one.level, one.record, schema=schema) for one in piece.faults
        ]
        told = [
            [None] * len(rows),
            paths,
            *([getattr(one, name) for one in piece.faults] for name in ("code", "name", "value")),
        ]
        yield _error_batch(tags, rows, told)
    for key in keys:
        column = piece.results.get(key)
        if column is None or column.error is None:
            continue
        failing = np.flatnonzero(column.error)
        own = owners_of(piece.offsets, schema, column.level, failing)
        failing, own = failing[~piece.faulty[own]], own[~piece.faulty[own]]
        if len(failing):
            which = pa.array(column.error[failing].astype(np.int32) - 1)
            code, name = (
                pa.array([getattr(one, part) for one in column.errors], pa.string()).take(which)
                for part in ("code", "name")
            )
            paths = (
                [_path(piece, column.level, one, schema=schema) for one in failing.tolist()]
                if column.level != HOUSEHOLD
                else [None] * len(own)
            )
            yield _error_batch(tags, own + piece.start, [[key] * len(own), paths, code, name, [None] * len(own)])


def _error_batch(tags: Mapping[str, Any], rows: Array, told: Sequence[Any]) -> Any:
    at = pa.array(rows)
    columns = [tags[name].take(at).cast(pa.string()) for name in TAGS]
    columns += [one if isinstance(one, pa.Array) else pa.array(one, pa.string()) for one in told]
    return pa.RecordBatch.from_arrays(columns, schema=ERRORS)


def _path(piece: Piece, level: str, record: int, *, schema: FactSchema) -> str:
    """Name a record the way facts are written: ``$.members[0].income[2]``."""
    steps: list[str] = []
    while level != HOUSEHOLD:
        one = schema.lists[level]
        parent = int(np.searchsorted(piece.offsets[level], record, side="right")) - 1
        steps.append(f".{one.plural}[{record - int(piece.offsets[level][parent])}]")
        level, record = one.parent, parent
    return "$" + "".join(reversed(steps))
