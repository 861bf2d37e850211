"""SUM COUNT ANY ALL MAX MIN on columns: lists are contiguous, so a list's sum is a difference of prefix sums.

That is right for empty lists wherever they stand (``reduceat`` is not), and where a record fails, the same prefix sums
tell whether ANY or ALL had stopped before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lcm
from typing import Protocol

from core.formula.columnar_graph import Graph
from core.formula.columnar_number import multiply
from core.formula.columnar_step import Atom, Step, held, span_of
from core.formula.columnar_value import Below, Value, common, over, written
from core.formula.schema import HOUSEHOLD
from core.formula.span import INT32, INT64, Span
from core.formula.tree import Aggregate, Node

SMALL = 2_000
"""Values up to this size are summed in int32: a million of them fit."""


class Lowering(Protocol):
    """What aggregates ask of the writer."""

    graph: Graph

    def lower(self, node: Node) -> Value:
        """Return what an expression is worth."""

    def own_failure(self, code: str) -> int:
        """Return the id of the failure ``code`` of the quantity being computed."""

    def longest(self, level: str, over: str) -> int:
        """Return how many records of ``over`` one record of ``level`` has at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathering:
    """The records of ``over`` below one record of ``level``: those that count, their value, and what may fail."""

    writer: Lowering
    level: str
    over: str
    counted: Atom
    value: Value
    error: Atom

    @property
    def graph(self) -> Graph:
        """Where steps are made."""
        return self.writer.graph


def aggregate(node: Aggregate, writer: Lowering) -> Value:
    """Write an aggregate."""
    graph = writer.graph
    when = Value(above=True) if node.when is None else writer.lower(node.when)
    value = Value(above=True) if node.value is None else writer.lower(node.value)
    error = graph.first(when.error, graph.only(when.above, value.error))
    these = Gathering(writer=writer, level=node.level, over=node.over, counted=when.above, value=value, error=error)
    if node.operator == "count":
        return Value(above=_count(these, these.counted), error=_first_error(these))
    if node.operator == "sum":
        return _sum(these)
    if node.operator in ("any", "all"):
        return _seek(these, wanted=node.operator == "any")
    default = None if node.default is None else writer.lower(node.default)
    return _extreme(these, default, most=node.operator == "max")


# Counting and adding up


def _lengths(these: Gathering) -> Step:
    most = these.writer.longest(these.level, these.over)
    return these.graph.make("lengths", span=Span(0, most), level=these.level, parameters=(these.over,))


def _count(these: Gathering, flag: Atom) -> Atom:
    """Return how many records have the flag."""
    if not isinstance(flag, Step):
        return _lengths(these) if flag else 0
    if not these.graph.is_below(flag, these.level):
        return these.graph.times(flag, _lengths(these))
    return _total(these, flag)


def _total(these: Gathering, atom: Step) -> Step:
    """Return the sum of a step over the records, by the difference of its prefix sums."""
    span = atom.span.total(these.writer.longest(these.level, these.over))
    return these.graph.make("total", _prefix(these, atom), span=span, level=these.level)


def _prefix(these: Gathering, atom: Atom) -> Step:
    """Return the running sums of the chunk.

    One household's records fit by proof; chunks are cut so that theirs do (``Source.limits``).
    """
    values = these.graph.filled(atom, these.over)
    whole = values.span.total(these.writer.longest(HOUSEHOLD, these.over))
    held(whole)
    largest = INT32 if values.span.size <= SMALL and whole.fits(INT32) else INT64
    return these.graph.make("prefix", values, span=Span(-largest, largest), level=these.over)


def _sum(these: Gathering) -> Value:
    graph, value, error = these.graph, these.value, _first_error(these)
    if any(graph.is_below(factor, these.level) for factor in value.below.factors):
        return _sum_of_fractions(these, error)
    if not graph.is_below(value.above, these.level):
        count = Value(above=_count(these, these.counted), error=error)
        return multiply(graph, count, Value(above=value.above, below=value.below))
    amounts = graph.times(these.counted, value.above)
    above = _total(these, amounts) if isinstance(amounts, Step) else 0
    return Value(above=above, below=value.below, error=error)


