"""What becomes of households when the rules change: who gains, loses, gets more or less, and the money; by columns.

The words and the arithmetic are those of ``regions.impact``, which does the same household by household; a test holds
the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from core.caseload.entitlement import UNDECIDED, Entitlement
from core.formula.columns import Array
from core.values import fraction_text

CHANGES = ("same", "gained", "lost", "raised", "lowered", "undecided")
SAME, GAINED, LOST, RAISED, LOWERED, LEFT_OPEN = range(6)
STEP = 1000
"""Fen a month of one bar of the distribution: ten yuan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is decided of some rows: a mask of those that get nothing, one of those whose amount is no formula's.

    ``above / below`` is the exact fen a month decided; ``persons`` are those entitled.
    """

    nothing: Array
    apart: Array
    above: Array
    below: Array
    persons: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Of every household: fen a month before and after over one denominator, and what becomes of it (``CHANGES``)."""

    before: Array
    after: Array
    denominator: int | Array
    change: Array


def amounts(before: Entitlement, after: Entitlement, held: Held) -> Amounts:
    """Return what each household gets and would get.

    Who gets nothing now (refused, never decided, decided as not eligible) loses nothing, and gains only what the old
    rules did not give already; an amount decided otherwise (a phase-out) goes on whatever becomes of the line.
    """
    below = _shared(before.denominator, after.denominator)
    old, new = _over(before.numerator, before.denominator, below), _over(after.numerator, after.denominator, below)
    phased = held.apart & (old == 0)
    if phased.any():
        shared = np.where(phased, np.lcm(below, held.below), below)
        old, new, below = old * (shared // below), new * (shared // below), shared
        now = np.where(phased, _over(held.above, held.below, shared), 0)
        old, new = np.where(phased, now, old), np.where(phased & (new == 0), now, new)
    new = np.where(held.nothing & (old != 0), 0, new)
    old = np.where(held.nothing, 0, old)
    left = (before.status == UNDECIDED) | (after.status == UNDECIDED)
    change = np.select(
        [left, old == new, old == 0, new == 0, new > old], [LEFT_OPEN, SAME, GAINED, LOST, RAISED], LOWERED
    ).astype(np.int8)
    return Amounts(before=np.where(left, 0, old), after=np.where(left, 0, new), denominator=below, change=change)


def _shared(one: int | Array, other: int | Array) -> int | Array:
    if isinstance(one, int) and isinstance(other, int):
        return lcm(one, other)
    found: Array = np.lcm(one, other)
    return found


def _over(above: Array, below: int | Array, shared: int | Array) -> Array:
    found: Array = above * (shared // below)
    return found


@dataclass(slots=True, kw_only=True)
class Change:
    """Of a group: households and persons by what becomes of them, exact fen a month, and the differences by steps.

    ``receiving`` are the persons who get something afterwards. ``steps`` counts households by the whole ten yuan a
    month they get more (less where negative).
    """

    households: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CHANGES, 0))
    persons: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CHANGES, 0))
    before: Fraction = Fraction(0)
    after: Fraction = Fraction(0)
    errors: int = 0
    receiving: int = 0
    steps: dict[int, int] = field(default_factory=dict)

    @property
    def monthly(self) -> Fraction:
        """What a month costs more."""
        return self.after - self.before

    def add(self, other: Change) -> None:
        """Add another group's."""
        for name in CHANGES:
            self.households[name] += other.households[name]
            self.persons[name] += other.persons[name]
        self.before += other.before
        self.after += other.after
        self.errors += other.errors
        self.receiving += other.receiving
        for step, count in other.steps.items():
            self.steps[step] = self.steps.get(step, 0) + count

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; money as fen, exact."""
        return {
            "households": dict(self.households), "persons": dict(self.persons), "errors": self.errors,
            "receiving": self.receiving,
            "before_fen": fraction_text(self.before), "after_fen": fraction_text(self.after),
            "monthly_fen": fraction_text(self.monthly),
            "steps": {str(step * STEP): count for step, count in sorted(self.steps.items())},
        }  # fmt: skip


GroupKey = tuple[str, str, str, str]
"""Programme, division, area, standing (empty where a snapshot says none)."""


@dataclass(slots=True)
class Changed:
    """The changes of a run, by group."""

    groups: dict[GroupKey, Change] = field(default_factory=dict)

    def add(self, key: GroupKey, change: Change) -> None:
        """Add to a group."""
        self.groups.setdefault(key, Change()).add(change)

    def merge(self, other: Changed) -> None:
        """Add another part's."""
        for key, change in other.groups.items():
            self.add(key, change)

    def by(self, *places: int) -> dict[tuple[str, ...], Change]:
        """Return the changes by some parts of the group: ``by(0, 1)`` by programme and division."""
        found: dict[tuple[str, ...], Change] = {}
        for key, change in sorted(self.groups.items()):
            found.setdefault(tuple(key[at] for at in places), Change()).add(change)
        return found

    @property
    def total(self) -> Change:
        """All groups together."""
        return self.by().get((), Change())


