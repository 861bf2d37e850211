"""Sample draws (抽查): what was drawn never changes; what the inspectors found is kept beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Digest, Key, Moment, Path


class SampleDraw(Base):
    """A draw in a place for a span of days. Anybody with ``seed`` and the lists draws the same cases again.

    Of one span there may be several, each of other populations: no constraint of columns can tell (``sample_span``).
    ``strata`` holds population, share, size and number drawn of each stratum; ``digest`` covers the draw and its cases.
    """

    __tablename__ = "sample_draw"
    __table_args__ = (Index(None, "path", "since"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    programme: Mapped[str] = mapped_column(Code)
    area: Mapped[str] = mapped_column(Code)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    rule: Mapped[str] = mapped_column(String(200))
    seed: Mapped[str] = mapped_column(String(64))
    strata: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    digest: Mapped[str] = mapped_column(Digest)
    drawn_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[str] = mapped_column(Moment)
    drawn_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))


class SampleItem(Base):
    """A case that was drawn, with its rank in its stratum. Never updated."""

    __tablename__ = "sample_item"
    __table_args__ = (UniqueConstraint("draw_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("sample_draw.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    stratum: Mapped[str] = mapped_column(Code)
    rank: Mapped[int] = mapped_column(Integer)


class SampleCheck(Base):
    """What was found when a drawn case was looked at: once a case; ``inspectors`` are office holders."""

    __tablename__ = "sample_check"
    __table_args__ = (UniqueConstraint("item_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("sample_item.id"))
    checked_on: Mapped[date] = mapped_column(Date)
    inspectors: Mapped[list[int]] = mapped_column(CanonicalJson)
    outcome: Mapped[str] = mapped_column(Code)
    note: Mapped[str | None] = mapped_column(String(1000))
    recorded_at: Mapped[str] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
