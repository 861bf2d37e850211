"""What columnar code computes, before it is written: steps over whole arrays, each with its level and its span.

Equal steps are one step, whichever formula asked first; what is known now is folded now. No step may leave int64: one
that could raises :class:`OutOfRange`, so the graph that stands is itself the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.formula.schema import HOUSEHOLD, FactSchema
from core.formula.span import FLAG, INT64, Span

Kind = Literal["integer", "boolean", "error", "pair"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Step:
    """One array of the computation. ``arguments`` are steps and constants, ``parameters`` what is no value."""

    number: int
    operation: str
    arguments: tuple[Atom, ...]
    parameters: tuple[str | int | tuple[int, ...], ...] = ()
    level: str
    kind: Kind
    span: Span


Atom = Step | int | bool
"""A step or a value known now: an int (or an error's id, 0 for none), or a condition."""


class OutOfRange(Exception):  # noqa: N818 - caught where the formula is known
    """A value may leave int64."""

    def __init__(self, span: Span) -> None:
        super().__init__(span)
        self.span = span


def span_of(atom: Atom) -> Span:
    """Return the span of a step or a constant."""
    return atom.span if isinstance(atom, Step) else Span(int(atom), int(atom))


def held(span: Span) -> None:
    """Make sure that int64 holds a span.

    Raises:
        OutOfRange: it does not.
    """
    if not span.fits(INT64):
        raise OutOfRange(span)


@dataclass(slots=True)
class Graph:
    """Makes steps. Arguments of one step are brought to the deepest level among them."""

    schema: FactSchema
    steps: list[Step] = field(default_factory=list)
    _known: dict[object, Step] = field(default_factory=dict)

    def make(
        self,
        operation: str,
        *arguments: Atom,
        span: Span = FLAG,
        level: str | None = None,
        kind: Kind = "integer",
        parameters: tuple[str | int | tuple[int, ...], ...] = (),
    ) -> Step:
        """Return the step, an equal earlier one if there is one.

        Raises:
            OutOfRange: ``span`` or a constant does not fit int64.
        """
        held(span)
        for one in arguments:
            held(span_of(one))
        at = level or self.deepest(arguments)
        key = (operation, kind, parameters, at, tuple(a if isinstance(a, Step) else (type(a), a) for a in arguments))
        if key not in self._known:
            step = Step(
                number=len(self.steps),
                operation=operation,
                arguments=arguments,
                parameters=parameters,
                level=at,
                kind=kind,
                span=span,
            )
            self.steps.append(step)
            self._known[key] = step
        return self._known[key]

    def each(self, operation: str, *arguments: Atom, span: Span = FLAG, kind: Kind = "integer") -> Step:
        """Return an element-wise step, its arguments brought to one level first."""
        at = self.deepest(arguments)
        return self.make(operation, *(self.at(one, at) for one in arguments), span=span, level=at, kind=kind)

    def uses(self, operation: str) -> bool:
        """Tell whether any step is of this operation."""
        return any(step.operation == operation for step in self.steps)

    def order(self, roots: Sequence[Step]) -> list[Step]:
        """Return the steps the roots stand on, each after its arguments."""
        found: set[Step] = set()
        waiting = list(roots)
        while waiting:
            step = waiting.pop()
            if step not in found:
                found.add(step)
                waiting += [one for one in step.arguments if isinstance(one, Step)]
        return sorted(found, key=lambda one: one.number)

    # Levels

    def deepest(self, atoms: Sequence[Atom]) -> str:
        """Return the deepest level among the steps; the household for constants."""
        levels = [one.level for one in atoms if isinstance(one, Step)]
        return max(levels, key=lambda level: len(self.schema.ancestors(level)), default=HOUSEHOLD)

    def is_below(self, atom: Atom, level: str) -> bool:
        """Tell whether a step belongs to records strictly below ``level``."""
        return isinstance(atom, Step) and self.schema.is_below(atom.level, level)

    def at(self, atom: Atom, level: str) -> Atom:
        """Give each record of ``level`` its ancestor's value."""
        if not isinstance(atom, Step) or atom.level == level:
            return atom
        owner = self.make("owner", span=Span(0, INT64), level=level, parameters=(atom.level,))
        return self.make("spread", atom, owner, span=atom.span, level=level, kind=atom.kind)

    def filled(self, atom: Atom, level: str, *, kind: Kind = "integer") -> Step:
        """Return an array for every record of ``level``, also for a constant."""
        found = self.at(atom, level)
        if isinstance(found, Step):
            return found
        return self.make(
            "fill", found, span=span_of(found), level=level, kind="boolean" if isinstance(found, bool) else kind
        )

    # Whole numbers

    def add(self, left: Atom, right: Atom) -> Atom:
        """Return ``left + right``."""
        if not isinstance(left, Step) and not isinstance(right, Step):
            return left + right
        if left == 0 or right == 0:
            return right if left == 0 else left
        return self.each("add", left, right, span=span_of(left) + span_of(right))

    def subtract(self, left: Atom, right: Atom, *, within: Span | None = None) -> Atom:
        """Return ``left - right``; ``within`` is where it lies for a reason the spans cannot see."""
        if not isinstance(left, Step) and not isinstance(right, Step):
            return left - right
        if right == 0:
            return left
        return self.each("subtract", left, right, span=within or span_of(left) - span_of(right))

    def multiply(self, left: Atom, right: Atom) -> Atom:
        """Return ``left * right``."""
        if not isinstance(left, Step) and not isinstance(right, Step):
            return left * right
        if not isinstance(left, Step):
            left, right = right, left
        if right in (0, 1):
            return left if right == 1 else 0
        return self.each("multiply", left, right, span=span_of(left) * span_of(right))

    def floor_divide(self, left: Atom, right: Atom) -> Atom:
        """Return the floor of ``left / right``; the divisor is positive."""
        if not isinstance(left, Step) and not isinstance(right, Step):
            return left // right
        return left if right == 1 else self.each("floor_divide", left, right, span=span_of(left) // span_of(right))

    def largest(self, left: Atom, right: Atom) -> Atom:
        """Return the greater one."""
        if not isinstance(left, Step) and not isinstance(right, Step):
            return max(left, right)
        one, other = span_of(left), span_of(right)
        if one.low >= other.high or other.low >= one.high:
            return left if one.low >= other.high else right
        return self.each("maximum", left, right, span=Span(max(one.low, other.low), max(one.high, other.high)))

    def smallest(self, left: Atom, right: Atom) -> Atom:
        """Return the lesser one."""
        if not isinstance(left, Step) and not isinstance(right, Step):
            return min(left, right)
        one, other = span_of(left), span_of(right)
        if one.high <= other.low or other.high <= one.low:
            return left if one.high <= other.low else right
        return self.each("minimum", left, right, span=Span(min(one.low, other.low), min(one.high, other.high)))

    def sign(self, atom: Atom) -> Atom:
        """Return -1 where a number is negative, else 0."""
        span = span_of(atom)
        if span.low >= 0 or span.high < 0:
            return 0 if span.low >= 0 else -1
        return self.each("sign", atom, span=Span(-1, 0))

    # Conditions

    def compare(self, operator: str, left: Atom, right: Atom) -> Atom:
        """Return ``left operator right`` for whole numbers; decided now where the spans do not meet."""
        one, other = span_of(left), span_of(right)
        known = _decided(operator, one, other)
        if known is not None:
            return known
        return self.each(operator, left, right, kind="boolean")

    def both(self, left: Atom, right: Atom) -> Atom:
        """Return ``left and right`` of two conditions without failures."""
        for one, other in ((left, right), (right, left)):
            if not isinstance(one, Step):
                return other if one else False
        return left if left is right else self.each("and", left, right, kind="boolean")

    def either(self, left: Atom, right: Atom) -> Atom:
        """Return ``left or right`` of two conditions without failures."""
        for one, other in ((left, right), (right, left)):
            if not isinstance(one, Step):
                return True if one else other
        return left if left is right else self.each("or", left, right, kind="boolean")

    def opposite(self, atom: Atom) -> Atom:
        """Return ``not atom``."""
        if not isinstance(atom, Step):
            return not atom
        return atom.arguments[0] if atom.operation == "not" else self.each("not", atom, kind="boolean")

    def same(self, left: Atom, right: Atom) -> Atom:
        """Tell whether two conditions are alike."""
        for one, other in ((left, right), (right, left)):
            if not isinstance(one, Step):
                return other if one else self.opposite(other)
        return self.opposite(self.each("differ", left, right, kind="boolean"))

    # Choices

    def times(self, flag: Atom, atom: Atom) -> Atom:
        """Return ``atom`` where the flag is set, else 0."""
        if not isinstance(flag, Step):
            return atom if flag else 0
        if not isinstance(atom, Step) and atom == 0:
            return 0
        kind: Kind = atom.kind if isinstance(atom, Step) else "integer"
        return self.each("times", flag, atom, span=span_of(atom) | Span(0, 0), kind=kind)

    def select(self, flag: Atom, yes: Atom, no: Atom) -> Atom:
        """Return the number ``yes`` where the flag is set, else ``no``."""
        if not isinstance(flag, Step) or yes is no:
            return yes if flag else no
        if not isinstance(no, Step) and not isinstance(yes, Step):
            return no if yes == no else self.add(self.times(flag, yes - no), no)
        if not isinstance(no, Step) and no == 0:
            return self.times(flag, yes)
        if not isinstance(yes, Step) and yes == 0:
            return self.times(self.opposite(flag), no)
        return self.each("select", flag, yes, no, span=span_of(yes) | span_of(no))

    def select_condition(self, flag: Atom, yes: Atom, no: Atom) -> Atom:
        """Return the condition ``yes`` where the flag is set, else ``no``."""
        return self.either(self.both(flag, yes), self.both(self.opposite(flag), no))

    def table(self, codes: Step, entries: Sequence[Atom], *, kind: Kind = "integer") -> Atom:
        """Return the entry each code stands for; all entries are known now."""
        known = [int(one) for one in entries if not isinstance(one, Step)]
        if len(set(known)) == 1:
            return entries[0]
        found: Kind = "boolean" if isinstance(entries[0], bool) else kind
        span = Span(min(known), max(known))
        return self.make("table", codes, span=span, level=codes.level, kind=found, parameters=tuple(known))

    # Failures: 0 for none, else the id; the first one stays

    def failing(self, flag: Atom, failure: int) -> Atom:
        """Return the failure where the flag is set."""
        if not isinstance(flag, Step) or not failure:
            return failure if flag else 0
        return self.each("times", flag, failure, span=Span(0, failure), kind="error")

    def only(self, flag: Atom, error: Atom) -> Atom:
        """Return the failure where the flag is set; what is not evaluated cannot fail."""
        return self.times(flag, error) if isinstance(error, Step) else self.failing(flag, error)

    def taken(self, flag: Atom, yes: Atom, no: Atom) -> Atom:
        """Return the failure of the branch taken."""
        one, other = self.only(flag, yes), self.only(self.opposite(flag), no)
        if not isinstance(one, Step) or not isinstance(other, Step):
            return self.first(one, other)
        return self.each("merge", one, other, span=one.span | other.span, kind="error")

    def first(self, *errors: Atom) -> Atom:
        """Return the first failure of several parts evaluated one after the other."""
        found: Atom = 0
        for error in errors:
            found = self._first(found, error)
        return found

    def _first(self, before: Atom, after: Atom) -> Atom:
        if not isinstance(before, Step):
            return before or after
        if before is after or (not isinstance(after, Step) and after == 0):
            return before
        clean = self.each("=", before, 0, kind="boolean")
        return self.each("merge", before, self.only(clean, after), span=before.span | span_of(after), kind="error")


def _decided(operator: str, left: Span, right: Span) -> bool | None:
    """Return the comparison's result where it is the same for all values of two spans."""
    if operator in ("=", "<>"):
        if left.high < right.low or right.high < left.low:
            return operator == "<>"
        return (operator == "=") if left.low == left.high == right.low == right.high else None
    if operator in (">", ">="):
        return _decided("<" if operator == ">" else "<=", right, left)
    if operator == "<":
        return True if left.high < right.low else False if left.low >= right.high else None
    return True if left.high <= right.low else False if left.low > right.high else None
