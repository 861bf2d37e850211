"""A backup's archive: a zip of one file of JSON lines for each table, and a manifest that says what is in it.

Here it is opened and held against its manifest; what does not fit is named by table. Nothing is ever unpacked to disk,
and what would swell beyond its manifest is not read.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import JiuzhuError, Text
from core.store.base import canonical

FORMAT = "jiuzhu-backup/1"
MANIFEST = "manifest.json"
MANIFEST_BYTES = 4 << 20
LINE_BYTES = 256 << 20
"""No row is larger: attachments are far smaller."""
SWELLING = 400
"""Rows compress ten- to fiftyfold; what swells beyond this many times is no backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEntry:
    """One table: its columns as (name, kind), how many rows in how many bytes of lines, and their digest."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    size: int
    digest: str

    @property
    def member(self) -> str:
        """The file of the archive that holds it."""
        return f"tables/{self.name}.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup is: of which schema, by which program, when (UTC), and what is needed to read it.

    ``keys`` are the ids of the keys persons are sealed under, ``index_key`` the fingerprint of the blind index's key.
    ``anchor`` is the digest of all chains' heads at that moment, ``anchored_event`` the last event they cover.
    ``proof`` is a keyed digest of all of this, by which who holds the key file knows that nobody has rewritten it.
    """

    schema: str
    program: str
    taken_at: str
    dialect: str
    keys: tuple[str, ...]
    index_key: str | None
    anchor: str
    anchored_event: int
    tables: tuple[TableEntry, ...]
    proof: str | None = None

    @property
    def told(self) -> bytes:
        """What the proof is over."""
        return canonical(asdict(replace(self, proof=None)))

    def to_json(self) -> dict[str, Any]:
        """Return the manifest as the archive keeps it."""
        return {"format": FORMAT} | asdict(self)

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(one.rows for one in self.tables)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive."""

    manifest: Manifest
    file: zipfile.ZipFile

    def lines(self, table: TableEntry) -> Iterator[bytes]:
        """Yield a table's lines.

        Raises:
            JiuzhuError: ``backup_damaged``, naming the table, when the archive cannot be read there.
        """
        read = 0
        try:
            with self.file.open(table.member) as member:
                while line := member.readline(LINE_BYTES):
                    read += len(line)
                    if read > table.size:
                        raise damaged(table.name)
                    yield line
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, NotImplementedError) as error:
            raise damaged(table.name) from error

    def check(self) -> None:
        """Read everything once and hold it against the manifest.

        Raises:
            JiuzhuError: ``backup_damaged``, naming the first table that does not fit.
        """
        for table in self.manifest.tables:
            digest, rows = hashlib.sha256(), 0
            for line in self.lines(table):
                digest.update(line)
                rows += 1
            if (rows, digest.hexdigest()) != (table.rows, table.digest):
                raise damaged(table.name)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup.

    Raises:
        JiuzhuError: ``no_backup`` (not there, or something else), ``backup_damaged``, ``backup_bomb``.
    """
    try:
        file = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise _no_backup(path) from error
    with file:
        manifest = _manifest(file, path)
        _refuse_bomb(file, manifest)
        yield Archive(manifest, file)


def _manifest(file: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        info = file.getinfo(MANIFEST)
        if info.file_size > MANIFEST_BYTES:
            raise _no_backup(path)
        body = json.loads(file.read(info))
        if body.pop("format") != FORMAT:
            raise _no_backup(path)
        tables = tuple(_entry(one) for one in body.pop("tables"))
        return Manifest(**body | {"keys": tuple(body["keys"]), "tables": tables})
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
    ) as error:
        raise _no_backup(path) from error


def _entry(one: Mapping[str, Any]) -> TableEntry:
    columns = tuple((str(name), str(kind)) for name, kind in one["columns"])
    return TableEntry(**{**one, "columns": columns, "rows": int(one["rows"]), "size": int(one["size"])})


def _refuse_bomb(file: zipfile.ZipFile, manifest: Manifest) -> None:
    """Nothing but the tables, each once, each as large as it says and not swollen."""
    expected = {one.member: one.size for one in manifest.tables} | {MANIFEST: None}
    infos = file.infolist()
    names = [info.filename for info in infos]
    for info in infos:
        size = expected.get(info.filename, -1)
        swollen = info.file_size > (1 << 20) and info.file_size > SWELLING * max(info.compress_size, 1)
        if size == -1 or names.count(info.filename) > 1 or swollen or (size is not None and info.file_size != size):
            text = Text("备份文件中有不该有的内容，拒绝读取", "the archive holds what no backup holds; it is not read")
            raise JiuzhuError("backup_bomb", text, value=info.filename)
    missing = [one.name for one in manifest.tables if one.member not in names]
    if missing:
        raise damaged(missing[0])


def damaged(table: str) -> JiuzhuError:
    """Build the refusal of a backup by the table that does not fit."""
    text = Text(f"备份中的表 {table} 已损坏", f"table {table} of the backup is damaged")
    hint = Text("请换用另一份备份；数据库未改动", "use another backup; the database was not changed")
    return JiuzhuError("backup_damaged", text, hint=hint, value=table)


def _no_backup(path: Path) -> JiuzhuError:
    text = Text("这不是救助的备份文件", "this is no backup of jiuzhu")
    return JiuzhuError("no_backup", text, value=str(path))
