"""From the checked tree to steps over arrays, formula by formula; what may leave int64 is refused, with the place."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from core.formula.columnar_aggregate import aggregate
from core.formula.columnar_choice import choose, equal, logic, lookup, switch
from core.formula.columnar_date import completed_months, completed_years
from core.formula.columnar_graph import Graph
from core.formula.columnar_number import add, compare, divide, extreme, multiply, negate, rounded, scaled
from core.formula.columnar_situation import Situation
from core.formula.columnar_standard import STANDARD_FEN
from core.formula.columnar_step import Atom, Kind, OutOfRange, Step
from core.formula.columnar_value import Below, Value, failed, fixed
from core.formula.columnar_word import Words
from core.formula.schema import FactSchema
from core.formula.span import FLAG, INT32, Span
from core.formula.tree import (
    Age,
    Aggregate,
    Arithmetic,
    CheckedFormula,
    Choose,
    Compare,
    Constant,
    Extreme,
    Fact,
    Failure,
    Logic,
    Lookup,
    MonthsBetween,
    Negate,
    Node,
    Not,
    Quantity,
    Round,
    Scale,
    StandardOf,
    Switch,
    Unavailable,
)


class Unprovable(Exception):  # noqa: N818 - caught where the program is put together
    """A formula that cannot run on columns: the sub-expression and the span it may reach, or the quantity it reads."""

    def __init__(self, node: Node, span: Span | None = None) -> None:
        super().__init__(node, span)
        self.node = node
        self.span = span


class Failures:
    """The failures of a program by id, from 1; 0 is none."""

    def __init__(self) -> None:
        self.known: list[Failure] = []
        self._ids: dict[Failure, int] = {}

    def id_of(self, failure: Failure) -> int:
        """Return a failure's id."""
        if failure not in self._ids:
            self.known.append(failure)
            self._ids[failure] = len(self.known)
        return self._ids[failure]


