"""Meetings and visit rounds: work that many cases share; people, day and signatures stand once, results by case."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.store.base import Base, CanonicalJson, Code, Key, Moment, Path


class Meeting(Base):
    """One meeting (评议会、审批会). ``stage`` is the stage of the procedure it settles for its cases."""

    __tablename__ = "meeting"
    __table_args__ = (
        Index(None, "path", "held_on"),
        CheckConstraint("present <= expected", name="present_are_expected"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    stage: Mapped[str] = mapped_column(Code)
    held_on: Mapped[date] = mapped_column(Date)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    place: Mapped[str] = mapped_column(String(100))
    chair_id: Mapped[int] = mapped_column(ForeignKey("office_holder.id"))
    expected: Mapped[int] = mapped_column(Integer)
    present: Mapped[int] = mapped_column(Integer)
    representatives: Mapped[int] = mapped_column(Integer)
    announced_at: Mapped[str | None] = mapped_column(String(5))
    secret: Mapped[bool]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    recorded_at: Mapped[str] = mapped_column(Moment)
    attendances: Mapped[list[MeetingAttendance]] = relationship(lazy="selectin", order_by="MeetingAttendance.id")
    results: Mapped[list[MeetingResult]] = relationship(lazy="selectin", order_by="MeetingResult.id")


class MeetingAttendance(Base):
    """Who took part, in which role, and whether he signed."""

    __tablename__ = "meeting_attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "holder_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    holder_id: Mapped[int] = mapped_column(ForeignKey("office_holder.id"))
    role: Mapped[str] = mapped_column(Code)
    signed: Mapped[bool]


class MeetingResult(Base):
    """What the meeting said of one case; ``excluded`` are those who stepped out of it."""

    __tablename__ = "meeting_result"
    __table_args__ = (UniqueConstraint("meeting_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    subject: Mapped[str] = mapped_column(Code)
    agree: Mapped[int] = mapped_column(Integer)
    disagree: Mapped[int] = mapped_column(Integer)
    abstain: Mapped[int] = mapped_column(Integer)
    result: Mapped[str] = mapped_column(Code)
    excluded: Mapped[list[int]] = mapped_column(CanonicalJson)


class VisitRound(Base):
    """A round of visits (入户、邻里访问、县级核查) by the same people on a day; no ``stage``: outside the procedure."""

    __tablename__ = "visit_round"
    __table_args__ = (Index(None, "path", "happened_on"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    stage: Mapped[str | None] = mapped_column(Code)
    happened_on: Mapped[date] = mapped_column(Date)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    visitors: Mapped[list[int]] = mapped_column(CanonicalJson)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    recorded_at: Mapped[str] = mapped_column(Moment)
    visits: Mapped[list[Visit]] = relationship(lazy="selectin", order_by="Visit.id")


class Visit(Base):
    """One household visited. Where it was and what was found is encrypted: it speaks of persons."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("round_id", "case_id"), Index(None, "case_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("visit_round.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"))
    at: Mapped[str] = mapped_column(String(5))
    place: Mapped[bytes] = mapped_column(LargeBinary)
    finding: Mapped[bytes] = mapped_column(LargeBinary)
    signatures: Mapped[list[Any]] = mapped_column(CanonicalJson)
