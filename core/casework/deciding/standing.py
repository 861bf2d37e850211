"""Which decision rules a month: the last by number that covers it. Pure; everything that reads decisions asks here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from core.casework.month import month_of


class Covers(Protocol):
    """What is asked of a decision: which months it covers."""

    @property
    def from_month(self) -> date:
        """Its first month."""
        ...

    @property
    def until_month(self) -> date | None:
        """The first month it no longer covers, None where it holds on."""
        ...


One = TypeVar("One", bound=Covers)


FAR = date.max
"""Later than any month that is decided on."""


def is_ahead(one: Any) -> bool:
    """Tell whether a decision was made for months to come: any other has moved the row when it was made."""
    first: date = one.from_month
    return first > month_of(one.decided_on)


def entitled_in(decisions: Sequence[One], month: date) -> One | None:
    """Return the decision that rules a month; ``decisions`` stand in the order of their numbers."""
    for one in reversed(decisions):
        if one.from_month <= month and (one.until_month is None or month < one.until_month):
            return one
    return None


def standing_for(decisions: Sequence[One], month: date) -> One | None:
    """Return the decision whose amount a case shows in a month: the one that rules it, else the first that is to come.

    A household granted from next month on is shown with what it was granted.
    """
    found = entitled_in(decisions, month)
    coming = [one.from_month for one in decisions if one.from_month > month]
    return found or (entitled_in(decisions, min(coming)) if coming else None)


def stretches(decisions: Sequence[One], until: date) -> list[tuple[date, date, One]]:
    """Cut the months before ``until`` into stretches ``[start, end)`` under one decision each, in order."""
    ends = {one.until_month for one in decisions if one.until_month is not None}
    cuts = sorted(day for day in {one.from_month for one in decisions} | ends | {until} if day <= until)
    found = ((start, end, entitled_in(decisions, start)) for start, end in pairwise(cuts))
    return [(start, end, one) for start, end, one in found if one is not None]
