"""Statistical reports as they were closed at a month's end (月报封账): kept for ever as they were."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Digest, Key, Moment, Path


class MonthlyReport(Base):
    """A report of a place and month: ``prepared`` by one person, then ``closed`` by another and never changed.

    ``rows`` holds the rows as shown, ``sums`` what they were computed from, ``adjustments`` (调整数) what has become of
    months closed before. ``digest`` covers all of it and the declaration of the columns.
    """

    __tablename__ = "monthly_report"
    __table_args__ = (
        UniqueConstraint("report", "division", "month"),
        CheckConstraint("closed_by <> prepared_by", name="maker_is_not_checker"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    report: Mapped[str] = mapped_column(Code)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    month: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Code)
    declaration: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    sums: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    adjustments: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    digest: Mapped[str] = mapped_column(Digest)
    prepared_at: Mapped[str] = mapped_column(Moment)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    closed_at: Mapped[str | None] = mapped_column(Moment)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    note: Mapped[str | None] = mapped_column(String(1000))
