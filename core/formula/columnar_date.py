"""Completed years and months between days, on arrays of ordinals, exactly as the calendar has them.

A day is turned into its year counted from 1 March, so that 29 February is the last day of a year and leap years need no
case of their own. Two days compare, and their completed years and months differ, as they do in years from January.
"""

from __future__ import annotations

from core.formula.columnar_graph import Graph
from core.formula.columnar_step import Atom
from core.formula.span import Span

_DAYS_BEFORE = 305
"""1 January of the year 1 (ordinal 1) is day 306 after 1 March of the year 0."""

_CENTURY_QUARTERS = 146_097
"""Days of four centuries, which is four times the mean days of one."""

_YEAR_QUARTERS = 1_461
"""Days of four years."""


def completed_years(graph: Graph, born: Atom, on: Atom) -> Atom:
    """Return the completed years from ``born`` to ``on``, floored: -1 in the year before birth."""
    return graph.floor_divide(graph.subtract(_year_key(graph, on), _year_key(graph, born)), 512)


def completed_months(graph: Graph, start: Atom, end: Atom) -> Atom:
    """Return the completed months from ``start`` to ``end``, toward zero; a month ends on the same day of the month."""
    difference = graph.subtract(_month_key(graph, end), _month_key(graph, start))
    toward_zero = graph.multiply(graph.sign(difference), -31)
    return graph.floor_divide(graph.add(difference, toward_zero), 32)


def _year_and_day(graph: Graph, ordinal: Atom) -> tuple[Atom, Atom]:
    """Return the year from March and the day in it, 0 to 365."""
    days = graph.add(ordinal, _DAYS_BEFORE)
    century = graph.floor_divide(graph.add(graph.multiply(days, 4), 3), _CENTURY_QUARTERS)
    day = graph.subtract(
        days, graph.floor_divide(graph.multiply(century, _CENTURY_QUARTERS), 4), within=Span(0, 36_524)
    )
    year = graph.floor_divide(graph.add(graph.multiply(day, 4), 3), _YEAR_QUARTERS)
    day = graph.subtract(day, graph.floor_divide(graph.multiply(year, _YEAR_QUARTERS), 4), within=Span(0, 365))
    return graph.add(graph.multiply(century, 100), year), day


def _year_key(graph: Graph, ordinal: Atom) -> Atom:
    """Return year x 512 + day of the year."""
    year, day = _year_and_day(graph, ordinal)
    return graph.add(graph.multiply(year, 512), day)


def _month_key(graph: Graph, ordinal: Atom) -> Atom:
    """Return month x 32 + day of the month; the months of a year from March have 153 days in five."""
    year, day = _year_and_day(graph, ordinal)
    month = graph.floor_divide(graph.add(graph.multiply(day, 5), 2), 153)
    first = graph.floor_divide(graph.add(graph.multiply(month, 153), 2), 5)
    months = graph.add(graph.multiply(year, 12), month)
    return graph.add(graph.multiply(months, 32), graph.subtract(day, first, within=Span(0, 30)))
