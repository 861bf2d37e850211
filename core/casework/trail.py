"""The audit trail: appending events to hash chains, verifying them, and anchoring their heads.

What the chains prove: no event was altered, removed or moved inside a chain. A lost tail shows only against an anchor,
so verification says up to which one it can be excluded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.store.base import canonical
from core.store.tables import Anchor, Event

START = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What an event is to say: what was done, when, entered when, by whom (a user's id) and why."""

    kind: str
    happened_on: date
    recorded_at: str
    actor_id: int | None
    body: Mapping[str, Any]
    reason: str | None = None


def append_event(session: Session, chain: str, deed: Deed) -> Event:
    """Append an event to its chain; two writers of one place in a chain meet in a unique constraint."""
    last = session.execute(
        select(Event.sequence, Event.digest).where(Event.chain == chain).order_by(Event.sequence.desc()).limit(1)
    ).first()
    event = Event(
        chain=chain,
        sequence=last.sequence + 1 if last else 1,
        kind=deed.kind,
        happened_on=deed.happened_on,
        recorded_at=deed.recorded_at,
        actor_id=deed.actor_id,
        reason=deed.reason,
        body=dict(deed.body),
        previous=last.digest if last else START,
    )
    event.digest = digest_of(event)
    session.add(event)
    session.flush()
    return event


def digest_of(event: Event) -> str:
    """Return the digest a row must have: SHA-256 over the digest before it and everything the row says."""
    said = {
        "chain": event.chain,
        "sequence": event.sequence,
        "kind": event.kind,
        "happened_on": event.happened_on.isoformat(),
        "recorded_at": event.recorded_at,
        "actor": event.actor_id,
        "reason": event.reason,
        "body": event.body,
    }
    return hashlib.sha256(event.previous.encode() + canonical(said)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a chain, at which event."""

    chain: str
    sequence: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The result of reading every chain: how many events, what is wrong, and the last anchor they were held against."""

    events: int
    chains: int
    faults: tuple[Fault, ...]
    anchored_at: str | None
    anchored_event: int | None

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def verify(session: Session, *, chain: str | None = None) -> Verification:
    """Read every chain (or one) from its first event and name whatever does not fit."""
    faults: list[Fault] = []
    heads: dict[str, tuple[int, str]] = {}
    count = 0
    for event in _in_order(session, chain):
        count += 1
        before = heads.get(event.chain, (0, START))
        faults += _faults(event, before)
        heads[event.chain] = (event.sequence, event.digest)
    anchor = session.scalars(select(Anchor).order_by(Anchor.id.desc()).limit(1)).first()
    faults += _lost(anchor, heads, session, chain)
    return Verification(
        events=count,
        chains=len(heads),
        faults=tuple(faults),
        anchored_at=anchor.recorded_at if anchor else None,
        anchored_event=anchor.last_event if anchor else None,
    )


def _in_order(session: Session, chain: str | None) -> Iterator[Event]:
    query = select(Event).order_by(Event.chain, Event.sequence).execution_options(yield_per=2000)
    if chain is not None:
        query = query.where(Event.chain == chain)
    for event in session.scalars(query):
        yield event
        session.expunge(event)


def _faults(event: Event, before: tuple[int, str]) -> Iterator[Fault]:
    sequence, digest = before
    if event.sequence != sequence + 1:
        yield Fault(chain=event.chain, sequence=sequence + 1, what="removed")
    elif event.previous != digest:
        yield Fault(chain=event.chain, sequence=event.sequence, what="reordered")
    if digest_of(event) != event.digest:
        yield Fault(chain=event.chain, sequence=event.sequence, what="altered")


def _lost(
    anchor: Anchor | None, heads: Mapping[str, tuple[int, str]], session: Session, only: str | None
) -> Iterator[Fault]:
    """Events the last anchor knew of and that are no longer there, or no longer the same."""
    if anchor is None:
        return
    if hashlib.sha256(canonical(anchor.heads)).hexdigest() != anchor.digest:
        yield Fault(chain="anchor", sequence=anchor.id, what="altered")
    for chain, (sequence, digest) in anchor.heads.items():
        if only not in (None, chain):
            continue
        if heads.get(chain, (0, START))[0] < sequence:
            yield Fault(chain=chain, sequence=heads.get(chain, (0, START))[0] + 1, what="lost")
            continue
        now = session.scalar(select(Event.digest).where(Event.chain == chain, Event.sequence == sequence))
        if now is not None and now != digest:
            yield Fault(chain=chain, sequence=sequence, what="rewritten")


def anchor(session: Session, *, recorded_at: str) -> Anchor:
    """Write down the heads of all chains, so that a tail lost later shows."""
    last = select(Event.chain, func.max(Event.sequence).label("sequence")).group_by(Event.chain).subquery()
    rows = session.execute(
        select(Event.chain, Event.sequence, Event.digest, Event.id)
        .join(last, (Event.chain == last.c.chain) & (Event.sequence == last.c.sequence))
        .order_by(Event.chain)
    ).all()
    heads = {row.chain: [row.sequence, row.digest] for row in rows}
    made = Anchor(
        recorded_at=recorded_at,
        last_event=max((row.id for row in rows), default=0),
        heads=heads,
        digest=hashlib.sha256(canonical(heads)).hexdigest(),
    )
    session.add(made)
    session.flush()
    return made
