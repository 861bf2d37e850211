"""STANDARD on columns: other places' lines, asked once for each area and division that occurs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from core.formula.columns import Array
from core.formula.scalar import Standards
from core.formula.span import Span
from core.formula.tree import Failure

STANDARD_FEN = Span(0, 10**10)
"""What another place's line may be, a person and year. One outside, or in parts of a fen, needs the scalar writer."""

NOWHERE = -1
"""Stands for a place whose area or division failed."""


class OddStandard(Exception):  # noqa: N818 - caught where the formulas are known
    """Another place's line that is not whole fen, or beyond what was provided for."""


class StandardTable:
    """The lines of one programme met so far, by codes into ``texts``."""

    def __init__(
        self, programme: str, standards: Standards, *, texts: Sequence[str], failure: Callable[[Failure], int]
    ) -> None:
        self.programme = programme
        self.standards = standards
        self.texts = texts
        self.failure = failure
        self.known: dict[int, tuple[int, int]] = {NOWHERE: (0, 0)}

    def __call__(self, areas: Array, divisions: Array, known: Array) -> tuple[Array, Array]:
        """Return the lines in fen, and the failures where there is none; only places that are ``known`` are looked up.

        Raises:
            OddStandard: a line that is not whole fen, or very large.
        """
        keys = np.where(known, areas.astype(np.int64) * 2**32 + divisions, NOWHERE)
        pairs, places = np.unique(keys, return_inverse=True)
        found = np.array([self._line(int(pair)) for pair in pairs], np.int64).reshape(-1, 2)
        return found[places, 0], found[places, 1].astype(np.int32)

    def _line(self, pair: int) -> tuple[int, int]:
        """Return one place's line, or 0 and its failure."""
        if pair not in self.known:
            area, division = (self.texts[code] for code in divmod(pair, 2**32))
            standard = self.standards(self.programme, area, division)
            if standard is None:
                self.known[pair] = (0, self.failure(Failure("no_standard", division)))
            elif standard[0] % standard[1] or standard[0] // standard[1] not in STANDARD_FEN:
                raise OddStandard
            else:
                self.known[pair] = (standard[0] // standard[1], 0)
        return self.known[pair]
