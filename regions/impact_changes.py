"""Two states of the rules whose difference is to be measured, and the months it is counted in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.casework.month import add_months, month_of
from core.provision import ANY, Provision
from regions.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Two states of the rules and the months their difference is counted in.

    ``on`` is the day both are asked about; ``starts`` the start months shown side by side; ``until`` the first month no
    longer counted; ``first_payment`` the month in which the new amount is first paid: earlier ones are arrears.
    """

    before: Registry
    after: Registry
    provisions: tuple[Provision, ...]
    on: date
    starts: tuple[date, ...]
    until: date
    first_payment: date

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes whose values change; by a row for every programme (``any``) all that the rules know of."""
        named = dict.fromkeys(one.scope.programme for one in self.provisions)
        if ANY in named:
            named |= dict.fromkeys(sorted({one.scope.programme for one in self.after.provisions()}))
        return tuple(name for name in named if name != ANY)


def changes_of(
    before: Registry,
    after: Registry,
    provisions: Sequence[Provision],
    *,
    starts: Sequence[date] = (),
    first_payment: date | None = None,
) -> Changes:
    """Return changes with the usual months: from January, from the start and from a month later, to the year's end.

    There are always three of them, so a start in January or December has two neighbours instead.

    The rules are compared in the first month in which every new value holds.
    """
    days = [one.period.start.day for one in provisions if one.period.start.day is not None]
    month = first_whole_month(min(days))
    middle = date(month.year, min(max(month.month, 2), 11), 1)
    usual = (date(month.year, 1, 1), middle, add_months(middle, 1))
    return Changes(
        before=before,
        after=after,
        provisions=tuple(provisions),
        on=first_whole_month(max(days)),
        starts=tuple(starts) or usual,
        until=date(month.year + 1, 1, 1),
        first_payment=first_payment or month,
    )


def first_whole_month(day: date) -> date:
    """Return the first month whose first day is not before a day: a month's rules are those of its first day.

    >>> first_whole_month(date(2018, 4, 27)), first_whole_month(date(2018, 5, 1))
    (datetime.date(2018, 5, 1), datetime.date(2018, 5, 1))
    """
    return month_of(day) if day.day == 1 else add_months(month_of(day), 1)
