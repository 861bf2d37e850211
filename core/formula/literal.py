"""What a plain number may stand for: beside ``AGE(x)`` the literal 60 means 60 years; beside money only 0 may stand.

A literal is a number without a unit, or anything computed or chosen from such numbers alone.
"""

from __future__ import annotations

from dataclasses import replace

from core.formula.tree import Arithmetic, Choose, Constant, Extreme, Lookup, Negate, Node, Round, Switch
from core.values import NUMBER, Unit


def is_literal(node: Node) -> bool:
    """Tell whether ``node`` is a plain number that may still take a unit."""
    if node.type != "number" or node.unit != NUMBER:
        return False
    if isinstance(node, Constant):
        return True
    results = results_of(node)
    return bool(results) and all(is_literal(one) for one in results)


def may_adopt(node: Node, unit: Unit) -> bool:
    """Tell whether a literal may take ``unit``: any but money; money only where every number in it is 0."""
    return is_literal(node) and (unit.money == 0 or _is_nothing(node))


def adopt(node: Node, unit: Unit) -> Node:
    """Return the literal in ``unit``."""
    match node:
        case Constant():
            return replace(node, unit=unit)
        case Negate() | Round():
            return replace(node, unit=unit, operand=adopt(node.operand, unit))
        case Arithmetic(operator="+" | "-"):
            return replace(node, unit=unit, left=adopt(node.left, unit), right=adopt(node.right, unit))
        case Arithmetic():
            return replace(node, unit=unit, left=adopt(node.left, unit))
        case Choose():
            chosen = tuple((head, adopt(value, unit)) for head, value in node.arms)
            return replace(node, unit=unit, arms=chosen, otherwise=_adopted(node.otherwise, unit))
        case Switch():
            switched = tuple((head, adopt(value, unit)) for head, value in node.arms)
            return replace(node, unit=unit, arms=switched, otherwise=_adopted(node.otherwise, unit))
        case Lookup():
            return replace(node, unit=unit, bands=tuple((start, adopt(value, unit)) for start, value in node.bands))
        case Extreme():
            return replace(node, unit=unit, operands=tuple(adopt(one, unit) for one in node.operands))
    raise AssertionError(node)


def _adopted(node: Node | None, unit: Unit) -> Node | None:
    return None if node is None else adopt(node, unit)


def results_of(node: Node) -> tuple[Node, ...]:
    """Return the parts whose unit is the unit of ``node``; none for what has a unit of its own."""
    match node:
        case Negate() | Round():
            return (node.operand,)
        case Arithmetic():
            return (node.left, node.right)
        case Choose() | Switch():
            values = tuple(value for _, value in node.arms)
            return values if node.otherwise is None else (*values, node.otherwise)
        case Lookup():
            return tuple(value for _, value in node.bands)
        case Extreme():
            return node.operands
    return ()


def _is_nothing(node: Node) -> bool:
    if isinstance(node, Constant):
        return node.value == 0
    if isinstance(node, Arithmetic):
        return False
    return all(_is_nothing(one) for one in results_of(node))
