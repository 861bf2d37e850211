"""Persons: the only place where names, ID numbers, phones and accounts are kept, each encrypted.

Facts, decisions, traces and events know a person by the opaque ``token`` alone.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from core.store.base import Base, Code, Key


class Person(Base):
    """A person. ``*_index`` are blind indexes (keyed hashes) for exact search; empty where the value is not known.

    One ID number is one person: of two who enter it at once, the second is told that somebody else was first.
    """

    __tablename__ = "person"
    __table_args__ = (Index(None, "id_number_index", unique=True), Index(None, "name_index"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[str] = mapped_column(String(64))
    id_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_index: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    address: Mapped[bytes | None] = mapped_column(LargeBinary)
    bank: Mapped[str | None] = mapped_column(String(100))
    account: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    birth_date: Mapped[date | None] = mapped_column(Date)
    sex: Mapped[str | None] = mapped_column(Code)
    died_on: Mapped[date | None] = mapped_column(Date)