def counted(found: Amounts, persons: Array, groups: Array, *, sound: Array) -> dict[int, Change]:
    """Return the change of each group; ``groups`` numbers each row's (a small whole number), ``sound`` marks no fault.

    Households without a result are the errors of their group and in none of its sums.
    """
    faulty = np.bincount(groups[~sound])
    if not sound.all():
        rows = np.flatnonzero(sound)
        groups, persons, found = groups[rows], persons[rows], _of(found, rows)
    size = max(int(groups.max(initial=-1)) + 1, len(faulty))
    errors = np.zeros(size, np.int64)
    errors[: len(faulty)] = faulty
    kinds = groups * len(CHANGES) + found.change
    households = np.bincount(kinds, minlength=size * len(CHANGES)).reshape(size, -1)
    people = np.bincount(kinds, persons, size * len(CHANGES)).astype(np.int64).reshape(size, -1)
    before, after = (_money(groups, one, found.denominator, size) for one in (found.before, found.after))
    receiving = _sums(groups, np.where(found.after > 0, persons, 0), size)
    steps = _steps(found, groups, size)
    return {
        one: Change(
            households=_named(households[one]), persons=_named(people[one]), before=before[one], after=after[one],
            errors=int(errors[one]), receiving=int(receiving[one]), steps=steps[one],
        )
        for one in np.flatnonzero(households.sum(axis=1) + errors).tolist()
    }  # fmt: skip


def _of(found: Amounts, rows: Array) -> Amounts:
    below = found.denominator if isinstance(found.denominator, int) else found.denominator[rows]
    return Amounts(before=found.before[rows], after=found.after[rows], denominator=below, change=found.change[rows])


def _named(counts: Array) -> dict[str, int]:
    return dict(zip(CHANGES, counts.tolist(), strict=True))


def _sums(groups: Array, values: Array, size: int) -> Array:
    """Sum whole numbers by group, exactly; neighbouring rows of one group are added first."""
    found = np.zeros(size, np.int64)
    if len(groups):
        starts = np.concatenate([[0], np.flatnonzero(groups[1:] != groups[:-1]) + 1])
        np.add.at(found, groups[starts], np.add.reduceat(values, starts))
    return found


def _money(groups: Array, above: Array, below: int | Array, size: int) -> list[Fraction]:
    if isinstance(below, int):
        return [Fraction(int(one), below) for one in _sums(groups, above, size)]
    found = [Fraction(0)] * size
    for one in np.unique(below).tolist():
        sums = _sums(groups, np.where(below == one, above, 0), size)
        found = [whole + Fraction(int(part), one) for whole, part in zip(found, sums, strict=True)]
    return found


def _steps(found: Amounts, groups: Array, size: int) -> list[dict[int, int]]:
    """The distribution of what changes, by group."""
    more = found.after - found.before
    rows = np.flatnonzero(more)
    steps: list[dict[int, int]] = [{} for _ in range(size)]
    if not len(rows):
        return steps
    below = found.denominator if isinstance(found.denominator, int) else found.denominator[rows]
    whole = more[rows] // (below * STEP)
    low, wide = int(whole.min()), int(whole.max() - whole.min()) + 1
    keys, counts = np.unique(groups[rows] * wide + (whole - low), return_counts=True)
    for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
        steps[key // wide][key % wide + low] = count
    return steps
