"""What casework knows of many cases on a day, out of their decisions and events as a snapshot's query joins them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pyarrow as pa

from core.casework.deciding.case_facts import known_case_facts
from core.casework.deciding.standing import entitled_in
from core.casework.month import month_of
from core.facts import Catalogue
from regions.caseload_query import RECORD, UNIT

_day = lru_cache(maxsize=4096)(date.fromisoformat)


@dataclass(frozen=True, slots=True)
class Said:
    """What is asked of a decision (``core.casework.deciding.case_facts.Said``)."""

    number: int
    kind: str
    from_month: date
    until_month: date | None
    monthly: Fraction
    basis: Mapping[str, Any]


def histories(rows: Any, on: date, facts: Catalogue) -> dict[str, Any]:
    """Return, as Arrow columns, the decision in force on a day with its amount and start, and the ``case.*`` facts."""
    kinds: list[str | None] = []
    amounts: list[dict[str, int] | None] = []
    since: list[date | None] = []
    known: list[Mapping[str, str]] = []
    month = month_of(on)
    for decided, happened in zip(rows["decisions"].to_pylist(), rows["events"].to_pylist(), strict=True):
        decisions = list(_decisions(decided))
        now = entitled_in(decisions, month)
        kinds.append(now.kind if now else None)
        since.append(now.from_month if now else None)
        exact = now.monthly if now else None
        amounts.append(None if exact is None else {"numerator": exact.numerator, "denominator": exact.denominator})
        known.append(known_case_facts(decisions, list(_events(happened)), month))
    names = [one.short for one in facts.schema.fields.values() if one.name.startswith("case.")]
    own = pa.array(known, pa.struct([(name, pa.string()) for name in names]))
    return {"decision": pa.array(kinds, pa.string()), "current": pa.array(amounts, _FRACTION),
            "since": pa.array(since, pa.date32()), "case": own}  # fmt: skip


_FRACTION = pa.struct([("numerator", pa.int64()), ("denominator", pa.int64())])


def _decisions(text: str) -> Sequence[Said]:
    found = [_said(one.split(UNIT)) for one in text.split(RECORD)] if text else []
    return sorted(found, key=lambda one: one.number)


def _said(parts: Sequence[str]) -> Said:
    number, kind, first, until, monthly, basis = parts
    return Said(int(number), kind, _day(first), _day(until) if until else None, Fraction(monthly),
                json.loads(basis) if basis else {})  # fmt: skip


def _events(text: str) -> Iterator[tuple[str, date]]:
    for one in text.split(RECORD) if text else ():
        kind, day = one.split(UNIT)
        yield kind, _day(day)
