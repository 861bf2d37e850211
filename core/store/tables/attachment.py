"""Attachments: scans and photographs, kept whole beside what they prove."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, Digest, Key, Moment


class Attachment(Base):
    """A file attached to a subject (``case/12``, ``amendment/…``, ``posting/7``)."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "subject"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    subject: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(Digest)
    recorded_at: Mapped[str] = mapped_column(Moment)
    content: Mapped[bytes] = mapped_column(LargeBinary)
