"""Taking turns: work that must see what another of its kind has just written waits until that is committed."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def take_turn(session: Session, name: str) -> None:
    """Wait until nobody else holds this turn; it is given back with the transaction.

    SQLite has one writer at a time, who has the turn already.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
