"""Payrolls: runs, one line a household, who claims which month, what was held back, and what is to come back.

A household's months are claimed by one run: ``payroll_claim`` is the constraint no two runs can pass together.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Digest, Fen, Key, Moment, Path

STATUSES = ("draft", "prepared", "approved", "exported", "paid", "cancelled")
LINE_STATUSES = ("due", "held", "paid", "returned", "cancelled")


def _one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


class PayrollTurn(Base):
    """One row a programme, locked while a run is opened: two runs are compared one after the other."""

    __tablename__ = "payroll_turn"

    programme: Mapped[str] = mapped_column(Code, primary_key=True)


class PayrollRun(Base):
    """A payroll (发放表) of a programme for a subtree and a period ``[from_month, until_month)``.

    ``digest`` is taken over its lines when a second person approves it; ``area`` is ``any`` for both.
    """

    __tablename__ = "payroll_run"
    __table_args__ = (
        Index(None, "programme", "from_month"),
        Index(None, "path", "from_month"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="maker_is_not_checker"),
        CheckConstraint(_one_of("status", STATUSES), name="status"),
        CheckConstraint("(approved_by IS NULL) = (digest IS NULL)", name="approval_locks"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    programme: Mapped[str] = mapped_column(Code)
    area: Mapped[str] = mapped_column(Code)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    frequency: Mapped[str] = mapped_column(Code)
    from_month: Mapped[date] = mapped_column(Date)
    until_month: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Code)
    households: Mapped[int] = mapped_column(Integer, default=0)
    persons: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Fen, default=0)
    exceptions: Mapped[int] = mapped_column(Integer, default=0)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    prepared_on: Mapped[date] = mapped_column(Date)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    approved_on: Mapped[date | None] = mapped_column(Date)
    paid_on: Mapped[date | None] = mapped_column(Date)
    digest: Mapped[str | None] = mapped_column(Digest)


class PayrollLine(Base):
    """What one household gets in a run, whole fen in separate columns.

    The parts are the period's own; ``arrears`` (补发) is for earlier months and ``recovery`` (扣回) is taken off;
    ``total`` is what the bank transfers. ``settled`` says how much of each part the line settles, arrears included.
    ``decision`` is the last decision by number when the line was made; ``settles`` tells whether earlier months are
    settled with it (they are not while the household owes).
    """

    __tablename__ = "payroll_line"
    __table_args__ = (
        Index(None, "run_id", "case_id", unique=True),
        Index(None, "case_id"),
        CheckConstraint(
            "total = benefit + household_topup + member_topup + price_subsidy + phase_out + arrears - recovery",
            name="total_is_the_sum",
        ),
        CheckConstraint("total >= 0 AND arrears >= 0 AND recovery >= 0", name="not_negative"),
        CheckConstraint(_one_of("status", LINE_STATUSES), name="status"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("payroll_run.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    path: Mapped[str] = mapped_column(Path)
    area: Mapped[str] = mapped_column(Code)
    persons: Mapped[int] = mapped_column(Integer)
    benefit: Mapped[int] = mapped_column(Fen)
    household_topup: Mapped[int] = mapped_column(Fen)
    member_topup: Mapped[int] = mapped_column(Fen)
    price_subsidy: Mapped[int] = mapped_column(Fen)
    phase_out: Mapped[int] = mapped_column(Fen)
    arrears: Mapped[int] = mapped_column(Fen)
    recovery: Mapped[int] = mapped_column(Fen)
    total: Mapped[int] = mapped_column(Fen)
    settled_benefit: Mapped[int] = mapped_column(Fen)
    settled_household_topup: Mapped[int] = mapped_column(Fen)
    settled_member_topup: Mapped[int] = mapped_column(Fen)
    settled_price_subsidy: Mapped[int] = mapped_column(Fen)
    settled_phase_out: Mapped[int] = mapped_column(Fen)
    decision: Mapped[int] = mapped_column(Integer)
    settles: Mapped[bool]
    status: Mapped[str] = mapped_column(Code)
    status_reason: Mapped[str | None] = mapped_column(String(200))


class PayrollClaim(Base):
    """A household's month belongs to one run: two runs, even over overlapping subtrees, cannot both have it."""

    __tablename__ = "payroll_claim"
    __table_args__ = (Index(None, "run_id"),)

    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("payroll_run.id"))


class PayrollException(Base):
    """A household caught before money left (例外清单): why, and how much was not paid."""

    __tablename__ = "payroll_exception"
    __table_args__ = (Index(None, "run_id", "case_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("payroll_run.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    reason: Mapped[str] = mapped_column(Code)
    detail: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    amount: Mapped[int] = mapped_column(Fen)
    found_at: Mapped[str] = mapped_column(Moment)


class RecoveryOrder(Base):
    """A decision that an overpayment be taken off later payments (扣回), at most ``per_payment`` each time."""

    __tablename__ = "recovery_order"
    __table_args__ = (
        Index(None, "case_id"),
        CheckConstraint("decided_by <> prepared_by", name="maker_is_not_checker"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    amount: Mapped[int] = mapped_column(Fen)
    per_payment: Mapped[int | None] = mapped_column(Fen)
    reason: Mapped[str] = mapped_column(String(1000))
    decided_on: Mapped[date] = mapped_column(Date)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))


class RecoveryEntry(Base):
    """What came back of an overpayment: ``repayment`` in cash, ``offset`` in a line, ``refund`` of too much come back.

    ``amount`` is positive for what came back, negative for a refund.
    """

    __tablename__ = "recovery_entry"
    __table_args__ = (Index(None, "case_id"), Index(None, "run_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    kind: Mapped[str] = mapped_column(Code)
    amount: Mapped[int] = mapped_column(Fen)
    happened_on: Mapped[date] = mapped_column(Date)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("payroll_run.id"))
    note: Mapped[str | None] = mapped_column(String(200))
