"""Programs that are the same but for a few amounts share one compiled form.

From county to county the rules mostly differ in the standard alone. A quantity whose formula reads nothing (an amount
written down) is then no part of the code: it is given as a column, each household its own place's.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from core.caseload.entitlement import paid_by
from core.formula.columnar import ColumnarProgram, write
from core.formula.scalar import write as write_scalar
from core.formula.schema import HOUSEHOLD
from core.formula.span import Span
from core.formula.tree import (
    Aggregate,
    CheckedFormula,
    Fact,
    Node,
    Program,
    Quantity,
    StandardOf,
    Unavailable,
    children,
)
from core.formula.unchanged import unchanged
from core.rulebook import Rulebook
from core.standards import StandardTable

_READERS = (Fact, Quantity, StandardOf, Aggregate, Unavailable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """An amount that differs by place: its numerators by rulebook over one denominator."""

    key: str
    numerators: Mapping[int, int]
    denominator: int

    @property
    def span(self) -> Span:
        """The least and the greatest."""
        return Span(min(self.numerators.values()), max(self.numerators.values()))


@dataclass(slots=True, kw_only=True, eq=False)
class Shape:
    """Rulebooks, by number, whose programs differ in parameters only; the first one's stands for all.

    ``reads`` are the facts that the outputs stand on. ``parameters`` are what differs.
    """

    books: dict[int, Rulebook] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    standards: StandardTable = field(default_factory=lambda: StandardTable({}))
    program: ColumnarProgram | None = None

    @property
    def first(self) -> Rulebook:
        """The rulebook that stands for all."""
        return next(iter(self.books.values()))

    @property
    def compiled(self) -> ColumnarProgram:
        """The program on columns."""
        assert self.program is not None
        return self.program


def shapes(
    books: Mapping[int, Rulebook],
    outputs: Sequence[str],
    *,
    realms: Mapping[int, Hashable] | None = None,
    alone: bool = False,
) -> list[Shape]:
    """Put rulebooks together that can share their code. ``outputs`` a book does not have are left out for it.

    ``realms``: of books that are not all of one set of rules and one day, which set each is of; only books of one
    share the lines of other places.
    ``alone``: each program by itself, where one of its formulas must run on the scalar writer.
    """
    found: dict[Hashable, Shape] = {}
    prints: dict[tuple[int, Hashable], Hashable] = {}  # places without rules of their own have one program
    for number, book in books.items():
        same = id(book.program), realms.get(number) if realms else None
        if same not in prints:
            prints[same] = _print(book, outputs, same[1])
        key = (number,) if alone else prints[same]
        found.setdefault(key, Shape()).books[number] = book
    for one in found.values():
        _compile(one, outputs)
    return list(found.values())


def shared(base: Rulebook, other: Rulebook, outputs: Sequence[str]) -> frozenset[str]:
    """Return the quantities other rules leave as they are and what they change stands on, so that they are shared.

    One that looks at other places' lines is shared only where those are the same, one that reads the day only on the
    same day; amounts that are written down are no part of the code anyway.
    """
    if _facts_print(base) != _facts_print(other):
        return frozenset()

    def differs(node: Node) -> bool:
        if isinstance(node, StandardOf):
            return base.standards.lines != other.standards.lines
        return isinstance(node, Fact) and node.name == "decision_date" and base.policy.on != other.policy.on

    parameters = {one.key for one in other.program.formulas if _is_parameter(one)}
    return unchanged(base.program, other.program, outputs, differs=differs) - parameters


def _compile(shape: Shape, outputs: Sequence[str]) -> None:
    program = shape.first.program
    known = {one.key for one in program.formulas}
    shape.outputs = tuple(key for key in outputs if key in known)
    needed = program.needed(shape.outputs)
    shape.parameters = tuple(_parameters(shape, needed))
    shape.reads = tuple(_facts_read(needed))
    tables = {id(book.standards): book.standards for book in shape.books.values()}
    shape.standards = StandardTable({key: line for one in tables.values() for key, line in one.lines.items()})
    shape.program = write(program, shape.outputs)


def _print(book: Rulebook, outputs: Sequence[str], realm: Hashable) -> Hashable:
    """What the code of a program depends on, without its parameters."""
    needed = book.program.needed(tuple(outputs))
    return (
        tuple((one.key, one.type, str(one.unit), "" if _is_parameter(one) else (one.source.text, one.source.flags))
              for one in needed),
        _facts_print(book),
        realm if any(_looks_elsewhere(one.tree) for one in needed) else None,
        tuple(paid_by(book.policy, programme) for programme in book.policy.programmes),
    )  # fmt: skip


def _facts_print(book: Rulebook) -> Hashable:
    schema = book.facts.schema
    return (
        frozenset((one.name, one.type, one.low, one.high, one.scale, one.choices) for one in schema.fields.values()),
        frozenset((one.name, one.parent, one.longest) for one in schema.lists.values()),
        frozenset(book.facts.gap_items),
    )


def _looks_elsewhere(node: Node) -> bool:
    return isinstance(node, StandardOf) or any(map(_looks_elsewhere, children(node)))


def _is_parameter(one: CheckedFormula) -> bool:
    return one.type == "number" and one.level == HOUSEHOLD and not _reads(one.tree)


def _reads(node: Node) -> bool:
    return isinstance(node, _READERS) or any(map(_reads, children(node)))


def _parameters(shape: Shape, needed: Sequence[CheckedFormula]) -> Iterator[Parameter]:
    for one in filter(_is_parameter, needed):
        programs = {id(book.program): book.program for book in shape.books.values()}
        known = {same: _value(program, one.key) for same, program in programs.items()}
        values = {number: known[id(book.program)] for number, book in shape.books.items()}
        if len(set(values.values())) > 1:
            below = lcm(*(value.denominator for value in values.values()))
            yield Parameter(
                key=one.key, denominator=below,
                numerators={number: int(value * below) for number, value in values.items()},
            )  # fmt: skip


def _value(program: Program, key: str) -> Fraction:
    value = write_scalar(program, (key,)).run({}).get(key)
    assert isinstance(value, Fraction | int)
    return Fraction(value)


def _facts_read(needed: Sequence[CheckedFormula]) -> Iterator[str]:
    found: dict[str, None] = {}
    for one in needed:
        for name in _facts_of(one.tree):
            found[name] = None
    yield from found


def _facts_of(node: Node) -> Iterator[str]:
    if isinstance(node, Fact):
        yield node.name
    for one in children(node):
        yield from _facts_of(one)
