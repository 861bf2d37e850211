"""A month as weeks of days, from Monday on, with what is due and whether a day is worked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar import WorkingCalendar
from core.casework.month import last_day
from core.casework.reviews.duty_kind import Duty

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day: ``works`` is None where the calendar of its year is not loaded."""

    day: date
    inside: bool
    works: bool | None
    name: str
    duties: Sequence[Duty]


def weeks(month: date, listed: Iterable[Duty], calendar: WorkingCalendar) -> list[list[DayCell]]:
    """Return the weeks that hold a month."""
    by_day: dict[date, list[Duty]] = {}
    for one in listed:
        by_day.setdefault(one.due, []).append(one)
    first = month.replace(day=1) - timedelta(days=month.replace(day=1).weekday())
    last = last_day(month)
    found = []
    while first <= last:
        found.append([_cell(first + timedelta(days=at), month, by_day, calendar) for at in range(WEEK)])
        first += timedelta(days=WEEK)
    return found


def _cell(day: date, month: date, by_day: dict[date, list[Duty]], calendar: WorkingCalendar) -> DayCell:
    known = day.year in calendar.years
    special = calendar.special.get(day)
    return DayCell(
        day=day, inside=day.month == month.month, works=calendar.is_working(day) if known else None,
        name=special.name if special is not None else "", duties=by_day.get(day, []),
    )  # fmt: skip
