"""Bringing a database to this version's schema: made new, upgraded step by step, or refused when it is newer.

An empty database gets today's tables in one transaction; the migrations under ``migrations/`` lead an older one there.
A test holds the two equal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from core.errors import JiuzhuError, Text
from core.store.base import Base
from core.store.engine import Store, told

FOLDER = Path(__file__).with_name("migrations")
HEAD = "0001"
"""The revision of today's tables; a test holds it equal to the newest migration."""

State = Literal["empty", "current", "older", "newer"]


def revision_of(store: Store) -> str | None:
    """Return the revision a database is at, None for one without tables of ours."""
    with told(), store.engine.connect() as connection:
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
    known = {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
    return "older" if revision in known else "newer"


def ensure_current(store: Store) -> None:
    """Make an empty embedded database; refuse one that needs an upgrade or is newer.

    Raises:
        JiuzhuError: ``schema_missing``, ``schema_older``, ``schema_newer``.
    """
    state = state_of(store)
    if state == "empty" and store.dialect == "sqlite":
        create(store)
    elif state != "current":
        raise _refused(state)


def create(store: Store) -> None:
    """Make all tables in an empty database, in one transaction; what is there already is left alone."""
    with told(), store.engine.begin() as connection:
        _lock(connection)
        if inspect(connection).has_table("alembic_version"):
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
        raise _refused(state)
    if state == "empty":
        create(store)
    elif state == "older":
        with told(), store.engine.begin() as connection:
            _lock(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    return before, HEAD


def _lock(connection: Connection) -> None:
    """Let only one process change the schema at a time; SQLite's write transaction does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(20080303)"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config


def _refused(state: State) -> JiuzhuError:
    if state == "newer":
        message = Text("数据库结构比本程序新", "the database is of a newer version than this program")
        hint = Text("请先升级程序", "upgrade the program first")
    else:
        message = Text("数据库结构需要升级", "the database needs an upgrade")
        hint = Text("请先备份，再运行 jiuzhu db upgrade", "back it up, then run: jiuzhu db upgrade")
    return JiuzhuError(f"schema_{'missing' if state == 'empty' else state}", message, hint=hint)
