"""Every other expression in generated code: facts, quantities, conditions, arithmetic, dates, other places' standards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from core.formula.scalar_aggregate import aggregate
from core.formula.scalar_choice import choose, extreme, literal, lookup, switch
from core.formula.scalar_code import NO, YES, ZERO, Block, Names, Operand, Scope, Scopes, fixed
from core.formula.scalar_number import add, compare, compare_plain, divide, multiply, negative, rounded
from core.formula.schema import HOUSEHOLD, FactSchema
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """Where a computed quantity is.

    ``name`` is its variable: at the household a numerator or value (None after a failure), with ``under`` the variable of a
    denominator not known now and ``failure`` that of the failure; in a list a (nested) Python list of values, pairs and
    failures. ``constant`` is set instead where the value is known now, ``unavailable`` where it is always that failure.
    """

    level: str
    name: str = ""
    below: int | str = 1
    failure: str = ""
    constant: Operand | None = None
    unavailable: str = ""
    counts: bool = False


@dataclass(slots=True)
class ExpressionWriter:
    """Writes checked nodes as Python. ``careful``: any declared fact may be missing, not only the optional ones."""

    schema: FactSchema
    names: Names
    careful: bool
    head: list[str] = field(default_factory=list)
    constants: dict[str, object] = field(default_factory=dict)
    stored: dict[str, Stored] = field(default_factory=dict)
    key: str = ""
    _household: dict[str, str] = field(default_factory=dict)
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

    def _lower(self, node: Node, block: Block, scopes: Scopes) -> Operand:
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
        name = self._household.get("day_key")
        if name is None:
            name = self._household["day_key"] = self.names.fresh("k")
            self.head.append(f"{name} = None if {day.code} is None else day_key({day.code})")
        return name

    def _arithmetic(self, node: Arithmetic, block: Block, scopes: Scopes) -> Operand:
        left = self.lower(node.left, block, scopes)
        right = self.lower(node.right, block, scopes)
        if node.operator in "+-":
            return add(left, right, block, sign=node.operator)
        if node.operator == "*":
            return multiply(left, right, block)
        return divide(
            left, right, block, zero=self.own_failure("division_by_zero"), positive=self._is_count(node.right)
        )

    def _is_count(self, node: Node) -> bool:
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
        """Write a lazy chain: one expression where no operand needs lines of its own, else suites one after the other."""
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
        return _in_turn(written, block, "if not {0}:" if decided else "if {0}:")

    # Names

    def _fact(self, node: Fact, block: Block, scopes: Scopes) -> Operand:
        name, optional = self._read(node, scopes)
        if optional and not block.is_checked(name):
            block.fail(self.failure(Failure("missing_fact", node.name)), condition=f"{name} is None")
            block.checked.add(name)
        return Operand(name, node.scale)

    def _read(self, node: Fact, scopes: Scopes) -> tuple[str, bool]:
        """Return the variable a fact was read into at the top, and whether it may be missing."""
        declared = self.schema.fields[node.name]
        optional = self.careful or not declared.required
        if node.owner != HOUSEHOLD:
            scope = _scope(node.owner, scopes)
            code = _item(scope.record, declared.short, optional=optional)
            return scope.facts.setdefault(node.name, (self.names.fresh("x"), code))[0], optional
        if node.name not in self._household:
            name = self._household[node.name] = self.names.fresh("h")
            record = self._namespace(node.name.rpartition(".")[0])
            code = _item(record, declared.short, optional=optional or record != "h")
            self.head.append(f"{name} = {code}")
        return self._household[node.name], optional or "." in node.name

    def _namespace(self, namespace: str) -> str:
        """Return the variable of the household's record, or of a namespace such as ``case``."""
        if not namespace:
            return "h"
        marker = f"namespace {namespace}"
        if marker not in self._household:
            name = self._household[marker] = self.names.fresh("n")
            self.head.append(f"{name} = h.get({namespace!r}) or NOTHING")
        return self._household[marker]

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
        """Return this record's quantity, brought by the loop over its list."""
        scope = _scope(stored.level, scopes)
        name = scope.elements.get(key)
        if name is None:
            name = scope.elements[key] = self.names.fresh("e")
            self._bring(key, stored, scopes)
        if stored.failure and not block.is_checked(name):
            block.fail(name, condition=f"{name}.__class__ is Failure")
            block.checked.add(name)
        if isinstance(stored.below, int):
            return Operand(name, stored.below)
        above, below = self.names.fresh("t"), self.names.fresh("t")
        block.add(f"{above}, {below} = {name}")
        return Operand(above, below)

    def _bring(self, key: str, stored: Stored, scopes: Scopes) -> None:
        """Ask the loops above to hand down the quantities of the sub-records."""
        for level in reversed(self.schema.ancestors(stored.level)[:-1]):
            _scope(level, scopes).lists.setdefault(key, self.names.fresh("s"))

    # Records

    def path(self, level: str, over: str) -> Sequence[str]:
        """Return the lists from below ``level`` down to ``over``."""
        up = [over, *self.schema.ancestors(over)]
        return tuple(reversed(up[: up.index(level)]))

    def enter(self, level: str) -> Scope:
        """Return a scope for the records of ``level``."""
        return Scope(level, self.names.fresh("r"))

    def list_code(self, level: str, scopes: Scopes) -> str:
        """Return the expression for the records of ``level`` in reach."""
        parent = self.schema.lists[level].parent
        if parent != HOUSEHOLD:
            return _records(_scope(parent, scopes).record, level, careful=self.careful)
        marker = f"list {level}"
        if marker not in self._household:
            name = self._household[marker] = self.names.fresh("l")
            self.head.append(f"{name} = {_records('h', level, careful=self.careful)}")
        return self._household[marker]

    def loop(self, block: Block, body: Block, scope: Scope, scopes: Scopes) -> None:
        """Append the loop over the records of ``scope``, with the quantities that come with each record."""
        body.lines[:0] = [f"{name} = {code}" for name, code in scope.facts.values()]
        sources = [self.list_code(scope.level, scopes)]
        targets = [scope.record]
        for key, name in _brought(scope):
            sources.append(self._source(key, scope.level, scopes))
            targets.append(name)
        if len(sources) == 1:
            block.nest(f"for {targets[0]} in {sources[0]}:", body)
        else:
            block.nest(f"for {', '.join(targets)} in zip({', '.join(sources)}):", body)

    def _source(self, key: str, level: str, scopes: Scopes) -> str:
        """Return the list that runs beside the records of ``level`` and holds a quantity."""
        parent = self.schema.lists[level].parent
        return self.stored[key].name if parent == HOUSEHOLD else _scope(parent, scopes).lists[key]

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


def _in_turn(written: Sequence[tuple[Block, Operand]], block: Block, header: str) -> Operand:
    result = block.names.fresh("t")
    block.add(f"{result} = {written[0][1].code}")
    for suite, operand in written[1:]:
        suite.add(f"{result} = {operand.code}")
        block.nest(header.format(result), suite)
    return Operand(result)


def _scope(level: str, scopes: Scopes) -> Scope:
    return next(one for one in reversed(scopes) if one.level == level)


def _item(record: str, name: str, *, optional: bool) -> str:
    return f"{record}.get({name!r})" if optional else f"{record}[{name!r}]"


def _records(record: str, level: str, *, careful: bool) -> str:
    return f"({record}.get({level!r}) or ())" if careful else f"{record}[{level!r}]"


def _brought(scope: Scope) -> list[tuple[str, str]]:
    """Return the quantities a loop brings: those of its records and, in lists, of their sub-records."""
    return [(key, name) for key, name in (*scope.elements.items(), *scope.lists.items()) if key not in scope.made]
