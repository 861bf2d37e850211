"""Review rounds (定期复核): one round, many cases, results entered as a grid."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Exact, Key, Moment, Path


class ReviewRound(Base):
    """A campaign or a month's reviews of a place; ``due_on`` is the day by which every case in it is decided."""

    __tablename__ = "review_round"
    __table_args__ = (Index(None, "path", "due_on"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    programme: Mapped[str] = mapped_column(Code)
    opened_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[str] = mapped_column(Moment)
    opened_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))


class ReviewItem(Base):
    """One case in a round: ``open``, ``entered`` (facts in, a result proposed) or ``decided`` by a second person.

    ``monthly`` and ``outcome`` are of the first month; ``months`` are all the stretches that are decided with it.
    """

    __tablename__ = "review_item"
    __table_args__ = (
        UniqueConstraint("round_id", "case_id"),
        Index(None, "case_id", "status"),
        CheckConstraint("decided_by <> entered_by", name="maker_is_not_checker"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("review_round.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    status: Mapped[str] = mapped_column(Code)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    facts_id: Mapped[int | None] = mapped_column(ForeignKey("facts_version.id"))
    from_month: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(Code)
    previous: Mapped[Fraction | None] = mapped_column(Exact)
    monthly: Mapped[Fraction | None] = mapped_column(Exact)
    months: Mapped[list[dict[str, Any]] | None] = mapped_column(CanonicalJson)
    note: Mapped[str | None] = mapped_column(String(1000))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
