"""How long an exact number can get: there are no powers, but a chain of formulas that square each other is one.

An upper bound from the declared ranges and the longest lists alone; the tight interval the columnar writer needs is in
``interval.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from core.formula.schema import HOUSEHOLD, FactSchema
from core.formula.tree import (
    Aggregate,
    Arithmetic,
    Choose,
    Constant,
    Extreme,
    Fact,
    Lookup,
    Negate,
    Node,
    Quantity,
    Round,
    Scale,
    StandardOf,
    Switch,
    children,
)

LONGEST_BITS = 1_000_000
"""Most bits a numerator or a denominator may need; a sum of money needs about 60."""
DIFFERENT = 100
"""How many different denominators a sum may meet: more records than that are alike."""


@dataclass(frozen=True, slots=True)
class Magnitude:
    """Most bits of a numerator and of a denominator; ``common`` is the denominator itself where it is known now."""

    above: int
    below: int
    common: int | None

    @classmethod
    def of(cls, value: Fraction) -> Magnitude:
        """Return the magnitude of a number known now."""
        return cls(value.numerator.bit_length(), value.denominator.bit_length(), value.denominator)


class Measure:
    """Measures one formula. ``longest`` is the most bits any number on the way to its result may need."""

    def __init__(self, schema: FactSchema, quantities: Mapping[str, Magnitude]) -> None:
        self.schema = schema
        self.quantities = quantities
        self.longest = 0

    def formula(self, tree: Node) -> Magnitude:
        """Measure a formula and everything in it."""
        if tree.type == "number":
            return self._number(tree)
        self._parts(tree)
        return Magnitude.of(Fraction(0))

    def _parts(self, node: Node) -> None:
        for one in children(node):
            self.formula(one)

    def _number(self, node: Node) -> Magnitude:
        found = self._measured(node)
        self.longest = max(self.longest, found.above, found.below)
        return found

    def _measured(self, node: Node) -> Magnitude:
        match node:
            case Constant():
                return Magnitude.of(Fraction(int(node.value), node.denominator))
            case Fact():
                return self._fact(node)
            case Quantity():
                return self.quantities.get(node.key, Magnitude.of(Fraction(0)))
            case Arithmetic():
                return self._calculated(node)
            case Aggregate():
                return self._gathered(node)
            case StandardOf():
                return Magnitude(64, 8, None)
        return self._passed_on(node)

    def _calculated(self, node: Arithmetic) -> Magnitude:
        left, right = self._number(node.left), self._number(node.right)
        if node.operator in "+-":
            return _sum(left, right)
        if node.operator == "*":
            return _product(left, right)
        if isinstance(node.right, Constant) and node.right.value:
            return _product(left, Magnitude.of(Fraction(node.right.denominator, int(node.right.value))))
        return _product(left, Magnitude(right.below, right.above, None))

    def _fact(self, node: Fact) -> Magnitude:
        field = self.schema.fields[node.name]
        return Magnitude(max(abs(field.low), abs(field.high)).bit_length(), node.scale.bit_length(), node.scale)

    def _passed_on(self, node: Node) -> Magnitude:
        """Measure what changes a number little, or chooses one of several."""
        match node:
            case Negate():
                return self._number(node.operand)
            case Scale():
                return _product(self._number(node.operand), Magnitude.of(Fraction(node.numerator, node.denominator)))
            case Round():
                return _rounded(self._number(node.operand), Fraction(node.quantum, node.parts))
            case Choose() | Switch() | Lookup() | Extreme():
                found = [self.formula(one) for one in children(node)]
                return _either([one for one, part in zip(found, children(node), strict=True) if part.type == "number"])
        self._parts(node)
        return Magnitude(24, 1, 1)  # ages and months

    def _gathered(self, node: Aggregate) -> Magnitude:
        if node.when is not None:
            self.formula(node.when)
        records = self._records(node)
        if node.value is None:
            return Magnitude(records.bit_length(), 1, 1)
        one = self._number(node.value)
        if node.operator == "sum":
            return _total(one, records)
        return one if node.default is None else _either([one, self._number(node.default)])

    def _records(self, node: Aggregate) -> int:
        records, level = 1, node.over
        while level not in (node.level, HOUSEHOLD):
            records *= self.schema.lists[level].longest
            level = self.schema.lists[level].parent
        return records


def _sum(left: Magnitude, right: Magnitude) -> Magnitude:
    either = _either([left, right])
    if either.common is not None:
        return Magnitude(either.above + 1, either.below, either.common)
    below = left.below + right.below
    return Magnitude(max(left.above + right.below, right.above + left.below) + 1, below, None)


def _product(one: Magnitude, other: Magnitude) -> Magnitude:
    if one.common is not None and other.common is not None:
        common = one.common * other.common
        return Magnitude(one.above + other.above, common.bit_length(), common)
    return Magnitude(one.above + other.above, one.below + other.below, None)


def _either(several: Sequence[Magnitude]) -> Magnitude:
    """Measure what may be any of several numbers."""
    known = [one.common for one in several if one.common is not None]
    if len(known) < len(several):
        return Magnitude(max(one.above for one in several), max(one.below for one in several), None)
    common = lcm(*known)
    above = max(one.above + (common // below).bit_length() for one, below in zip(several, known, strict=True))
    return Magnitude(above, common.bit_length(), common)


def _total(one: Magnitude, records: int) -> Magnitude:
    """Measure the sum of so many numbers: denominators met at run time multiply, as far as they differ."""
    if one.common is not None:
        return Magnitude(one.above + records.bit_length(), one.below, one.common)
    below = min(records, DIFFERENT) * one.below
    return Magnitude(one.above + below + records.bit_length(), below, None)


def _rounded(one: Magnitude, step: Fraction) -> Magnitude:
    return Magnitude(one.above + step.denominator.bit_length() + 1, step.denominator.bit_length(), step.denominator)
