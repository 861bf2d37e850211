"""Impact previews (测算): what an amendment does to the caseload, kept for whoever asks again."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Exact, Key, Moment, Path


class ImpactPreview(Base):
    """One computation; ``id`` is its job's. ``basis`` is what it rests on: where that has moved on, it is outdated.

    ``result`` is None until the job is done.
    """

    __tablename__ = "impact_preview"
    __table_args__ = (Index(None, "amendment", "asked_at"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    amendment: Mapped[str] = mapped_column(ForeignKey("amendment.uuid"))
    path: Mapped[str] = mapped_column(Path)
    basis: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    starts: Mapped[list[str]] = mapped_column(CanonicalJson)
    result: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    asked_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    asked_at: Mapped[str] = mapped_column(Moment)


class ImpactHousehold(Base):
    """What a preview says of one household under one programme, exact fen a month."""

    __tablename__ = "impact_household"
    __table_args__ = (Index(None, "preview", "change", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    preview: Mapped[str] = mapped_column(ForeignKey("impact_preview.id"))
    case_number: Mapped[str] = mapped_column(String(40))
    programme: Mapped[str] = mapped_column(Code)
    standing: Mapped[str] = mapped_column(Code)
    change: Mapped[str] = mapped_column(Code)
    persons: Mapped[int] = mapped_column(Integer)
    before: Mapped[Fraction | None] = mapped_column(Exact)
    after: Mapped[Fraction | None] = mapped_column(Exact)
