"""The audit trail: appending events to hash chains, verifying them, and anchoring their heads.

What the chains prove: no event was altered, removed or moved inside a chain. A lost tail shows only against an anchor,
so verification says up to which one it can be excluded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, select, text, type_coerce
from sqlalchemy.orm import Session

from core.store.base import canonical
from core.store.tables import Anchor, Event, RegistryEntry
from core.store.written import take_written

START = "0" * 64
REGISTRY = "registry_entry"
"""The name the registry's own chain goes by among an anchor's heads."""


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
    """Append an event to its chain, with digests of the rows that were written since the event before.

    Two writers of one place in a chain meet in a unique constraint.
    """
    written = take_written(session)
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
        written=written,
        previous=last.digest if last else START,
    )
    event.digest = digest_of(event)
    session.add(event)
    session.flush()
    return event


def append_events(session: Session, deeds: Sequence[tuple[str, Deed]]) -> None:
    """Append one event to each of many chains, in two statements: what a chunk of cases has in common.

    The first tells the rows written with all of them.
    """
    written = take_written(session) if deeds else None
    chains = [chain for chain, _ in deeds]
    newest = select(func.max(Event.id)).where(Event.chain.in_(chains)).group_by(Event.chain)
    heads = {one.chain: one for one in session.scalars(select(Event).where(Event.id.in_(newest)))}
    for chain, deed in deeds:
        head = heads.get(chain)
        event = Event(
            chain=chain, sequence=head.sequence + 1 if head else 1, kind=deed.kind, happened_on=deed.happened_on,
            recorded_at=deed.recorded_at, actor_id=deed.actor_id, reason=deed.reason, body=dict(deed.body),
            written=written, previous=head.digest if head else START,
        )  # fmt: skip
        event.digest = digest_of(event)
        session.add(event)
        heads[chain], written = event, None
    session.flush()


def digest_of(event: Event) -> str:
    """Return the digest a row must have: SHA-256 over the digest before it and everything the row says."""
    day = event.happened_on.isoformat()
    return _digest(event.previous, event, happened_on=day, body=event.body, written=event.written)


def _digest(previous: str, row: Any, *, happened_on: str, body: Any, written: Any) -> str:
    said = {
        "chain": row.chain,
        "sequence": row.sequence,
        "kind": row.kind,
        "happened_on": happened_on,
        "recorded_at": row.recorded_at,
        "actor": row.actor_id,
        "reason": row.reason,
        "body": body,
        **({} if written is None else {"written": written}),
    }
    return hashlib.sha256(previous.encode() + canonical(said)).hexdigest()


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
    anchors = _Anchors(session)
    known = {name: head for name, head in anchors.heads.items() if chain in (None, name)}
    faults: list[Fault] = [*anchors.faults, *_registry(session, known.pop(REGISTRY, None))]
    heads: dict[str, Head] = {}
    count = 0
    for row in _in_order(session, chain):
        count += 1
        faults += _faults(row, heads.get(row.chain, (0, START)), known.get(row.chain))
        heads[row.chain] = (row.sequence, row.digest)
    faults += _lost(known, heads)
    return Verification(
        events=count,
        chains=len(heads),
        faults=tuple(faults),
        anchored_at=anchors.last.recorded_at if anchors.last else None,
        anchored_event=anchors.last.last_event if anchors.last else None,
    )


Head = tuple[int, str]
"""The sequence and the digest of a chain's last event."""


def _in_order(session: Session, chain: str | None) -> Iterator[Any]:
    """The rows as they are: what somebody has edited need not be JSON or a day any more."""
    query = (
        select(
            Event.chain, Event.sequence, Event.kind, Event.recorded_at, Event.actor_id, Event.reason, Event.previous,
            Event.digest, _iso(session).label("happened_on"),
            type_coerce(Event.body, String).label("body"), type_coerce(Event.written, String).label("written"),
        )
        .order_by(Event.chain, Event.sequence)
        .execution_options(yield_per=2000)
    )  # fmt: skip
    yield from session.execute(query if chain is None else query.where(Event.chain == chain))


