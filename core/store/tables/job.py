"""Long work as rows: a job's cursor moves in the same transaction as the effect of each chunk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Code, Moment


class Job(Base):
    """A durable piece of work, the same id the same work: killed, it goes on behind its last committed chunk."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    status: Mapped[str] = mapped_column(Code)
    arguments: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    cursor: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    done: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    started_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    started_at: Mapped[str] = mapped_column(Moment)
    finished_at: Mapped[str | None] = mapped_column(Moment)
    message: Mapped[str | None] = mapped_column(String(1000))
