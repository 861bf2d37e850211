"""Restoring a backup into a database without rows, in one transaction: all of it, proven equal, or nothing.

A backup of an older schema is put into the tables of that schema and then led to today's. Killed half-way, the database
is what it was before, and the restore is begun again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, bindparam, func, insert, inspect, select, text, update
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, StatementError

import core.store.tables  # noqa: F401 - fills the metadata
from core.errors import JiuzhuError, Text
from core.store.archive import Archive, Manifest, TableEntry, damaged, open_archive
from core.store.backup import PROOF
from core.store.base import Base
from core.store.cipher import Cipher
from core.store.engine import Store
from core.store.migration import HEAD, changing_schema, create_at, is_known, refused, step_up
from core.store.rows import lines, row_of, summarise

ROWS = 1000
BYTES = 8 << 20
"""What is sent at a time: so many rows, or fewer when they are large."""

Told = Callable[[str, int], None]
"""Called with each table's name and how many rows were put back."""


def restore(store: Store, path: Path, *, told: Told | None = None, cipher: Cipher | None = None) -> Manifest:
    """Put a backup into a database without rows; returns what it said of itself.

    ``cipher`` are the keys at hand: with them a backup must prove that it was taken by who held them.

    Raises:
        JiuzhuError: ``unproven_backup``;
        JiuzhuError: ``no_backup``, ``backup_damaged``, ``backup_bomb``, ``schema_newer``, ``not_empty``,
            ``restore_differs``; what the store raises. The database is then as it was.
    """
    with open_archive(path) as archive:
        if not is_known(archive.manifest.schema):
            raise refused("newer")
        if cipher is not None:
            _require_proof(archive.manifest, cipher)
        archive.check()
        with _as_damage(), changing_schema(store) as connection:
            _fill(connection, archive, names=_prepare(connection, archive.manifest), told=told)
            step_up(connection, archive.manifest.schema)
    return archive.manifest


def _require_proof(manifest: Manifest, cipher: Cipher) -> None:
    """Digests in the manifest only say that rows and manifest fit each other: who changed the one can change both."""
    expected = cipher.index(manifest.told.decode(), PROOF)
    if manifest.proof is None or not hmac.compare_digest(manifest.proof, expected):
        text = Text(
            "无法证明这份备份出自现有密钥的持有者", "nothing proves that the backup was taken by who held these keys"
        )
        hint = Text(
            "请放入备份时的密钥文件；确需恢复来历不明的备份时加 --unproven",
            "use the key file of that time; to restore it all the same, add --unproven",
        )
        raise JiuzhuError("unproven_backup", text, hint=hint)


@contextmanager
def _as_damage() -> Iterator[None]:
    """A reference to nowhere is the backup's fault, whichever database finds it."""
    try:
        yield
    except JiuzhuError as error:
        if error.code == "broken_reference":
            raise damaged(str(error.value)) from error
        raise


def _prepare(connection: Connection, manifest: Manifest) -> set[str]:
    """Give the database the empty tables of the backup's schema; returns their names."""
    there = set(inspect(connection).get_table_names())
    ours = [table for table in Base.metadata.sorted_tables if table.name in there]
    for table in ours:
        if connection.execute(select(text("1")).select_from(table).limit(1)).first() is not None:
            message = Text("只能恢复到空库", "a backup is restored only into a database without rows")
            hint = Text(
                "请指定一个新的库或移开原数据库文件", "name a new database, or move the file of the old one away"
            )
            raise JiuzhuError("not_empty", message, hint=hint, value=table.name)
    if "alembic_version" in there:
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if revision != HEAD:
            raise refused("older" if is_known(str(revision)) else "newer")
        if manifest.schema == HEAD:
            return set(Base.metadata.tables)
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
        there -= {*Base.metadata.tables, "alembic_version"}
    create_at(connection, manifest.schema)
    return set(inspect(connection).get_table_names()) - there - {"alembic_version"}


def _fill(connection: Connection, archive: Archive, *, names: set[str], told: Told | None) -> None:
    entries = {one.name: one for one in archive.manifest.tables}
    if entries.keys() != names:
        raise damaged(min(entries.keys() ^ names))
    found = MetaData()
    found.reflect(connection, only=sorted(names))
    for table in found.sorted_tables:
        entry = entries[table.name]
        with _named(table.name):
            _put(connection, archive, table, entry)
        summary = summarise(lines(connection, table))
        if (summary.rows, summary.digest) != (entry.rows, entry.digest):
            message = Text("恢复后的内容与备份不一致", "what was restored differs from the backup")
            raise JiuzhuError("restore_differs", message, value=table.name)
        _restart_numbering(connection, table)
        if told is not None:
            told(table.name, summary.rows)


def _put(connection: Connection, archive: Archive, table: Table, entry: TableEntry) -> None:
    if {name for name, _ in entry.columns} != set(table.columns.keys()):
        raise damaged(table.name)
    late = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    for rows in _batches(archive, entry):
        connection.execute(insert(table), [row | {one.name: None for one in late} for row in rows])
    if late:  # a row may point to one further down
        for rows in _batches(archive, entry):
            _point(connection, table, late=late, rows=rows)


def _batches(archive: Archive, entry: TableEntry) -> Iterator[list[dict[str, Any]]]:
    names, kinds = [name for name, _ in entry.columns], [kind for _, kind in entry.columns]
    batch: list[dict[str, Any]] = []
    size = 0
    for line in archive.lines(entry):
        batch.append(dict(zip(names, row_of(line, kinds), strict=True)))
        size += len(line)
        if len(batch) >= ROWS or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _point(
    connection: Connection, table: Table, *, late: Sequence[Column[Any]], rows: Sequence[dict[str, Any]]
) -> None:
    keys = [column.name for column in table.primary_key]
    wanted = [{f"at_{key}": row[key] for key in keys} | {f"to_{one.name}": row[one.name] for one in late}
              for row in rows if any(row[one.name] is not None for one in late)]  # fmt: skip
    if wanted:
        statement = update(table).values({one.name: bindparam(f"to_{one.name}") for one in late})
        for key in keys:
            statement = statement.where(table.c[key] == bindparam(f"at_{key}"))
        connection.execute(statement, wanted)


REFUSED_TEXTS = ("too_long", "bad_text")
"""What the rule on texts says of a value no column takes (``core.store.text``): here it is the backup's fault."""


@contextmanager
def _named(table: str) -> Iterator[None]:
    """What a table does not take is a fault of the backup, told by the table's name and never by a row's content."""
    try:
        yield
    except (IntegrityError, DataError, ProgrammingError) as error:
        raise damaged(table) from error
    except StatementError as error:
        if isinstance(error.orig, ValueError | TypeError):
            raise damaged(table) from error
        raise
    except JiuzhuError as error:
        if error.code in REFUSED_TEXTS:
            raise damaged(table) from error
        raise
    except (ValueError, TypeError) as error:
        raise damaged(table) from error


def _restart_numbering(connection: Connection, table: Table) -> None:
    """Let the next row be numbered behind the last; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        if sequence is not None:
            last = connection.scalar(select(func.max(column)))
            connection.execute(select(func.setval(sequence, last or 1, last is not None)))
