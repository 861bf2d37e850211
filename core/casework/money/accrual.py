"""Months, pay periods and exact accrual: what a household is entitled to, and what one payment settles.

Pure arithmetic on months and exact fen. A payment is round(cumulative entitlement) − already settled, part by part, so
that pieces always add up: 19.75 a quarter is paid whole, 850/3 a month comes to 850.00 in three.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from core.casework.deciding.proposal import PARTS
from core.casework.month import add_months, months_between
from core.errors import JiuzhuError, Text
from core.values import PERIOD_MONTHS

UNIT_FEN = {"fen": 1, "jiao": 10, "yuan": 100}

Parts = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPeriod:
    """The months one payment is for: ``[start, until)``, a month, a quarter or a year."""

    frequency: str
    start: date

    @classmethod
    def parse(cls, text: str) -> PayPeriod:
        """Read ``2018-06``, ``2008Q1`` or ``2008``.

        >>> str(PayPeriod.parse("2008Q2")), PayPeriod.parse("2008Q2").until
        ('2008Q2', datetime.date(2008, 7, 1))

        Raises:
            JiuzhuError: ``bad_period``.
        """
        found = re.fullmatch(r"(?P<year>[12]\d{3})(?:-(?P<month>0[1-9]|1[0-2])|[Qq](?P<quarter>[1-4]))?", text.strip())
        if found is None:
            said = Text("发放期写法有误", "not a pay period")
            hint = Text("例如 2018-06（月）、2008Q1（季）、2008（年）", "for instance 2018-06, 2008Q1 or 2008")
            raise JiuzhuError("bad_period", said, hint=hint, value=text)
        year = int(found["year"])
        if found["month"]:
            return cls(frequency="month", start=date(year, int(found["month"]), 1))
        if found["quarter"]:
            return cls(frequency="quarter", start=date(year, int(found["quarter"]) * 3 - 2, 1))
        return cls(frequency="year", start=date(year, 1, 1))

    @classmethod
    def containing(cls, frequency: str, day: date) -> PayPeriod:
        """Return the month, quarter or year a day lies in."""
        length = PERIOD_MONTHS[frequency]
        return cls(frequency=frequency, start=date(day.year, (day.month - 1) // length * length + 1, 1))

    @property
    def until(self) -> date:
        """The first month no longer in it."""
        return add_months(self.start, PERIOD_MONTHS[self.frequency])

    @property
    def last_month(self) -> date:
        """Its last month."""
        return add_months(self.until, -1)

    @property
    def label(self) -> Text:
        """The period in words.

        >>> PayPeriod.parse("2018-06").label.zh, PayPeriod.parse("2008Q2").label.zh
        ('2018年6月', '2008年第2季度')
        """
        year, month = self.start.year, self.start.month
        if self.frequency == "month":
            return Text(f"{year}年{month}月", f"{self.start:%b %Y}")
        if self.frequency == "quarter":
            return Text(f"{year}年第{month // 3 + 1}季度", f"quarter {month // 3 + 1} of {year}")
        return Text(f"{year}年", f"{year}")

    def __str__(self) -> str:
        if self.frequency == "quarter":
            return f"{self.start.year}Q{self.start.month // 3 + 1}"
        return self.start.isoformat()[: 7 if self.frequency == "month" else 4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounding:
    """How a sum becomes payable: ``unit`` fen, jiao or yuan; ``mode`` half_up (away from zero), up or down.

    ``assumed``: no rule says so (未见取整规定，按分四舍五入).
    """

    unit: str = "fen"
    mode: str = "half_up"
    assumed: bool = False

    def whole(self, amount: Fraction) -> int:
        """Return whole fen.

        >>> Rounding().whole(Fraction(85000, 3)), Rounding(unit="yuan", mode="up").whole(Fraction(101))
        (28333, 200)
        """
        if not amount:
            return 0
        unit = UNIT_FEN[self.unit]
        size = abs(amount) / unit
        above, below = size.numerator, size.denominator
        if self.mode == "half_up":
            count = (2 * above + below) // (2 * below)
        else:
            count = -(-above // below) if self.mode == "up" else above // below
        return (count if amount >= 0 else -count) * unit


DEFAULT_ROUNDING = Rounding(assumed=True)
"""The marked technical default: 未见取整规定，按分四舍五入."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A decision as accrual sees it: from a month (until a month) so much a month; ``number`` orders decisions."""

    number: int
    from_month: date
    until_month: date | None
    parts: Parts

    def covers(self, month: date) -> bool:
        """Tell whether a month lies in the span."""
        return self.from_month <= month and (self.until_month is None or month < self.until_month)


def in_force(spans: Sequence[Span], month: date) -> Span | None:
    """Return the last span, by number, that covers a month."""
    return max((one for one in spans if one.covers(month)), key=lambda one: one.number, default=None)


def segments(spans: Sequence[Span], until: date) -> list[tuple[date, date, Span]]:
    """Cut ``[…, until)`` into stretches of months under one span each, in order; uncovered months are left out."""
    ends = {one.until_month for one in spans if one.until_month is not None}
    cuts = sorted(day for day in {one.from_month for one in spans} | ends | {until} if day <= until)
    found = ((start, stop, in_force(spans, start)) for start, stop in pairwise(cuts))
    return [(start, stop, span) for start, stop, span in found if span is not None]


def cumulative(spans: Sequence[Span], until: date) -> dict[str, Fraction]:
    """Return the exact entitlement, part by part, of all months before ``until``."""
    total = dict.fromkeys(PARTS, Fraction(0))
    for start, stop, span in segments(spans, until):
        count = months_between(start, stop)
        for part, monthly in span.parts.items():
            total[part] += monthly * count
    return total


def entitled(spans: Sequence[Span], month: date) -> dict[str, Fraction]:
    """Return the exact entitlement of one month, part by part."""
    span = in_force(spans, month)
    return dict.fromkeys(PARTS, Fraction(0)) | (dict(span.parts) if span is not None else {})


def owed_from(spans: Sequence[Span], month: date) -> bool:
    """Tell whether anything is owed for a month or any after it."""
    turns = {day for one in spans for day in (one.from_month, one.until_month) if day is not None and day > month}
    return any(any(entitled(spans, one).values()) for one in (month, *turns))


def stopped_from(spans: Sequence[Span]) -> date | None:
    """Return the month from which the last decision that gives nothing, and for good, takes hold."""
    stops = [one for one in spans if one.until_month is None and not any(one.parts.values())]
    return max(stops, key=lambda one: one.number).from_month if stops else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One payment in whole fen: ``current`` is the period's own, ``backlog`` what earlier months lack.

    ``current[p] + backlog[p]`` is round(cumulative entitlement) − already settled.
    """

    current: Mapping[str, int]
    backlog: Mapping[str, int]

    @property
    def due(self) -> int:
        """What the period itself comes to."""
        return sum(self.current.values())

    @property
    def behind(self) -> int:
        """What earlier months come to: positive is back pay (补发), negative an overpayment."""
        return sum(self.backlog.values())


def settle(
    spans: Sequence[Span], settled: Mapping[str, int], *, start: date, until: date, rounding: Rounding
) -> Settlement:
    """Work out the payment for ``[start, until)`` after ``settled`` whole fen of each part."""
    before, through = cumulative(spans, start), cumulative(spans, until)
    opening = {part: rounding.whole(before[part]) for part in PARTS}
    return Settlement(
        current={part: rounding.whole(through[part]) - opening[part] for part in PARTS},
        backlog={part: opening[part] - settled.get(part, 0) for part in PARTS},
    )
