"""What casework itself knows of a case and rules may read: ``case.*``, computed from decisions and events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.standing import Covers, stretches
from core.casework.month import months_between
from core.facts import core_facts
from core.store.tables import Decision, Event
from core.values import fraction_text, yuan_text

READ = ("work_refused", "reviewed")
"""The events of a case that these facts are read from."""
APART = ("phase_out", "refuse", "stop", "suspend")
"""Decisions whose months have no ordinary amount."""


class Told(Covers, Protocol):
    """What is asked of a decision beside its amount."""

    @property
    def kind(self) -> str:
        """Which kind of decision."""
        ...

    @property
    def basis(self) -> Mapping[str, Any]:
        """What it rests on."""
        ...


class Said(Told, Protocol):
    """What is asked of a decision."""

    @property
    def monthly(self) -> Fraction:
        """Exact fen a month."""
        ...


One = TypeVar("One", bound=Told)


def case_facts(session: Session, case_id: int, month: date) -> dict[str, str]:
    """Return the case's own facts as known for a month, as an assessment reads them (yuan, whole numbers, days)."""
    decisions = session.scalars(select(Decision).where(Decision.case_id == case_id).order_by(Decision.number)).all()
    return known_case_facts(decisions, read_events(session, case_id), month)


def read_events(session: Session, case_id: int) -> list[tuple[str, date]]:
    """Return the kinds and days of the events of a case these facts are read from."""
    events = select(Event.kind, Event.happened_on).where(Event.chain == f"case/{case_id}", Event.kind.in_(READ))
    return [(kind, day) for kind, day in session.execute(events)]


def known_case_facts(decisions: Sequence[Said], events: Iterable[tuple[str, date]], month: date) -> dict[str, str]:
    """Return the same from what is at hand: the decisions by number, and the events by kind and day.

    Each month before counts once, by the decision that rules it. ``previous_amount`` is the monthly amount of the last
    month under an ordinary decision, ``months_in_phase_out`` the months of phase-out, ``refusals`` the refusals of
    suitable work, ``last_review`` the last review.
    """
    ordinary, found = ordinary_and_facts(decisions, events, month)
    return found if ordinary is None else {"previous_amount": previous_amount(ordinary.monthly), **found}


def ordinary_and_facts(
    decisions: Sequence[One], events: Iterable[tuple[str, date]], month: date
) -> tuple[One | None, dict[str, str]]:
    """Return the last ordinary decision before a month, whose amount is the previous one, and the facts but for it."""
    before = stretches(decisions, month)
    happened = [(kind, day) for kind, day in events if day <= month]
    found: dict[str, str] = {}
    ordinary = [one for _, _, one in before if one.kind not in APART]
    found["months_in_phase_out"] = _months(before, lambda one: one.kind == "phase_out")
    found["disregard_months_used"] = _months(before, lambda one: bool(one.basis.get("disregard")))
    found["refusals"] = str(sum(kind == "work_refused" for kind, _ in happened))
    last = max((day for kind, day in happened if kind == "reviewed"), default=None)
    return ordinary[-1] if ordinary else None, found | ({"last_review": last.isoformat()} if last else {})


def previous_amount(monthly: Fraction) -> str:
    """Return the amount of a month as rules read it: yuan, exact to the parts of a fen the fact is declared in.

    A share of what was paid before is a fraction like any entitlement, and is rounded where it is paid.

    >>> previous_amount(Fraction(39000)), previous_amount(Fraction(19300, 3))
    ('390.00', '193/3')
    """
    if monthly.denominator == 1:
        return yuan_text(monthly)
    parts = int(core_facts()["items"]["case.previous_amount"]["parts"])
    return fraction_text(Fraction(round(monthly * parts), parts) / 100)


def _months(before: Iterable[tuple[date, date, One]], which: Callable[[One], bool]) -> str:
    return str(sum(months_between(start, end) for start, end, one in before if which(one)))