def _iso(session: Session) -> ColumnElement[str]:
    """A day as text, whatever form the server is set to show days in."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(Event.happened_on, "YYYY-MM-DD")
    return cast(Event.happened_on, String)


def _faults(row: Any, before: Head, known: Head | None) -> Iterator[Fault]:
    sequence, digest = before
    if row.sequence != sequence + 1:
        yield Fault(chain=row.chain, sequence=sequence + 1, what="removed")
    elif row.previous != digest:
        yield Fault(chain=row.chain, sequence=row.sequence, what="reordered")
    if not _holds(row):
        yield Fault(chain=row.chain, sequence=row.sequence, what="altered")
    if known is not None and row.sequence == known[0] and row.digest != known[1]:
        yield Fault(chain=row.chain, sequence=row.sequence, what="rewritten")


def _holds(row: Any) -> bool:
    try:
        body = json.loads(row.body)
        written = None if row.written is None else json.loads(row.written)
        said = _digest(row.previous, row, happened_on=row.happened_on, body=body, written=written)
        return said == str(row.digest)
    except (ValueError, TypeError):
        return False


def _registry(session: Session, known: Head | None) -> Iterator[Fault]:
    """The registry's chain is checked when the log is read; its tail only by an anchor."""
    if known is not None:
        chain = session.scalar(select(RegistryEntry.chain).where(RegistryEntry.sequence == known[0]))
        if chain != known[1]:
            yield Fault(chain=REGISTRY, sequence=known[0], what="lost" if chain is None else "rewritten")


def _lost(known: Mapping[str, Head], heads: Mapping[str, Head]) -> Iterator[Fault]:
    """Events an anchor knew of and that are no longer there."""
    for chain, (sequence, _) in known.items():
        last = heads.get(chain, (0, START))[0]
        if last < sequence:
            yield Fault(chain=chain, sequence=last + 1, what="lost")


class _Anchors:
    """All anchors, read in order: the newest head each chain was anchored at, and what does not fit."""

    def __init__(self, session: Session) -> None:
        self.last: Anchor | None = None
        self.heads: dict[str, Head] = {}
        self.faults: list[Fault] = []
        for row in session.scalars(select(Anchor).order_by(Anchor.id).execution_options(yield_per=20)):
            if anchor_digest(self.digest, row) != row.digest:
                self.faults.append(Fault(chain="anchor", sequence=row.id, what="altered"))
            self.heads |= {chain: (sequence, digest) for chain, (sequence, digest) in row.heads.items()}
            self.last = row

    @property
    def digest(self) -> str:
        """The digest of the last anchor, which the next is chained to."""
        return self.last.digest if self.last else START


def anchor(session: Session, *, recorded_at: str) -> Anchor:
    """Write down the heads of the chains that have grown since the last anchor, so that a tail lost later shows."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE anchor IN EXCLUSIVE MODE"))  # two at once would follow the same one
        session.execute(text("LOCK TABLE event IN SHARE MODE"))  # a lower number than the last may still be on its way
    before = _Anchors(session)
    last = select(Event.chain, func.max(Event.sequence).label("sequence")).group_by(Event.chain).subquery()
    rows = session.execute(
        select(Event.chain, Event.sequence, Event.digest)
        .join(last, (Event.chain == last.c.chain) & (Event.sequence == last.c.sequence))
        .order_by(Event.chain)
    )
    heads = {row.chain: [row.sequence, row.digest] for row in rows
             if before.heads.get(row.chain, (0, START))[0] < row.sequence}  # fmt: skip
    registry = select(RegistryEntry.sequence, RegistryEntry.chain).order_by(RegistryEntry.sequence.desc()).limit(1)
    entry = session.execute(registry).first()
    if entry is not None and before.heads.get(REGISTRY, (-1, START))[0] < entry.sequence:
        heads[REGISTRY] = [entry.sequence, entry.chain]
    made = Anchor(recorded_at=recorded_at, last_event=session.scalar(select(func.max(Event.id))) or 0, heads=heads)
    made.digest = anchor_digest(before.digest, made)
    session.add(made)
    session.flush()
    return made


def anchor_digest(previous: str, row: Anchor) -> str:
    """Return the digest an anchor must have: over the anchor before it and everything it says."""
    said = {"recorded_at": row.recorded_at, "last_event": row.last_event, "heads": row.heads}
    return hashlib.sha256(previous.encode() + canonical(said)).hexdigest()


def is_anchored(session: Session, digest: str) -> bool:
    """Tell whether an anchor whose digest was kept elsewhere (on paper, in a backup) is still there."""
    return session.scalars(select(Anchor.id).where(Anchor.digest == digest).limit(1)).first() is not None
