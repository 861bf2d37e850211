"""Decisions, immutable, with the facts, the policy and the trace they rest on."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Digest, Exact, Key, Moment


class StoredPolicy(Base):
    """A policy stored whole under its hash (deflated canonical JSON): enough to recompute without any plugin.

    ``documents`` are those it cites, in words: an explanation names them when the plugin is gone.
    """

    __tablename__ = "stored_policy"

    hash: Mapped[str] = mapped_column(Digest, primary_key=True)
    recorded_at: Mapped[str] = mapped_column(Moment)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    documents: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)


class Decision(Base):
    """What a person with the right decided for a household, from a month on.

    ``monthly`` is the exact entitlement a month in fen; ``parts`` splits it (benefit, household_topup, member_topup,
    price_subsidy), each exact. ``until_month`` ends a span that a later rule or fact already covers. An opening
    decision (存量转入) has no policy and no trace. ``digest`` covers every other column.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("case_id", "number"),
        Index(None, "batch"),
        Index(None, "kind", "from_month", "case_id"),  # who came and went in a month: from the index alone
        CheckConstraint("decided_by <> prepared_by", name="maker_is_not_checker"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(Code)
    decided_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[str] = mapped_column(Moment)
    from_month: Mapped[date] = mapped_column(Date)
    until_month: Mapped[date | None] = mapped_column(Date)
    monthly: Mapped[Fraction] = mapped_column(Exact)
    parts: Mapped[dict[str, str]] = mapped_column(CanonicalJson)
    method: Mapped[str] = mapped_column(Code)
    policy_hash: Mapped[str | None] = mapped_column(ForeignKey("stored_policy.hash"))
    facts_id: Mapped[int | None] = mapped_column(ForeignKey("facts_version.id"))
    trace: Mapped[bytes | None] = mapped_column(LargeBinary)
    basis: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    batch: Mapped[str | None] = mapped_column(String(60))
    prepared_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    decided_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    digest: Mapped[str] = mapped_column(Digest)
