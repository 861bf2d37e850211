"""Amendments (修订): a document with the values it changes, from proposal to publication.

The rows are kept as they were written, so that what was approved can be read again; what was published stands in the
registry's log. A row the title names without a figure is a gap (登记为空缺).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.store.base import Base, CanonicalJson, Code, Digest, Exact, Fen, Key, Moment, Path


class Amendment(Base):
    """A document and the state of the set of rows it brings; ``version`` counts its changes (optimistic lock)."""

    __tablename__ = "amendment"
    __table_args__ = (
        CheckConstraint("approved_by <> proposed_by", name="maker_is_not_checker"),
        CheckConstraint("published_by <> proposed_by", name="maker_is_not_publisher"),
        CheckConstraint("status <> 'published' OR approved_by IS NOT NULL", name="published_was_approved"),
        Index(None, "path", "status"),
    )

    uuid: Mapped[str] = mapped_column(String(32), primary_key=True)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    status: Mapped[str] = mapped_column(Code)
    version: Mapped[int] = mapped_column(Integer, default=1)
    title: Mapped[str] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(100))
    issuer: Mapped[str] = mapped_column(String(100))
    assurance: Mapped[str] = mapped_column(Code)
    issued: Mapped[date] = mapped_column(Date)
    announced: Mapped[date | None] = mapped_column(Date)
    effective: Mapped[date] = mapped_column(Date)
    first_payment_month: Mapped[date | None] = mapped_column(Date)
    arrears_from: Mapped[date | None] = mapped_column(Date)
    filed_on: Mapped[date | None] = mapped_column(Date)
    filed_with: Mapped[str | None] = mapped_column(String(100))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(CanonicalJson)
    rolls_back: Mapped[str | None] = mapped_column(ForeignKey("amendment.uuid"))
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("amendment.uuid"))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    proposed_at: Mapped[str] = mapped_column(Moment)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    approved_at: Mapped[str | None] = mapped_column(Moment)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    published_at: Mapped[str | None] = mapped_column(Moment)
    rows: Mapped[list[AmendmentRow]] = relationship(
        order_by="AmendmentRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class AmendmentRow(Base):
    """One changed value: a provision as it was written (``raw``), and the value it replaces as it was then."""

    __tablename__ = "amendment_row"
    __table_args__ = (UniqueConstraint("amendment", "position"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    amendment: Mapped[str] = mapped_column(ForeignKey("amendment.uuid"))
    position: Mapped[int] = mapped_column(Integer)
    raw: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    previous: Mapped[dict[str, Any] | None] = mapped_column(CanonicalJson)


class RedecisionBatch(Base):
    """A re-decision batch (批量调标): the households of one county whose amount an amendment changes.

    ``digest`` is what a person signs: the hash over the list, the totals and the exceptions. A batch that was withdrawn
    may be prepared anew, as the next ``attempt``.
    """

    __tablename__ = "redecision_batch"
    __table_args__ = (
        CheckConstraint("signed_by <> prepared_by", name="maker_is_not_checker"),
        UniqueConstraint("amendment", "division", "attempt"),
    )

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    amendment: Mapped[str] = mapped_column(ForeignKey("amendment.uuid"))
    division: Mapped[str] = mapped_column(Code)
    attempt: Mapped[int] = mapped_column(Integer)
    path: Mapped[str] = mapped_column(Path)
    status: Mapped[str] = mapped_column(Code)
    from_month: Mapped[date] = mapped_column(Date)
    first_payment_month: Mapped[date] = mapped_column(Date)
    totals: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    digest: Mapped[str | None] = mapped_column(Digest)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    prepared_at: Mapped[str] = mapped_column(Moment)
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    signed_at: Mapped[str | None] = mapped_column(Moment)


class RedecisionRow(Base):
    """A household of a batch: what it gets now and what it will get, exact fen a month; or why it is an exception.

    ``after`` is the amount of the last span. ``spans`` are the months with one amount, from the first changed one on:
    ``[[from, until or "", exact], …]``.
    """

    __tablename__ = "redecision_row"
    __table_args__ = (UniqueConstraint("batch", "case_id"), Index(None, "batch", "exception", "id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    batch: Mapped[str] = mapped_column(ForeignKey("redecision_batch.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    persons: Mapped[int] = mapped_column(Integer)
    before: Mapped[Fraction | None] = mapped_column(Exact)
    after: Mapped[Fraction | None] = mapped_column(Exact)
    arrears_months: Mapped[int | None] = mapped_column(Integer)
    arrears: Mapped[int | None] = mapped_column(Fen)
    spans: Mapped[list[list[str]] | None] = mapped_column(CanonicalJson)
    exception: Mapped[str | None] = mapped_column(Code)
    detail: Mapped[str | None] = mapped_column(String(300))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
