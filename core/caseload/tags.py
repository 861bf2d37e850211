"""What stands beside the facts of a snapshot's rows: place, standing, persons, amount decided; as masks and codes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from core.caseload.change import Held
from core.caseload.entitlement import UNDECIDED, Entitlement
from core.formula.columns import Array

APART, PAID, REFUSED, MARGIN, SYNTHETIC = "apart", "paid", "refused", "margin", "synthetic"
COUNTED = (PAID, APART, REFUSED, MARGIN, SYNTHETIC)
"""The standings that are counted (在册、被拒、边缘户); who applied and is not decided is not, nor who has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What stands beside the facts of some rows: tags as codes and words, persons, the amount decided."""

    size: int
    tags: Mapping[str, tuple[Array, list[str]]]
    places: tuple[Array, list[tuple[str, str, str]]]
    persons: Array
    above: Array
    below: Array
    known: Array

    @staticmethod
    def of(batch: Any) -> Tags:
        """Read them off a batch of a snapshot."""
        current = batch.column("current")
        tags = {name: _coded(batch.column(name)) for name in ("programme", "division", "area", "standing")}
        known = current.is_valid().to_numpy(zero_copy_only=False)
        above, below = (
            np.where(known, current.field(at).fill_null(at).to_numpy(zero_copy_only=False), at) for at in (0, 1)
        )
        return Tags(
            size=len(batch),
            tags=tags,
            places=_places(tags),
            persons=batch.column("persons").fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64),
            above=above, below=below, known=known,
        )  # fmt: skip

    def is_of(self, programme: str) -> Array:
        """Whose own programme it is."""
        return self._is("programme", (programme,))

    def _is(self, name: str, texts: Collection[str]) -> Array:
        codes, known = self.tags[name]
        table = np.array([*(text in texts for text in known), False])  # the last one is for an empty place, code -1
        found: Array = table[codes]
        return found

    def stands(self, *standings: str) -> Array:
        """Which rows have one of some standings."""
        return self._is("standing", standings)

    def rounded(self) -> Array:
        """The amount decided in whole fen, as a payment is rounded."""
        return rounded(self.above, self.below)

    def text(self, name: str, at: int) -> str:
        """A tag of one row."""
        codes, known = self.tags[name]
        return known[codes[at]] if codes[at] >= 0 else ""

    @property
    def counted(self) -> Array:
        """Whom a comparison is about: where a snapshot says no standing, everybody."""
        found: Array = self._is("standing", COUNTED) | (self.tags["standing"][0] < 0)
        return found

    def held(self, programme: str) -> Held:
        """What is decided of the rows; nothing of a programme that is not their own."""
        own = self.is_of(programme)
        nothing = self._is("standing", (REFUSED, MARGIN)) | (self.known & (self.above == 0))
        apart = self._is("standing", (APART,)) & self.known & (self.above != 0)
        return Held(nothing=nothing & own, apart=apart & own, above=self.above, below=self.below, persons=self.persons)

    def differing(self, programme: str, *ruled: Entitlement) -> Array:
        """Which of those paid get an amount that none of the rules gives: a batch leaves them to a person."""
        paid: Array = self.is_of(programme) & self._is("standing", (PAID,)) & self.known
        if not paid.any():
            return paid
        now = self.rounded()
        given, some = np.zeros(self.size, np.bool_), np.zeros(self.size, np.bool_)
        for one in ruled:
            decided = one.status != UNDECIDED
            given |= decided & (now == rounded(one.numerator, one.denominator))
            some |= decided
        return paid & some & ~given

    def groups(self, apart: Array) -> tuple[Array, list[tuple[str, str, str]]]:
        """Number each row's division, area and standing (for the rows ``apart`` that); return what numbers mean."""
        codes, names = self.places
        if not apart.any():
            return codes, names
        codes = np.where(apart, codes + len(names), codes)
        return codes, [*names, *((division, area, APART) for division, area, _ in names)]


def _places(tags: Mapping[str, tuple[Array, list[str]]]) -> tuple[Array, list[tuple[str, str, str]]]:
    """The places and standings there are, numbered from 0, and each row's number."""
    columns = [tags[name] for name in ("division", "area", "standing")]
    sizes = tuple(len(known) + 1 for _, known in columns)  # one more for an empty place, whose code is -1
    flat = np.ravel_multi_index([codes + 1 for codes, _ in columns], sizes)
    there = np.flatnonzero(np.bincount(flat))
    number = np.zeros(int(there.max(initial=0)) + 1, np.int64)
    number[there] = np.arange(len(there))
    at = np.unravel_index(there, sizes)
    texts = [["", *known] for _, known in columns]
    names = [(texts[0][one], texts[1][two], texts[2][three]) for one, two, three in zip(*at, strict=True)]
    return number[flat], names


def _coded(array: Any) -> tuple[Array, list[str]]:
    """Codes and words of a column; -1 where it is empty."""
    coded = array if pa.types.is_dictionary(array.type) else array.dictionary_encode()
    return coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64), coded.dictionary.to_pylist()


def rounded(above: Array, below: int | Array) -> Array:
    """Whole fen, half up, as a payment is rounded."""
    found: Array = (2 * above + below) // (2 * below)
    return found
