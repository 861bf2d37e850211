"""Generated functions against a plain reading of the tree: Fractions, recursion, nothing clever."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

import pytest

from core.formula import tree
from core.formula.check import check
from core.formula.scalar import write
from core.formula.schema import HOUSEHOLD, FactSchema, FormulaSource
from core.formula.tree import Failure, Node, Program

SEEDS = range(250)
Record = dict[str, Any]
Make = Callable[..., Record]


class Stop(Exception):  # noqa: N818 - not an error
    def __init__(self, code: str, name: str) -> None:
        super().__init__(code, name)
        self.failure = Failure(code, name)


class Reference:
    """Evaluates a program by the words of ``tree.py``; memory for quantities is by key and record."""

    def __init__(self, program: Program, facts: dict[str, Any]) -> None:
        self.program = program
        self.schema = program.schema
        self.facts = facts
        self.formulas = {one.key: one for one in program.formulas}
        self.memory: dict[tuple[str, int], Any] = {}
        self.key = ""

    def all(self) -> dict[str, Any]:
        return {one.key: self.results(one.key) for one in self.program.formulas}

    def results(self, key: str) -> Any:
        level = self.formulas[key].level
        found = [self.result(key, path) for path in self.paths({HOUSEHOLD: self.facts}, HOUSEHOLD, level)]
        return found[0] if level == HOUSEHOLD else found

    def result(self, key: str, path: dict[str, Any]) -> Any:
        level = self.formulas[key].level
        mark = key, id(path[level])
        if mark not in self.memory:
            outer, self.key = self.key, key
            try:
                value = self.value(self.formulas[key].tree, path)
            except Stop as stop:
                value = stop.failure
            self.memory[mark] = value
            self.key = outer
        return self.memory[mark]

    def paths(self, path: dict[str, Any], level: str, over: str) -> Iterator[dict[str, Any]]:
        if level == over:
            yield path
            return
        chain = [over, *self.schema.ancestors(over)]
        below = chain[chain.index(level) - 1]
        for record in path[level][below]:
            yield from self.paths({**path, below: record}, below, over)

    def value(self, node: Node, path: dict[str, Any]) -> Any:
        return getattr(self, type(node).__name__.lower())(node, path)

    def constant(self, node: tree.Constant, path: dict[str, Any]) -> Any:
        return Fraction(node.value, node.denominator) if node.type == "number" else node.value  # type: ignore[arg-type]

    def fact(self, node: tree.Fact, path: dict[str, Any]) -> Any:
        record = path[node.owner]
        space, _, short = node.name.rpartition(".")
        if node.owner == HOUSEHOLD and space:
            record = record.get(space, {})
        if short not in record:
            raise Stop("missing_fact", node.name)
        value = record[short]
        return Fraction(value, node.scale) if node.type == "number" else value

    def quantity(self, node: tree.Quantity, path: dict[str, Any]) -> Any:
        found = self.result(node.key, path)
        if isinstance(found, Failure):
            raise Stop(found.code, found.name)
        return found

    def negate(self, node: tree.Negate, path: dict[str, Any]) -> Any:
        return -self.value(node.operand, path)

    def arithmetic(self, node: tree.Arithmetic, path: dict[str, Any]) -> Any:
        left, right = self.value(node.left, path), self.value(node.right, path)
        if node.operator == "/":
            if right == 0:
                raise Stop("division_by_zero", self.key)
            return left / right
        return {"+": left + right, "-": left - right, "*": left * right}[node.operator]

    def compare(self, node: tree.Compare, path: dict[str, Any]) -> Any:
        left, right = self.value(node.left, path), self.value(node.right, path)
        if node.operator in ("=", "<>"):
            return (left == right) == (node.operator == "=")
        return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[node.operator]

    def logic(self, node: tree.Logic, path: dict[str, Any]) -> Any:
        decided = node.operator == "or"
        for one in node.operands:
            if self.value(one, path) is decided:
                return decided
        return not decided

    def choose(self, node: tree.Choose, path: dict[str, Any]) -> Any:
        for condition, value in node.arms:
            if self.value(condition, path):
                return self.value(value, path)
        return self.otherwise(node.otherwise, path)

    def otherwise(self, node: Node | None, path: dict[str, Any]) -> Any:
        if node is None:
            raise Stop("no_match", self.key)
        return self.value(node, path)

    def switch(self, node: tree.Switch, path: dict[str, Any]) -> Any:
        subject = self.value(node.subject, path)
        for case, value in node.arms:
            if self.value(case, path) == subject:
                return self.value(value, path)
        return self.otherwise(node.otherwise, path)

    def lookup(self, node: tree.Lookup, path: dict[str, Any]) -> Any:
        subject = self.value(node.subject, path)
        for start, value in reversed(node.bands):
            if self.value(start, path) <= subject:
                return self.value(value, path)
        raise Stop("no_band", self.key)

    def extreme(self, node: tree.Extreme, path: dict[str, Any]) -> Any:
        values = [self.value(one, path) for one in node.operands]
        return max(values) if node.operator == "max" else min(values)

    def aggregate(self, node: tree.Aggregate, path: dict[str, Any]) -> Any:
        values = []
        for record in self.paths(path, node.level, node.over):
            if node.when is not None and not self.value(node.when, record):
                continue
            value = Fraction(1) if node.value is None else self.value(node.value, record)
            if node.operator in ("any", "all") and value is (node.operator == "any"):
                return value
            values.append(value)
        if node.operator in ("sum", "count"):
            return sum(values, Fraction(0))
        if node.operator in ("any", "all"):
            return node.operator == "all"
        if not values:
            if node.default is None:
                raise Stop("empty_list", self.key)
            return self.value(node.default, path)
        return max(values) if node.operator == "max" else min(values)

    def round(self, node: tree.Round, path: dict[str, Any]) -> Any:
        step = Fraction(node.quantum, node.parts)
        size = abs(self.value(node.operand, path) / step)
        whole = {"half": int(size + Fraction(1, 2)), "up": -int(-size // 1), "down": int(size)}[node.mode]
        return whole * step if self.value(node.operand, path) >= 0 else -whole * step

    def scale(self, node: tree.Scale, path: dict[str, Any]) -> Any:
        return self.value(node.operand, path) * Fraction(node.numerator, node.denominator)

    def age(self, node: tree.Age, path: dict[str, Any]) -> Any:
        born = date.fromordinal(self.value(node.operand, path))
        on = date.fromordinal(self.value(node.on, path))
        return Fraction(on.year - born.year - ((on.month, on.day) < (born.month, born.day)))

    def monthsbetween(self, node: tree.MonthsBetween, path: dict[str, Any]) -> Any:
        start, end = self.value(node.start, path), self.value(node.end, path)
        first, last = (date.fromordinal(one) for one in sorted((start, end)))
        months = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
        return Fraction(months if start <= end else -months)

    def standardof(self, node: tree.StandardOf, path: dict[str, Any]) -> Any:
        area, division = self.value(node.area, path), self.value(node.division, path)
        found = standards(node.programme, area, division)
        if found is None:
            raise Stop("no_standard", division)
        return Fraction(*found)


# ``not`` is a word of Python
setattr(Reference, "not", lambda self, node, path: not self.value(node.operand, path))


def standards(programme: str, area: str, division: str) -> tuple[int, int] | None:
    return {"430903": (320000, 1), "610000": (100000, 3)}.get(division)


class Author:
    """Writes random formulas of a type at a level; numbers are all plain, so that units never refuse one."""

    FACTS: ClassVar[dict[str, tuple[str, ...]]] = {
        HOUSEHOLD: ("adjustment / YUAN(1)", "price_index", "previous_households", "vehicles / 1 count"),
        "member": ("member.disability_level",),
        "income": ("income.amount / YUAN(0.01)",),
        "asset": ("asset.quantity / 1 count", "asset.amount / YUAN(1)"),
        "supporter": ("supporter.household_size / 1 person", "supporter.actual / YUAN(1) * 1 year"),
    }
    CONDITIONS: ClassVar[dict[str, tuple[str, ...]]] = {
        HOUSEHOLD: ("urgent", "local", 'area = "rural"'),
        "member": ("member.severe_illness", 'member.sex = "female"', 'member.relation <> "head"'),
        "income": ("income.verified", 'income.frequency = "month"'),
        "asset": ('asset.kind = "deposit"', 'asset.exempt = "none"'),
        "supporter": ('supporter.area = "urban"',),
    }
    BELOW: ClassVar[dict[str, tuple[str, ...]]] = {
        HOUSEHOLD: ("member", "income", "asset", "supporter"),
        "member": ("income", "supporter"),
        "income": (),
        "asset": (),
        "supporter": (),
    }
    ABOVE: ClassVar[dict[str, tuple[str, ...]]] = {"income": ("member",), "supporter": ("member",)}

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a fuzz keeps no secrets
        self.numbers: dict[str, list[str]] = {}
        self.conditions: dict[str, list[str]] = {}

    def program(self) -> Iterator[tuple[str, str]]:
        for number in range(self.random.randint(3, 9)):
            level = self.random.choice((HOUSEHOLD, HOUSEHOLD, "member", "income", "asset", "supporter"))
            prefix = "" if level == HOUSEHOLD else f"{level}."
            if self.random.random() < 0.7:
                yield f"{prefix}n{number}", self.number(level, 3)
                self.numbers.setdefault(level, []).append(f"{prefix}n{number}")
            else:
                yield f"{prefix}c{number}", self.condition(level, 3)
                self.conditions.setdefault(level, []).append(f"{prefix}c{number}")

    def levels(self, level: str) -> tuple[str, ...]:
        return (level, *self.ABOVE.get(level, ()), *((HOUSEHOLD,) if level != HOUSEHOLD else ()))

    def pick(self, level: str, given: dict[str, tuple[str, ...]], made: dict[str, list[str]]) -> str:
        at = self.random.choice(self.levels(level))
        made_here = made.get(at, [])
        return self.random.choice(made_here if made_here and self.random.random() < 0.6 else given[at])

    def literal(self) -> str:
        return self.random.choice(("0", "1", "2", "0.5", "12", "1/3", "10%", "(-3)", "100"))

    def number(self, level: str, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.15:
            return f"({self.pick(level, self.FACTS, self.numbers)})" if self.random.random() < 0.7 else self.literal()

        def one() -> str:
            return self.number(level, depth - 1)

        def yes() -> str:
            return self.condition(level, depth - 1)

        options: list[Callable[[], str]] = [
            lambda: f"({one()} + {one()})",
            lambda: f"({one()} - {one()})",
            lambda: f"({one()} * {one()})",
            lambda: f"({one()} / {one()})",
            lambda: f"(-{one()})",
            lambda: f"IF({yes()}, {one()}, {one()})",
            lambda: f"IFS({yes()}, {one()}, {yes()}, {one()})",
            lambda: f"MAX({one()}, {one()}, {one()})",
            lambda: f"MIN({one()}, {one()})",
            lambda: f"SWITCH({one()}, 0, {one()}, 1, {one()}, 0.5, {one()}, {one()})",
            lambda: f"SWITCH({one()}, 0, 7, 1, 0.5, 2, 1)",
            lambda: f"LOOKUP({one()}, -1, {one()}, 0, 3, 2.5, {one()})",
            lambda: f"{self.random.choice(('ROUND', 'ROUNDUP', 'ROUNDDOWN'))}({one()}, {self.random.randint(-2, 2)})",
            lambda: "(AGE(decision_date) / 1 year)",
            lambda: "(MONTHS_BETWEEN(case.last_review, decision_date) / 1 month)",
            lambda: 'SWITCH(area, "urban", 12, "rural", 4)',
            lambda: '(STANDARD("dibao", area, division) / YUAN(1) * 1 person * 1 year)',
        ]
        if self.BELOW[level]:
            options += [lambda: self.gathered(level, depth)] * 8
        return self.random.choice(options)()

    def gathered(self, level: str, depth: int) -> str:
        over = self.random.choice(self.BELOW[level])
        when = f", WHEN({self.own_condition(over, depth - 1)})" if self.random.random() < 0.5 else ""
        name = self.random.choice(("SUM", "MAX", "MIN", "COUNT"))
        if name == "COUNT":
            counts = "1 person" if over == "member" else "1 count"
            return f"(COUNT({over}{when}) / {counts})"
        default = f", DEFAULT({self.number(level, depth - 1)})" if name != "SUM" and self.random.random() < 0.6 else ""
        return f"{name}({self.own_number(over, depth - 1)}{when}{default})"

    def own_number(self, over: str, depth: int) -> str:
        """Mention a value of the list itself, so that the list is clear."""
        return f"({self.random.choice(self.FACTS[over])} + {self.number(over, depth)})"

    def own_condition(self, over: str, depth: int) -> str:
        word, own = self.random.choice(("and", "or")), self.random.choice(self.CONDITIONS[over])
        return f"({self.condition(over, depth)} {word} {own})"

    def condition(self, level: str, depth: int) -> str:
        if depth == 0 or self.random.random() < 0.2:
            return f"({self.pick(level, self.CONDITIONS, self.conditions)})" if self.random.random() < 0.9 else "TRUE"

        def one() -> str:
            return self.number(level, depth - 1)

        def yes() -> str:
            return self.condition(level, depth - 1)

        options: list[Callable[[], str]] = [
            lambda: f"({one()} {self.random.choice(('<', '<=', '>', '>=', '=', '<>'))} {one()})",
            lambda: f"(not {yes()})",
            lambda: f"({yes()} and {yes()} and {yes()})",
            lambda: f"({yes()} or {yes()})",
            lambda: f"IF({yes()}, {yes()}, {yes()})",
            lambda: f'SWITCH(area, "urban", {yes()}, "rural", {yes()})',
        ]
        if self.BELOW[level]:
            options += [lambda: self.any_or_all(level, depth)] * 3
        return self.random.choice(options)()

    def any_or_all(self, level: str, depth: int) -> str:
        over = self.random.choice(self.BELOW[level])
        when = f", WHEN({self.own_condition(over, depth - 1)})" if self.random.random() < 0.4 else ""
        return f"{self.random.choice(('ANY', 'ALL'))}({self.own_condition(over, depth - 1)}{when})"


AMOUNTS = (0, 1, -1, 100, 300, 12345, -700)


class Households:
    """Makes random households: empty lists, missing facts, ties, negatives, zeros."""

    def __init__(self, seed: int, household: Make, member: Make) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a fuzz keeps no secrets
        self.household = household
        self.member = member

    def one(self) -> Record:
        """Return a household."""
        return self.household(
            area=self.any_of("urban", "rural"),
            division=self.any_of("430903", "610000", "999999"),
            adjustment=self.any_of(*AMOUNTS),
            vehicles=self.any_of(0, 1, 2, None),
            price_index=self.any_of(0, 500, 1000, 1500),
            urgent=self.any_of(True, False),
            local=self.any_of(True, False, None),
            previous_households=self.any_of(0, 1, 3, None),
            case=cleaned({"last_review": self.any_of(date(2017, 8, 31).toordinal(), None)}),
            member=self.some(4, self.person),
            asset=self.some(3, self.asset),
        )

    def any_of(self, *values: Any) -> Any:
        """Return one of the values; None leaves a fact out."""
        return self.chance.choice(values)

    def some(self, most: int, make: Callable[[], Record]) -> list[Record]:
        """Return a list that is often empty."""
        return [make() for _ in range(self.any_of(0, 0, 1, 2, most))]

    def person(self) -> Record:
        """Return a member with income and supporters."""
        return self.member(
            born=date(1950 + self.chance.randint(0, 60), 2, 28),
            disability_level=self.any_of(0, 1, 2, 2, None),
            severe_illness=self.any_of(True, False),
            sex=self.any_of("male", "female", "female", None),
            relation=self.any_of("head", "child"),
            income=self.some(3, self.income),
            supporter=self.some(2, self.supporter),
        )

    def income(self) -> Record:
        """Return an income record."""
        verified = self.any_of(True, False, True, None)
        frequency = self.any_of("year", "month")
        return cleaned({"item": "wage", "amount": self.any_of(*AMOUNTS), "frequency": frequency, "verified": verified})

    def supporter(self) -> Record:
        """Return a supporter."""
        area, size = self.any_of("urban", "rural"), self.any_of(0, 1, 2)
        return {"division": "430903", "area": area, "household_size": size, "actual": self.any_of(*AMOUNTS)}

    def asset(self) -> Record:
        """Return an asset."""
        kind, amount = self.any_of("deposit", "house"), self.any_of(0, 100, 250)
        return {"kind": kind, "amount": amount, "quantity": self.any_of(0, 1, 2), "exempt": "none"}


def cleaned(record: Record) -> Record:
    """Return a record without what is None."""
    return {name: value for name, value in record.items() if value is not None}


@pytest.mark.parametrize("seed", SEEDS)
def test_generated_function_means_what_the_tree_says(
    seed: int, schema: FactSchema, source: Callable[..., FormulaSource], household: Make, member: Make
) -> None:
    program = check(schema, [source(name, text) for name, text in Author(seed).program()])
    compiled = write(program)
    households = Households(seed, household, member)
    for _ in range(6):
        facts = households.one()
        result = compiled.run(facts, standards)
        for key, value in Reference(program, facts).all().items():
            assert result.get(key) == value, (key, program_text(program), facts)


def program_text(program: Program) -> str:
    return "\n".join(f"{one.source.name} = {one.source.text}" for one in program.formulas)
