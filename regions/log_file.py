"""The registry's log of version 0.1, a file of JSON lines: taken over into an empty database, once, chain intact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import JiuzhuError, Text, Where
from core.store.engine import Store
from core.store.tables import RegistryEntry
from regions.log import Log, write_entry

LOG = "registry.jsonl"
FIELDS = frozenset({"sequence", "recorded_at", "source", "version", "contents", "new", "chain"})


def adopt_log(store: Store, path: Path) -> int:
    """Take over the entries of an earlier version's file if the database has none; returns how many.

    The file stays as it is and is not read again: from now on the database has entries.

    Raises:
        JiuzhuError: ``log_damaged``; then nothing was taken over.
    """
    if not path.is_file() or not _is_empty(store):
        return 0
    with store.writing() as session:
        Log.hold(session)
        if _entry(session) is not None:
            return 0  # another process was first
        read = Log(store=None, clock=lambda: datetime.now(UTC))
        for body in _bodies(path):
            read.take(body)
            write_entry(session, body)
        return len(read.entries)


def _is_empty(store: Store) -> bool:
    with store.reading() as session:
        return _entry(session) is None


def _entry(session: Session) -> int | None:
    return session.scalars(select(RegistryEntry.sequence).limit(1)).first()


def _bodies(path: Path) -> Iterator[dict[str, Any]]:
    """The entries of a file; a last line without its end was half written by a killed process and never counted."""
    whole = path.read_bytes().rpartition(b"\n")[0]
    for number, line in enumerate(whole.splitlines(), 1):
        try:
            body = json.loads(line)
        except ValueError:
            body = None
        if not isinstance(body, dict) or body.keys() != FIELDS or not isinstance(body["new"], dict):
            text = Text("登记日志中有一行不是登记内容", "a line of the registry log is no entry")
            raise JiuzhuError("log_damaged", text, where=Where(file=str(path), line=number))
        yield body
