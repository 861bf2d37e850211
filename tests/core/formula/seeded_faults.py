"""Faults to be seeded into either writer, each named for the rule it breaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault: inside ``place`` (``module.function`` or ``module.Class.method``), ``old`` becomes ``new``."""

    name: str
    place: str
    old: str
    new: str


_HALF_EVEN = """whole = graph.floor_divide(graph.add(above, below // 2), below)
        tie = graph.compare("=", graph.multiply(whole, below), graph.add(above, below // 2))
        odd = graph.subtract(whole, graph.multiply(graph.floor_divide(whole, 2), 2))
        return graph.subtract(whole, graph.times(tie, odd))"""

_REDUCEAT = (
    "subtract({self.code(running)}.take(maximum({self.offsets(step.level, running.level)}[1:], "
    "minimum({self.offsets(step.level, running.level)}[:-1] + 1, len({self.code(running)}) - 1))), t[:-1]"
)
"""What ``add.reduceat`` gives: for an empty list the value of the record that follows."""

MUTANTS = (
    # Rounding
    Mutant(
        "truncated half becomes floored",
        "columnar_number._whole",
        "graph.add(graph.add(above, below // 2), sign)",
        "graph.add(above, below // 2)",
    ),
    Mutant("rounding down becomes floor", "columnar_number._whole", "graph.subtract(0, sign)", "0"),
    Mutant("rounding up becomes ceiling", "columnar_number._whole", "graph.add(sign, 1)", "1"),
    Mutant(
        "half goes down", "columnar_number._whole", "graph.add(above, below // 2)", "graph.add(above, (below - 1) // 2)"
    ),
    Mutant(
        "half goes to even",
        "columnar_number._whole",
        "return graph.floor_divide(graph.add(graph.add(above, below // 2), sign), below)",
        _HALF_EVEN,
    ),
    Mutant("a known half goes to even", "columnar_number._round", "(2 * size + 1) // 2", "round(size)"),
    Mutant(
        "numbers are rounded before they are compared",
        "columnar_number.compare",
        "error = graph.first(left.error, right.error)",
        'left = rounded(graph, left, mode="half", step=Fraction(1)); error = graph.first(left.error, right.error)',
    ),
    Mutant("the divisor's sign is lost", "columnar_number._signed", "graph.subtract(0, above)", "above"),
    # Comparing
    Mutant(
        "below becomes at most",
        "columnar_graph.Graph.compare",
        "self.each(operator, left",
        'self.each("<=" if operator == "<" else operator, left',
    ),
    Mutant("at least becomes above", "columnar_choice.lookup", '">="', '">"'),
    Mutant(
        "a fraction's floor is one too high",
        "columnar_number._with_constant",
        "limit.numerator // limit.denominator",
        "limit.numerator // limit.denominator + 1",
    ),
    # Laziness and order
    Mutant(
        "IF is eager",
        "columnar_graph.Graph.taken",
        "one, other = self.only(flag, yes), self.only(self.opposite(flag), no)",
        "return self.first(yes, no); one = other = 0",
    ),
    Mutant("and / or are eager", "columnar_choice.logic", "graph.only(undecided, after.error)", "after.error"),
    Mutant(
        "the last failure wins", "columnar_graph.Graph.first", "for error in errors", "for error in reversed(errors)"
    ),
    Mutant(
        "WHEN fails after the value",
        "columnar_aggregate.aggregate",
        "graph.first(when.error, graph.only(when.above, value.error))",
        "graph.first(value.error, when.error)",
    ),
    Mutant("the last record's failure wins", "columnar_runtime._by_list", "[::-1]", "[:]"),
    Mutant("ANY does not stop", "columnar_aggregate._first_error", "if before is not False:", "if before is None:"),
    Mutant(
        "the default of MAX is eager",
        "columnar_aggregate._extreme",
        "graph.only(graph.opposite(found), default.error)",
        "default.error",
    ),
    # Missing and empty
    Mutant(
        "what is missing is 0",
        "columnar_expression.ExpressionWriter._fact",
        "if name in self.situation.masked",
        "if name == ''",
    ),
    Mutant(
        "a divisor 0 is no failure",
        "columnar_number.divide",
        'graph.failing(graph.compare("=", right.above, 0), zero)',
        "0",
    ),
    Mutant(
        "ALL of none is false",
        "columnar_aggregate._seek",
        "found if wanted else graph.opposite(found)",
        'found if wanted else graph.both(graph.opposite(found), graph.compare(">", _lengths(these), 0))',
    ),
    Mutant(
        "MAX of none is a value",
        "columnar_aggregate._extreme",
        'graph.failing(graph.opposite(found), these.writer.own_failure("empty_list"))',
        "0",
    ),
    Mutant(
        "sums are reduceat, wrong on empty lists", "columnar_source._Writer.total", "subtract(t[1:], t[:-1]", _REDUCEAT
    ),
    Mutant("SUM ignores WHEN", "columnar_aggregate._sum", "graph.times(these.counted, value.above)", "value.above"),
    Mutant("COUNT ignores WHEN", "columnar_aggregate.aggregate", "_count(these, these.counted)", "_count(these, True)"),
    Mutant(
        "MAX ignores WHEN",
        "columnar_aggregate._best",
        "graph.select(these.counted, value.above, weakest)",
        "value.above",
    ),
    # Range
    Mutant("int64 wraps", "columnar_step.held", "span.fits(INT64)", "span.fits(INT64**9)"),
    Mutant("int32 wraps", "columnar_place.Places.working_type", "all(one.fits(INT32) for one in spans)", "True"),
    # Days, places, fractions
    Mutant("months are floored", "columnar_date.completed_months", "graph.add(difference, toward_zero)", "difference"),
    Mutant(
        "a year is 366 days",
        "columnar_date._year_and_day",
        "graph.add(graph.multiply(day, 4), 3)",
        "graph.multiply(day, 4)",
    ),
    Mutant("the area is forgotten", "columnar_standard.StandardTable.__call__", "2**32", "0"),
    Mutant("fractions are added crosswise", "columnar_runtime.sum_of_fractions", "(one // shared)\n", "one\n"),
    Mutant("the least fraction is the greatest", "columnar_runtime.least_fraction", "np.less", "np.greater"),
    # The scalar writer
    Mutant("scalar: half goes down", "scalar_number.rounded", "(2*{above} + {below})//", "(2*{above} + {below} - 1)//"),
    Mutant(
        "scalar: months are not completed",
        "scalar_runtime.months_between",
        "(last.day < first.day)",
        "(last.day <= first.day)",
    ),
    Mutant(
        "scalar: a birthday counts from the day after",
        "scalar_runtime.day_key",
        "+ day.day",
        "+ (day.day if day.day != 29 else 28)",
    ),
    Mutant("scalar: the divisor's sign is lost", "scalar_number.divide", "if not positive:", "if False:"),
)
