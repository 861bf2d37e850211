"""Whole numbers, conditions and failures on arrays; what is known now is computed now."""

from __future__ import annotations

from collections.abc import Sequence

from core.formula.columnar_step import Atom, Kind, Step, Steps, span_of
from core.formula.span import Span


class Graph(Steps):
    """Steps by what they compute: numbers, conditions, choices, and failures (0 for none, else an id)."""

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
