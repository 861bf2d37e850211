"""Which columns are encrypted, what binds a value to its row, and under which keys what is in them was sealed."""

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
"""Every encrypted column; a test holds it against the tables."""


def known_by(row: Base) -> str:
    """Return what a row with sealed values is known by for ever: a person's token, whose file a paper belongs to."""
    if isinstance(row, Person):
        return row.token
    if isinstance(row, Visit):
        return f"{row.round_id}/{row.case_id}"
    assert isinstance(row, CaseNote)
    return str(row.case_id)


def seal_in(row: Base, name: str, text: str, *, cipher: Cipher) -> None:
    """Seal a text into a column of a row, for this row alone; the row must know already what it is known by."""
    setattr(row, name, cipher.seal(text, f"{row.__tablename__}.{name}", row=known_by(row)))


def open_in(row: Base, name: str, *, cipher: Cipher) -> str | None:
    """Open a column of a row; None where nothing is in it.

    Raises:
        JiuzhuError: ``missing_key``; ``altered_secret`` for what was sealed for another row, too.
    """
    value = getattr(row, name)
    return cipher.open(value, f"{row.__tablename__}.{name}", row=known_by(row)) if value else None


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