def _sum_of_fractions(these: Gathering, error: Atom) -> Value:
    """Add up numbers whose denominators differ from record to record, over the least common multiple."""
    graph, most = these.graph, these.writer.longest(these.level, these.over)
    below = written(graph, these.value.below)
    multiple = span_of(below).high ** most if most < 64 else INT64 + 1
    multiple = min(multiple, _multiple_of_all(span_of(below).high))
    reach = span_of(these.value.above).size * multiple * most
    pair = _pair(these, "sum_of_fractions", below, reach)
    return _fraction(graph, pair, Span(-reach, reach), Span(1, multiple), error)


def _multiple_of_all(highest: int) -> int:
    """Return the least common multiple of 1 to ``highest``, or a number beyond int64 where that is larger."""
    return lcm(*range(1, highest + 1)) if highest <= 50 else INT64 + 1


def _pair(these: Gathering, operation: str, below: Atom, reach: int) -> Step:
    """Return the step that finds numerators and denominators together."""
    graph, level = these.graph, these.over
    arguments = (graph.filled(these.value.above, level), graph.filled(below, level), graph.at(these.counted, level))
    return graph.make(
        operation, *arguments, span=Span(-reach, reach), level=these.level, kind="pair", parameters=(level,)
    )


def _fraction(graph: Graph, pair: Step, above: Span, below: Span, error: Atom) -> Value:
    numerator = graph.make("item", pair, span=above, level=pair.level, parameters=(0,))
    denominator = graph.make("item", pair, span=below, level=pair.level, parameters=(1,))
    return Value(above=numerator, below=Below(1, (denominator,)), error=error)


# Seeking


def _seek(these: Gathering, *, wanted: bool) -> Value:
    """Write ANY (a true record is wanted) or ALL (a false one ends it)."""
    graph = these.graph
    value = these.value.above if wanted else graph.opposite(these.value.above)
    hits = graph.both(these.counted, value)
    found = graph.compare(">", _count(these, hits), 0)
    return Value(above=found if wanted else graph.opposite(found), error=_first_error(these, before=hits))


def _first_error(these: Gathering, *, before: Atom = False) -> Atom:
    """Return the first failure among the records; not one after a record of ``before``, which ends the search."""
    graph = these.graph
    if not isinstance(these.error, Step) and these.error == 0:
        return 0
    if before is not False:
        errors = graph.filled(these.error, these.over, kind="error")
        return _found(these, "first_error_before", errors, _prefix(these, before))
    if not graph.is_below(these.error, these.level):
        return graph.only(graph.compare(">", _lengths(these), 0), these.error)
    return _found(these, "first_error", graph.filled(these.error, these.over))


def _found(these: Gathering, operation: str, *parts: Step) -> Step:
    span = parts[0].span | Span(0, 0)
    return these.graph.make(operation, *parts, span=span, level=these.level, kind="error", parameters=(these.over,))


# The greatest and the least


def _extreme(these: Gathering, default: Value | None, *, most: bool) -> Value:
    graph = these.graph
    found = graph.compare(">", _count(these, these.counted), 0)
    best = _best(these, most=most)
    if default is None:
        empty = graph.failing(graph.opposite(found), these.writer.own_failure("empty_list"))
        return Value(above=best.above, below=best.below, error=graph.first(_first_error(these), empty))
    missing = graph.only(graph.opposite(found), default.error)
    below = common((best.below, default.below))
    above = graph.select(found, over(graph, best, below), over(graph, default, below))
    return Value(above=above, below=below, error=graph.first(_first_error(these), missing))


def _best(these: Gathering, *, most: bool) -> Value:
    """Return the extreme value; any value of the span for an empty list."""
    graph, value = these.graph, these.value
    if any(graph.is_below(factor, these.level) for factor in value.below.factors):
        return _best_fraction(these, most=most)
    if not graph.is_below(value.above, these.level):
        return Value(above=value.above, below=value.below)
    span = span_of(value.above)
    weakest = span.low if most else span.high
    values = graph.filled(graph.select(these.counted, value.above, weakest), these.over)
    operation = "greatest" if most else "least"
    best = graph.make(operation, values, span=span, level=these.level, parameters=(these.over, weakest))
    return Value(above=best, below=value.below)


def _best_fraction(these: Gathering, *, most: bool) -> Value:
    below = written(these.graph, these.value.below)
    above = span_of(these.value.above)
    pair = _pair(these, "greatest_fraction" if most else "least_fraction", below, above.size * span_of(below).high)
    return _fraction(these.graph, pair, above | Span(0, 0), span_of(below) | Span(1, 1), 0)
