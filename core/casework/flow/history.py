"""The history of a case: its events in order, each as the corrections since made say it was.

An event is never changed. A correction (更正) is an event of its own that names the one it corrects; reading the
history lays it over the other, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.store.tables import Event

CHINA = timezone(timedelta(hours=8))
"""Days are Chinese days, whatever the server's zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event as it stands today. ``corrections`` are the sequences of the events that corrected it."""

    id: int
    sequence: int
    kind: str
    happened_on: date
    recorded_on: date
    actor_id: int | None
    reason: str | None
    body: Mapping[str, Any] = field(default_factory=dict)
    corrections: tuple[int, ...] = ()
    void: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it was entered on a later day than it happened (补录)."""
        return self.recorded_on > self.happened_on

    @property
    def key(self) -> str:
        """The event as the transition table names it: of a decision, with its kind, unless it is on other months."""
        if self.kind not in ("decided", "took_effect"):
            return self.kind
        return "decision_beside" if self.body.get("beside") else f"decision.{self.body.get('kind', '')}"


def chain_of(case_id: int) -> str:
    """Return the name of a case's chain."""
    return f"case/{case_id}"


def history(session: Session, case_id: int) -> tuple[Happening, ...]:
    """Return the events of a case in order, corrections laid over what they correct."""
    query = select(Event).where(Event.chain == chain_of(case_id)).order_by(Event.sequence)
    return corrected(session.scalars(query))


def histories(session: Session, cases: Sequence[int]) -> dict[int, tuple[Happening, ...]]:
    """Return the events of many cases, each as :func:`history` does; one query."""
    chains = {chain_of(one): one for one in cases}
    query = select(Event).where(Event.chain.in_(chains)).order_by(Event.chain, Event.sequence)
    found: dict[int, list[Event]] = {one: [] for one in cases}
    for event in session.scalars(query):
        found[chains[event.chain]].append(event)
    return {case_id: corrected(events) for case_id, events in found.items()}


def corrected(events: Iterable[Event]) -> tuple[Happening, ...]:
    """Lay corrections over the events they name; a later correction outdoes an earlier one."""
    found: dict[int, Happening] = {}
    for event in events:
        found[event.sequence] = _plain(event)
        if event.kind == "correction":
            target = found.get(event.body["corrects"])
            if target is not None:
                found[target.sequence] = _laid_over(target, event)
    return tuple(found.values())


def _plain(event: Event) -> Happening:
    return Happening(
        id=event.id,
        sequence=event.sequence,
        kind=event.kind,
        happened_on=event.happened_on,
        recorded_on=datetime.fromisoformat(event.recorded_at).astimezone(CHINA).date(),
        actor_id=event.actor_id,
        reason=event.reason,
        body=event.body,
    )


def _laid_over(target: Happening, correction: Event) -> Happening:
    said = correction.body
    return replace(
        target,
        happened_on=date.fromisoformat(said["happened_on"]) if "happened_on" in said else target.happened_on,
        body={**target.body, **said.get("body", {})},
        corrections=(*target.corrections, correction.sequence),
        void=bool(said.get("void", target.void)),
    )
