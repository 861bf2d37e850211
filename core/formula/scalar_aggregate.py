"""SUM COUNT ANY ALL MAX MIN over a list in generated code: one loop for each level on the way down."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm

from core.formula.scalar_code import NO, YES, ZERO, Block, Lowering, Operand, Scopes, fixed
from core.formula.scalar_number import reduced, scaled
from core.formula.tree import Aggregate, Node

ONE = fixed(Fraction(1))

Act = Callable[[Block, Operand], Operand]
"""Writes what happens to one record, given its suite and its value; returns where the result is after the loops."""


def aggregate(node: Aggregate, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write an aggregate. What happens to a record differs; the loops are the same."""
    if node.operator == "count" and node.when is None:
        return _length(node, writer, block, scopes)
    if node.operator in ("sum", "count"):
        return _each(node, writer, block, scopes, act=_summing(block))
    if node.operator in ("any", "all"):
        return _each(node, writer, block, scopes, act=_seeking(block, wanted=node.operator == "any"))
    return _extreme(node, writer, block, scopes)


def _length(node: Aggregate, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write the number of records without looking at them."""
    levels = writer.path(node.level, node.over)
    if len(levels) == 1:
        return Operand(f"len({writer.list_code(node.over, scopes)})", depth=1)
    scope = writer.enter(levels[0])
    total = block.names.fresh("t")
    block.add(f"{total} = 0")
    body = block.child()
    body.add(f"{total} += len({writer.list_code(node.over, (*scopes, scope))})")
    writer.loop(block, body, scope, scopes)
    return Operand(total)


def _each(node: Aggregate, writer: Lowering, block: Block, scopes: Scopes, *, act: Act) -> Operand:
    """Write the loops down to the records: first WHEN, then the value, then what is done with it."""
    chain = tuple(writer.enter(level) for level in writer.path(node.level, node.over))
    inside = (*scopes, *chain)
    body = block.child()
    condition = YES if node.when is None else writer.lower(node.when, body, inside)
    inner = body.child()
    if condition.constant is False:
        result = act(Block(block.names), NO if node.operator in ("any", "all") else ZERO)
    else:
        result = act(inner, ONE if node.value is None else writer.lower(node.value, inner, inside))
    if condition.constant is True:
        body.splice(inner)
    elif inner.lines:
        body.nest(f"if {condition.code}:", inner)
    if body.lines or any(scope.facts for scope in chain):  # a fact read and not needed may still be missing
        escapes = node.operator in ("any", "all")
        _loops(writer, block, body, chain, scopes, escapes=escapes)
    return result


def _loops(writer: Lowering, block: Block, body: Block, chain: Scopes, scopes: Scopes, *, escapes: bool) -> None:
    """Wrap a suite in the loops of a chain, innermost last; ``escapes``: a ``break`` inside ends all of them."""
    *around, scope = chain
    if not around:
        writer.loop(block, body, scope, scopes)
        return
    outer = block.child()
    writer.loop(outer, body, scope, (*scopes, *around))
    if escapes:
        outer.add("else: continue")
        outer.add("break")
    _loops(writer, block, outer, tuple(around), scopes, escapes=escapes)


def _summing(block: Block) -> Act:
    def act(inner: Block, value: Operand) -> Operand:
        if value.constant == 0:
            return ZERO
        total = block.names.fresh("t")
        if isinstance(value.below, int):
            block.add(f"{total} = 0")
            inner.add(f"{total} += {value.code}")
            return Operand(total, value.below)
        return _sum_of_fractions(total, value, block, inner)

    return act


def _sum_of_fractions(total: str, value: Operand, block: Block, inner: Block) -> Operand:
    """Add fractions whose denominators are met only at run time, reducing whenever the denominator grows."""
    under = block.names.fresh("t")
    block.add(f"{total}, {under} = 0, 1")
    other = inner.child()
    other.add(f"{total} = {total}*{value.below} + {value.code}*{under}; {under} *= {value.below}")
    reduced(total, under, other)
    inner.add(f"if {under} == {value.below}: {total} += {value.code}")
    inner.nest("else:", other)
    return Operand(total, under)


def _seeking(block: Block, *, wanted: bool) -> Act:
    """Stop at the first record that decides: a true one for ANY, a false one for ALL."""

    def act(inner: Block, value: Operand) -> Operand:
        found = block.names.fresh("t")
        block.add(f"{found} = {not wanted}")
        if value.constant is not None and value.constant is not wanted:
            return Operand(found)
        stop = inner.child()
        stop.add(f"{found} = {wanted}")
        stop.add("break")
        inner.nest(f"if {value.code}:" if wanted else f"if not {value.code}:", stop)
        return Operand(found)

    return act


def _extreme(node: Aggregate, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write MAX or MIN of a list; afterwards the default, computed only for an empty list."""
    best, under = block.names.fresh("t"), block.names.fresh("t")
    sign = ">" if node.operator == "max" else "<"

    def act(inner: Block, value: Operand) -> Operand:
        block.add(f"{best} = None")
        code = inner.keep(value.code)
        if isinstance(value.below, int):
            inner.add(f"if {best} is None or {code} {sign} {best}: {best} = {code}")
            return Operand(best, value.below)
        inner.add(
            f"if {best} is None or {code}*{under} {sign} {best}*{value.below}: {best}, {under} = {code}, {value.below}"
        )
        return Operand(best, under)

    found = _each(node, writer, block, scopes, act=act)
    if node.default is None:
        block.fail(writer.own_failure("empty_list"), condition=f"{best} is None")
        return found
    return _defaulted(found, node.default, writer, block, scopes)


def _defaulted(found: Operand, otherwise: Node, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    instead = block.child()
    default = writer.lower(otherwise, instead, scopes)
    if isinstance(found.below, int) and isinstance(default.below, int):
        common = lcm(found.below, default.below)
        instead.add(f"{found.code} = {scaled(default.code, common // default.below)}")
        block.nest(f"if {found.code} is None:", instead)
        if common != found.below:
            block.add(f"else: {found.code} *= {common // found.below}")
        return Operand(found.code, common)
    under = found.below if isinstance(found.below, str) else block.names.fresh("t")
    instead.add(f"{found.code}, {under} = {default.code}, {default.below}")
    block.nest(f"if {found.code} is None:", instead)
    if isinstance(found.below, int):
        block.add(f"else: {under} = {found.below}")
    return Operand(found.code, under)
