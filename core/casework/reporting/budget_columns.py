"""Months of a year for many households at once, by columns: what a budget plan assesses anew under other rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.caseload.at_hand import AtHand, Written
from core.caseload.entitlement import NOT, UNDECIDED, entitlement, month_parts, paid_by
from core.caseload.kernel import Piece
from core.caseload.snapshot import Key
from core.rulebook import Rulebook

Parts = Mapping[str, Fraction]
Rules = tuple[Rulebook, Mapping[int, Rulebook]]
"""Today's rulebook of a place, and by month (from 0) those that differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A household with its facts, what casework knows of it, the exact fen it gets now, and the rules of its place."""

    id: int
    written: Written
    monthly: Fraction
    rules: Rules


def anew_by_columns(asked: Sequence[Asked]) -> dict[int, dict[int, Parts]]:
    """Return parts by case and month; an empty entry where today's rules do not explain what it gets, or facts fail."""
    at_hand = AtHand(households=[one.written for one in asked])
    rules = {one.written.key: one.rules for one in asked}
    now = _under(at_hand, {key: book for key, (book, _) in rules.items()})
    explained = [
        not failed and sum((parts or {}).values(), Fraction(0)) == one.monthly
        for one, parts, failed in zip(asked, now.parts, now.failed, strict=True)
    ]
    found: list[dict[int, Parts]] = [{} for _ in asked]
    for month in sorted({month for _, months in rules.values() for month in months}):
        books = {key: months[month] for key, (_, months) in rules.items() if month in months}
        anew = _under(at_hand, books)
        for at, one in enumerate(asked):
            if one.written.key in books:
                explained[at] &= not anew.failed[at]
                parts = anew.parts[at]
                if parts is not None:
                    found[at][month] = parts
    return {one.id: months if sound else {} for one, months, sound in zip(asked, found, explained, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """Each household's parts of a month, None where they are undecided; whose facts or rules are refused."""

    parts: list[Parts | None]
    failed: list[bool]


def _under(at_hand: AtHand, books: Mapping[Key, Rulebook]) -> _Month:
    size = len(at_hand.households)
    paid = (paid_by(book.policy, key[0]) for key, book in books.items())
    found = _Month(parts=[None] * size, failed=[True] * size)
    for computed in at_hand.under(books, {name: None for one in paid for name in one.reads}):
        for piece in computed.pieces:
            rows = computed.rows[piece.start : piece.stop]
            for at, faulty in zip(rows, piece.faulty.tolist(), strict=True):
                found.failed[at] = faulty
            for at, parts in zip(rows, _parts(piece, at_hand.households[rows[0]].key[0]), strict=True):
                found.parts[at] = parts
    return found


def _parts(piece: Piece, programme: str) -> Iterator[Parts | None]:
    size = piece.stop - piece.start
    if piece.shape is None:
        yield from [None] * size
        return
    paid = paid_by(piece.shape.first.policy, programme)
    whole = entitlement(piece.results, paid, size=size, offsets=piece.offsets)
    named = month_parts(piece.results, paid, size=size)
    if whole is None:
        yield from [None] * size
        return
    unknown = (whole.status == UNDECIDED) | piece.faulty
    nothing = (whole.status == NOT) & (whole.numerator == 0)
    amounts = [(name, one.where(np.ones(size, np.bool_)).exact) for name, one in named.items()]
    for at in range(size):
        if unknown[at]:
            yield None
        else:
            yield {} if nothing[at] else {name: exact[at] for name, exact in amounts if exact[at]}
