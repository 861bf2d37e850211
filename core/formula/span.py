"""Interval arithmetic on whole numbers: between which two integers a value lies, whatever the facts."""

from __future__ import annotations

from dataclasses import dataclass

INT32 = 2**31 - 1
INT64 = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Span:
    """All integers from ``low`` to ``high``, both included.

    >>> Span(-2, 3) * Span(-5, 7)
    Span(low=-15, high=21)
    """

    low: int
    high: int

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __neg__(self) -> Span:
        return Span(-self.high, -self.low)

    def __mul__(self, other: Span) -> Span:
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(corners), max(corners))

    def __floordiv__(self, other: Span) -> Span:
        """Return the span of floor division by a positive divisor.

        >>> Span(-7, 9) // Span(2, 4)
        Span(low=-4, high=4)
        """
        assert other.low > 0
        corners = [a // b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(corners), max(corners))

    def __or__(self, other: Span) -> Span:
        """Return the smallest span that holds both."""
        return Span(min(self.low, other.low), max(self.high, other.high))

    def __contains__(self, value: int) -> bool:
        return self.low <= value <= self.high

    def holds(self, other: Span) -> bool:
        """Tell whether ``other`` lies inside."""
        return self.low <= other.low and other.high <= self.high

    def above(self, floor: int) -> Span:
        """Return the span of ``max(value, floor)``."""
        return Span(max(self.low, floor), max(self.high, floor))

    def total(self, most: int) -> Span:
        """Return the span of the sum of none to ``most`` such values.

        >>> Span(2, 5).total(3)
        Span(low=0, high=15)
        """
        return Span(min(0, self.low * most), max(0, self.high * most))

    @property
    def size(self) -> int:
        """The largest absolute value."""
        return max(abs(self.low), abs(self.high))

    def fits(self, largest: int) -> bool:
        """Tell whether neither a value nor its negative exceeds ``largest``."""
        return self.size <= largest


FLAG = Span(0, 1)
