"""A table's rows as lines of JSON and back, the same lines whatever database they are in.

A row is a list of values in the order of the columns: texts as kept (exact amounts and canonical JSON too), days in ISO
8601, bytes in base64. Rows stand in the order of the primary key, so that equal tables have equal digests.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Connection, Table, collate, select, type_coerce
from sqlalchemy.types import BigInteger, Boolean, Date, Integer, LargeBinary, String, Text, TypeDecorator, TypeEngine

CHUNK = 500
"""Rows read at a time."""

KINDS: Sequence[tuple[type[TypeEngine[Any]], str]] = (
    (Boolean, "boolean"), (Integer, "integer"), (Date, "date"), (LargeBinary, "bytes"), (String, "text"),
)  # fmt: skip
PLAIN: dict[str, TypeEngine[Any]] = {
    "boolean": Boolean(), "integer": BigInteger(), "date": Date(), "bytes": LargeBinary(), "text": Text(),
}  # fmt: skip
TYPES: dict[str, type] = {"boolean": bool, "integer": int, "text": str}


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a table holds: how many rows, in how many bytes of lines, and their digest."""

    rows: int
    size: int
    digest: str


def kind_of(column: Column[Any]) -> str:
    """Return what a column holds: integer, text, boolean, date or bytes.

    Raises:
        TypeError: a type whose bytes would not be the same on every database (a float, a timestamp).
    """
    found = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    for type_, kind in KINDS:
        if isinstance(found, type_):
            return kind
    raise TypeError(f"{column.table.name}.{column.name}: {column.type!r} is not the same on every database")


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Yield the rows of a table as lines, a few in memory at a time."""
    return (line_of(row) for row in raw_rows(connection, table))


def raw_rows(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """Yield the rows of a table with their values as the database keeps them, in the order of the primary key."""
    kinds = {column.name: kind_of(column) for column in table.columns}
    columns = [type_coerce(column, PLAIN[kinds[column.name]]) for column in table.columns]
    byte_wise = connection.dialect.name == "postgresql"
    order = [
        collate(column, "C") if byte_wise and kinds[column.name] == "text" else column for column in table.primary_key
    ]
    query = select(*columns).order_by(*order).execution_options(yield_per=CHUNK)
    yield from connection.execute(query)


def line_of(row: Sequence[Any]) -> bytes:
    """Write a row as a line."""
    return json.dumps([_out(value) for value in row], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _out(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def row_of(line: bytes, kinds: Sequence[str]) -> list[Any]:
    """Read a row from its line.

    Raises:
        ValueError, TypeError: it is no row of these kinds.
    """
    try:
        values = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(values, list) or len(values) != len(kinds):
        raise ValueError("another number of columns")
    return [None if value is None else _in(value, kind) for value, kind in zip(values, kinds, strict=True)]


def _in(value: Any, kind: str) -> Any:
    if kind in TYPES:
        if type(value) is not TYPES[kind]:
            raise ValueError(f"no {kind}")
        return value
    return date.fromisoformat(value) if kind == "date" else base64.b64decode(value, validate=True)


def summarise(found: Iterator[bytes], write: Callable[[bytes], Any] | None = None) -> Summary:
    """Count and hash lines as they pass on to ``write``."""
    digest, rows, size = hashlib.sha256(), 0, 0
    for line in found:
        digest.update(line)
        rows += 1
        size += len(line)
        if write is not None:
            write(line)
    return Summary(rows=rows, size=size, digest=digest.hexdigest())
