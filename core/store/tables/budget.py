"""Next year's budget plan (资金预算计划): its assumptions row by row, its lines once submitted, finance's answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Digest, Key, Moment, Path


class BudgetPlan(Base):
    """A plan of a place for a year: ``draft``, ``submitted``, ``reviewed`` by a second person, ``answered``.

    ``reckoned`` is the caseload a draft is shown by, with its moment and what it rests on. ``lines`` are fixed when the
    plan is submitted; ``answer`` is what finance fixed (财政核定数), whole fen by line.
    """

    __tablename__ = "budget_plan"
    __table_args__ = (
        UniqueConstraint("division", "programme", "year"),
        CheckConstraint("reviewed_by <> prepared_by", name="maker_is_not_checker"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    programme: Mapped[str] = mapped_column(Code)
    year: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Code)
    lines: Mapped[list[dict[str, Any]] | None] = mapped_column(CanonicalJson)
    digest: Mapped[str | None] = mapped_column(Digest)
    recorded_at: Mapped[str] = mapped_column(Moment)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    submitted_on: Mapped[date | None] = mapped_column(Date)
    reviewed_on: Mapped[date | None] = mapped_column(Date)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    answer: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)
    answered_on: Mapped[date | None] = mapped_column(Date)
    answer_document: Mapped[str | None] = mapped_column(String(200))
    reckoned: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)


class BudgetAssumption(Base):
    """One assumption of a plan: what is assumed, by whom and why. A later row of the same name takes its place."""

    __tablename__ = "budget_assumption"
    __table_args__ = (Index(None, "plan_id", "line", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("budget_plan.id"))
    line: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(Code)
    value: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    because: Mapped[str] = mapped_column(String(1000))
    recorded_at: Mapped[str] = mapped_column(Moment)
    assumed_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
