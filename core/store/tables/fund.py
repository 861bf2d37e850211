"""The fund ledger (资金台账): per division and source what was budgeted, received and spent; nothing is overwritten."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Fen, Key, Moment, Path


class FundEntry(Base):
    """One entry: ``budget`` (预算), ``receipt`` (到位), ``spending`` (支出) or ``reversal`` (冲回, negative spending).

    ``source`` is nation, province, prefecture, county or donation; ``uncovered`` is spending beyond what was received.
    """

    __tablename__ = "fund_entry"
    __table_args__ = (
        Index(None, "path", "programme", "year"),
        Index(None, "run_id"),
        CheckConstraint("kind IN ('budget', 'receipt', 'spending', 'reversal')", name="kind"),
        CheckConstraint("(kind IN ('spending', 'reversal')) = (run_id IS NOT NULL)", name="earmarked"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    programme: Mapped[str] = mapped_column(Code)
    source: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    year: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int] = mapped_column(Fen)
    happened_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[str] = mapped_column(Moment)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    document: Mapped[str | None] = mapped_column(String(200))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("payroll_run.id"))


class FundOrder(Base):
    """In which order the sources of a division's fund are charged, from a day on."""

    __tablename__ = "fund_order"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    path: Mapped[str] = mapped_column(Path, index=True)
    programme: Mapped[str] = mapped_column(Code)
    since: Mapped[date] = mapped_column(Date)
    sources: Mapped[list[Any]] = mapped_column(CanonicalJson)
