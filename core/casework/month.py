"""Months as the first day of each: the unit in which money is owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """Return the first day of the month ``count`` months on.

    >>> add_months(date(2018, 11, 1), 3)
    datetime.date(2019, 2, 1)
    """
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def months_on(day: date, count: int) -> date:
    """Return the same day ``count`` months on, or the last of that month where it has none.

    >>> months_on(date(2018, 8, 31), 6)
    datetime.date(2019, 2, 28)
    """
    target = add_months(month_of(day), count)
    return min(target + timedelta(days=day.day - 1), last_day(target))


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return add_months(month_of(month), 1) - timedelta(days=1)


def months_between(start: date, until: date) -> int:
    """Count the months of ``[start, until)``, both first days."""
    return (until.year - start.year) * 12 + until.month - start.month


def each_month(start: date, until: date) -> Iterator[date]:
    """Yield the months of ``[start, until)``."""
    for count in range(max(months_between(start, until), 0)):
        yield add_months(start, count)
