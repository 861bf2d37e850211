"""What the trail keeps of a person's row: a keyed digest of every field whenever it is written.

A value of his own put back to what it once was opens, and fits its index: only the trail knows what was written last.
A person's own chain says it (``person/<token>``); of those a roster brought, the event ``opened`` of their case does:
hundreds of thousands of chains more would be read and anchored for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.store.cipher import Cipher
from core.store.sealed import open_in, sealed_tables
from core.store.tables import CaseMember, Event, Person

CHAIN, KIND = "person/{}", "written"
PLAIN = ("bank", "birth_date", "sex", "died_on")
HELD = (*(one.key for one in sealed_tables()[Person]), *PLAIN)
"""The fields of a person the trail is held against."""
LENGTH = 16
"""Characters: nobody without the key makes a value of a given digest, whatever its length."""


def fingerprint(person: Person, name: str, cipher: Cipher) -> str | None:
    """Return the keyed digest of a field for this person alone; None where it is empty.

    Raises:
        JiuzhuError: ``missing_key``, ``altered_secret``.
    """
    if name in PLAIN:
        value = getattr(person, name)
        text = value.isoformat() if isinstance(value, date) else value
    else:
        text = open_in(person, name, cipher=cipher)
    return cipher.index(f"{person.token}\0{text}", f"fingerprint.{name}")[:LENGTH] if text else None


def written_of(person: Person) -> tuple[str, ...]:
    """Return the fields of a person that are not empty."""
    return tuple(name for name in HELD if getattr(person, name))


def fingerprints(person: Person, names: Iterable[str], cipher: Cipher) -> dict[str, str | None]:
    """Return the keyed digests of fields that were written, by name."""
    return {name: fingerprint(person, name, cipher) for name in sorted(names)}


def note_written(desk: Desk, person: Person, names: Iterable[str]) -> None:
    """Say on a person's chain which of his fields were written, and their digests."""
    if found := fingerprints(person, names, desk.cipher):
        desk.session.flush()
        desk.record(CHAIN.format(person.token), KIND, found)


def last_written(session: Session, persons: Sequence[Person]) -> Mapping[str, Mapping[str, str | None]]:
    """Return the digests of what was written last, by token and field, as the trail tells them."""
    tokens = {CHAIN.format(one.token): one.token for one in persons}
    members = select(CaseMember.case_id).where(CaseMember.person_id.in_([one.id for one in persons])).distinct()
    chains = [*tokens, *(chain_of(one) for one in session.scalars(members))]
    query = select(Event.chain, Event.body).where(Event.chain.in_(chains), Event.kind.in_((KIND, "opened")))
    found: dict[str, dict[str, str | None]] = {token: {} for token in tokens.values()}
    for chain, body in session.execute(query.order_by(Event.id)):
        told = {tokens[chain]: body} if chain in tokens else body.get(KIND, {})
        for token, fields in told.items():
            if token in found:
                found[token].update(fields)
    return found
