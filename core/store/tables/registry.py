"""The registry's append-only log: which provisions this deployment accepted, and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, CanonicalJson, Digest, Moment


class RegistryContent(Base):
    """A provision's canonical JSON under its own hash; never changed, shared by every entry that names it."""

    __tablename__ = "registry_content"

    content: Mapped[str] = mapped_column(Digest, primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(CanonicalJson)


class RegistryEntry(Base):
    """At ``recorded_at`` the provisions of ``source`` (a plugin, an amendment) became ``contents``, in order."""

    __tablename__ = "registry_entry"

    sequence: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    recorded_at: Mapped[str] = mapped_column(Moment)
    source: Mapped[str] = mapped_column(String(100), index=True)
    version: Mapped[str] = mapped_column(String(60))
    contents: Mapped[list[str]] = mapped_column(CanonicalJson)
    new: Mapped[list[str]] = mapped_column(CanonicalJson)
    chain: Mapped[str] = mapped_column(Digest)
