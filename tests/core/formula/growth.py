"""Random programs: checked trees of every node, grown with the help of a random source that hypothesis can shrink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from core.formula.schema import HOUSEHOLD, FormulaSource, ValueType
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
    Logic,
    Lookup,
    MonthsBetween,
    Negate,
    Node,
    Not,
    Program,
    Quantity,
    Round,
    Scale,
    StandardOf,
    Switch,
    Unavailable,
    children,
)
from tests.core.formula.small_country import AREAS, DIVISIONS, FIELDS, ITEMS, RELATIONS, SCHEMA

LEVELS = (HOUSEHOLD, *SCHEMA.lists)
TYPES: tuple[ValueType, ...] = ("number", "boolean", "text", "date")
NUMBERS = (0, 0, 1, 2, 3, 5, 12, 60, -1, -7, 100, 430)
TEXTS = (*AREAS, *RELATIONS, *ITEMS, *DIVISIONS)


@dataclass(slots=True)
class Gardener:
    """Grows expressions of a wanted type at a level, reading the quantities that are there already."""

    random: Random
    known: list[CheckedFormula] = field(default_factory=list)

    def grow(self, type: ValueType, level: str, depth: int) -> Node:
        """Return a random expression, at most ``depth`` deep."""
        if depth <= 0 or self.random.random() < 0.1:
            return self.leaf(type, level)
        makers: Sequence[Callable[[str, int], Node]] = {
            "number": (
                self.arithmetic, self.arithmetic, self.arithmetic, self.aggregate, self.aggregate, self.aggregate, self.rounding, self.extreme,
                self.negate, self.scale, self.age, self.months, self.standard,
            ),
            "boolean": (self.compare, self.compare, self.compare, self.logic, self.logic, self.negation, self.seek, self.seek),
            "text": (), "date": (),
        }[type]  # fmt: skip
        choices = (self.choose, self.switch, self.lookup, self.leaf_of)
        make = self.random.choice((*makers, *choices))
        if make in choices:
            return make(type, level, depth - 1)  # type: ignore[call-arg, arg-type]
        return make(level, depth - 1)

    # Leaves

    def leaf_of(self, type: ValueType, level: str, _: int) -> Node:
        return self.leaf(type, level)

    def leaf(self, type: ValueType, level: str) -> Node:
        """Return a fact, a quantity, a constant, or, rarely, a quantity whose rule is missing."""
        kind = self.random.random()
        reach = (level, *SCHEMA.ancestors(level))
        quantities = [one for one in self.known if one.type == type and one.level in reach]
        if quantities and kind < 0.3:
            one = self.random.choice(quantities)
            return Quantity(type=type, level=level, key=one.key, owner=one.level)
        if kind < 0.33:
            return Unavailable(type=type, level=level, code="gap", name="test/gap")
        facts = [one for one in FIELDS if one.type == type and one.level in reach]
        if facts and (kind < 0.75 or type == "date"):
            fact = self.random.choice(facts)
            return Fact(type=type, level=level, name=fact.name, owner=fact.level, scale=fact.scale)
        return (
            self.constant(type, level)
            if type != "date"
            else Unavailable(type=type, level=level, code="gap", name="test/day")
        )

    def constant(self, type: ValueType, level: str) -> Constant:
        """Return a constant of a type other than date."""
        if type == "number":
            number = Fraction(self.random.choice(NUMBERS), self.random.choice((1, 1, 1, 2, 5, 12)))
            return Constant(type=type, level=level, value=number.numerator, denominator=number.denominator)
        if type == "boolean":
            return Constant(type=type, level=level, value=self.random.random() < 0.5)
        return Constant(type=type, level=level, value=self.random.choice(TEXTS))

    # Numbers

    def arithmetic(self, level: str, depth: int) -> Node:
        left, right = self.grow("number", level, depth), self.grow("number", level, depth - 1)
        operator: Any = self.random.choice("+-*/")
        return Arithmetic(type="number", level=level, operator=operator, left=left, right=right)

    def negate(self, level: str, depth: int) -> Node:
        return Negate(type="number", level=level, operand=self.grow("number", level, depth))

    def scale(self, level: str, depth: int) -> Node:
        above, below = self.random.choice(((12, 1), (1, 12), (1, 3), (4, 1)))
        return Scale(
            type="number", level=level, operand=self.grow("number", level, depth), numerator=above, denominator=below
        )

    def rounding(self, level: str, depth: int) -> Node:
        mode: Any = self.random.choice(("half", "up", "down"))
        quantum, parts = self.random.choice(((1, 1), (100, 1), (1, 100), (10, 1), (1, 2), (7, 3)))
        operand = self.grow("number", level, depth)
        return Round(type="number", level=level, mode=mode, operand=operand, quantum=quantum, parts=parts)

    def extreme(self, level: str, depth: int) -> Node:
        operator: Any = self.random.choice(("max", "min"))
        operands = tuple(self.grow("number", level, depth - 1) for _ in range(self.random.choice((2, 2, 3))))
        return Extreme(type="number", level=level, operator=operator, operands=operands)

    def age(self, level: str, depth: int) -> Node:
        on = Fact(type="date", level=level, name="decision_date", owner=HOUSEHOLD)
        return Age(type="number", level=level, operand=self.grow("date", level, depth - 1), on=on)

    def months(self, level: str, depth: int) -> Node:
        start, end = self.grow("date", level, depth - 1), self.grow("date", level, depth - 1)
        return MonthsBetween(type="number", level=level, start=start, end=end)

    def standard(self, level: str, depth: int) -> Node:
        area, division = self.grow("text", level, depth - 2), self.grow("text", level, depth - 2)
        return StandardOf(type="number", level=level, programme="dibao", area=area, division=division)

    # Conditions

    def compare(self, level: str, depth: int) -> Node:
        type = self.random.choice(("number", "number", "number", *TYPES))
        ordered = ("=", "<>", "<", "<=", ">", ">=")
        operator: Any = self.random.choice(ordered if type in ("number", "date") else ordered[:2])
        left, right = self.grow(type, level, depth), self.grow(type, level, depth - 1)
        return Compare(type="boolean", level=level, operator=operator, left=left, right=right)

    def negation(self, level: str, depth: int) -> Node:
        return Not(type="boolean", level=level, operand=self.grow("boolean", level, depth))

    def logic(self, level: str, depth: int) -> Node:
        operands = tuple(self.grow("boolean", level, depth - 1) for _ in range(self.random.choice((2, 2, 3))))
        operator: Any = self.random.choice(("and", "or"))
        return Logic(type="boolean", level=level, operator=operator, operands=operands)

    # Choices

    def choose(self, type: ValueType, level: str, depth: int) -> Node:
        arms = tuple(
            (self.grow("boolean", level, depth - 1), self.grow(type, level, depth))
            for _ in range(self.random.choice((1, 1, 2, 3)))
        )
        otherwise = None if self.random.random() < 0.3 else self.grow(type, level, depth)
        return Choose(type=type, level=level, arms=arms, otherwise=otherwise)

    def switch(self, type: ValueType, level: str, depth: int) -> Node:
        kind = self.random.choice(("number", "text", "text", "boolean"))
        subject = self.grow(kind, level, depth)  # type: ignore[arg-type]
        heads = {(one.value, one.denominator): one for one in (self.constant(kind, level) for _ in range(3))}  # type: ignore[arg-type]
        flat = self.random.random() < 0.3 and type != "date"
        arms = tuple(
            (head, self.constant(type, level) if flat else self.grow(type, level, depth - 1)) for head in heads.values()
        )
        otherwise = (
            None
            if self.random.random() < 0.4
            else self.constant(type, level)
            if flat
            else self.grow(type, level, depth - 1)
        )
        return Switch(type=type, level=level, subject=subject, arms=arms, otherwise=otherwise)

    def lookup(self, type: ValueType, level: str, depth: int) -> Node:
        starts = sorted(self.random.sample((-5, 0, 1, 2, 3, 60, 300), self.random.choice((1, 2, 3))))
        bands = tuple(
            (Constant(type="number", level=level, value=start, denominator=1), self.grow(type, level, depth - 1))
            for start in starts
        )
        return Lookup(type=type, level=level, subject=self.grow("number", level, depth), bands=bands)

    # Lists

    def aggregate(self, level: str, depth: int) -> Node:
        below = self.below(level)
        if not below:
            return self.arithmetic(level, depth)
        over, when = self.random.choice(below), self.random.random() < 0.5
        operator: Any = self.random.choice(("sum", "sum", "count", "max", "min"))
        default = operator in ("max", "min") and self.random.random() < 0.5
        return Aggregate(
            type="number", level=level, operator=operator, over=over,
            value=None if operator == "count" else self.grow("number", over, depth),
            when=self.grow("boolean", over, depth - 1) if when else None,
            default=self.grow("number", level, depth - 1) if default else None,
        )  # fmt: skip

    def seek(self, level: str, depth: int) -> Node:
        below = self.below(level)
        if not below:
            return self.compare(level, depth)
        over, when = self.random.choice(below), self.random.random() < 0.4
        operator: Any = self.random.choice(("any", "all"))
        return Aggregate(
            type="boolean", level=level, operator=operator, over=over, value=self.grow("boolean", over, depth),
            when=self.grow("boolean", over, depth - 1) if when else None,
        )  # fmt: skip

    def below(self, level: str) -> list[str]:
        return [one for one in SCHEMA.lists if SCHEMA.is_below(one, level)]

    # Formulas

    def formula(self, number: int, depth: int) -> CheckedFormula:
        """Grow a formula; later ones may read it."""
        level = self.random.choice((HOUSEHOLD, HOUSEHOLD, *LEVELS))
        type = self.random.choice(("number", "number", "boolean", *TYPES))
        name = f"q{number}" if level == HOUSEHOLD else f"{level}.q{number}"
        tree = self.grow(type, level, depth)  # type: ignore[arg-type]
        found = formula(name, tree)
        self.known.append(found)
        return found


def formula(name: str, tree: Node, *, programme: str = "p") -> CheckedFormula:
    """Return a tree as a formula."""
    source = FormulaSource(programme=programme, name=name, text="", provision="test")
    reads = tuple(
        dict.fromkeys(
            one.key if isinstance(one, Quantity) else one.name for one in walk(tree) if isinstance(one, Quantity | Fact)
        )
    )
    return CheckedFormula(source=source, level=tree.level, tree=tree, reads=reads)


def walk(node: Node) -> list[Node]:
    """Return an expression and all its parts."""
    return [node, *(each for one in children(node) for each in walk(one))]


def grow_program(random: Random, *, formulas: int, depth: int) -> Program:
    """Grow a program."""
    gardener = Gardener(random)
    return Program(schema=SCHEMA, formulas=tuple(gardener.formula(number, depth) for number in range(formulas)))
