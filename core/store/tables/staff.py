"""Users of the platform and what they may do where."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.store.base import Base, Code, Digest, Key, Moment, Path


class StaffUser(Base):
    """Somebody who signs in. ``password`` is an argon2 hash, or None for who cannot sign in by one."""

    __tablename__ = "staff_user"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    password: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="user", lazy="selectin")


class RoleGrant(Base):
    """A role over a subtree of divisions for a time. ``path`` is the subtree's root as a path."""

    __tablename__ = "role_grant"
    __table_args__ = (Index(None, "user_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    role: Mapped[str] = mapped_column(Code)
    division: Mapped[str] = mapped_column(Code)
    path: Mapped[str] = mapped_column(Path)
    since: Mapped[date] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    user: Mapped[StaffUser] = relationship(back_populates="grants")


class StaffSession(Base):
    """A sign-in. ``digest`` is the hash of the token the browser holds; ``stamp`` of the rights it began with."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(Digest, unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    stamp: Mapped[str] = mapped_column(Digest)
    started_at: Mapped[str] = mapped_column(Moment)
    seen_at: Mapped[str] = mapped_column(Moment)
    ended_at: Mapped[str | None] = mapped_column(Moment)
    user: Mapped[StaffUser] = relationship(lazy="joined")


class FailedAttempt(Base):
    """A wrong password: ``digest`` is the hash of the address it came from, or of the login it was tried at."""

    __tablename__ = "failed_attempt"
    __table_args__ = (Index(None, "digest", "at"), Index(None, "at"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    digest: Mapped[str] = mapped_column(Digest)
    at: Mapped[str] = mapped_column(Moment)
