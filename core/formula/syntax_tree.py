"""What the grammar makes of a text: an unchecked tree. ``at`` is always the 0-based offset a message points to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ArithmeticSign = Literal["+", "-", "*", "/"]
ComparisonSign = Literal["=", "<>", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """Any part of a formula as written."""

    at: int

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The direct sub-expressions, left to right."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLiteral(Expression):
    """``24``, ``0.5``, ``50%`` or ``24 months``; the digits as written, so that nothing is lost."""

    digits: str
    percent: bool = False
    unit: str = ""
    unit_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLiteral(Expression):
    """``"rural"`` without its quotes."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BooleanLiteral(Expression):
    """``TRUE`` or ``FALSE``."""

    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Expression):
    """``line`` (no ``before``) or ``member.birth_date``."""

    before: str
    name: str

    @property
    def written(self) -> str:
        """The name as the author wrote it."""
        return f"{self.before}.{self.name}" if self.before else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Minus(Expression):
    """A minus sign before a number."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operand."""
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Negation(Expression):
    """``not``."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operand."""
        return (self.operand,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation(Expression):
    """``+ - * /``."""

    sign: ArithmeticSign
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """Both operands."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Expression):
    """``= <> < <= > >=``."""

    sign: ComparisonSign
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        """Both sides."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction(Expression):
    """A chain of ``and`` or of ``or``; two operands or more."""

    word: Literal["and", "or"]
    operands: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The operands."""
        return self.operands


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Expression):
    """A function, or ``WHEN`` / ``DEFAULT``; ``function`` is in capitals, ``written`` as the author wrote it."""

    function: str
    written: str
    arguments: tuple[Expression, ...]

    @property
    def parts(self) -> tuple[Expression, ...]:
        """The arguments."""
        return self.arguments


def walk(root: Expression) -> Iterator[tuple[Expression, int]]:
    """Yield every expression with its depth (the root has 1), parents first, left to right; without recursion."""
    waiting = [(root, 1)]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(part, depth + 1) for part in reversed(one.parts)]
