"""Rows into the tables in bulk: COPY on PostgreSQL, one prepared statement of many rows on SQLite.

Secondary indexes and, on PostgreSQL, unique and foreign keys are taken off before and made again after: they are then
checked over everything at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, ForeignKeyConstraint, UniqueConstraint, make_url, text
from sqlalchemy.schema import AddConstraint, DropConstraint

from benchmarks.bulk.rows import TABLES, Tuples
from core.store.engine import Store

ORDER = [one.name for one in TABLES]
PREPARED = {one.name: f"INSERT INTO {one.name} VALUES ({', '.join('?' * len(one.columns))})" for one in TABLES}


def to_postgresql(connection: psycopg.Connection[Any], rows: Tuples) -> None:
    """Copy a chunk in one transaction."""
    with connection.transaction(), connection.cursor() as cursor:
        for table in TABLES:
            names = ", ".join(f'"{one.name}"' for one in table.columns)
            with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
                for row in rows.get(table.name, ()):
                    copy.write_row(row)


def to_sqlite(connection: sqlite3.Connection, rows: Tuples) -> None:
    """Insert a chunk; who calls commits."""
    for name in ORDER:
        connection.executemany(PREPARED[name], rows.get(name, ()))


def open_sqlite(store: Store) -> sqlite3.Connection:
    """Open the file for loading alone: nothing survives a power cut until it is done."""
    connection = sqlite3.connect(Path(str(store.engine.url.database)), isolation_level=None)
    for pragma in ("synchronous=OFF", "journal_mode=MEMORY", "foreign_keys=OFF", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def plain_address(store: Store) -> str:
    """Return a PostgreSQL database's address as its driver takes it."""
    return make_url(store.engine.url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def bare(store: Store) -> Iterator[None]:
    """Have the tables without what slows a load, and make it again at the end."""
    with _alone(store) as connection:
        for table in TABLES:
            for index in table.indexes:
                index.drop(connection)
            if store.dialect == "postgresql":
                for one in _constraints(table, connection):
                    connection.execute(DropConstraint(one, isolate_from_table=False))
    yield
    with _alone(store) as connection:
        if store.dialect == "postgresql":
            connection.execute(text("SET maintenance_work_mem = '1GB'"))
        for table in TABLES:
            for index in sorted(table.indexes, key=lambda one: str(one.name)):
                index.create(connection)
        if store.dialect == "postgresql":
            _keys_again(connection)
    if store.dialect == "postgresql":
        with psycopg.connect(plain_address(store), autocommit=True) as plain:
            plain.execute("VACUUM (ANALYZE)")


@contextmanager
def _alone(store: Store) -> Iterator[Connection]:
    with store.engine.begin() as connection:
        if store.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA cache_size=-1000000")
        yield connection


def _keys_again(connection: Connection) -> None:
    for table in TABLES:
        for one in _constraints(table, connection, kind=UniqueConstraint):
            connection.execute(AddConstraint(one, isolate_from_table=False))
        last = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
        connection.execute(text(last))
    for table in TABLES:
        for one in _constraints(table, connection, kind=ForeignKeyConstraint):
            connection.execute(AddConstraint(one, isolate_from_table=False))


# Isolated from its table, a constraint would be missing in whatever database this process makes next.
def _constraints(table: Any, connection: Connection, kind: Any = (ForeignKeyConstraint, UniqueConstraint)) -> list[Any]:  # noqa: ARG001
    return [one for one in table.constraints if isinstance(one, kind)]
