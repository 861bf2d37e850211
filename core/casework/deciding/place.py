"""Where a household lived in a month: its rules are those of that place, whatever district it has moved to since."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.casework.flow.history import chain_of
from core.store.tables import AssistanceCase, Event

MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A division and its subtree path."""

    division: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A household left a place on a day."""

    on: date
    left: Place


def place_in(moves: Iterable[Move], month: date, *, now: Place) -> Place:
    """Return where a household lived on the first day of a month (or on another day); ``now``: where it is today.

    >>> heshan, ziyang = Place(division="430903", path="/43/430903"), Place(division="430902", path="/43/430902")
    >>> moved = [Move(on=date(2018, 6, 12), left=heshan)]
    >>> [place_in(moved, date(2018, month, 1), now=ziyang).division for month in (6, 7)]
    ['430903', '430902']
    """
    return next((one.left for one in sorted(moves, key=lambda one: one.on) if one.on > month), now)


def moves_of(session: Session, cases: Sequence[int]) -> dict[int, list[Move]]:
    """Return the moves of many cases in the order they were recorded; one query."""
    chains = {chain_of(one): one for one in cases}
    found: dict[int, list[Move]] = {one: [] for one in cases}
    for event in session.scalars(_moves().where(Event.chain.in_(list(chains)))):
        found[chains[event.chain]].append(_move(event))
    return found


def moves_since(session: Session, day: date) -> dict[int, list[Move]]:
    """Return the moves after a day, by case, in the order they were recorded; one query."""
    found: dict[int, list[Move]] = {}
    for event in session.scalars(_moves().where(Event.happened_on > day)):
        found.setdefault(int(event.chain.partition("/")[2]), []).append(_move(event))
    return found


def place_on(session: Session, case: AssistanceCase, day: date) -> Place:
    """Return where a case's household lived on a day."""
    moves = session.scalars(_moves().where(Event.chain == chain_of(case.id)))
    return place_in(map(_move, moves), day, now=Place(division=case.division, path=case.path))


def moved_away(session: Session, path: str, *, since: date) -> list[int]:
    """Return the cases that lived inside a subtree on ``since`` or later and have left a place in it by a move.

    A batch of months long past takes them along; :func:`place_in` tells each one's months.
    """
    left = session.scalars(_moves().where(Event.happened_on > since))
    inside = (one.chain for one in left if f"{one.body['was_path']}/".startswith(f"{path}/"))
    return sorted({int(chain.partition("/")[2]) for chain in inside})


def _moves() -> Select[Event]:
    return select(Event).where(Event.kind == MOVE).order_by(Event.chain, Event.sequence)


def _move(event: Event) -> Move:
    return Move(on=event.happened_on, left=Place(division=event.body["was"], path=event.body["was_path"]))
