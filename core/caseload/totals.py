"""What a run comes to: households, persons and money by programme, place and review class. Money is exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from core.caseload.entitlement import ELIGIBLE, NOT, UNDECIDED, Entitlement
from core.caseload.kernel import Piece
from core.formula.columns import Array, Column
from core.values import fraction_text, yuan_text

GroupKey = tuple[str, str, str, str]
"""Programme decided on, division, area, review class (empty where the rules give none)."""


@dataclass(slots=True, kw_only=True)
class Total:
    """Of a group: households by outcome, the entitled persons of those eligible, and exact fen a month."""

    households: int = 0
    eligible: int = 0
    not_eligible: int = 0
    undecided: int = 0
    errors: int = 0
    persons: int = 0
    monthly: Fraction = Fraction(0)

    def add(self, other: Total) -> None:
        """Add another group's."""
        for name in ("households", "eligible", "not_eligible", "undecided", "errors", "persons"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.monthly += other.monthly

    def cells(self) -> list[str]:
        """Return what a table shows; money in yuan, rounded to the fen for showing only."""
        counts = (self.households, self.eligible, self.not_eligible, self.undecided, self.errors, self.persons)
        return [*map(str, counts), yuan_text(Fraction(round(self.monthly)))]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON; money as fen, exact."""
        return {
            "households": self.households, "eligible": self.eligible, "not_eligible": self.not_eligible,
            "undecided": self.undecided, "errors": self.errors, "persons": self.persons,
            "monthly_fen": fraction_text(self.monthly),
        }  # fmt: skip


@dataclass(slots=True)
class Totals:
    """The totals of a run, by group."""

    groups: dict[GroupKey, Total] = field(default_factory=dict)

    def add(self, key: GroupKey, total: Total) -> None:
        """Add to a group."""
        self.groups.setdefault(key, Total()).add(total)

    def merge(self, other: Totals) -> None:
        """Add another part's totals."""
        for key, total in other.groups.items():
            self.add(key, total)

    def by(self, *places: int) -> dict[tuple[str, ...], Total]:
        """Return the totals by some parts of the group: ``by(0, 1)`` by programme and division."""
        found: dict[tuple[str, ...], Total] = {}
        for key, total in sorted(self.groups.items()):
            found.setdefault(tuple(key[at] for at in places), Total()).add(total)
        return found


def piece_totals(
    piece: Piece, programme: str, found: Entitlement | None, *, keys: Mapping[int, tuple[str, str, str]]
) -> Iterator[tuple[GroupKey, Total]]:
    """Yield what a programme comes to in a piece; ``keys`` gives the place of each segment's number."""
    for number, start, stop in piece.segments:
        _, division, area = keys[number]
        rows = slice(start - piece.start, stop - piece.start)
        if found is None:
            faulty = int(piece.faulty[rows].sum())
            if faulty:
                yield (programme, division, area, ""), Total(households=faulty, errors=faulty)
            continue
        codes, texts = _classes(piece.results.get(f"{programme}.review_class"), rows, piece.faulty[rows])
        for code in np.unique(codes):
            yield (
                (programme, division, area, texts[code] if code >= 0 else ""),
                _total(piece, programme, found, rows=np.flatnonzero(codes == code) + rows.start),
            )


def _classes(column: Column | None, rows: slice, faulty: Array) -> tuple[Array, tuple[str, ...]]:
    """The review class of each row as a code, -1 for none."""
    if column is None or not column.vocabulary:
        return np.full(rows.stop - rows.start, -1), ()
    none = faulty if column.error is None else faulty | (column.error[rows] != 0)
    return np.where(none, -1, column.numerator[rows]), column.vocabulary


def _total(piece: Piece, programme: str, found: Entitlement, *, rows: Array) -> Total:
    faulty = piece.faulty[rows]
    sound = rows[~faulty]
    counts = np.bincount(found.status[sound], minlength=3)
    paid = sound[found.status[sound] == ELIGIBLE]
    size = piece.results.get(f"{programme}.entitled_size")
    return Total(
        households=len(rows),
        eligible=int(counts[ELIGIBLE]),
        not_eligible=int(counts[NOT]),
        undecided=int(counts[UNDECIDED]),
        errors=int(faulty.sum()),
        persons=int(_persons(size, paid)) if size is not None else 0,
        monthly=_sum(found, sound),
    )


def _persons(size: Column, rows: Array) -> int:
    sound = rows if size.error is None else rows[size.error[rows] == 0]
    return int((size.numerator[sound] // size.denominator).sum()) if isinstance(size.denominator, int) else 0


def _sum(found: Entitlement, rows: Array) -> Fraction:
    above = found.numerator[rows]
    if isinstance(found.denominator, int):
        return Fraction(int(above.sum()), found.denominator)
    below = found.denominator[rows]
    return sum((Fraction(int(above[below == one].sum()), int(one)) for one in np.unique(below)), Fraction(0))


def total_rows(totals: Totals) -> Iterable[dict[str, Any]]:
    """Return the groups as rows of plain JSON, sorted."""
    names = ("programme", "division", "area", "review_class")
    return [dict(zip(names, key, strict=True)) | total.to_json() for key, total in sorted(totals.groups.items())]
