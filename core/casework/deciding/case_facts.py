"""What casework itself knows of a case and rules may read: ``case.*``, computed from decisions and events."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.month import months_between
from core.store.tables import Decision, Event
from core.values import yuan_text

READ = ("work_refused", "reviewed")
"""The events of a case that these facts are read from."""


def case_facts(session: Session, case_id: int, month: date) -> dict[str, str]:
    """Return the case's own facts as known for a month, as an assessment reads them (yuan, whole numbers, days)."""
    decisions = session.scalars(select(Decision).where(Decision.case_id == case_id).order_by(Decision.number)).all()
    events = select(Event.kind, Event.happened_on).where(Event.chain == f"case/{case_id}", Event.kind.in_(READ))
    return known_case_facts(decisions, [(kind, day) for kind, day in session.execute(events)], month)


def known_case_facts(decisions: Sequence[Decision], events: Iterable[tuple[str, date]], month: date) -> dict[str, str]:
    """Return the same from what is at hand: the decisions by number, and the events by kind and day.

    ``previous_amount`` is the last ordinary monthly amount before the month, ``months_in_phase_out`` the months of
    phase-out already decided, ``refusals`` the refusals of suitable work, ``last_review`` the last review.
    """
    before = [one for one in decisions if one.from_month < month]
    happened = [(kind, day) for kind, day in events if day <= month]
    found: dict[str, str] = {}
    ordinary = [one for one in before if one.kind not in ("phase_out", "refuse", "suspend")]
    if ordinary:
        found["previous_amount"] = yuan_text(ordinary[-1].monthly)
    phased = [one for one in before if one.kind == "phase_out"]
    found["months_in_phase_out"] = str(sum(_months(one, month) for one in phased))
    found["disregard_months_used"] = str(sum(_months(one, month) for one in before if one.basis.get("disregard")))
    found["refusals"] = str(sum(kind == "work_refused" for kind, _ in happened))
    last = max((day for kind, day in happened if kind == "reviewed"), default=None)
    return found | ({"last_review": last.isoformat()} if last else {})


def _months(one: Decision, month: date) -> int:
    """How many months a decision covers before ``month``."""
    return months_between(one.from_month, min(one.until_month or month, month))
