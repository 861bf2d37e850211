"""Keys taken ahead, for rows that go in by the thousand: with its key given, a row needs no answer from the database.

(SQLite answers one row at a time, because it promises no order of the answers.)
"""

from __future__ import annotations

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from core.store.base import Base


def take_keys(session: Session, table: type[Base], count: int) -> list[int]:
    """Return so many unused keys of a table, ascending, in the write transaction that will use them.

    SQLite has one writer at a time, so that the next numbers are free; PostgreSQL gives them from the sequence.
    """
    if count == 0:
        return []
    if session.get_bind().dialect.name == "postgresql":
        statement = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
        found = session.execute(statement, {"table": table.__tablename__, "count": count})
        return sorted(int(one) for one in found.scalars())
    last = session.scalar(select(func.max(table.__table__.c.id))) or 0
    return list(range(last + 1, last + 1 + count))
