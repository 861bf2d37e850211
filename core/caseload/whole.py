"""A programme's entitlements over all rows of a batch, whatever pieces they were computed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.caseload.entitlement import NOT, UNDECIDED, Entitlement, entitlement, paid_by
from core.caseload.kernel import Piece
from core.caseload.tags import Tags
from core.formula.columns import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Entitlements of all rows; ``there`` marks those the programme decides on, ``faulty`` those without a result."""

    found: Entitlement
    there: Array
    faulty: Array


def whole(pieces: Iterable[Piece], programme: str, rows: Tags, *, asked: bool) -> Whole:
    """Put a programme's entitlements together; where it was not ``asked`` for it decides on its own rows only."""
    status, above = np.full(rows.size, NOT, np.int8), np.zeros(rows.size, np.int64)
    below: list[tuple[Piece, int | Array]] = []
    there, faulty = np.zeros(rows.size, np.bool_), np.zeros(rows.size, np.bool_)
    for piece in pieces:
        mine = slice(piece.start, piece.stop)
        faulty[mine] = piece.faulty
        if piece.shape is None:
            there[mine] = True
            continue
        paid = paid_by(piece.shape.first.policy, programme)
        found = entitlement(piece.results, paid, size=piece.stop - piece.start, offsets=piece.offsets)
        if found is None:  # rules that do not say who is eligible decide nothing: a run calls it undecided too
            there[mine], status[mine] = True, UNDECIDED
            continue
        there[mine], status[mine], above[mine] = True, found.status, found.numerator
        below.append((piece, found.denominator))
    result = Entitlement(status=status, numerator=above, denominator=_below(below, rows.size))
    return Whole(found=result, there=there if asked else there & rows.is_of(programme), faulty=faulty)


def _below(pieces: Sequence[tuple[Piece, int | Array]], size: int) -> int | Array:
    """One denominator where all pieces have the same, else one a row."""
    plain = {one for _, one in pieces if isinstance(one, int)}
    if len(plain) <= 1 and all(isinstance(one, int) for _, one in pieces):
        return next(iter(plain), 1)
    found = np.ones(size, np.int64)
    for piece, one in pieces:
        found[piece.start : piece.stop] = one
    return found
