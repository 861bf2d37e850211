"""Backing up while others work: one read view of the whole database into one archive, readable on either database.

The keys of personal data are not in it; the manifest names those it needs. It is of the schema the database has, so
that one can be taken before an upgrade.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, select
from sqlalchemy.orm import Session

import core.store.tables  # noqa: F401 - fills the metadata
from core.errors import JiuzhuError, Text, system_reason
from core.store.archive import MANIFEST, Manifest, TableEntry
from core.store.base import Base
from core.store.cipher import Cipher
from core.store.engine import Store
from core.store.migration import revision_in
from core.store.rows import kind_of, lines, summarise
from core.store.sealed import keys_in_use

PROOF = "backup.manifest"
"""The field a manifest is keyed under."""
Told = Callable[[str, int], None]
"""Called with each table's name and how many rows it had."""


def back_up(
    store: Store, path: Path, *, moment: str, program: str, cipher: Cipher | None = None, told: Told | None = None
) -> Manifest:
    """Write a backup of what is committed; the caller has just written an anchor.

    The archive appears under its name when it is whole, for the owner's eyes only.

    Raises:
        JiuzhuError: ``backup_exists``, ``backup_unwritable``, ``disk_full``; what the store raises.
    """
    if path.exists():
        raise JiuzhuError("backup_exists", Text("已有同名文件", "there is a file of this name"), value=str(path))
    beside = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with store.reading() as session:
            manifest = _write(session, beside, moment=moment, program=program, cipher=cipher, told=told)
        beside.replace(path)
    except OSError as error:
        reason = system_reason(error)
        text = Text("无法写入备份文件：{reason}", "the backup cannot be written: {reason}").format(reason=reason)
        raise JiuzhuError("backup_unwritable", text, value=str(path)) from error
    finally:
        beside.unlink(missing_ok=True)
    return manifest


def _write(
    session: Session, path: Path, *, moment: str, program: str, cipher: Cipher | None, told: Told | None
) -> Manifest:
    connection = session.connection()
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in Base.metadata.tables)
    anchor = _last_anchor(connection, found)
    there = {str(column) for table in found.tables.values() for column in table.columns}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw:
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
            manifest = Manifest(
                schema=str(revision_in(connection)),
                program=program,
                taken_at=moment,
                dialect=connection.dialect.name,
                keys=tuple(sorted(keys_in_use(session, within=there))),
                index_key=fingerprint(cipher) if cipher else None,
                anchor=anchor[0],
                anchored_event=anchor[1],
                tables=tuple(_tables(connection, found, file=file, told=told)),
            )
            if cipher is not None:
                manifest = replace(manifest, proof=cipher.index(manifest.told.decode(), PROOF))
            file.writestr(MANIFEST, json.dumps(manifest.to_json(), ensure_ascii=False, indent=1))
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _last_anchor(connection: Connection, found: MetaData) -> tuple[str, int]:
    table = found.tables["anchor"]
    row = connection.execute(select(table.c.digest, table.c.last_event).order_by(table.c.id.desc()).limit(1)).first()
    return (row.digest, row.last_event) if row is not None else ("", 0)


def _tables(
    connection: Connection, found: MetaData, *, file: zipfile.ZipFile, told: Told | None
) -> Iterator[TableEntry]:
    for table in sorted(found.tables.values(), key=lambda one: one.name):
        with file.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as member:
            summary = summarise(lines(connection, table), member.write)
        yield TableEntry(
            name=table.name, columns=columns_of(table), rows=summary.rows, size=summary.size, digest=summary.digest
        )
        if told is not None:
            told(table.name, summary.rows)


def columns_of(table: Table) -> tuple[tuple[str, str], ...]:
    """Return a table's columns as (name, kind)."""
    return tuple((column.name, kind_of(column)) for column in table.columns)


def fingerprint(cipher: Cipher) -> str:
    """Return what tells the key of the blind index from another without giving it away."""
    return hashlib.sha256(b"jiuzhu index key\0" + cipher.index_key).hexdigest()[:16]
