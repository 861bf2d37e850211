"""Opening everything that is sealed: a value altered, or swapped with another row's, no longer opens.

The blind indexes of persons are held against what they were made of, so that nobody is found by another's number; and
every field of a person against what the trail says was written last, so that an older value put back is found too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core.casework.people.fingerprint import HELD, fingerprint, last_written
from core.casework.row_fault import RowFault
from core.casework.scope import inside
from core.casework.staff import NATION
from core.errors import JiuzhuError
from core.store.base import Base
from core.store.cipher import Cipher
from core.store.sealed import known_by, open_in, sealed_tables
from core.store.tables import AssistanceCase, CaseMember, Person

CHUNK = 1000
INDEXED = ("name", "id_number")
"""Sealed columns of a person that have a blind index."""


def sealed_faults(session: Session, cipher: Cipher, path: str = NATION) -> Iterator[RowFault]:
    """Yield the sealed values of a subtree that do not open for their row, and persons who are not what was written.

    For the whole country these are all persons, those in office too; else the members of its cases. A key that is not
    at hand is told once, as a fault of its own.
    """
    missing: set[str] = set()
    for table, columns in sealed_tables().items():
        names = [one.key for one in columns]
        for rows in _chunks(session, table, path):
            wrong = {fault: None for row in rows for name in names for fault in _value(row, name, cipher, missing)}
            if table is Person and not missing:
                wrong |= dict.fromkeys(_against_the_trail(session, rows, cipher))
            yield from wrong
            session.expunge_all()


def _chunks(session: Session, table: type[Base], path: str) -> Iterator[Sequence[Any]]:
    key: Any = table.__table__.c["id"]
    after = 0
    while found := session.scalars(_within(table, path).where(key > after).order_by(key).limit(CHUNK)).all():
        after = found[-1].id
        yield found


def _against_the_trail(session: Session, persons: Sequence[Person], cipher: Cipher) -> Iterator[RowFault]:
    """Yield the fields of persons that are not what was written last; one the trail knows nothing of was added."""
    try:
        told = last_written(session, persons)
    except (ValueError, KeyError, TypeError):  # what somebody has edited need not be JSON any more
        yield RowFault(table="event", row="", what="altered")
        return
    for person in persons:
        if not told[person.token]:
            yield RowFault(table="person", row=person.token, what="added")
            continue
        for name in HELD:
            if _kept(person, name, cipher) != told[person.token].get(name):
                yield RowFault(table="person", row=f"{person.token} {name}", what="altered")


def _kept(person: Person, name: str, cipher: Cipher) -> str | None:
    try:
        return fingerprint(person, name, cipher)
    except JiuzhuError:  # it does not open
        return ""


def _within(table: Any, path: str) -> Select[Any]:
    if path == NATION:
        return select(table)
    cases = select(AssistanceCase.id).where(inside(AssistanceCase.path, (path,)))
    if table is not Person:
        return select(table).where(table.case_id.in_(cases))
    members = select(CaseMember.person_id).where(CaseMember.case_id.in_(cases))
    heads = select(AssistanceCase.head_id).where(inside(AssistanceCase.path, (path,)))
    return select(Person).where(or_(Person.id.in_(members), Person.id.in_(heads)))


def _value(row: Base, name: str, cipher: Cipher, missing: set[str]) -> Iterator[RowFault]:
    at = f"{known_by(row)} {name}"
    try:
        text = open_in(row, name, cipher=cipher)
    except JiuzhuError as error:
        if error.code == "altered_secret":
            yield RowFault(table=row.__tablename__, row=at, what="altered")
        elif error.value not in missing:
            missing.add(str(error.value))
            yield RowFault(table="key", row=str(error.value), what="removed")
        return
    if name in INDEXED and isinstance(row, Person):
        index = cipher.index(text, f"person.{name}") if text is not None else None
        if (getattr(row, f"{name}_index") or None) != index:
            yield RowFault(table="person", row=f"{at}_index", what="altered")
