"""Posting sheets (公示单): what hangs where, from when until when, for which cases, and the proof of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.store.base import Base, CanonicalJson, Code, Key, Moment, Path


class Posting(Base):
    """A sheet for one publicity event and one village. ``ends_on`` is the last day it must hang; None: it stays."""

    __tablename__ = "posting"
    __table_args__ = (
        Index(None, "path", "status"),
        Index(None, "batch"),
        CheckConstraint("taken_down_on IS NULL OR posted_on <= taken_down_on", name="down_after_up"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    event: Mapped[str] = mapped_column(Code)
    programme: Mapped[str] = mapped_column(Code)
    area: Mapped[str] = mapped_column(Code)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    village: Mapped[str | None] = mapped_column(String(60))
    provision: Mapped[str] = mapped_column(String(200))
    rules_on: Mapped[date] = mapped_column(Date)
    fields: Mapped[list[str]] = mapped_column(CanonicalJson)
    status: Mapped[str] = mapped_column(Code)
    drawn_on: Mapped[date] = mapped_column(Date)
    drawn_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    recorded_at: Mapped[str] = mapped_column(Moment)
    phone: Mapped[str] = mapped_column(String(40))
    batch: Mapped[str | None] = mapped_column(String(60))
    repeats_id: Mapped[int | None] = mapped_column(ForeignKey("posting.id"))
    posted_by: Mapped[str | None] = mapped_column(Code)
    posters: Mapped[list[int]] = mapped_column(CanonicalJson)
    places: Mapped[list[str]] = mapped_column(CanonicalJson)
    posted_on: Mapped[date | None] = mapped_column(Date)
    days: Mapped[int | None] = mapped_column(Integer)
    day_kind: Mapped[str | None] = mapped_column(Code)
    ends_on: Mapped[date | None] = mapped_column(Date)
    provisional: Mapped[bool]
    taken_down_on: Mapped[date | None] = mapped_column(Date)
    lines: Mapped[list[PostingLine]] = relationship(lazy="selectin", order_by="PostingLine.id")


class PostingLine(Base):
    """One household on a sheet: amounts, numbers and codes as posted; names come from the encrypted persons only.

    ``masked``: the head's name is hidden; ``ended_on``: the first day after the sheet hung its time for this case.
    """

    __tablename__ = "posting_line"
    __table_args__ = (UniqueConstraint("posting_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    values: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    masked: Mapped[bool]
    ended_on: Mapped[date | None] = mapped_column(Date)
