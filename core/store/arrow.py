"""The database read as Arrow columns (ADBC): for millions of rows, of which Python makes no objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect

from core.errors import JiuzhuError, Text
from core.store.engine import Store

Query = Select[*tuple[Any, ...]]
"""A query of any columns."""
BATCH_ROWS = 16_384


@contextmanager
def arrow_reader(store: Store, query: Query) -> Iterator[Any]:
    """Give the rows of a query as a reader of record batches, on one consistent view.

    A column that can be NULL must be told what stands there: SQLite's driver takes a column's type from its first rows.

    Raises:
        JiuzhuError: ``database_gone``.
    """
    import adbc_driver_manager  # noqa: PLC0415 - the drivers are loaded by who reads a caseload only

    try:
        with _connected(store) as connection, connection.cursor() as cursor:
            if store.dialect == "sqlite":
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
            cursor.execute(statement(store, query))
            yield cursor.fetch_record_batch()
    except adbc_driver_manager.Error as error:
        text = Text("读取数据库失败", "the database could not be read")
        raise JiuzhuError("database_gone", text, value=type(error).__name__) from error


def _connected(store: Store) -> Any:
    url = store.engine.url
    if store.dialect == "sqlite":
        from adbc_driver_sqlite import dbapi as sqlite_driver  # noqa: PLC0415

        return sqlite_driver.connect(str(url.database))
    from adbc_driver_postgresql import dbapi as postgresql_driver  # noqa: PLC0415

    return postgresql_driver.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))


def statement(store: Store, query: Query) -> str:
    """Return a query as the text its database takes; values are written into it by SQLAlchemy."""
    made: Callable[..., Any] = SQLiteDialect if store.dialect == "sqlite" else PGDialect
    dialect = made(paramstyle="named")
    return str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
