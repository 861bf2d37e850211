"""What an officer has typed into a form and not handed in yet."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Moment


class FormDraft(Base):
    """The raw entries of a form, one row an officer and subject (``amendment/new``, ``amendment/<id>``).

    It is nobody else's, valid or not, and decides nothing: no event tells of it. Forms with persons keep none.
    """

    __tablename__ = "form_draft"

    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), primary_key=True)
    body: Mapped[list[list[str]]] = mapped_column(CanonicalJson)
    basis: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)
    saved_at: Mapped[str] = mapped_column(Moment)
