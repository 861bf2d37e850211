"""Expressions in generated code: names, conditions, arithmetic, dates, other places' standards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from core.formula.scalar_aggregate import aggregate
from core.formula.scalar_choice import choose, extreme, literal, lookup, switch
from core.formula.scalar_code import NO, YES, ZERO, Block, Operand, Scopes, fixed
from core.formula.scalar_number import add, compare, compare_plain, divide, multiply, negative, rounded
from core.formula.scalar_record import RecordWriter, Stored
from core.formula.schema import HOUSEHOLD
from core.formula.tree import (
    Age,
    Aggregate,
    Arithmetic,
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


@dataclass(slots=True)
class ExpressionWriter(RecordWriter):
    """Writes checked nodes as Python; ``key`` is the quantity being computed, which its own failures name."""

    key: str = ""
    constants: dict[str, object] = field(default_factory=dict)
    _failures: dict[Failure, str] = field(default_factory=dict)

    # Constants of the generated module

    def failure(self, failure: Failure) -> str:
        """Return the name of a failure constant."""
        if failure not in self._failures:
            name = self._failures[failure] = self.names.fresh("F")
            self.constants[name] = failure
        return self._failures[failure]

    def own_failure(self, code: str) -> str:
        """Return the name of the failure ``code`` of the quantity being computed."""
        return self.failure(Failure(code, self.key))

    def is_exhaustive(self, fact: Fact, cases: Sequence[Constant]) -> bool:
        """Tell whether ``cases`` cover whatever the fact may be; never sure of it when careful."""
        choices = self.schema.fields[fact.name].choices
        return not self.careful and bool(choices) and set(choices) <= {one.value for one in cases}

    def table(self, entries: Mapping[int | bool | str, int | bool | str]) -> str:
        """Return the name of a constant table."""
        name = self.names.fresh("T")
        self.constants[name] = dict(entries)
        return name

    # Expressions

    def lower(self, node: Node, block: Block, scopes: Scopes) -> Operand:
        """Write ``node`` into ``block`` and return where its value is."""
        return block.shallow(self._lower(node, block, scopes))

    def _lower(  # noqa: C901, PLR0911, PLR0912 - one case for each kind of node
        self, node: Node, block: Block, scopes: Scopes
    ) -> Operand:
        match node:
            case Constant():
                return literal(node)
            case Fact():
                return self._fact(node, block, scopes)
            case Quantity():
                return self._quantity(node, block, scopes)
            case Negate():
                return negative(self.lower(node.operand, block, scopes))
            case Not():
                return _not(self.lower(node.operand, block, scopes))
            case Arithmetic():
                return self._arithmetic(node, block, scopes)
            case Compare():
                return self._compare(node, block, scopes)
            case Logic():
                return self._logic(node, block, scopes)
            case Choose():
                return choose(node, self, block, scopes)
            case Switch():
                return switch(node, self, block, scopes)
            case Lookup():
                return lookup(node, self, block, scopes)
            case Extreme():
                return extreme(node, self, block, scopes)
            case Aggregate():
                return aggregate(node, self, block, scopes)
        return self._function(node, block, scopes)

    def _function(self, node: Node, block: Block, scopes: Scopes) -> Operand:
        match node:
            case Round():
                operand = self.lower(node.operand, block, scopes)
                return rounded(operand, block, mode=node.mode, quantum=node.quantum, parts=node.parts)
            case Scale():
                factor = fixed(Fraction(node.numerator, node.denominator))
                return multiply(self.lower(node.operand, block, scopes), factor, block)
            case Age():
                born = self.lower(node.operand, block, scopes)
                return Operand(f"(({self._day_key(node.on, block, scopes)} - day_key({born.code}))//10000)", depth=3)
            case MonthsBetween():
                start = self.lower(node.start, block, scopes)
                end = self.lower(node.end, block, scopes)
                return Operand(f"months_between({start.code}, {end.code})", depth=2 + max(start.depth, end.depth))
            case StandardOf():
                return self._standard(node, block, scopes)
            case Unavailable():
                block.fail(self.failure(Failure(node.code, node.name)))
                return ZERO
        raise AssertionError(node)

    def _day_key(self, on: Node, block: Block, scopes: Scopes) -> str:
        """Return the key of the decision date, computed once for the household."""
        day = self.lower(on, block, scopes)
        return self.once("key", day.code, f"None if {day.code} is None else day_key({day.code})")

    def _arithmetic(self, node: Arithmetic, block: Block, scopes: Scopes) -> Operand:
        left = self.lower(node.left, block, scopes)
        right = self.lower(node.right, block, scopes)
        if node.operator in "+-":
            return add(left, right, block, sign=node.operator)
        if node.operator == "*":
            return multiply(left, right, block)
        return divide(left, right, block, zero=self.own_failure("division_by_zero"), positive=self.is_count(node.right))

    def is_count(self, node: Node) -> bool:
        """Tell whether a number counts records, so that it is never negative."""
        if isinstance(node, Quantity):
            return self.stored[node.key].counts
        return isinstance(node, Aggregate) and node.operator == "count"

    def _compare(self, node: Compare, block: Block, scopes: Scopes) -> Operand:
        left = self.lower(node.left, block, scopes)
        right = self.lower(node.right, block, scopes)
        if node.left.type in ("number", "date"):
            return compare(node.operator, left, right, block)
        return compare_plain(node.operator, left, right)

    def _logic(self, node: Logic, block: Block, scopes: Scopes) -> Operand:
        """Write a lazy chain: one expression where no operand needs lines of its own, else suite after suite."""
        decided = node.operator == "or"
        written: list[tuple[Block, Operand]] = []
        for one in node.operands:
            suite = block.child() if written else block
            operand = self.lower(one, suite, scopes)
            if operand.constant is (not decided) and not (suite is not block and suite.lines):
                continue
            written.append((suite, operand))
            if operand.constant is decided:
                break
        if not written:
            return NO if decided else YES
        if all(suite is block or not suite.lines for suite, _ in written):
            return _joined([operand for _, operand in written], node.operator)
        return _in_turn(written, block, node.operator)

    # Names

    def _fact(self, node: Fact, block: Block, scopes: Scopes) -> Operand:
        name, optional = self.read(node, scopes)
        if optional and not block.is_checked(name):
            block.fail(self.failure(Failure("missing_fact", node.name)), condition=f"{name} is None")
            block.checked.add(name)
        return Operand(name, node.scale)

    def _quantity(self, node: Quantity, block: Block, scopes: Scopes) -> Operand:
        stored = self.stored[node.key]
        if stored.unavailable:
            block.fail(stored.unavailable)
            return ZERO
        if stored.constant is not None:
            return stored.constant
        if stored.level != HOUSEHOLD:
            return self._element(node.key, stored, block, scopes)
        if stored.failure and not block.is_checked(stored.name):
            block.fail(stored.failure, condition=f"{stored.name} is None")
            block.checked.add(stored.name)
        return Operand(stored.name, stored.below)

    def _element(self, key: str, stored: Stored, block: Block, scopes: Scopes) -> Operand:
        name = self.element(key, scopes)
        if stored.failure and not block.is_checked(name):
            block.fail(name, condition=f"{name}.__class__ is Failure")
            block.checked.add(name)
        if isinstance(stored.below, int):
            return Operand(name, stored.below)
        above, below = self.names.fresh("t"), self.names.fresh("t")
        block.add(f"{above}, {below} = {name}")
        return Operand(above, below)

    def _standard(self, node: StandardOf, block: Block, scopes: Scopes) -> Operand:
        area = self.lower(node.area, block, scopes)
        division = block.keep(self.lower(node.division, block, scopes).code)
        found = block.keep(f"standards({node.programme!r}, {area.code}, {division})")
        block.fail(f"Failure('no_standard', {division})", condition=f"{found} is None")
        above, below = self.names.fresh("t"), self.names.fresh("t")
        block.add(f"{above}, {below} = {found}")
        return Operand(above, below)


def _not(operand: Operand) -> Operand:
    if isinstance(operand.constant, bool):
        return NO if operand.constant else YES
    return Operand(f"(not {operand.code})", depth=operand.depth + 1)


def _joined(operands: Sequence[Operand], word: str) -> Operand:
    if len(operands) == 1:
        return operands[0]
    code = f" {word} ".join(one.code for one in operands)
    return Operand(f"({code})", depth=1 + max(one.depth for one in operands))


def _in_turn(written: Sequence[tuple[Block, Operand]], block: Block, word: str) -> Operand:
    """Write operands suite after suite; those that need no lines of their own join the one before."""
    result = block.names.fresh("t")
    header = f"if {result}:" if word == "and" else f"if not {result}:"
    for suite, operands in _grouped(written):
        suite.add(f"{result} = {_joined(operands, word).code}")
        if suite is not block:
            block.nest(header, suite)
    return Operand(result)


def _grouped(written: Sequence[tuple[Block, Operand]]) -> list[tuple[Block, list[Operand]]]:
    groups: list[tuple[Block, list[Operand]]] = []
    for suite, operand in written:
        if groups and not suite.lines:
            groups[-1][1].append(operand)
        else:
            groups.append((suite, [operand]))
    return groups
