"""Decided beside computed: every household whose decision in force is not what the rules of a day give, all at once.

Where a difference comes from is asked of the database, for those found here only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from core.caseload.entitlement import ELIGIBLE, UNDECIDED, paid_by
from core.caseload.in_order import Progress, in_order
from core.caseload.kernel import Books, Kernel
from core.caseload.manifest import Part
from core.caseload.snapshot import Snapshot
from core.caseload.tags import APART, PAID, SYNTHETIC, Tags, rounded
from core.caseload.whole import Whole, whole
from core.errors import Text
from core.formula.columns import Array

FOUND: Mapping[str, Text] = {
    "differs": Text("金额不一致", "another amount"),
    "rounding": Text("只差取整", "differs by rounding only"),
    "not_eligible": Text("在发但按规则不符合条件", "paid, but not eligible by the rules"),
    "undecided": Text("在发但规则无法确定", "paid, but the rules cannot decide"),
    "error": Text("在发但情况有误", "paid, but the facts are wrong"),
    "left_out": Text("按现有情况符合条件但未享受", "eligible by the facts at hand, but not receiving"),
}
"""What an audit finds, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A household whose decision is not what the rules give; exact fen a month, None where there is none."""

    household: str
    programme: str
    division: str
    area: str
    found: str
    decided: Fraction | None
    computed: Fraction | None


@dataclass(slots=True, kw_only=True)
class Audit:
    """An audit of a snapshot: first the households found, then how many were looked at and agree."""

    snapshot: Snapshot
    kernel: Kernel
    programmes: tuple[str, ...]
    looked_at: int = 0
    agree: int = 0

    def run(self, *, workers: int | None = None, progress: Progress | None = None) -> Iterator[Found]:
        """Yield what is found, in the order of the snapshot."""
        for found, looked_at, agree in in_order(
            self.snapshot.manifest.parts, self._part, workers=workers, progress=progress
        ):
            self.looked_at += looked_at
            self.agree += agree
            yield from found

    def _part(self, part: Part) -> tuple[list[Found], int, int]:
        batch = self.snapshot.batch(part)
        pieces, rows = list(self.kernel.run(batch)), Tags.of(batch)
        names = batch.column("household")
        found: list[Found] = []
        looked_at = agree = 0
        for programme in self.programmes:
            computed = whole(pieces, programme, rows, asked=False)
            codes, paid = _compared(programme, rows, computed)
            looked_at += int(paid.sum())
            agree += int((paid & (codes == 0)).sum())
            found += [_found(int(at), codes, names, rows, computed=computed, programme=programme)
                      for at in np.flatnonzero(codes)]  # fmt: skip
        return found, looked_at, agree


CODES = ("", *FOUND)


def _compared(programme: str, rows: Tags, computed: Whole) -> tuple[Array, Array]:
    """What is found of each row (a place in ``CODES``, 0 for nothing), and which rows are paid by a decision."""
    own = computed.there & rows.is_of(programme)
    paid = own & rows.stands(PAID, APART) & rows.known & (rows.above != 0)
    outside = own & ~rows.stands(SYNTHETIC) & ~paid & ~computed.faulty
    found, decided = computed.found, computed.found.status == ELIGIBLE
    equal = rows.above * found.denominator == found.numerator * rows.below
    whole_fen = rows.rounded() == rounded(found.numerator, found.denominator)
    conditions = {
        "error": paid & computed.faulty,
        "undecided": paid & (found.status == UNDECIDED),
        "not_eligible": paid & (found.numerator == 0) & ~decided,
        "rounding": paid & ~equal & whole_fen,
        "differs": paid & ~equal,
        "left_out": outside & decided & (found.numerator > 0),
    }
    codes = np.select(list(conditions.values()), [CODES.index(name) for name in conditions], 0)
    return codes, paid


def _found(at: int, codes: Array, names: Any, rows: Tags, *, computed: Whole, programme: str) -> Found:
    code = CODES[int(codes[at])]
    below = computed.found.denominator
    given = None if code in ("error", "undecided") else Fraction(
        int(computed.found.numerator[at]), below if isinstance(below, int) else int(below[at])
    )  # fmt: skip
    decided = Fraction(int(rows.above[at]), int(rows.below[at])) if rows.known[at] else None
    return Found(household=names[at].as_py(), programme=programme, division=rows.text("division", at),
                 area=rows.text("area", at), found=code, decided=decided, computed=given)  # fmt: skip


def open_audit(snapshot: Snapshot, books: Books) -> Audit:
    """Prepare an audit under the rules of the snapshot's own day: its decisions and facts are of that day."""
    manifest = snapshot.manifest
    kernel = Kernel(books=books, stored=manifest.catalogue, extents=manifest.extents, on=manifest.day)
    kernel.learn(manifest.places)
    programmes = tuple(dict.fromkeys(key[0] for key in manifest.places))
    paid = [paid_by(book.policy, programme) for book in kernel.known.values() for programme in programmes]
    kernel.compile(tuple(dict.fromkeys(name for one in paid for name in one.reads)))
    return Audit(snapshot=snapshot, kernel=kernel, programmes=programmes)
