"""IF, IFS, SWITCH, LOOKUP and MAX / MIN of plain numbers in generated code; lazy wherever the language is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from core.formula.scalar_code import YES, ZERO, Block, Lowering, Operand, Scopes, fixed, plain
from core.formula.scalar_number import aligned, compare, compare_plain, crossed
from core.formula.schema import ValueType
from core.formula.tree import Choose, Constant, Extreme, Fact, Lookup, Node, Switch

Condition = Callable[[Block], Operand]
"""Writes a condition into a suite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A choice in which the first true condition wins; ``missing`` is the failure where none is and nothing is left."""

    type: ValueType
    conditions: Sequence[Condition]
    values: Sequence[Node]
    otherwise: Node | None
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A written branch: the suite that computes its condition, the condition, the suite of its value, the value."""

    test: Block
    condition: Operand
    body: Block
    value: Operand


def choose(node: Choose, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write IF or IFS."""

    def holds(condition: Node) -> Condition:
        return lambda suite: writer.lower(condition, suite, scopes)

    chain = Chain(
        type=node.type,
        conditions=[holds(condition) for condition, _ in node.arms],
        values=[value for _, value in node.arms],
        otherwise=node.otherwise,
        missing="no_match",
    )
    return _written(chain, writer, block, scopes)


def switch(node: Switch, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write SWITCH: a look-up in a table where every result is known now, otherwise a chain of comparisons."""
    subject = writer.lower(node.subject, block, scopes)
    table = _table(node, subject, writer, block)
    if table is not None:
        return table
    kept = Operand(block.keep(subject.code), subject.below, subject.constant)

    def equals(case: Constant) -> Condition:
        if case.type == "number":
            return lambda suite: compare("=", kept, literal(case), suite)
        return lambda _: compare_plain("=", kept, literal(case))

    chain = Chain(
        type=node.type,
        conditions=[equals(case) for case, _ in node.arms],
        values=[value for _, value in node.arms],
        otherwise=node.otherwise,
        missing="no_match",
    )
    return _written(chain, writer, block, scopes)


def literal(node: Constant) -> Operand:
    """Return a constant of the tree."""
    if node.type == "number":
        return fixed(Fraction(int(node.value), node.denominator))
    return plain(bool(node.value) if node.type == "boolean" else node.value)


def _table(node: Switch, subject: Operand, writer: Lowering, block: Block) -> Operand | None:
    """Return a table look-up, or None where a result, or the subject's denominator, is not known now."""
    results = [value for _, value in node.arms] + ([] if node.otherwise is None else [node.otherwise])
    constants = [one for one in results if isinstance(one, Constant)]
    if subject.constant is not None or isinstance(subject.below, str) or len(constants) < len(results):
        return None
    below = lcm(*(one.denominator for one in constants))
    entries = [int(one.value) * (below // one.denominator) if one.type == "number" else one.value for one in constants]
    keys = [_key(case, subject.below) for case, _ in node.arms]
    table = writer.table({key: entry for key, entry in zip(keys, entries, strict=False) if key is not None})
    if node.otherwise is not None:
        return Operand(f"{table}.get({subject.code}, {entries[-1]!r})", below, depth=subject.depth + 1)
    if isinstance(node.subject, Fact) and writer.is_exhaustive(node.subject, [case for case, _ in node.arms]):
        return Operand(f"{table}[{subject.code}]", below, depth=subject.depth + 1)
    found = block.keep(f"{table}.get({subject.code})")
    block.fail(writer.own_failure("no_match"), condition=f"{found} is None")
    return Operand(found, below)


def _key(case: Constant, below: int) -> int | bool | str | None:
    """Return the numerator the subject has when it equals ``case``; None when it never can."""
    if case.type != "number":
        return case.value
    numerator = Fraction(int(case.value), case.denominator) * below
    return numerator.numerator if numerator.denominator == 1 else None


def lookup(node: Lookup, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write LOOKUP: from the highest band down."""
    subject = writer.lower(node.subject, block, scopes)
    kept = Operand(block.keep(subject.code), subject.below, subject.constant)

    def reached(start: Constant) -> Condition:
        return lambda suite: compare(">=", kept, literal(start), suite)

    bands = node.bands[::-1]
    chain = Chain(
        type=node.type,
        conditions=[reached(start) for start, _ in bands],
        values=[value for _, value in bands],
        otherwise=None,
        missing="no_band",
    )
    return _written(chain, writer, block, scopes)


def _written(chain: Chain, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write a chain. What is known now is decided now."""
    arms: list[Arm] = []
    last: Arm | None = None
    for head, value in zip(chain.conditions, chain.values, strict=True):
        test = block.child() if arms else block
        condition = head(test)
        if condition.constant is False and (test is block or not test.lines):
            continue
        body = test.child()
        arm = Arm(test=test, condition=condition, body=body, value=writer.lower(value, body, scopes))
        if condition.constant is True:
            last = arm
            break
        arms.append(arm)
    if last is None:
        last = _last(chain, writer, block, scopes)
    if not arms:
        block.splice(last.body)
        return last.value
    return _select(chain, arms, last, block)


def _last(chain: Chain, writer: Lowering, block: Block, scopes: Scopes) -> Arm:
    test = block.child()
    body = test.child()
    if chain.otherwise is None:
        body.fail(writer.own_failure(chain.missing))
        return Arm(test=test, condition=YES, body=body, value=ZERO)
    return Arm(test=test, condition=YES, body=body, value=writer.lower(chain.otherwise, body, scopes))


TERNARIES = 4
"""Most branches of one conditional expression; a longer chain becomes statements."""


def _select(chain: Chain, arms: Sequence[Arm], last: Arm, block: Block) -> Operand:
    every = [*arms, last]
    plain_tests = not any(arm.test.lines for arm in every[1:])
    plain_bodies = not any(arm.body.lines for arm in every)
    codes, below = _results(chain, every)
    if plain_tests and plain_bodies and isinstance(below, int) and len(arms) <= TERNARIES:
        return Operand(_ternary(arms, codes), below, depth=1 + max(_depth(arm) for arm in every))
    result = block.names.fresh("t")
    for arm, code in zip(every, codes, strict=True):
        known = isinstance(below, int)
        arm.body.add(f"{result} = {code}" if known else f"{result}, {below} = {code}, {arm.value.below}")
    if plain_tests:
        _write_elif(arms, last, block)
    else:
        _write_flat(arms, last, block)
    return Operand(result, below)


def _depth(arm: Arm) -> int:
    return max(arm.condition.depth, arm.value.depth)


def _ternary(arms: Sequence[Arm], codes: Sequence[str]) -> str:
    written = codes[-1]
    for arm, code in zip(reversed(arms), codes[-2::-1], strict=True):
        written = f"{code} if {arm.condition.code} else {written}"
    return f"({written})"


def _results(chain: Chain, every: Sequence[Arm]) -> tuple[list[str], int | str]:
    """Return the branches' codes over one denominator, or a fresh variable for it where it is not known now."""
    values = [arm.value for arm in every]
    if chain.type == "number" and any(isinstance(one.below, str) for one in values):
        return [one.code for one in values], every[0].body.names.fresh("t")
    return aligned(values, every[0].body)


def _write_elif(arms: Sequence[Arm], last: Arm, block: Block) -> None:
    word = "if"
    for arm in arms:
        block.nest(f"{word} {arm.condition.code}:", arm.body)
        word = "elif"
    block.nest("else:", last.body)


def _write_flat(arms: Sequence[Arm], last: Arm, block: Block) -> None:
    """Write conditions that need lines of their own one after the other, not inside each other."""
    undecided = block.names.fresh("t")
    block.add(f"{undecided} = True")
    for arm in arms:
        arm.body.add(f"{undecided} = False")
        if arm.test is block:
            block.nest(f"if {arm.condition.code}:", arm.body)
            continue
        arm.test.nest(f"if {arm.condition.code}:", arm.body)
        block.nest(f"if {undecided}:", arm.test)
    last.test.splice(last.body)
    block.nest(f"if {undecided}:", last.test)


def extreme(node: Extreme, writer: Lowering, block: Block, scopes: Scopes) -> Operand:
    """Write MAX or MIN of plain numbers: every operand is computed, the first of equals stays."""
    operands = [writer.lower(one, block, scopes) for one in node.operands]
    known = [one.constant for one in operands if isinstance(one.constant, Fraction)]
    if len(known) == len(operands):
        return fixed(max(known) if node.operator == "max" else min(known))
    sign = ">" if node.operator == "max" else "<"
    if any(isinstance(one.below, str) for one in operands):
        return _extreme_of_fractions(operands, sign, block)
    codes, below = aligned(operands, block)
    best = block.names.fresh("t")
    block.add(f"{best} = {codes[0]}")
    for code in codes[1:]:
        other = block.keep(code)
        block.add(f"if {other} {sign} {best}: {best} = {other}")
    return Operand(best, below)


def _extreme_of_fractions(operands: Sequence[Operand], sign: str, block: Block) -> Operand:
    best, under = block.names.fresh("t"), block.names.fresh("t")
    block.add(f"{best}, {under} = {operands[0].code}, {operands[0].below}")
    for one in operands[1:]:
        other = Operand(block.keep(one.code), one.below, one.constant)
        above, against = crossed(other, Operand(best, under))
        block.add(f"if {above} {sign} {against}: {best}, {under} = {other.code}, {other.below}")
    return Operand(best, under)
