"""Persons in office and their kin: who holds which post where and when, who is related to whom, who must step out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.store.base import Base, CanonicalJson, Code, Key, Moment, Path


class OfficeHolder(Base):
    """A person in the register of office; ``user_id`` where the same person also signs in."""

    __tablename__ = "office_holder"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"), unique=True)
    posts: Mapped[list[OfficePost]] = relationship(lazy="selectin", order_by="OfficePost.id")


class OfficePost(Base):
    """A post held ``[since, until)``: a role of the rules, a unit (单位) and a position (职务) in words."""

    __tablename__ = "office_post"
    __table_args__ = (Index(None, "holder_id"), Index(None, "path", "role"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("office_holder.id"))
    role: Mapped[str] = mapped_column(Code)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    unit: Mapped[str] = mapped_column(String(100))
    position: Mapped[str] = mapped_column(String(60))
    is_head: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)


class KinshipLink(Base):
    """One elementary link, or a relation as it was declared: ``person_id`` is the ``link`` of ``of_id``.

    Links: ``father``, ``mother``, ``parent``, ``spouse``, ``sibling``; any other word is a declared relation code.
    ``nature``: blood, adoptive, step (``supported``: the step-parent brought the child up, or was kept by it).
    """

    __tablename__ = "kinship_link"
    __table_args__ = (
        UniqueConstraint("person_id", "of_id", "link"),
        Index(None, "of_id"),
        CheckConstraint("person_id <> of_id", name="nobody_is_his_own_kin"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    of_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    link: Mapped[str] = mapped_column(Code)
    nature: Mapped[str] = mapped_column(Code)
    supported: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str] = mapped_column(Code)
    ended_on: Mapped[date | None] = mapped_column(Date)


class CaseAssignment(Base):
    """An officer who handles a case from a day on, until he is replaced."""

    __tablename__ = "case_assignment"
    __table_args__ = (Index(None, "case_id"), Index(None, "holder_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("office_holder.id"))
    role: Mapped[str] = mapped_column(Code)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    taken_over_from: Mapped[int | None] = mapped_column(ForeignKey("office_holder.id"))


class RecusalDemand(Base):
    """A demand that somebody step out of a case (申请回避), and the head's decision on it."""

    __tablename__ = "recusal_demand"
    __table_args__ = (
        Index(None, "case_id"),
        CheckConstraint("decided_by <> recorded_by", name="maker_is_not_checker"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("office_holder.id"))
    demanded_by: Mapped[str] = mapped_column(Code)
    demanded_on: Mapped[date] = mapped_column(Date)
    provision: Mapped[str | None] = mapped_column(String(200))
    deciding_body: Mapped[str | None] = mapped_column(Code)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    recorded_at: Mapped[str] = mapped_column(Moment)
    granted: Mapped[bool | None]
    decided_on: Mapped[date | None] = mapped_column(Date)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))


class RelativeFiling(Base):
    """A filed relative (近亲属备案): the case, the one staff member it is filed under, and what came of it."""

    __tablename__ = "relative_filing"
    __table_args__ = (UniqueConstraint("case_id"), Index(None, "holder_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("office_holder.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    relation: Mapped[str] = mapped_column(Code)
    provision: Mapped[str] = mapped_column(String(200))
    filed_on: Mapped[date] = mapped_column(Date)
    filed_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    visit_required: Mapped[bool]
    visited_on: Mapped[date | None] = mapped_column(Date)
    visited_by: Mapped[list[int]] = mapped_column(CanonicalJson)
    township_opinion: Mapped[str | None] = mapped_column(String(40))