class ExpressionWriter:
    """Lowers formulas one after the other; ``stored`` holds what each is worth."""

    def __init__(self, schema: FactSchema, situation: Situation) -> None:
        self.schema = schema
        self.situation = situation
        self.graph = Graph(schema)
        self.words = Words()
        self.failures = Failures()
        self.stored: dict[str, Value] = {}
        self.key = ""

    def formula(self, formula: CheckedFormula) -> Value:
        """Lower one formula and keep its value.

        Raises:
            Unprovable: the formula may leave int64.
        """
        self.key = formula.key
        value = self.lower(formula.tree) if formula.key not in self.situation.given else self._given(formula)
        self.stored[formula.key] = value
        return value

    def own_failure(self, code: str) -> int:
        """Return the id of the failure ``code`` of the quantity being computed."""
        return self.failures.id_of(Failure(code, self.key))

    def longest(self, level: str, over: str) -> int:
        """Return how many records of ``over`` one record of ``level`` has at most."""
        if over == level:
            return 1
        one = self.schema.lists[over]
        return self.situation.longest.get(over, one.longest) * self.longest(level, one.parent)

    def lower(self, node: Node) -> Value:
        """Return what an expression is worth.

        Raises:
            Unprovable: with the innermost expression that may leave int64.
        """
        try:
            return self._lower(node)
        except OutOfRange as error:
            raise Unprovable(node, error.span) from None

    def _lower(self, node: Node) -> Value:  # noqa: C901, PLR0911 - one case for each kind of node
        match node:
            case Constant():
                return self._constant(node)
            case Fact():
                return self._fact(node)
            case Quantity():
                return self._quantity(node)
            case Not():
                operand = self.lower(node.operand)
                return replace(operand, above=self.graph.opposite(operand.above))
            case Compare():
                return self._compare(node)
            case Logic():
                return logic(node, self)
            case Choose():
                return choose(node, self)
            case Switch():
                return switch(node, self)
            case Lookup():
                return lookup(node, self)
            case Aggregate():
                return aggregate(node, self)
            case Unavailable():
                return failed(node.type, self.failures.id_of(Failure(node.code, node.name)))
        return self._number(node)

    def _number(self, node: Node) -> Value:
        match node:
            case Arithmetic():
                return self._arithmetic(node)
            case Negate():
                return negate(self.graph, self.lower(node.operand))
            case Extreme():
                return extreme(self.graph, [self.lower(one) for one in node.operands], most=node.operator == "max")
            case Round():
                operand = self.lower(node.operand)
                return rounded(self.graph, operand, mode=node.mode, step=Fraction(node.quantum, node.parts))
            case Scale():
                operand = self.lower(node.operand)
                return scaled(self.graph, operand, Fraction(node.numerator, node.denominator), operand.error)
            case Age():
                born, on = self.lower(node.operand), self.lower(node.on)
                years = completed_years(self.graph, born.above, on.above)
                return Value(above=years, error=self.graph.first(born.error, on.error))
            case MonthsBetween():
                start, end = self.lower(node.start), self.lower(node.end)
                months = completed_months(self.graph, start.above, end.above)
                return Value(above=months, error=self.graph.first(start.error, end.error))
            case StandardOf():
                return self._standard(node)
        raise AssertionError(node)

    def _arithmetic(self, node: Arithmetic) -> Value:
        left, right = self.lower(node.left), self.lower(node.right)
        if node.operator in "+-":
            return add(self.graph, left, right, sign=1 if node.operator == "+" else -1)
        if node.operator == "*":
            return multiply(self.graph, left, right)
        return divide(self.graph, left, right, zero=self.own_failure("division_by_zero"))

    def _compare(self, node: Compare) -> Value:
        left, right = self.lower(node.left), self.lower(node.right)
        if node.left.type in ("number", "date"):
            return compare(self.graph, node.operator, left, right)
        found = equal(node.left.type, left, right, self)
        return found if node.operator == "=" else replace(found, above=self.graph.opposite(found.above))

    def _constant(self, node: Constant) -> Value:
        if node.type == "number":
            return fixed(Fraction(int(node.value), node.denominator))
        return self.words.constant(str(node.value)) if node.type == "text" else Value(above=bool(node.value))

    def _fact(self, node: Fact) -> Value:
        declared, name = self.schema.fields[node.name], node.name
        if name in self.situation.absent:
            return failed(declared.type, self.failures.id_of(Failure("missing_fact", name)))
        kind: Kind = "boolean" if declared.type == "boolean" else "integer"
        span = FLAG if kind == "boolean" else self.situation.spans[name]
        above = self.graph.make("column", span=span, level=node.owner, kind=kind, parameters=(name,))
        error = self._missing(node) if name in self.situation.masked else 0
        if declared.type == "text" and not declared.choices:
            above = self.graph.make("translate", above, span=Span(0, INT32), parameters=("vocabulary", name))
        return Value(above=above, below=Below(node.scale), error=error, words=declared.choices)

    def _missing(self, node: Fact) -> Atom:
        missing = self.graph.make("missing", level=node.owner, kind="boolean", parameters=(node.name,))
        return self.graph.failing(missing, self.failures.id_of(Failure("missing_fact", node.name)))

    def _quantity(self, node: Quantity) -> Value:
        if node.key not in self.stored:
            raise Unprovable(node)
        return self.stored[node.key]

    def _given(self, formula: CheckedFormula) -> Value:
        """Return a quantity that is brought as arrays."""
        given = self.situation.given[formula.key]
        if given.above is None:
            raise Unprovable(formula.tree)
        kind: Kind = "boolean" if formula.type == "boolean" else "integer"
        above = self._array(formula, "above", given.above, kind)
        error = self._array(formula, "error", FLAG, "error") if given.fails else 0
        if isinstance(given.below, int):
            return Value(above=above, below=Below(given.below), error=error, words=given.words)
        below = Below(1, (self._array(formula, "below", given.below, "integer"),))
        return Value(above=above, below=below, error=error, words=given.words)

    def _array(self, formula: CheckedFormula, part: str, span: Span, kind: Kind) -> Step:
        return self.graph.make("given", span=span, level=formula.level, kind=kind, parameters=(formula.key, part))

    def _standard(self, node: StandardOf) -> Value:
        area, division = self.lower(node.area), self.lower(node.division)
        error = self.graph.first(area.error, division.error)
        codes = [self.words.translated(self.graph, one) for one in (area, division)]
        known = self.graph.compare("=", error, 0)
        level = self.graph.deepest([*codes, known])
        arrays = (self.graph.filled(one, level) for one in (*codes, known))
        pair = self.graph.make("standard", *arrays, level=level, kind="pair", parameters=(node.programme,))
        line = self.graph.make("item", pair, span=STANDARD_FEN, level=level, parameters=(0,))
        missing = self.graph.make("item", pair, level=level, kind="error", parameters=(1,))
        return Value(above=line, error=self.graph.first(error, missing))
