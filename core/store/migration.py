"""Bringing a database to this version's schema: made new, upgraded step by step, or refused when it is newer.

An empty database gets today's tables in one transaction; the migrations under ``migrations/`` lead an older one there.
A test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from core.errors import JiuzhuError, Text
from core.store.base import Base
from core.store.engine import READING, Store, told

FOLDER = Path(__file__).with_name("migrations")
HEAD = "0001"
"""The revision of today's tables; a test holds it equal to the newest migration."""

State = Literal["empty", "current", "older", "newer"]


def revision_of(store: Store) -> str | None:
    """Return the revision a database is at, None for one without tables of ours."""
    with told(), store.engine.connect().execution_options(**{READING: True}) as connection:
        return revision_in(connection)


def revision_in(connection: Connection) -> str | None:
    """Return the revision of the database of a connection, None for one without tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def state_of(store: Store) -> State:
    """Say how a database stands to this version."""
    revision = revision_of(store)
    if revision is None:
        return "empty"
    if revision == HEAD:
        return "current"
    return "older" if is_known(revision) else "newer"


def ensure_current(store: Store) -> None:
    """Make an empty embedded database; refuse one that needs an upgrade or is newer.

    Raises:
        JiuzhuError: ``schema_missing``, ``schema_older``, ``schema_newer``.
    """
    state = state_of(store)
    if state == "empty" and store.dialect == "sqlite":
        create(store)
    elif state != "current":
        raise refused(state)


def create(store: Store) -> None:
    """Make all tables in an empty database, in one transaction; what is there already is left alone."""
    with changing_schema(store) as connection:
        if not inspect(connection).has_table("alembic_version"):
            create_at(connection, HEAD)


def create_at(connection: Connection, revision: str) -> None:
    """Make the tables of a revision in an empty database, in the caller's transaction."""
    if revision != HEAD:
        command.upgrade(_config(connection), revision)
        return
    Base.metadata.create_all(connection)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def upgrade(store: Store) -> tuple[str | None, str]:
    """Bring a database to today's schema; returns the revisions before and after.

    Raises:
        JiuzhuError: ``schema_newer``.
    """
    before, state = revision_of(store), state_of(store)
    if state == "newer":
        raise refused(state)
    if state == "empty":
        create(store)
    elif state == "older":
        with changing_schema(store) as connection:
            step_up(connection, str(revision_in(connection)))
    return before, HEAD


def step_up(connection: Connection, revision: str) -> None:
    """Lead the tables of a revision to today's, in the caller's transaction."""
    if revision != HEAD:
        command.upgrade(_config(connection), HEAD)


@contextmanager
def changing_schema(store: Store) -> Iterator[Connection]:
    """Give the one transaction in which the schema may change: whole or not at all, one process at a time.

    SQLite changes a table by copying it; its foreign keys rest meanwhile and are checked at the end.

    Raises:
        JiuzhuError: ``broken_reference``, naming the table, when a foreign key points nowhere.
    """
    with told(), store.engine.connect() as connection:
        if store.dialect == "sqlite":
            with _resting_keys(connection), connection.begin():
                yield connection
                _check_keys(connection)
            return
        with connection.begin():
            connection.execute(text("SELECT pg_advisory_xact_lock(20080303)"))
            yield connection


@contextmanager
def _resting_keys(connection: Connection) -> Iterator[None]:
    """Outside any transaction, where alone SQLite listens: so through the driver, which begins none."""
    plain = connection.connection.driver_connection
    assert plain is not None
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        plain.execute("PRAGMA foreign_keys=ON")


def _check_keys(connection: Connection) -> None:
    broken = {str(row[0]) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}
    if broken:
        message = Text("有记录指向不存在的记录", "a row points to one that is not there")
        raise JiuzhuError("broken_reference", message, value=min(broken))


def is_known(revision: str) -> bool:
    """Tell whether a revision is today's or one this version can lead there."""
    return revision == HEAD or revision in {
        one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()
    }


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def refused(state: State) -> JiuzhuError:
    """Build the refusal of a database whose schema is not today's."""
    if state == "newer":
        message = Text("数据库结构比本程序新", "the database is of a newer version than this program")
        hint = Text("请先升级程序", "upgrade the program first")
    else:
        message = Text("数据库结构需要升级", "the database needs an upgrade")
        hint = Text("请先备份，再运行 jiuzhu db upgrade", "back it up, then run: jiuzhu db upgrade")
    return JiuzhuError(f"schema_{'missing' if state == 'empty' else state}", message, hint=hint)
