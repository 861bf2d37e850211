"""Two programs that differ in part: what of one is as it was in the other, so that it need not be computed twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.formula.tree import CheckedFormula, Node, Program, children

Differs = Callable[[Node], bool]
"""Tells whether a node means something else in the other program though it is written alike."""


def unchanged(
    base: Program, other: Program, outputs: Sequence[str], *, differs: Differs | None = None
) -> frozenset[str]:
    """Return the quantities that ``other`` leaves as they are in ``base`` and that its ``outputs`` stand on.

    A quantity is as it was when its formula is and all it reads are. Returned are those which changed ones read, and
    outputs themselves: the least that must be handed over.
    """
    known = {one.key: one for one in base.formulas}
    needed = other.needed(tuple(outputs))
    changed: set[str] = set()  # a formula stands behind all it reads
    for one in needed:
        before = known.get(one.key)
        alike = before is not None and _means_the_same(before, one) and not _any(one.tree, differs)
        if not alike or not changed.isdisjoint(one.reads):
            changed.add(one.key)
    read = {name for one in needed if one.key in changed for name in one.reads}
    return frozenset({one.key for one in needed} - changed) & frozenset(read | set(outputs))


def _means_the_same(one: CheckedFormula, other: CheckedFormula) -> bool:
    return (one.type, one.unit, one.level, one.tree) == (other.type, other.unit, other.level, other.tree)


def _any(node: Node, differs: Differs | None) -> bool:
    return differs is not None and (differs(node) or any(_any(one, differs) for one in children(node)))
