"""What a generated function may call while it runs; nothing else is in its reach."""

from __future__ import annotations

from datetime import date

from core.formula.tree import Failure


class Failed(Exception):  # noqa: N818 - it never leaves a generated function
    """Carries a failure from where it arose to the quantity being computed."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


def day_key(ordinal: int) -> int:
    """Return a day as ``yyyymmdd``: completed years are the floor of a difference divided by 10,000.

    >>> (day_key(date(2018, 6, 1).toordinal()) - day_key(date(1960, 6, 2).toordinal())) // 10000
    57
    """
    day = date.fromordinal(ordinal)
    return day.year * 10000 + day.month * 100 + day.day


def months_between(start: int, end: int) -> int:
    """Return the completed months from ``start`` to ``end`` (ordinals); a month ends on the same day of the month.

    >>> months_between(date(2018, 1, 31).toordinal(), date(2018, 2, 28).toordinal())
    0
    >>> months_between(date(2018, 6, 1).toordinal(), date(2018, 1, 1).toordinal())
    -5
    """
    if end < start:
        return -months_between(end, start)
    first, last = date.fromordinal(start), date.fromordinal(end)
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
