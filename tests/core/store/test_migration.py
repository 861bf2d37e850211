"""Migrations: the same tables as made new, an older database led to today's whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text

from core.casework.safekeeping import take_backup
from core.errors import JiuzhuError
from core.store import migration
from core.store.base import Base
from core.store.engine import Store
from core.store.migration import (
    FOLDER,
    HEAD,
    changing_schema,
    create,
    ensure_current,
    revision_of,
    state_of,
    step_up,
    upgrade,
)
from core.store.restore import restore
from core.store.tables import AssistanceCase, Person

DIALECTS = ("sqlite", "postgresql")
MOMENT = "2018-04-27T02:00:00+00:00"

Empty = Callable[[str], Store]
Fill = Callable[..., None]

NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("nickname", sa.String(40), nullable=True))
        batch.alter_column("bank", type_=sa.String(150))
    {then}


def downgrade() -> None:
    pass
"""


def next_version(folder: Path, monkeypatch: pytest.MonkeyPatch, *, then: str = "pass") -> str:
    """Let the program be one migration further: it copies the table everything points to."""
    later = folder / "migrations"
    shutil.copytree(FOLDER, later, ignore=shutil.ignore_patterns("__pycache__"))
    revision = f"{int(HEAD) + 1:04d}"
    body = NEXT.format(revision=revision, before=HEAD, then=then)
    (later / "versions" / f"{revision}_test.py").write_text(body, encoding="utf-8")
    monkeypatch.setattr(migration, "FOLDER", later)
    monkeypatch.setattr(migration, "HEAD", revision)
    return revision


def index(found: Any) -> str:
    """An index with its condition in words."""
    return str(found | {"dialect_options": {key: str(one) for key, one in found.get("dialect_options", {}).items()}})


def shape(connection: Connection) -> dict[str, Any]:
    """Everything a database says of its tables."""
    found = inspect(connection)
    return {
        name: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"], one["default"]) for one in found.get_columns(name)
            ],
            "primary": found.get_pk_constraint(name),
            "foreign": sorted(map(str, found.get_foreign_keys(name))),
            "unique": sorted(map(str, found.get_unique_constraints(name))),
            "indexes": sorted(map(index, found.get_indexes(name))),
            "checks": sorted(map(str, found.get_check_constraints(name))),
        }
        for name in found.get_table_names()
        if name != "alembic_version"
    }


def migrate(store: Store) -> None:
    """Make the tables by the migrations, from none."""
    with changing_schema(store) as connection:
        step_up(connection, "none")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_migrations_make_the_tables_that_are_made_new(dialect: str, empty: Empty) -> None:
    migrated, made = empty(dialect), empty(dialect)
    migrate(migrated)
    create(made)
    with migrated.engine.connect() as one, made.engine.connect() as other:
        assert shape(one) == shape(other) and shape(one).keys() == Base.metadata.tables.keys()
    assert revision_of(migrated) == revision_of(made) == HEAD


@pytest.mark.parametrize("dialect", DIALECTS)
def test_migrated_tables_do_not_differ_from_the_models(dialect: str, empty: Empty) -> None:
    store = empty(dialect)
    migrate(store)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_head_is_the_newest_migration_and_there_is_one_line() -> None:
    script = ScriptDirectory.from_config(migration._config())
    assert script.get_heads() == [HEAD] and script.get_bases() == ["0001"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_older_database_is_upgraded_with_its_rows(
    dialect: str, empty: Empty, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = empty(dialect)
    create(store)
    fill(store)
    revision = next_version(tmp_path, monkeypatch)
    assert state_of(store) == "older"
    with pytest.raises(JiuzhuError, match="schema_older"):
        ensure_current(store)
    assert upgrade(store) == (HEAD, revision) and state_of(store) == "current"
    with store.writing() as session:
        assert session.execute(text("SELECT count(*) FROM later")).scalar() == 0
        assert session.execute(text("SELECT count(nickname) FROM person")).scalar() == 0
        assert session.scalar(select(func.count()).select_from(Person)) == 3
        joined = select(func.count()).select_from(AssistanceCase).join(Person, Person.id == AssistanceCase.head_id)
        assert session.scalar(joined) == 3
    assert upgrade(store) == (revision, revision)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_upgrade_that_fails_half_way_leaves_everything_as_it_was(
    dialect: str, empty: Empty, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = empty(dialect)
    create(store)
    fill(store)
    with store.engine.connect() as connection:
        before = shape(connection)
    next_version(tmp_path, monkeypatch, then="raise RuntimeError")
    with pytest.raises(RuntimeError):
        upgrade(store)
    with store.engine.connect() as connection:
        assert shape(connection) == before
    assert revision_of(store) == HEAD


@pytest.mark.parametrize("dialect", DIALECTS)
def test_foreign_keys_are_held_again_after_an_upgrade(
    dialect: str, empty: Empty, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = empty(dialect)
    create(store)
    fill(store)
    next_version(tmp_path, monkeypatch)
    upgrade(store)
    with pytest.raises(JiuzhuError, match="conflict"), store.writing() as session:
        session.execute(text("UPDATE case_member SET person_id = 999"))


def test_upgrade_that_breaks_a_reference_is_taken_back(
    empty: Empty, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = empty("sqlite")  # PostgreSQL checks at once; SQLite's keys rest while a table is copied
    create(store)
    fill(store)
    next_version(tmp_path, monkeypatch, then='op.execute("DELETE FROM person")')
    with pytest.raises(JiuzhuError, match=r"assistance_case.*broken_reference"):
        upgrade(store)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 3
    assert revision_of(store) == HEAD


@pytest.mark.parametrize("dialect", DIALECTS)
def test_backup_of_an_older_schema_is_restored_and_upgraded(
    dialect: str, store: Store, empty: Empty, fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    take_backup(store, tmp_path / "a.zip", login="root", moment=MOMENT, program="0.2.0")
    revision = next_version(tmp_path, monkeypatch)
    target = empty(dialect)
    assert restore(target, tmp_path / "a.zip").schema == HEAD
    assert revision_of(target) == revision
    with target.reading() as session:
        assert session.execute(text("SELECT count(*) FROM person WHERE nickname IS NULL")).scalar() == 3


def test_database_is_backed_up_as_it_is_before_an_upgrade(
    source: Store, empty: Empty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_version(tmp_path, monkeypatch)
    assert take_backup(source, tmp_path / "a.zip", login="", moment=MOMENT, program="0.3.0").schema == HEAD
    monkeypatch.undo()
    target = empty("sqlite")
    restore(target, tmp_path / "a.zip")
    assert state_of(target) == "current"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_empty_embedded_database_is_made_and_an_empty_server_is_not(dialect: str, empty: Empty) -> None:
    store = empty(dialect)
    if dialect == "sqlite":
        ensure_current(store)
    else:
        with pytest.raises(JiuzhuError, match="schema_missing"):
            ensure_current(store)
        assert upgrade(store) == (None, HEAD)
    assert state_of(store) == "current"


def test_newer_database_is_refused(source: Store, tmp_path: Path) -> None:
    with source.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (
        ensure_current,
        upgrade,
        lambda store: take_backup(store, tmp_path / "a", login="root", moment="", program=""),
    ):
        with pytest.raises(JiuzhuError, match="schema_newer"):
            attempt(source)


def test_making_tables_twice_leaves_what_is_there(source: Store) -> None:
    create(source)
    with source.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 3
