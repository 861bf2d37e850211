"""Years of the working calendar an administrator loaded, each with the notice it comes from."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, Digest, Key, Moment


class CalendarYear(Base):
    """One loading of one year; rows are only added, the last one of a year is the one that counts.

    ``days`` is the CSV text as it was given, ``digest`` the hash of its bytes.
    """

    __tablename__ = "calendar_year"
    __table_args__ = (Index(None, "year"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    year: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(String(200))
    days: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Digest)
    recorded_at: Mapped[str] = mapped_column(Moment)
    loaded_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
