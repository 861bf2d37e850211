"""The problem register (问题台账): what inspections found, until it is set right and verified."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, Code, Key, Moment, Path


class ProblemEntry(Base):
    """A finding: ``open``, ``rectified`` by one person, ``verified`` by another."""

    __tablename__ = "problem"
    __table_args__ = (
        Index(None, "path", "status", "due_on"),
        CheckConstraint("verified_by <> rectified_by", name="maker_is_not_checker"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    source: Mapped[str] = mapped_column(String(200))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("assistance_case.id"))
    finding: Mapped[str] = mapped_column(String(1000))
    found_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Code)
    recorded_at: Mapped[str] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    rectified_on: Mapped[date | None] = mapped_column(Date)
    rectified_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    rectification: Mapped[str | None] = mapped_column(String(1000))
    verified_on: Mapped[date | None] = mapped_column(Date)
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
