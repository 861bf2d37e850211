"""What an impact adds up: households and persons by what happens to them, money a month and by month to a horizon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal

from core.casework.month import each_month

Change = Literal["gained", "lost", "raised", "lowered", "same", "undecided"]
CHANGES: tuple[Change, ...] = ("gained", "lost", "raised", "lowered", "same", "undecided")


@dataclass(slots=True)
class Count:
    """Households and persons (户、人)."""

    households: int = 0
    persons: int = 0

    def add(self, persons: int) -> None:
        """Count one household."""
        self.households += 1
        self.persons += persons


@dataclass(slots=True)
class Tally:
    """What changes for a group of households. ``before`` and ``after`` are exact fen a month."""

    all: Count = field(default_factory=Count)
    changes: dict[Change, Count] = field(default_factory=lambda: {name: Count() for name in CHANGES})
    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)
    receiving_after: int = 0

    def add(self, change: Change, persons: int, *, before: Fraction, after: Fraction) -> None:
        """Count one household."""
        self.all.add(persons)
        self.changes[change].add(persons)
        if before:  # of a linked programme most households get nothing
            self.before += before
        if after:
            self.after += after
            self.receiving_after += persons if after > 0 else 0

    @property
    def monthly(self) -> Fraction:
        """What a month costs more, exact fen."""
        return self.after - self.before

    @property
    def average(self) -> Fraction | None:
        """The average benefit a person a month under the new rule, exact fen; None for nobody."""
        return self.after / self.receiving_after if self.receiving_after else None


def change_of(before: Fraction | None, after: Fraction | None) -> Change:
    """Say what happens to a household; None is an amount that cannot be computed.

    >>> change_of(Fraction(0), Fraction(5)), change_of(Fraction(5), Fraction(5)), change_of(None, Fraction(5))
    ('gained', 'same', 'undecided')
    """
    if before is None or after is None:
        return "undecided"
    if before == after:
        return "same"
    if before == 0:
        return "gained"
    if after == 0:
        return "lost"
    return "raised" if after > before else "lowered"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCost:
    """A month's extra money, and whether it is paid later as arrears (补发)."""

    month: date
    amount: Fraction
    arrears: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a start month costs to the horizon: by month, in all, and how much of it is arrears."""

    start: date
    months: tuple[MonthCost, ...]

    @property
    def total(self) -> Fraction:
        """All months."""
        return sum((one.amount for one in self.months), Fraction(0))

    @property
    def arrears(self) -> Fraction:
        """The months before the first payment."""
        return sum((one.amount for one in self.months if one.arrears), Fraction(0))


def outlooks(
    growth: Mapping[date, Fraction], starts: Sequence[date], *, until: date, first_payment: date
) -> tuple[Outlook, ...]:
    """Spread monthly amounts from each start month to the horizon; months before the first payment are arrears.

    ``growth``: what each month costs more for those entitled since a month, from that month on.
    """

    def cost(month: date) -> MonthCost:
        amount = sum((one for since, one in growth.items() if since <= month), Fraction(0))
        return MonthCost(month=month, amount=amount, arrears=month < first_payment)

    return tuple(Outlook(start=start, months=tuple(map(cost, each_month(start, until)))) for start in starts)
