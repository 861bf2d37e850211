"""What if the rules were others: a caseload under several rules in one pass, each compared with the rules as they are.

What no variant changes (sizes, incomes, assets) is computed once for a piece of rows while it lies in the cache; each
variant then only computes what its own rules reach. A sweep of a standard is many variants of one formula text, which
share their compiled form as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from core.caseload.change import Changed, amounts, counted
from core.caseload.entitlement import paid_by
from core.caseload.in_order import Progress, in_order
from core.caseload.kernel import Books, Kernel, Piece
from core.caseload.manifest import Part
from core.caseload.shape import shared as shared_by
from core.caseload.snapshot import Snapshot
from core.caseload.tags import Tags
from core.caseload.whole import Whole, whole
from core.formula.columns import Array, Column
from core.formula.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Rules to compare with those as they are: what they are called, and where they come from."""

    name: str
    books: Books


@dataclass(slots=True, kw_only=True)
class WhatIf:
    """A comparison that is ready to run. ``shared``: what a place takes over under a variant, by its number there."""

    snapshot: Snapshot
    kernel: Kernel
    variants: tuple[Variant, ...]
    programmes: tuple[str, ...]
    asked: bool
    numbers: tuple[Mapping[int, int], ...]
    shared: Mapping[int, frozenset[str]]

    def run(self, *, workers: int | None = None, progress: Progress | None = None) -> tuple[Changed, ...]:
        """Return the changes of each variant over the whole snapshot, in the order of the variants."""
        found = tuple(Changed() for _ in self.variants)
        for part in in_order(self.snapshot.manifest.parts, self.part, workers=workers, progress=progress):
            for total, one in zip(found, part, strict=True):
                total.merge(one)
        return found

    def part(self, part: Part) -> tuple[Changed, ...]:
        """Return the changes of each variant in one part."""
        return self.batch(self.snapshot.batch(part))

    def batch(self, batch: Any) -> tuple[Changed, ...]:
        """Return the changes of each variant in some rows."""
        found = tuple(Changed() for _ in self.variants)
        base = list(self.kernel.run(batch))
        rows = Tags.of(batch)
        before = {programme: whole(base, programme, rows, asked=self.asked) for programme in self.programmes}
        for at, changed in enumerate(found):
            pieces = list(self._again(batch, base, at))
            for programme, known in before.items():
                self._count(changed, programme, rows, known, whole(pieces, programme, rows, asked=self.asked))
        return found

    def _again(self, batch: Any, base: Sequence[Piece], at: int) -> Iterator[Piece]:
        for piece in base:
            others = tuple((self.numbers[at][number], start, stop) for number, start, stop in piece.segments)
            common = frozenset.intersection(*(self.shared.get(one[0], frozenset()) for one in others))
            yield from self.kernel.again(batch, piece, others, given=_taken(piece, common))

    def _count(self, changed: Changed, programme: str, rows: Tags, before: Whole, after: Whole) -> None:
        there = (before.there | after.there) & rows.counted
        if not there.any():
            return
        found = amounts(before.found, after.found, rows.held(programme))
        groups, names = rows.groups(rows.differing(programme, before.found, after.found))
        if not there.all():
            groups = np.where(there, groups, len(names))
        sound = ~(before.faulty | after.faulty)
        for group, change in counted(found, rows.persons, groups, sound=sound).items():
            if group < len(names):
                changed.add((programme, *names[group]), change)


def _taken(piece: Piece, names: Iterable[str]) -> dict[str, Column]:
    """What a variant takes over: quantities over one denominator, in a range that does not change from part to part."""
    found = {}
    for name in names:
        column = piece.results.get(name)
        if column is not None and isinstance(column.denominator, int) and column.numerator.dtype != object:
            found[name] = replace(column, span=_wide(column.numerator)) if column.type == "number" else column
    return found


def _wide(array: Array) -> Span:
    """A range of whole bytes around what there is."""
    if not len(array):
        return Span(0, 255)
    low, high = int(array.min()), int(array.max())
    bits = 8 * -(-max(low.bit_length(), high.bit_length(), 1) // 8)
    return Span(-(2**bits) if low < 0 else 0, 2**bits - 1)


def open_whatif(
    snapshot: Snapshot, base: Books, variants: Sequence[Variant], *, on: date, programmes: Sequence[str] = ()
) -> WhatIf:
    """Prepare a comparison: the rules of every place as they are and under each variant, and the code they share.

    ``programmes``: those to decide on for every row (``books`` must give rules for them); empty for each row's own.
    """
    places = snapshot.manifest.places
    kernel = Kernel(books=base, stored=snapshot.manifest.catalogue, extents=snapshot.manifest.extents, on=on)
    kernel.learn(places)
    numbers = tuple(kernel.also(one.books, str(at)) for at, one in enumerate(variants, start=1))
    decided = tuple(programmes) or tuple(dict.fromkeys(place[0] for place in places))
    paid = [paid_by(book.policy, programme) for book in kernel.known.values() for programme in decided]
    outputs = tuple(dict.fromkeys(name for one in paid for name in one.reads))
    shared = {
        other: shared_by(kernel.known[own], kernel.known[other], outputs)
        for pairs in numbers for own, other in pairs.items() if {own, other} <= kernel.known.keys()
    }  # fmt: skip
    kernel.compile((*outputs, *sorted(frozenset[str]().union(*shared.values()))))
    return WhatIf(snapshot=snapshot, kernel=kernel, variants=tuple(variants), programmes=decided,
                  asked=bool(programmes), numbers=numbers, shared=shared)  # fmt: skip
