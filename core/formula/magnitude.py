"""How long an exact number can get: there are no powers, but a chain of formulas that square each other is one.

An upper bound, from the declared ranges and the longest lists alone; not the tight interval the columnar writer needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod

from core.formula.schema import FactSchema
from core.formula.tree import (
    Age,
    Aggregate,
    Arithmetic,
    Choose,
    Constant,
    Extreme,
    Fact,
    Lookup,
    MonthsBetween,
    Negate,
    Node,
    Quantity,
    Round,
    Scale,
    StandardOf,
    Switch,
)

LONGEST_BITS = 1_000_000
"""Most bits a numerator or a denominator may need; a sum of money needs about 60."""


@dataclass(frozen=True, slots=True)
class Magnitude:
    """Most bits of a numerator and of a denominator; ``common`` is the denominator itself where it is known now."""

    above: int
    below: int
    common: int | None

    @property
    def bits(self) -> int:
        """The longer of the two."""
        return max(self.above, self.below)


def known(value: Fraction) -> Magnitude:
    """Return the magnitude of a number known now."""
    return Magnitude(value.numerator.bit_length(), value.denominator.bit_length(), value.denominator)


def magnitude(node: Node, schema: FactSchema, quantities: Mapping[str, Magnitude]) -> Magnitude:  # noqa: C901, PLR0911 - one case a kind
    """Return the magnitude of a number, given those of the quantities it reads."""

    def of(one: Node) -> Magnitude:
        return magnitude(one, schema, quantities)

    match node:
        case Constant():
            return known(Fraction(int(node.value), node.denominator))
        case Fact():
            field = schema.fields[node.name]
            return Magnitude(max(abs(field.low), abs(field.high)).bit_length(), node.scale.bit_length(), node.scale)
        case Quantity():
            return quantities.get(node.key, known(Fraction(0)))
        case Negate():
            return of(node.operand)
        case Arithmetic():
            return _arithmetic(node, of(node.left), of(node.right))
        case Scale():
            return _times(of(node.operand), known(Fraction(node.numerator, node.denominator)))
        case Round():
            return _rounded(of(node.operand), Fraction(node.quantum, node.parts))
        case Choose() | Switch():
            last = () if node.otherwise is None else (of(node.otherwise),)
            return _either((*(of(value) for _, value in node.arms), *last))
        case Lookup():
            return _either([of(value) for _, value in node.bands])
        case Extreme():
            return _either([of(one) for one in node.operands])
        case Aggregate():
            return _aggregate(node, schema, of)
        case Age() | MonthsBetween():
            return Magnitude(20, 1, 1)
        case StandardOf():
            return Magnitude(64, 64, None)
    return known(Fraction(0))
