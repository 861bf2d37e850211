"""Sums over cases by the place each lived in in a month: a household that moved since is counted where it was.

As for its rules (``deciding.place``) the month's first day tells. Most have never moved and are summed by the database;
the others are put back one by one, by their ``move`` events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, literal, select

from core.casework.access import within
from core.casework.deciding.place import MOVE
from core.casework.desk import Desk
from core.casework.scope import inside
from core.store.tables import AssistanceCase, Event

Place = tuple[str, str | None, str]
"""Subtree path, reporting unit, area."""
Found = Iterator[tuple[Place, str, int]]
PREFIX = "case/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is summed: a month, a programme, and the subtree of a path."""

    month: date
    programme: str
    path: str


def placed(desk: Desk, asked: Asked, query: Select[*tuple[Any, ...]]) -> Found:
    """Yield a query's sums over ``AssistanceCase`` by place, under the names its columns have."""
    names = tuple(query.selected_columns.keys())
    here = (AssistanceCase.path, AssistanceCase.unit, AssistanceCase.area)
    then = places_then(desk, asked.month)
    stayed = query.where(inside(AssistanceCase.path, [asked.path])).add_columns(*here).group_by(*here)
    yield from named(desk, stayed.where(~_moved_since(asked.month)) if then else stayed, names)
    if not then:
        return
    each = (AssistanceCase.id, AssistanceCase.unit, AssistanceCase.area)
    for row in desk.session.execute(query.where(_moved_since(asked.month)).add_columns(*each).group_by(*each)):
        if within(then[row.id], asked.path):
            for name in names:
                yield (then[row.id], row.unit, row.area), name, int(getattr(row, name) or 0)


def named(desk: Desk, query: Select[*tuple[Any, ...]], names: tuple[str, ...]) -> Found:
    """Yield the sums of a query that has the columns ``path``, ``unit`` and ``area`` of its groups."""
    for row in desk.session.execute(query):
        for name in names:
            yield (row.path, row.unit, row.area), name, int(getattr(row, name) or 0)


def places_then(desk: Desk, month: date) -> dict[int, str]:
    """Return where those cases that have moved since the first day of a month lived then: paths by case id."""
    query = _moves(month).add_columns(Event.body).order_by(Event.happened_on.desc(), Event.sequence.desc())
    return {int(row.chain.removeprefix(PREFIX)): row.body["was_path"] for row in desk.session.execute(query)}


def _moves(month: date) -> Select[str]:
    return select(Event.chain).where(Event.kind == MOVE, Event.happened_on > month)


def _moved_since(month: date) -> ColumnElement[bool]:
    return (literal(PREFIX) + cast(AssistanceCase.id, String)).in_(_moves(month))
