"""Generated Python, line by line: blocks, values and the records in reach.

No text of a formula ever enters it: only integers, quoted constants and names made here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Protocol

from core.formula.tree import Constant, Fact, Failure, Node


@dataclass(frozen=True, slots=True)
class Operand:
    """A value in generated code: ``code / below`` for a number, ``code`` for anything else.

    ``below`` is a positive int known now, or the name of a variable that holds one. ``constant`` is set where the value
    itself is known now. ``depth`` counts brackets, so that no expression outgrows Python's parser.
    """

    code: str
    below: int | str = 1
    constant: Fraction | bool | str | None = None
    depth: int = 0


DEEPEST = 24


class Names:
    """Gives fresh variable names."""

    def __init__(self) -> None:
        self._numbers = count()

    def fresh(self, prefix: str) -> str:
        """Return a name nobody has."""
        return f"{prefix}{next(self._numbers)}"


class Block:
    """Lines of one suite. ``checked`` remembers which values are known not to be missing or failed from here on."""

    def __init__(self, names: Names, parent: Block | None = None) -> None:
        self.names = names
        self.parent = parent
        self.lines: list[str] = []
        self.checked: set[str] = set()
        self.raises = False

    def child(self) -> Block:
        """Return a suite that runs after the lines written so far."""
        return Block(self.names, self)

    def add(self, line: str) -> None:
        """Append a line."""
        self.lines.append(line)

    def nest(self, header: str, body: Block) -> None:
        """Append a compound statement."""
        self.lines.append(header)
        self.lines += [" " + line for line in body.lines] or [" pass"]
        self.raises |= body.raises

    def splice(self, body: Block) -> None:
        """Append the lines of a suite that runs whenever this one does."""
        self.lines += body.lines
        self.checked |= body.checked
        self.raises |= body.raises

    def keep(self, code: str) -> str:
        """Store an expression in a fresh variable and return its name; a name or a number stays itself."""
        if code.isidentifier() or code.isdecimal():
            return code
        name = self.names.fresh("t")
        self.add(f"{name} = {code}")
        return name

    def fail(self, constant: str, *, condition: str = "") -> None:
        """Append ``raise``, under a condition where one is given."""
        self.raises = True
        self.add(f"if {condition}: raise Failed({constant})" if condition else f"raise Failed({constant})")

    def is_checked(self, name: str) -> bool:
        """Tell whether a value was checked here or in a suite around."""
        block: Block | None = self
        while block is not None:
            if name in block.checked:
                return True
            block = block.parent
        return False

    def shallow(self, operand: Operand) -> Operand:
        """Put an expression that has grown too deep into a variable."""
        if operand.depth <= DEEPEST or operand.constant is not None:
            return operand
        return Operand(self.keep(operand.code), operand.below)


@dataclass(slots=True)
class Scope:
    """One record in reach: the loop variable and what the loop must provide.

    ``facts`` are read at the top of each turn. ``elements`` are this record's quantities, ``lists`` those of its
    sub-records; both come with the record unless they are made in the loop itself (``made``).
    """

    level: str
    record: str
    facts: dict[str, tuple[str, str]] = field(default_factory=dict)
    elements: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)


Scopes = tuple[Scope, ...]


class Lowering(Protocol):
    """What the parts of the writer ask of the whole."""

    def lower(self, node: Node, block: Block, scopes: Scopes) -> Operand:
        """Write ``node`` into ``block`` and return where its value is."""

    def failure(self, failure: Failure) -> str:
        """Return the name of a failure constant."""

    def own_failure(self, code: str) -> str:
        """Return the name of the failure ``code`` of the quantity being computed."""

    def is_exhaustive(self, fact: Fact, cases: Sequence[Constant]) -> bool:
        """Tell whether ``cases`` cover whatever the fact may be."""

    def table(self, entries: Mapping[int | bool | str, int | bool | str]) -> str:
        """Return the name of a constant table."""

    def path(self, level: str, over: str) -> Sequence[str]:
        """Return the lists from below ``level`` down to ``over``."""

    def enter(self, level: str) -> Scope:
        """Return a scope for the records of ``level``."""

    def loop(self, block: Block, body: Block, scope: Scope, scopes: Scopes) -> None:
        """Append the loop over ``scope`` to ``block``; ``scopes`` are those around it."""

    def list_code(self, level: str, scopes: Scopes) -> str:
        """Return the expression for the records of ``level`` in reach."""


def fixed(value: Fraction) -> Operand:
    """Return a number known now."""
    code = str(value.numerator) if value >= 0 else f"({value.numerator})"
    return Operand(code, value.denominator, value)


def plain(value: object) -> Operand:
    """Return a condition or a text known now."""
    return Operand(repr(value), 1, value if isinstance(value, bool) else str(value))


ZERO = fixed(Fraction(0))
YES = Operand("True", constant=True)
NO = Operand("False", constant=False)
