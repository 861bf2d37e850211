"""The same deployment in an SQLite file: every row of a PostgreSQL database copied as it is, and the keys with it.

    python -m benchmarks.bulk.copying FOLDER_OF_POSTGRESQL URL FOLDER_OF_SQLITE

Composing a million households takes processors, copying them only disks.
"""

from __future__ import annotations

import argparse
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.bulk.build import settings_of, size_of
from benchmarks.bulk.writing import bare, open_sqlite, plain_address
from core.store.base import Base
from core.store.engine import Store, open_store
from core.store.migration import create
from regions.settings import Settings

AT_ONCE = 20_000


def copy_rows(source: Store, target: Store) -> int:
    """Copy every table into an empty SQLite database and return how many rows there were."""
    count = 0
    target.close()  # the file is for the copy alone
    single = open_sqlite(target)
    with psycopg.connect(plain_address(source)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # all tables as of one moment
        single.execute("BEGIN")
        for table in Base.metadata.sorted_tables:
            names = ", ".join(f'"{one.name}"' for one in table.columns)
            insert = f"INSERT INTO {table.name} ({names}) VALUES ({', '.join('?' * len(table.columns))})"
            with connection.cursor(name="rows") as cursor:
                cursor.itersize = AT_ONCE
                cursor.execute(f"SELECT {names} FROM {table.name} ORDER BY 1")
                while rows := cursor.fetchmany(AT_ONCE):
                    single.executemany(insert, [tuple(map(_plain, row)) for row in rows])
                    count += len(rows)
        single.execute("COMMIT")
    faults = single.execute("PRAGMA foreign_key_check").fetchall()
    single.close()
    if faults:
        raise SystemExit(f"{len(faults)} rows point to nothing")
    return count


def _plain(value: Any) -> Any:
    """A value as SQLite keeps what SQLAlchemy gives it."""
    return value.isoformat() if isinstance(value, date) else value


def copy_deployment(source: Settings, target: Settings) -> None:
    """Copy the database and the keys of a deployment to one on SQLite, and say how long it took."""
    began = time.monotonic()
    target.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(source.keys, target.keys)
    store = open_store(target.database)
    create(store)
    with bare(store):
        count = copy_rows(open_store(source.database), store)
    store.close()
    print(f"{count:,} rows copied in {time.monotonic() - began:.0f} s; {size_of(target) / 2**30:.2f} GiB", flush=True)


def main() -> None:
    """Copy one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("url")
    parser.add_argument("target", type=Path)
    chosen = parser.parse_args()
    copy_deployment(settings_of(chosen.source.resolve(), chosen.url), settings_of(chosen.target.resolve(), ""))


if __name__ == "__main__":
    main()
