"""Values of the law: units, rates, dated bounds, periods, citations. Money is whole fen; between, exact fractions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Literal

from core.errors import Text

DIMENSIONS = ("money", "person", "year", "quarter", "month", "count")
_WORDS = {"yuan": "money"}
_ZH = {"money": "元", "person": "人", "year": "年", "quarter": "季", "month": "月", "count": "个"}
_EN = {"money": "yuan"}


@dataclass(frozen=True, slots=True)
class Unit:
    """Exponents over money, person, year, quarter, month and count; all zero is a plain number.

    >>> Unit.parse("yuan/person-month") * Unit.parse("person")
    Unit(money=1, person=0, year=0, quarter=0, month=-1, count=0)
    """

    money: int = 0
    person: int = 0
    year: int = 0
    quarter: int = 0
    month: int = 0
    count: int = 0

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Read a unit as it is written: ``yuan/person-month``, ``person``, ``number``.

        Raises:
            ValueError: a word that is no unit.
        """
        if text == "number":
            return cls()
        exponents = dict.fromkeys(DIMENSIONS, 0)
        above, _, below = text.partition("/")
        for part, sign in ((above, 1), (below, -1)):
            for word in filter(None, part.split("-")):
                dimension = _WORDS.get(word, word)
                if dimension not in exponents or word == "money":
                    raise ValueError(word)
                exponents[dimension] += sign
        return cls(**exponents)

    def _exponents(self) -> tuple[int, ...]:
        return tuple(getattr(self, name) for name in DIMENSIONS)

    def __mul__(self, other: Unit) -> Unit:
        return Unit(*(a + b for a, b in zip(self._exponents(), other._exponents(), strict=True)))

    def __truediv__(self, other: Unit) -> Unit:
        return Unit(*(a - b for a, b in zip(self._exponents(), other._exponents(), strict=True)))

    @property
    def is_money(self) -> bool:
        """Whether the amount is counted in fen."""
        return self.money == 1

    def __str__(self) -> str:
        """The word an author writes: ``yuan/person-month``.

        >>> str(Unit(money=1, year=-1))
        'yuan/year'
        """
        return self._written(lambda name: _EN.get(name, name), "-", "number")

    def label(self, language: str) -> str:
        """Return the unit as a reader sees it: ``元/人·月`` or ``yuan/person-month``."""
        if language == "en":
            return "" if self == NUMBER else str(self)
        return self._written(lambda name: _ZH[name], "·", "")

    def _written(self, word: object, joint: str, empty: str) -> str:
        assert callable(word)
        above = [word(n) for n, e in zip(DIMENSIONS, self._exponents(), strict=True) for _ in range(e)]
        below = [word(n) for n, e in zip(DIMENSIONS, self._exponents(), strict=True) for _ in range(-e)]
        if not above and not below:
            return empty
        return (joint.join(above) or "1") + ("/" + joint.join(below) if below else "")


NUMBER = Unit()
MONEY = Unit(money=1)
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def exact(text: str) -> Fraction:
    """Read an exact decimal or fraction: ``693.10``, ``850/3``.

    >>> exact("693.10")
    Fraction(6931, 10)

    Raises:
        ValueError: not a plain decimal or fraction (no exponents, no inf).
    """
    above, bar, below = text.strip().partition("/")
    if bar:
        divisor = Fraction(_decimal(below))
        if divisor == 0:
            raise ValueError(text)
        return Fraction(_decimal(above)) / divisor
    return Fraction(_decimal(above))


def _decimal(text: str) -> Decimal:
    plain = text.strip()
    if not plain or len(plain) > 40 or any(c not in "0123456789.-+" for c in plain):
        raise ValueError(text)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error


def proportion(text: str) -> Fraction:
    """Read a share: ``30%``, ``2/3``.

    >>> proportion("12.5%")
    Fraction(1, 8)

    Raises:
        ValueError: neither a percentage nor a fraction.
    """
    return exact(text.removesuffix("%")) / 100 if text.endswith("%") else exact(text)


def fen(yuan: str) -> int:
    """Read an amount in yuan as whole fen.

    >>> fen("693.10")
    69310

    Raises:
        ValueError: not an amount, or finer than a fen.
    """
    amount = exact(yuan) * 100
    if amount.denominator != 1:
        raise ValueError(yuan)
    return int(amount)


def yuan_text(amount: Fraction | int, *, places: int = 2) -> str:
    """Write fen as yuan with ``places`` decimals, half away from zero; display only, never fed back.

    >>> yuan_text(Fraction(85000, 3))
    '283.33'
    """
    if type(amount) is int and places == 2:  # nearly every call: whole fen need no arithmetic
        digits = str(abs(amount)).rjust(3, "0")
        return f"{'-' if amount < 0 else ''}{digits[:-2]}.{digits[-2:]}"
    scaled = abs(Fraction(amount)) * 10**places / 100
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if amount < 0 and whole else ""
    return sign + (digits[:-places] + "." + digits[-places:] if places else digits)


def fraction_text(value: Fraction | int) -> str:
    """Write an exact value canonically: ``772`` or ``850/3`` (the form used in hashes and JSON)."""
    number = Fraction(value)
    return str(number.numerator) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """An exact amount of fen per something: 430 yuan a person a month is ``Rate(43000, yuan/person-month)``."""

    amount: Fraction
    unit: Unit

    @classmethod
    def parse(cls, yuan: str, per: str | None) -> Rate:
        """Read ``{yuan: 430, per: person-month}``.

        Raises:
            ValueError: bad amount, finer than a fen, or an unknown unit.
        """
        return cls(amount=Fraction(fen(yuan)), unit=Unit.parse("yuan" + (f"/{per}" if per else "")))

    def yearly(self) -> Fraction:
        """Return the amount per year; an amount without a period is returned as it is."""
        return self.amount * (12 if self.unit.month == -1 else 4 if self.unit.quarter == -1 else 1)

    def __str__(self) -> str:
        return f"{yuan_text(self.amount)} {self.unit}"


BoundKind = Literal["known", "open", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One end of a period: a known day, open, or unknown with an optional marked assumption."""

    kind: BoundKind
    day: date | None = None
    because: Text | None = None

    @property
    def assumed(self) -> bool:
        """Whether the day is an assumption (来源未载，按假定日期处理)."""
        return self.kind == "unknown" and self.day is not None


OPEN = Bound(kind="open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Half-open ``[start, until)``. Unknown without an assumption is never in force."""

    start: Bound
    until: Bound = OPEN

    @property
    def undatable(self) -> bool:
        """Whether a bound is unknown and nobody has assumed a day."""
        return any(bound.kind == "unknown" and bound.day is None for bound in (self.start, self.until))

    def begun(self, on: date) -> bool:
        """Tell whether the period has started on ``on``."""
        return self.start.day is None or self.start.day <= on

    def ended(self, on: date) -> bool:
        """Tell whether the period is over on ``on``."""
        return self.until.day is not None and self.until.day <= on

    def covers(self, on: date) -> bool:
        """Tell whether ``on`` lies inside; never for an undatable period."""
        return not self.undatable and self.begun(on) and not self.ended(on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A document (``plugin/id``) and the article in it."""

    document: str
    article: str

    def __str__(self) -> str:
        return f"{self.document} {self.article}".strip()
