"""Exact arithmetic on columns: every function takes values and returns one; failures are joined in evaluation order."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from core.formula.columnar_graph import Graph
from core.formula.columnar_step import Atom, Step, span_of
from core.formula.columnar_value import ONE, Below, Value, aligned, fixed, product, written


def add(graph: Graph, left: Value, right: Value, *, sign: int = 1) -> Value:
    """Return ``left + right``, or ``left - right`` for sign -1."""
    (one, other), below = aligned(graph, (left, right))
    above = graph.add(one, other) if sign == 1 else graph.subtract(one, other)
    return Value(above=above, below=below, error=graph.first(left.error, right.error))


def multiply(graph: Graph, left: Value, right: Value) -> Value:
    """Return ``left * right``; constants are cancelled against the other's denominator."""
    error = graph.first(left.error, right.error)
    if left.known is not None:
        left, right = right, left
    if right.known is not None:
        return scaled(graph, left, right.known, error)
    return Value(above=graph.multiply(left.above, right.above), below=product(left.below, right.below), error=error)


def scaled(graph: Graph, value: Value, factor: Fraction, error: Atom) -> Value:
    """Return a value times a number known now."""
    if value.known is not None:
        return fixed(value.known * factor, error)
    if factor == 0:
        return fixed(factor, error)
    shared = gcd(factor.numerator, value.below.constant)
    below = Below(value.below.constant // shared * factor.denominator, value.below.factors)
    return Value(above=graph.multiply(value.above, factor.numerator // shared), below=below, error=error)


def divide(graph: Graph, left: Value, right: Value, *, zero: int) -> Value:
    """Return ``left / right``; ``zero`` is the failure of a divisor 0. Zero itself is never divided by."""
    error = graph.first(left.error, right.error, graph.failing(graph.compare("=", right.above, 0), zero))
    if right.known is not None:
        return scaled(graph, left, 1 / right.known if right.known else Fraction(0), error)
    shared = _shared(left.below, right.below)
    above = graph.multiply(_signed(graph, left.above, right.above), written(graph, _rest(right.below, shared)))
    below = product(_rest(left.below, shared), _divisor(graph, right.above))
    return Value(above=above, below=below, error=error)


def _shared(left: Below, right: Below) -> Below:
    """Return what two denominators have in common."""
    factors = list(right.factors)
    kept = []
    for one in left.factors:
        if one in factors:
            factors.remove(one)
            kept.append(one)
    return Below(gcd(left.constant, right.constant), tuple(kept))


def _rest(below: Below, part: Below) -> Below:
    factors = list(below.factors)
    for one in part.factors:
        factors.remove(one)
    return Below(below.constant // part.constant, tuple(factors))


def _signed(graph: Graph, above: Atom, divisor_above: Atom) -> Atom:
    """Carry the divisor's sign to the numerator."""
    return graph.select(graph.compare("<", divisor_above, 0), graph.subtract(0, above), above)


def _divisor(graph: Graph, atom: Atom) -> Below:
    """Return a divisor's size as a denominator: 1 in place of 0, so that nothing is ever divided by zero."""
    span = span_of(atom)
    size = atom if span.low >= 0 else graph.largest(atom, graph.subtract(0, atom))
    positive = graph.largest(size, 1)
    return Below(1, (positive,)) if isinstance(positive, Step) else Below(int(positive))


def negate(graph: Graph, value: Value) -> Value:
    """Return ``-value``."""
    return Value(above=graph.subtract(0, value.above), below=value.below, error=value.error)


_TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare(graph: Graph, operator: str, left: Value, right: Value) -> Value:
    """Return the comparison of two numbers or days, by cross-multiplication."""
    error = graph.first(left.error, right.error)
    if left.known is not None and right.known is None:
        operator, left, right = _TURNED[operator], right, left
    if right.known is not None and left.below.known is not None:
        return Value(above=_with_constant(graph, operator, left.above, right.known * left.below.constant), error=error)
    (one, other), _ = aligned(graph, (left, right))
    return Value(above=graph.compare(operator, one, other), error=error)


def _with_constant(graph: Graph, operator: str, above: Atom, limit: Fraction) -> Atom:
    """Compare whole numbers with a fraction: with the next whole one below or above it, nothing is multiplied."""
    if limit.denominator == 1:
        return graph.compare(operator, above, int(limit))
    if operator in ("=", "<>"):
        return operator == "<>"
    return graph.compare("<=" if operator in ("<", "<=") else ">", above, limit.numerator // limit.denominator)


def extreme(graph: Graph, values: list[Value], *, most: bool) -> Value:
    """Return the greatest or least of several numbers."""
    atoms, below = aligned(graph, values)
    best = atoms[0]
    for atom in atoms[1:]:
        best = graph.largest(best, atom) if most else graph.smallest(best, atom)
    return Value(above=best, below=below, error=graph.first(*(one.error for one in values)))


def rounded(graph: Graph, value: Value, *, mode: str, step: Fraction) -> Value:
    """Return the value rounded to a multiple of ``step``: half away from zero, away from zero, or toward zero."""
    if value.known is not None:
        return fixed(_round(value.known / step, mode) * step, value.error)
    steps = scaled(graph, value, 1 / step, value.error)
    if steps.below == ONE:
        return value
    whole = Value(above=_whole(graph, steps, mode), error=value.error)
    return scaled(graph, whole, step, value.error)


def _whole(graph: Graph, steps: Value, mode: str) -> Atom:
    """Round by one floor division: what is added before depends on the sign (-1 or 0) of the numerator."""
    above, below = steps.above, written(graph, steps.below)
    sign = graph.sign(above)
    if mode == "half" and isinstance(below, int) and below % 2 == 0:
        return graph.floor_divide(graph.add(graph.add(above, below // 2), sign), below)
    if mode == "half":
        twice = graph.add(graph.multiply(above, 2), graph.add(below, sign))
        return graph.floor_divide(twice, graph.multiply(below, 2))
    reach = graph.subtract(below, 1)
    rise = graph.multiply(reach, graph.add(sign, 1) if mode == "up" else graph.subtract(0, sign))
    return graph.floor_divide(graph.add(above, rise), below)


def _round(value: Fraction, mode: str) -> int:
    size = abs(value)
    whole = {"half": (2 * size + 1) // 2, "up": -(-size // 1), "down": size // 1}[mode]
    return int(whole) if value >= 0 else -int(whole)
