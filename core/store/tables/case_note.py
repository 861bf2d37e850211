"""What was written of a household in free words: sealed, because names and numbers are found in it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, Key


class CaseNote(Base):
    """The free texts of a case's row in a roster (证号, 申请原因, 其他财产 …): canonical JSON, sealed."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("assistance_case.id"), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
