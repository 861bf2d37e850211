"""The checked tree both writers stand on: every node knows its type, unit and the level it is evaluated at.

A number is an exact fraction ``numerator / denominator`` of ints, the denominator positive; money is counted in fen.
Evaluation order, laziness and failures are the same for both writers:

* operands left to right; the first failure met is the result;
* ``Logic``, ``Choose``, ``Switch``, ``Lookup`` evaluate a later part only when the earlier ones leave it open;
* ``Aggregate`` goes through the records in order: first ``when``, then ``value``; ANY stops at the first true record,
  ALL at the first false one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal

from core.formula.schema import FactSchema, FormulaSource, ValueType
from core.values import NUMBER, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A checked expression. ``level`` is where it is evaluated; ``at`` its 0-based offset in the formula's text."""

    type: ValueType
    unit: Unit = NUMBER
    level: str
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Node):
    """A literal: number (``value / denominator``; money in fen), boolean, or text."""

    value: int | bool | str
    denominator: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Node):
    """A declared fact, by qualified name; ``owner`` is the level it is stored on (``level`` itself or an ancestor)."""

    name: str
    owner: str
    scale: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Node):
    """Another formula's result, by key (``dibao.line``); ``owner`` is the level it is computed on."""

    key: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Negate(Node):
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """Logical not."""

    operand: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic(Node):
    """Exact ``+ - * /``; a zero divisor is the failure ``division_by_zero``."""

    operator: Literal["+", "-", "*", "/"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Node):
    """Exact comparison of two numbers, texts (``=`` and ``<>`` only), dates or booleans (``=``, ``<>``)."""

    operator: Literal["=", "<>", "<", "<=", ">", ">="]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic(Node):
    """Lazy ``and`` / ``or`` over two or more operands."""

    operator: Literal["and", "or"]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Node):
    """IF and IFS: the value of the first true condition, else ``otherwise``, else the failure ``no_match``."""

    arms: tuple[tuple[Node, Node], ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Node):
    """SWITCH: the value of the first constant equal to the subject, else ``otherwise``, else ``no_match``."""

    subject: Node
    arms: tuple[tuple[Constant, Node], ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup(Node):
    """LOOKUP: the value of the last band whose (ascending) start is not above the subject, else ``no_band``."""

    subject: Node
    bands: tuple[tuple[Constant, Node], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extreme(Node):
    """MAX / MIN of two or more plain arguments, all evaluated."""

    operator: Literal["max", "min"]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(Node):
    """SUM COUNT ANY ALL MAX MIN over the records of list ``over`` below the current record.

    ``value`` and ``when`` are evaluated at ``over``; ``default`` (MAX, MIN only) at ``level``. Empty: SUM and COUNT 0,
    ANY false, ALL true, MAX / MIN the default or the failure ``empty_list``. ``over`` may lie two levels below.
    """

    operator: Literal["sum", "count", "any", "all", "max", "min"]
    over: str
    value: Node | None
    when: Node | None = None
    default: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Node):
    """ROUND (half away from zero), ROUNDUP (away), ROUNDDOWN (toward zero) to a multiple of ``quantum / parts``.

    The quantum is in the stored unit: ``ROUND(money, 0)`` has 100/1 (a yuan), ``ROUND(number, 2)`` 1/100.
    """

    mode: Literal["half", "up", "down"]
    operand: Node
    quantum: int
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale(Node):
    """A unit conversion (ANNUAL, QUARTERLY, MONTHLY): the operand times ``numerator / denominator``."""

    operand: Node
    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Age(Node):
    """Completed years from the operand (a date) to ``on``, the day of assessment; negative before the date itself."""

    operand: Node
    on: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthsBetween(Node):
    """Completed months from ``start`` to ``end``; the exact negative of the reverse when ``end`` is earlier."""

    start: Node
    end: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardOf(Node):
    """STANDARD(programme, area, division): another place's line, fen per person-year, else ``no_standard``."""

    programme: str
    area: Node
    division: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable(Node):
    """A quantity whose rule is a gap or not in force: always the failure ``(code, name)``.

    Made from a ``FormulaSource`` with empty text and ``flags == (code, name)``, e.g. ``("gap", "yiyang/special")``.
    """

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFormula:
    """A formula with its tree. ``reads`` lists fact names and formula keys it reads, in order of first mention."""

    source: FormulaSource
    level: str
    tree: Node
    reads: tuple[str, ...]

    @property
    def key(self) -> str:
        """The name across programmes."""
        return self.source.key

    @property
    def type(self) -> ValueType:
        """The type of the result."""
        return self.tree.type

    @property
    def unit(self) -> Unit:
        """The unit of the result."""
        return self.source.unit if self.source.unit is not None else self.tree.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Checked formulas in an order in which each reads only earlier ones."""

    schema: FactSchema
    formulas: tuple[CheckedFormula, ...]

    def needed(self, outputs: tuple[str, ...] | None) -> tuple[CheckedFormula, ...]:
        """Return the formulas that ``outputs`` (keys) stand on, in evaluation order; all for None."""
        if outputs is None:
            return self.formulas
        wanted = set(outputs)
        for formula in reversed(self.formulas):
            if formula.key in wanted:
                wanted.update(formula.reads)
        return tuple(formula for formula in self.formulas if formula.key in wanted)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed value: a stable code and the name it is about.

    ``missing_fact`` (fact name) · ``division_by_zero`` ``no_match`` ``no_band`` ``empty_list`` (the quantity being
    computed) · ``no_standard`` (division code) · ``gap`` and ``nothing_in_force`` (see ``Unavailable``).
    """

    code: str
    name: str


def children(node: Node) -> Iterator[Node]:
    """Yield the direct sub-expressions of ``node`` in evaluation order."""
    for one in fields(node):
        yield from _nodes(getattr(node, one.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _nodes(part)
