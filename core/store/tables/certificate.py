"""Benefit certificates (领取证) and referrals (转介): what was handed out, and where a household was sent on."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Key


class Certificate(Base):
    """A numbered certificate of a case; ``ended_on`` when it was renewed, taken back or lost."""

    __tablename__ = "certificate"
    __table_args__ = (Index(None, "case_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    issued_on: Mapped[date] = mapped_column(Date)
    issued_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_reason: Mapped[str | None] = mapped_column(Code)


class Referral(Base):
    """A household sent on to other assistance, with the conditions it met and failed, until it is answered."""

    __tablename__ = "referral"
    __table_args__ = (Index(None, "case_id"), Index(None, "target", "outcome"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    target: Mapped[str] = mapped_column(Code)
    referred_on: Mapped[date] = mapped_column(Date)
    referred_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    conditions: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    answered_on: Mapped[date | None] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(Code)
