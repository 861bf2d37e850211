"""Households at hand, as they are written, computed by columns: some thousand at a time, without a snapshot.

Their facts are laid out once for all rules they are computed under. Places that declare a fact differently, and rules
that do so before and after, cannot lie in the same columns: each kind has columns of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from core.caseload.kernel import Kernel, Piece
from core.caseload.layout import facts_hash
from core.caseload.snapshot import Key, measure, rows_of
from core.caseload.together import united
from core.caseload.written import laid
from core.errors import JiuzhuError
from core.facts import Catalogue
from core.rulebook import Rulebook

ANY_DAY = date.max
"""Facts at hand were held against their day when they were recorded: none of theirs lies ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A household: what its rules depend on, its facts as they are written, and what casework knows of the case."""

    key: Key
    facts: Mapping[str, Any]
    case: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """Results of some of the households: row ``n`` of the pieces is the household number ``rows[n]``."""

    rows: Sequence[int]
    batch: Any
    pieces: Sequence[Piece]


@dataclass(slots=True, kw_only=True)
class AtHand:
    """Some households, to be computed under one set of rules after another."""

    households: Sequence[Written]
    laid_out: dict[tuple[str, tuple[int, ...]], Any] = field(default_factory=dict)

    def under(self, books: Mapping[Key, Rulebook], outputs: Iterable[str]) -> Iterator[Computed]:
        """Yield the quantities of all households whose place has rules here, kind by kind of declared facts."""
        wanted = tuple(outputs)
        for facts, keys in _alike(books):
            found = (at for at, one in enumerate(self.households) if one.key in keys)
            rows = sorted(found, key=lambda at: self.households[at].key)
            if rows:
                batch = self._batch(rows, facts)
                extents = measure(batch, facts)
                kernel = Kernel(books=books.__getitem__, stored=facts, extents=extents, on=ANY_DAY)
                kernel.learn(sorted({self.households[at].key for at in rows}))
                kernel.compile(wanted)
                yield Computed(rows=rows, batch=batch, pieces=list(kernel.run(batch)))

    def _batch(self, rows: Sequence[int], facts: Catalogue) -> Any:
        named = facts_hash(facts), tuple(rows)
        if named not in self.laid_out:
            households = [self.households[at] for at in rows]
            texts = pa.array([json.dumps(one.facts, ensure_ascii=False) for one in households], pa.string())
            found, kept = laid(texts, facts, _case(households))
            tags = zip(*(one.key for one in households), strict=True)
            columns = zip(("programme", "division", "area"), tags, strict=True)
            given = {name: pa.array(column, pa.string()) for name, column in columns}
            self.laid_out[named] = rows_of(facts, found, kept=kept, **given)
        return self.laid_out[named]


def _case(households: Sequence[Written]) -> Any:
    """What casework knows, as a struct array of texts; None where it says nothing of anybody."""
    names = tuple(dict.fromkeys(name for one in households for name in one.case))
    if not names:
        return None
    arrays = [pa.array([one.case.get(name) for one in households], pa.string()) for name in names]
    return pa.StructArray.from_arrays(arrays, names=list(names))


def _alike(books: Mapping[Key, Rulebook]) -> list[tuple[Catalogue, set[Key]]]:
    """Put places together whose facts can lie in the same columns."""
    found: list[tuple[Catalogue, set[Key]]] = []
    for key, book in books.items():
        for at, (facts, keys) in enumerate(found):
            try:
                found[at] = united([facts, book.facts]), keys | {key}
                break
            except JiuzhuError:
                continue
        else:
            found.append((united([book.facts]), {key}))
    return found
