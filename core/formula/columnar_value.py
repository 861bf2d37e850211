"""A value in columnar code: numerator and denominator, or a condition, day or text, and the failure it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from core.formula.columnar_graph import Graph
from core.formula.columnar_step import Atom, Step
from core.formula.schema import ValueType


@dataclass(frozen=True, slots=True)
class Below:
    """A denominator: a positive constant times steps that are positive everywhere, kept apart so that they cancel."""

    constant: int = 1
    factors: tuple[Step, ...] = ()

    @property
    def known(self) -> int | None:
        """The denominator, where it is the same for every record."""
        return None if self.factors else self.constant


ONE = Below()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What an expression is worth.

    ``above`` is the numerator, the condition or the ordinal; for a text a code into ``words``, or into the program's
    own vocabulary where ``words`` is empty. Where ``error`` is not 0, ``above`` is any value of its span.
    """

    above: Atom
    below: Below = ONE
    error: Atom = 0
    words: tuple[str, ...] = ()

    @property
    def known(self) -> Fraction | None:
        """The number, where it is known now."""
        if isinstance(self.above, Step) or self.below.factors:
            return None
        return Fraction(self.above, self.below.constant)


def fixed(number: Fraction, error: Atom = 0) -> Value:
    """Return a number known now."""
    return Value(above=number.numerator, below=Below(number.denominator), error=error)


def failed(value_type: ValueType, failure: int) -> Value:
    """Return a value that is always a failure."""
    return Value(above=False if value_type == "boolean" else 0, error=failure)


def common(belows: Sequence[Below]) -> Below:
    """Return the least common multiple; of each factor the highest power."""
    powers: dict[Step, int] = {}
    for below in belows:
        for factor in below.factors:
            powers[factor] = max(powers.get(factor, 0), below.factors.count(factor))
    return _below(
        lcm(*(below.constant for below in belows)), [one for one, power in powers.items() for _ in range(power)]
    )


def product(left: Below, right: Below) -> Below:
    """Return the product of two denominators."""
    return _below(left.constant * right.constant, [*left.factors, *right.factors])


def _below(constant: int, factors: Sequence[Step]) -> Below:
    return Below(constant, tuple(sorted(factors, key=lambda one: one.number)))


def written(graph: Graph, below: Below) -> Atom:
    """Return a denominator as one number."""
    found: Atom = below.constant
    for factor in below.factors:
        found = graph.multiply(factor, found)
    return found


def over(graph: Graph, value: Value, below: Below) -> Atom:
    """Return the numerator of ``value`` over ``below``, a multiple of its own denominator."""
    missing = list(below.factors)
    for factor in value.below.factors:
        missing.remove(factor)
    return graph.multiply(value.above, written(graph, Below(below.constant // value.below.constant, tuple(missing))))


def aligned(graph: Graph, values: Sequence[Value]) -> tuple[list[Atom], Below]:
    """Return the numerators over one common denominator, and that denominator."""
    below = common([one.below for one in values])
    return [over(graph, one, below) for one in values], below
