"""Events: what was done, when, by whom and why. Append-only, hash-chained per subject; the audit trail itself.

A chain is named ``case/<id>``, ``amendment/<id>``, ``payroll/<id>``, ``staff`` …; one global chain would make everybody
wait for everybody. Anchors say up to which event a chain was known on a day, so that a lost tail shows.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Digest, Key, Moment


class Event(Base):
    """One thing that happened. ``digest`` covers everything of the row and the digest before it.

    ``written`` are the rows that were written with it: a digest of each, None for one that was removed
    (``core.store.written``).
    """

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("chain", "sequence"), Index(None, "kind", "happened_on"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    chain: Mapped[str] = mapped_column(String(60))
    sequence: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(60))
    happened_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[str] = mapped_column(Moment)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    reason: Mapped[str | None] = mapped_column(String(1000))
    body: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    written: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    previous: Mapped[str] = mapped_column(Digest)
    digest: Mapped[str] = mapped_column(Digest)


class Anchor(Base):
    """The heads of the chains that have grown since the anchor before; ``digest`` chains the anchors to each other."""

    __tablename__ = "anchor"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    recorded_at: Mapped[str] = mapped_column(Moment)
    last_event: Mapped[int] = mapped_column(Key)
    heads: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    digest: Mapped[str] = mapped_column(Digest)
