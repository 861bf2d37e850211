"""IF, IFS, SWITCH, LOOKUP and conditions on columns: every branch is computed, only the one taken can fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.formula.columnar_graph import Graph
from core.formula.columnar_number import compare
from core.formula.columnar_step import Atom, Step
from core.formula.columnar_value import ONE, Below, Value, aligned, failed
from core.formula.columnar_word import Words
from core.formula.schema import ValueType
from core.formula.tree import Choose, Logic, Lookup, Node, Switch


class Lowering(Protocol):
    """What the parts of the writer ask of the whole."""

    graph: Graph
    words: Words

    def lower(self, node: Node) -> Value:
        """Return what an expression is worth."""

    def own_failure(self, code: str) -> int:
        """Return the id of the failure ``code`` of the quantity being computed."""


def choose(node: Choose, writer: Lowering) -> Value:
    """Write IF or IFS."""
    heads = [writer.lower(head) for head, _ in node.arms]
    values = [writer.lower(value) for _, value in node.arms]
    return _chain(heads, values, _last(node, node.otherwise, writer, "no_match"), node.type, writer)


def switch(node: Switch, writer: Lowering) -> Value:
    """Write SWITCH: over a fact's choices, with results known now, as one look-up."""
    subject = writer.lower(node.subject)
    values = [writer.lower(value) for _, value in node.arms]
    last = _last(node, node.otherwise, writer, "no_match")
    known = not any(isinstance(part, Step) for one in (*values, last) for part in (one.above, one.error))
    if known and subject.words and isinstance(subject.above, Step):
        return _look_up(node, subject.above, [*values, last], subject, writer)
    heads = [equal(node.subject.type, subject, writer.lower(head), writer) for head, _ in node.arms]
    return _chain(heads, values, last, node.type, writer)


def _look_up(node: Switch, codes: Step, values: Sequence[Value], subject: Value, writer: Lowering) -> Value:
    """Return the value each choice stands for; the last one is for those without a case."""
    atoms, below, words = _alike(values, node.type, writer)
    cases = {head.value: number for number, (head, _) in enumerate(node.arms)}
    rows = [cases.get(word, len(cases)) for word in subject.words]
    found = writer.graph.table(codes, [atoms[row] for row in rows])
    failure = writer.graph.table(codes, [values[row].error for row in rows], kind="error")
    return Value(above=found, below=below, error=writer.graph.first(subject.error, failure), words=words)


def lookup(node: Lookup, writer: Lowering) -> Value:
    """Write LOOKUP: from the highest band down."""
    subject = writer.lower(node.subject)
    heads = [compare(writer.graph, ">=", subject, writer.lower(start)) for start, _ in reversed(node.bands)]
    values = [writer.lower(value) for _, value in reversed(node.bands)]
    return _chain(heads, values, _last(node, None, writer, "no_band"), node.type, writer)


def logic(node: Logic, writer: Lowering) -> Value:
    """Write ``and`` or ``or``: a later part can fail only where the earlier ones leave the result open."""
    graph = writer.graph
    found = writer.lower(node.operands[0])
    for operand in node.operands[1:]:
        after = writer.lower(operand)
        undecided = found.above if node.operator == "and" else graph.opposite(found.above)
        join = graph.both if node.operator == "and" else graph.either
        error = graph.first(found.error, graph.only(undecided, after.error))
        found = Value(above=join(found.above, after.above), error=error)
    return found


def equal(value_type: ValueType, left: Value, right: Value, writer: Lowering) -> Value:
    """Tell whether two values of one type are equal."""
    if value_type in ("number", "date"):
        return compare(writer.graph, "=", left, right)
    error = writer.graph.first(left.error, right.error)
    if value_type == "boolean":
        return Value(above=writer.graph.same(left.above, right.above), error=error)
    (one, other), _ = writer.words.aligned(writer.graph, (left, right))
    return Value(above=writer.graph.compare("=", one, other), error=error)


def _last(node: Choose | Switch | Lookup, otherwise: Node | None, writer: Lowering, code: str) -> Value:
    if otherwise is not None:
        return writer.lower(otherwise)
    return failed(node.type, writer.own_failure(code))


def _chain(
    heads: Sequence[Value], values: Sequence[Value], last: Value, value_type: ValueType, writer: Lowering
) -> Value:
    """Return the value of the first head that is true."""
    graph = writer.graph
    arms, last = _open(list(zip(heads, values, strict=True)), last)
    atoms, below, words = _alike([*(value for _, value in arms), last], value_type, writer)
    found, error = atoms.pop(), last.error
    for (head, value), atom in zip(reversed(arms), reversed(atoms), strict=True):
        found = (
            graph.select_condition(head.above, atom, found)
            if value_type == "boolean"
            else graph.select(head.above, atom, found)
        )
        error = graph.first(head.error, graph.taken(head.above, value.error, error))
    return Value(above=found, below=below, error=error, words=words)


def _open(arms: list[tuple[Value, Value]], last: Value) -> tuple[list[tuple[Value, Value]], Value]:
    """Leave out the branches that are known never to be taken."""
    kept: list[tuple[Value, Value]] = []
    for head, value in arms:
        if head.above is True and head.error == 0:
            return kept, value
        if head.above is not False or head.error != 0:
            kept.append((head, value))
    return kept, last


def _alike(
    values: Sequence[Value], value_type: ValueType, writer: Lowering
) -> tuple[list[Atom], Below, tuple[str, ...]]:
    """Return the branches' values over one denominator, or in one vocabulary."""
    if value_type == "text":
        atoms, words = writer.words.aligned(writer.graph, values)
        return atoms, ONE, words
    if value_type != "number":
        return [one.above for one in values], ONE, ()
    atoms, below = aligned(writer.graph, values)
    return atoms, below, ()
