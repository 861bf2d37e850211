"""A checked expression written back as a formula, for messages."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from core.formula.tree import (
    Age,
    Aggregate,
    Arithmetic,
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
    Quantity,
    Round,
    Scale,
    StandardOf,
    Switch,
    Unavailable,
    children,
)
from core.values import fraction_text

LONGEST = 120


def describe(node: Node) -> str:
    """Return the expression as an author would write it, cut at 120 characters; money in fen."""
    text = _text(node)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _text(node: Node) -> str:  # noqa: PLR0911 - one case for each kind of node
    match node:
        case Constant():
            return _constant(node)
        case Fact():
            return node.name
        case Quantity():
            return node.key
        case Arithmetic() | Compare():
            return f"({_text(node.left)} {node.operator} {_text(node.right)})"
        case Logic():
            return "(" + f" {node.operator} ".join(_text(one) for one in node.operands) + ")"
        case Negate():
            return f"-{_text(node.operand)}"
        case Not():
            return f"not {_text(node.operand)}"
        case Aggregate():
            return _aggregate(node)
    return _call(node)


def _constant(node: Constant) -> str:
    if node.type == "number":
        return fraction_text(Fraction(int(node.value), node.denominator))
    return f'"{node.value}"' if node.type == "text" else str(node.value).upper()


def _aggregate(node: Aggregate) -> str:
    parts = [node.over if node.value is None else _text(node.value)]
    parts += [] if node.when is None else [f"WHEN({_text(node.when)})"]
    parts += [] if node.default is None else [f"DEFAULT({_text(node.default)})"]
    return f"{node.operator.upper()}({', '.join(parts)})"


def _call(node: Node) -> str:
    return f"{_function(node)}({', '.join(_text(one) for one in children(node))})"


_FUNCTIONS: Mapping[type[Node], str] = MappingProxyType({
    Lookup: "LOOKUP", Switch: "SWITCH", Age: "AGE", MonthsBetween: "MONTHS_BETWEEN", StandardOf: "STANDARD",
})  # fmt: skip


def _function(node: Node) -> str:
    match node:
        case Extreme():
            return node.operator.upper()
        case Round():
            return {"half": "ROUND", "up": "ROUNDUP", "down": "ROUNDDOWN"}[node.mode]
        case Scale():
            return f"{fraction_text(Fraction(node.numerator, node.denominator))} * "
        case Choose():
            return "IFS" if len(node.arms) > 1 else "IF"
        case Unavailable():
            return node.code
    return _FUNCTIONS[type(node)]
