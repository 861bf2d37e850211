"""Proof: photographs and scans kept whole beside what they prove, known by their digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from core.store.tables import Attachment

MOST_BYTES = 20 * 2**20
LONGEST_NAME = 200
"""Characters kept of a file's name, from its end."""
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "application/pdf": (b"%PDF-",),
}
"""What a phone or a scanner makes, and how such a file begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A file as it was handed in."""

    name: str
    content: bytes


def attach(desk: Desk, subject: str, photo: Photo) -> Attachment:
    """Keep a file beside a subject (``posting/7``, ``visit/12``, ``meeting/3``); the caller has checked the right.

    Raises:
        JiuzhuError: ``empty_file``, ``file_too_large``, ``unknown_file_type``.
    """
    size = len(photo.content)
    if not size:
        raise JiuzhuError("empty_file", Text("文件是空的", "the file is empty"), value=photo.name)
    if size > MOST_BYTES:
        text = Text("文件超过20 MB", "the file is larger than 20 MB")
        raise JiuzhuError("file_too_large", text, value=f"{photo.name} {size}")
    row = Attachment(subject=subject, name=photo.name[-LONGEST_NAME:], media_type=_media_type(photo), size=size,
                     digest=hashlib.sha256(photo.content).hexdigest(), recorded_at=desk.moment,
                     content=photo.content)  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    return row


def _media_type(photo: Photo) -> str:
    """The type by how the file begins, never by its name."""
    for media_type, beginnings in SIGNATURES.items():
        if photo.content.startswith(beginnings):
            return media_type
    text = Text("只收照片（JPEG、PNG）和扫描件（PDF）", "only photographs (JPEG, PNG) and scans (PDF) are kept")
    raise JiuzhuError("unknown_file_type", text, value=photo.name)


def attachments_of(session: Session, subject: str) -> list[Attachment]:
    """Return what is kept beside a subject, in order."""
    return list(session.scalars(select(Attachment).where(Attachment.subject == subject).order_by(Attachment.id)))
