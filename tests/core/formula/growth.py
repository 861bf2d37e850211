"""Random programs: checked trees of every node, grown with the help of a random source that hypothesis can shrink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, Literal

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
NUMBERS = (0, 0, 1, 2, 3, 5, 12, 60, -1, -7, 100, 430, 10**7)
TEXTS = (*AREAS, *RELATIONS, *ITEMS, *DIVISIONS)
DIVISORS = {"member": "member.level", "income": "income.parts"}
CHOICES = ("choose", "switch", "lookup", "leaf")
MAKERS: dict[ValueType, Sequence[str]] = {
    "number": (
        *["arithmetic"] * 4, *["aggregate"] * 4, "rounding", "extreme", "negate", "scale", "age", "months", "standard",
        *CHOICES,
    ),
    "boolean": (*["compare"] * 3, "logic", "negation", *["seek"] * 3, *CHOICES),
    "text": (*CHOICES, "leaf", "leaf", "choose"),
    "date": (*CHOICES, "leaf", "leaf", "choose"),
}  # fmt: skip


@dataclass(slots=True)
class Gardener:
    """Grows expressions of a wanted type at a level, reading the quantities that are there already."""

    random: Random
    known: list[CheckedFormula] = field(default_factory=list)

    def grow(self, kind: ValueType, level: str, depth: int) -> Node:
        """Return a random expression, at most ``depth`` deep."""
        if depth <= 0 or self.random.random() < 0.1:
            return self.leaf(kind, level)
        maker = self.random.choice(MAKERS[kind])
        if maker in CHOICES:
            return self.choice(maker, kind, level, depth - 1)
        made = getattr(self, maker)(level, depth - 1)
        assert isinstance(made, Node)
        return made

    def choice(self, maker: str, kind: ValueType, level: str, depth: int) -> Node:
        match maker:
            case "choose":
                return self.choose(kind, level, depth)
            case "switch":
                return self.switch(kind, level, depth)
            case "lookup":
                return self.lookup(kind, level, depth)
        return self.leaf(kind, level)

    def some(self, *options: Any) -> Any:
        return self.random.choice(options)

    # Leaves

    def leaf(self, kind: ValueType, level: str) -> Node:
        """Return a fact, a quantity, a constant, or, rarely, a quantity whose rule is missing."""
        chance = self.random.random()
        reach = (level, *SCHEMA.ancestors(level))
        quantities = [one for one in self.known if one.type == kind and one.level in reach]
        if chance < 0.02:
            return Unavailable(type=kind, level=level, code="gap", name="test/gap")
        if quantities and chance < 0.3:
            one = self.random.choice(quantities)
            return Quantity(type=kind, level=level, key=one.key, owner=one.level)
        facts = [one for one in FIELDS if one.type == kind and one.level in reach]
        if chance < 0.75 or kind == "date":
            fact = self.random.choice(facts)
            return Fact(type=kind, level=level, name=fact.name, owner=fact.level, scale=fact.scale)
        return self.constant(kind, level)

    def constant(self, kind: ValueType, level: str) -> Constant:
        """Return a constant of a type other than date."""
        if kind == "number":
            number = Fraction(self.random.choice(NUMBERS), self.some(1, 1, 1, 2, 5, 12))
            return Constant(type=kind, level=level, value=number.numerator, denominator=number.denominator)
        if kind == "boolean":
            return Constant(type=kind, level=level, value=self.random.random() < 0.5)
        return Constant(type=kind, level=level, value=self.random.choice(TEXTS))

    # Numbers

    def arithmetic(self, level: str, depth: int) -> Node:
        left, right = self.grow("number", level, depth), self.grow("number", level, depth - 1)
        return Arithmetic(type="number", level=level, operator=self.some(*"+-*/"), left=left, right=right)

    def negate(self, level: str, depth: int) -> Node:
        return Negate(type="number", level=level, operand=self.grow("number", level, depth))

    def scale(self, level: str, depth: int) -> Node:
        above, below = self.some((12, 1), (1, 12), (1, 3), (1, 4), (3, 1), (4, 1))
        operand = self.grow("number", level, depth)
        return Scale(type="number", level=level, operand=operand, numerator=above, denominator=below)

    def rounding(self, level: str, depth: int) -> Node:
        quantum, parts = self.some((1, 1), (100, 1), (1, 100), (10, 1), (1, 2), (7, 3))
        operand, mode = self.grow("number", level, depth), self.some("half", "up", "down")
        return Round(type="number", level=level, mode=mode, operand=operand, quantum=quantum, parts=parts)

    def extreme(self, level: str, depth: int) -> Node:
        operands = tuple(self.grow("number", level, depth - 1) for _ in range(self.some(2, 2, 3)))
        return Extreme(type="number", level=level, operator=self.some("max", "min"), operands=operands)

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
        kind: ValueType = self.some("number", "number", "number", *TYPES)
        ordered = ("=", "<>", "<", "<=", ">", ">=")
        operator = self.some(*(ordered if kind in ("number", "date") else ordered[:2]))
        left, right = self.grow(kind, level, depth), self.grow(kind, level, depth - 1)
        return Compare(type="boolean", level=level, operator=operator, left=left, right=right)

    def negation(self, level: str, depth: int) -> Node:
        return Not(type="boolean", level=level, operand=self.grow("boolean", level, depth))

    def logic(self, level: str, depth: int) -> Node:
        operands = tuple(self.grow("boolean", level, depth - 1) for _ in range(self.some(2, 2, 3)))
        return Logic(type="boolean", level=level, operator=self.some("and", "or"), operands=operands)

    # Choices

    def choose(self, kind: ValueType, level: str, depth: int) -> Node:
        arms = tuple(
            (self.grow("boolean", level, depth - 1), self.grow(kind, level, depth))
            for _ in range(self.some(1, 1, 2, 3))
        )
        otherwise = None if self.random.random() < 0.3 else self.grow(kind, level, depth)
        return Choose(type=kind, level=level, arms=arms, otherwise=otherwise)

    def switch(self, kind: ValueType, level: str, depth: int) -> Node:
        about: ValueType = self.some("number", "text", "text", "boolean")
        heads = {(one.value, one.denominator): one for one in (self.constant(about, level) for _ in range(3))}
        flat = kind != "date" and self.random.random() < 0.3
        values = [
            self.constant(kind, level) if flat else self.grow(kind, level, depth - 1) for _ in range(len(heads) + 1)
        ]
        return Switch(
            type=kind, level=level, subject=self.grow(about, level, depth),
            arms=tuple(zip(heads.values(), values, strict=False)),
            otherwise=None if self.random.random() < 0.4 else values[-1],
        )  # fmt: skip

    def lookup(self, kind: ValueType, level: str, depth: int) -> Node:
        starts = sorted(self.random.sample((-5, 0, 1, 2, 3, 60, 300), self.some(1, 2, 3)))
        bands = tuple(
            (Constant(type="number", level=level, value=start), self.grow(kind, level, depth - 1)) for start in starts
        )
        return Lookup(type=kind, level=level, subject=self.grow("number", level, depth), bands=bands)

    # Lists

    def aggregate(self, level: str, depth: int) -> Node:
        below = below_of(level)
        if not below:
            return self.arithmetic(level, depth)
        over, operator = self.random.choice(below), self.some("sum", "sum", "count", "max", "min")
        default = operator in ("max", "min") and self.random.random() < 0.5
        return Aggregate(
            type="number", level=level, operator=operator, over=over,
            value=None if operator == "count" else self.share(over, depth),
            when=self.when(over, depth, 0.5),
            default=self.grow("number", level, depth - 1) if default else None,
        )  # fmt: skip

    def share(self, over: str, depth: int) -> Node:
        """Grow a value of a record, often with a denominator of its own."""
        value = self.grow("number", over, depth)
        if over not in DIVISORS or self.random.random() < 0.6:
            return value
        divisor = Fact(type="number", level=over, name=DIVISORS[over], owner=over)
        return Arithmetic(type="number", level=over, operator="/", left=value, right=divisor)

    def seek(self, level: str, depth: int) -> Node:
        below = below_of(level)
        if not below:
            return self.compare(level, depth)
        over, operator = self.random.choice(below), self.some("any", "all")
        value = self.grow("boolean", over, depth)
        when = self.when(over, depth, 0.4)
        return Aggregate(type="boolean", level=level, operator=operator, over=over, value=value, when=when)

    def when(self, over: str, depth: int, chance: float) -> Node | None:
        return self.grow("boolean", over, depth - 1) if self.random.random() < chance else None

    # Formulas

    def formula(self, number: int, depth: int) -> CheckedFormula:
        """Grow a formula; later ones may read it."""
        level: str = self.some(HOUSEHOLD, HOUSEHOLD, *LEVELS)
        kind: ValueType = self.some("number", "number", "boolean", *TYPES)
        name = f"q{number}" if level == HOUSEHOLD else f"{level}.q{number}"
        found = formula(name, self.grow(kind, level, depth))
        self.known.append(found)
        return found


def below_of(level: str) -> list[str]:
    """Return the lists below a level, at any depth."""
    return [one for one in SCHEMA.lists if SCHEMA.is_below(one, level)]


def formula(name: str, tree: Node, *, programme: Literal["p"] = "p") -> CheckedFormula:
    """Return a tree as a formula."""
    source = FormulaSource(programme=programme, name=name, text="", provision="test")
    names = [
        one.key if isinstance(one, Quantity) else one.name for one in walk(tree) if isinstance(one, Quantity | Fact)
    ]
    return CheckedFormula(source=source, level=tree.level, tree=tree, reads=tuple(dict.fromkeys(names)))


def walk(node: Node) -> list[Node]:
    """Return an expression and all its parts."""
    return [node, *(each for one in children(node) for each in walk(one))]


def grow_program(random: Random, *, formulas: int, depth: int) -> Program:
    """Grow a program.

    Its last formulas are ``below`` and ``reaches``, which compare the same two numbers by < and <=, and ``large``, which
    leaves int64 for some households.
    """
    gardener = Gardener(random)
    grown = [gardener.formula(number, depth) for number in range(formulas)]
    left, right = (gardener.grow("number", HOUSEHOLD, 1) for _ in range(2))
    below = Compare(type="boolean", level=HOUSEHOLD, operator="<", left=left, right=right)
    reaches = Compare(type="boolean", level=HOUSEHOLD, operator="<=", left=left, right=right)
    fortune = Fact(type="number", level=HOUSEHOLD, name="fortune", owner=HOUSEHOLD)
    many = Constant(type="number", level=HOUSEHOLD, value=10**8)
    large = Arithmetic(
        type="number", level=HOUSEHOLD, operator="*", left=fortune,
        right=Choose(type="number", level=HOUSEHOLD, arms=((reaches, many),), otherwise=left),
    )  # fmt: skip
    last = (formula("below", below), formula("reaches", reaches), formula("large", large))
    return Program(schema=SCHEMA, formulas=(*grown, *last))
