"""How far ahead the months of a case can differ: to the last change that is published, decided or known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.cascade import AMENDMENT
from core.casework.deciding.standing import Covers
from core.casework.month import add_months, month_of
from core.policy import Policy
from core.provision import Document, Provision
from core.store.tables import FactsVersion


def rule_months(policy: Policy, documents: Mapping[str, Document], *, today: date) -> set[date]:
    """Return the months from which the rules of a place change, as far as they are published today.

    Rules of a document issued later, or of which nothing is in hand, are no ground to decide: from their first day on
    only published amendments are looked at, for the ends of other rules are known there by hindsight only.
    """
    here = [one.provision for ladder in policy.ladders.values() for one in ladder]
    unknown = min((day for one in here if (day := _unknown_from(one, documents, today))), default=date.max)
    days = {day for one in here for day in (one.period.start.day, one.period.until.day) if day and day < unknown}
    days |= {one.period.start.day for one in here if one.plugin == AMENDMENT and one.period.start.day}
    return {first_month(day) for day in days}


def _unknown_from(one: Provision, documents: Mapping[str, Document], today: date) -> date | None:
    """The first day of a rule still to come that nobody could have read today."""
    start = one.period.start.day
    if start is None or start <= today:
        return None
    document = documents.get(one.citation.document) if one.citation is not None else None
    issued = one.issued or (document.issued if document is not None else None)
    return start if one.is_gap or (issued is not None and issued > today) else None


def first_month(day: date) -> date:
    """Return the first month that begins on a day or after it: rules are those of a month's first day."""
    return day if day.day == 1 else add_months(month_of(day), 1)


def decided_months(decisions: Iterable[Covers]) -> set[date]:
    """Return the months in which another decision takes over."""
    found = {day for one in decisions for day in (one.from_month, one.until_month)}
    return {day for day in found if day is not None}


def facts_months(session: Session, case_id: int) -> set[date]:
    """Return the months in which newer facts of a case take effect."""
    days = session.scalars(select(FactsVersion.effective_on).where(FactsVersion.case_id == case_id))
    return {month_of(day) for day in days}


def months_to_judge(since: date, present: date, changes: Sequence[date]) -> Iterator[date]:
    """Yield every month from ``since`` through the present one, and beyond it those in which something changes."""
    month = since
    while month <= max(since, present):
        yield month
        month = add_months(month, 1)
    yield from (one for one in changes if one >= month)
