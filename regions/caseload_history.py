"""What casework knows of many cases on a day, out of their decisions and events as a snapshot's query joins them.

But for the amounts most cases have one of a few stories: each is thought through once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pyarrow as pa

from core.casework.deciding.case_facts import ordinary_and_facts, previous_amount
from core.casework.deciding.standing import entitled_in
from core.casework.month import month_of
from core.facts import Catalogue
from regions.caseload_query import RECORD, UNIT

STORIES = 65_536
"""How many stories, and how many amounts, are remembered."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is asked of a decision beside its amount (``core.casework.deciding.case_facts.Told``)."""

    number: str
    kind: str
    from_month: date
    until_month: date | None
    basis: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    """What decisions and events say in a month: the decision in force, the one whose amount was before, the facts."""

    now: Told | None
    before: Told | None
    facts: Mapping[str, str]


def histories(rows: Any, on: date, facts: Catalogue) -> dict[str, Any]:
    """Return, as Arrow columns, the decision in force on a day with its amount and start, and the ``case.*`` facts."""
    month = month_of(on)
    columns = (rows[name].to_pylist() for name in ("decisions", "events", "amounts"))
    kinds: list[str | None] = []
    since: list[date | None] = []
    current: list[tuple[int | None, int | None]] = []
    known: dict[str, list[str | None]] = {
        one.short: [] for one in facts.schema.fields.values() if one.name.startswith("case.")
    }
    for decided, happened, paid in zip(*columns, strict=True):
        story, amounts = _story(decided, happened, month), _amounts(paid)
        kinds.append(story.now.kind if story.now else None)
        since.append(story.now.from_month if story.now else None)
        current.append(_exact(amounts[story.now.number]) if story.now else (None, None))
        for name, values in known.items():
            values.append(story.facts.get(name))
        if story.before is not None and "previous_amount" in known:
            known["previous_amount"][-1] = _previous(amounts[story.before.number])
    return {
        "decision": pa.array(kinds, pa.string()), "since": pa.array(since, pa.date32()), "current": _fractions(current),
        "case": pa.StructArray.from_arrays([pa.array(one, pa.string()) for one in known.values()], names=list(known)),
    }  # fmt: skip


def _fractions(values: list[tuple[int | None, int | None]]) -> Any:
    parts = [pa.array([one[at] for one in values], pa.int64()) for at in (0, 1)]
    names = ["numerator", "denominator"]
    return pa.StructArray.from_arrays(parts, names=names, mask=parts[0].is_null())


@lru_cache(maxsize=STORIES)
def _story(decided: str, happened: str, month: date) -> Story:
    decisions = sorted(_decisions(decided), key=lambda one: int(one.number))
    before, found = ordinary_and_facts(decisions, list(_events(happened)), month)
    return Story(entitled_in(decisions, month), before, found)


def _decisions(text: str) -> Iterator[Told]:
    for one in text.split(RECORD) if text else ():
        number, kind, first, until, basis = one.split(UNIT)
        last = date.fromisoformat(until) if until else None
        yield Told(number, kind, date.fromisoformat(first), last, json.loads(basis) if basis else {})


def _events(text: str) -> Iterator[tuple[str, date]]:
    for one in text.split(RECORD) if text else ():
        kind, day = one.split(UNIT)
        yield kind, date.fromisoformat(day)


def _amounts(text: str) -> dict[str, str]:
    """The amounts by number of decision."""
    return dict(one.split(UNIT) for one in text.split(RECORD)) if text else {}


@lru_cache(maxsize=STORIES)
def _exact(text: str) -> tuple[int, int]:
    found = Fraction(text)
    return found.numerator, found.denominator


@lru_cache(maxsize=STORIES)
def _previous(text: str) -> str:
    return previous_amount(Fraction(text))
