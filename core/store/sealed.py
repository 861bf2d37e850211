"""Which columns are encrypted, and under which keys what is in them was sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Any

from sqlalchemy import LargeBinary, func, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.store.base import Base
from core.store.cipher import ID, Cipher
from core.store.tables import CaseNote, Person, Visit

SEALED: tuple[InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None], ...] = (
    Person.name, Person.id_number, Person.phone, Person.address, Person.account, Person.account_name,
    Visit.place, Visit.finding, CaseNote.body,
)  # fmt: skip
"""Every encrypted column, ``table.column`` being its additional data; a test holds it against the tables."""


def sealed_tables() -> dict[type[Base], list[InstrumentedAttribute[Any]]]:
    """Return the encrypted columns by table."""
    found: dict[type[Base], list[InstrumentedAttribute[Any]]] = {}
    for column in SEALED:
        found.setdefault(column.parent.class_, []).append(column)
    return found


def keys_in_use(session: Session, *, within: Container[str] | None = None) -> Counter[str]:
    """Return the ids of the keys values are sealed under, and how many values each.

    ``within`` are the columns there are (``table.column``), where the schema is an older one.
    """
    found: Counter[str] = Counter()
    for column in SEALED:
        if within is not None and str(column.expression) not in within:
            continue
        name = type_coerce(func.substr(column, 1, ID), LargeBinary)
        query = select(name, func.count()).where(column.is_not(None), func.length(column) > 0).group_by(name)
        for key, count in session.execute(query):
            found[Cipher.key_of(bytes(key))] += count
    return found
