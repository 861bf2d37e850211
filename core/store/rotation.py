"""Rotating keys: what is sealed under an old key is sealed again under the current one, a chunk a transaction.

The new key is in the key file before anything is sealed under it; an old one leaves it only when nothing is sealed
under it any more and nobody is at work who still holds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, inspect, or_, select, text, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import LargeBinary

from core.store.base import Base
from core.store.cipher import ID, Cipher
from core.store.sealed import open_in, seal_in, sealed_tables

CHUNK = 500
LOCK = 20080304
"""PostgreSQL's number for who holds the keys."""
WAITING = 10
"""Seconds."""


def hold_keys(session: Session, *, alone: bool = False) -> None:
    """Keep the keys from being changed until the transaction ends, or wait until nobody else holds them.

    Who wants them alone waits a while only: meanwhile nobody else gets them. SQLite has one writer at a time anyway.

    Raises:
        JiuzhuError: ``database_busy`` (told by the store) when somebody held them all the while.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    if alone:
        session.execute(text(f"SET LOCAL lock_timeout = '{WAITING}s'"))
        session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        session.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    else:
        session.execute(text(f"SELECT pg_advisory_xact_lock_shared({LOCK})"))


def seal_again(session: Session, cipher: Cipher, cursor: Mapping[str, Any]) -> tuple[dict[str, Any], int, bool]:
    """Seal the next rows again under the current key; returns the cursor, how many, and whether that was all.

    It goes through table by table, and again until a whole round finds nothing: somebody may have been at work with the
    old key meanwhile.

    Raises:
        JiuzhuError: ``missing_key``, ``altered_secret``.
    """
    tables = sorted(sealed_tables(), key=lambda one: one.__tablename__)
    place, after, found = (int(cursor.get(key, 0)) for key in ("table", "after", "found"))
    if place == len(tables):
        return {}, 0, found == 0
    table = tables[place]
    key = inspect(table).columns["id"]
    query = select(table).where(key > after, _sealed_otherwise(table, cipher)).order_by(key).limit(CHUNK)
    rows: Sequence[Any] = session.scalars(query.with_for_update()).all()
    for row in rows:
        _seal_row(row, cipher)
    if not rows:
        return {"table": place + 1, "found": found}, 0, False
    return {"table": place, "after": rows[-1].id, "found": found + len(rows)}, len(rows), False


def _seal_row(row: Any, cipher: Cipher) -> None:
    for column in sealed_tables()[type(row)]:
        text = open_in(row, column.key, cipher=cipher)
        if text is not None:
            seal_in(row, column.key, text, cipher=cipher)


def count_sealed_otherwise(session: Session, cipher: Cipher) -> int:
    """Return how many rows have something sealed under another than the current key."""
    return sum(
        session.scalar(select(func.count()).select_from(table).where(_sealed_otherwise(table, cipher))) or 0
        for table in sealed_tables()
    )


def _sealed_otherwise(table: type[Base], cipher: Cipher) -> ColumnElement[bool]:
    current = cipher.current.encode()
    return or_(
        *(
            (func.length(column) > 0) & (type_coerce(func.substr(column, 1, ID), LargeBinary) != current)
            for column in sealed_tables()[table]
        )
    )
