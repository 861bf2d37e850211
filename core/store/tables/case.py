"""Cases: a household under a programme, its members and the versions of its facts.

A case's columns are a projection of its events, kept in the same transaction for lists and filters.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Digest, Fen, Key, Moment, Path

TURNS = text("turns_on IS NOT NULL")
"""An index of these rows alone: they are few."""


class AssistanceCase(Base):
    """A household's case. ``path`` is its division's subtree path; ``version`` counts its changes (optimistic lock).

    ``turns_on``: from when on ``status`` may be another by what was decided ahead (``deciding.turn``).
    """

    __tablename__ = "assistance_case"
    __table_args__ = (
        Index(None, "path", "status", "id"),
        Index(None, "path", "number"),
        Index(None, "status", "path", "number"),
        Index(None, "programme", "path", "number"),
        Index(None, "village", "path", "number"),
        Index(None, "status", "review_due"),
        Index(None, "head_id"),
        Index(None, "turns_on", sqlite_where=TURNS, postgresql_where=TURNS),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    programme: Mapped[str] = mapped_column(Code)
    area: Mapped[str] = mapped_column(Code)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    unit: Mapped[str | None] = mapped_column(Code)
    village: Mapped[str | None] = mapped_column(String(60))
    head_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(Code)
    stage: Mapped[str | None] = mapped_column(Code)
    opened_on: Mapped[date] = mapped_column(Date)
    accepted_on: Mapped[date | None] = mapped_column(Date)
    rules_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    exit_reason: Mapped[str | None] = mapped_column(Code)
    persons: Mapped[int] = mapped_column(Integer)
    entitled: Mapped[int] = mapped_column(Integer)
    monthly: Mapped[int | None] = mapped_column(Fen)
    method: Mapped[str | None] = mapped_column(Code)
    review_class: Mapped[str | None] = mapped_column(Code)
    turns_on: Mapped[date | None] = mapped_column(Date)
    review_due: Mapped[date | None] = mapped_column(Date)
    filed: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it once, as it is written


class CaseMember(Base):
    """Who belongs to a household, from when until when; in facts a member's id is the person's token."""

    __tablename__ = "case_member"
    __table_args__ = (Index(None, "case_id"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str] = mapped_column(Code)
    entitled: Mapped[bool] = mapped_column(default=True)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    end_reason: Mapped[str | None] = mapped_column(Code)


class FactsVersion(Base):
    """What was known of a household: each declaration, verification, review or correction is a new version."""

    __tablename__ = "facts_version"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    number: Mapped[int] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(Code)
    effective_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[str] = mapped_column(Moment)
    facts: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    digest: Mapped[str] = mapped_column(Digest)
