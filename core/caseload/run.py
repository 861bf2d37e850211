"""A run: every row of a snapshot through the kernel, on all cores, results streamed out in order.

One part is one piece of work: it is mapped, computed, handed to the writer and forgotten, so that memory does not grow
with the number of households.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from core.caseload.entitlement import STATUS, UNDECIDED, Entitlement, entitlement, paid_by, undecided
from core.caseload.in_order import Progress, in_order
from core.caseload.kernel import Books, Kernel, Piece
from core.caseload.layout import TAGS
from core.caseload.manifest import Part
from core.caseload.output import (
    ERRORS,
    FIRST,
    FRACTION,
    OutputColumn,
    column_array,
    error_rows,
    first_errors,
    fractions,
)
from core.caseload.snapshot import Key, Snapshot
from core.caseload.totals import Totals, piece_totals
from core.errors import JiuzhuError, Text, did_you_mean

SHOWN = (
    "household_size", "entitled_size", "counted_income", "line", "income_ok", "asset_ok", "eligible", "benefit",
    "benefit_monthly", "topup", "payment", "review_class", "review_months",
)  # fmt: skip
"""The quantities a run shows of each programme where nobody asks for others."""
OWN = ("status", "monthly")
"""What a run says of a programme beside its named quantities: the status, and the exact fen a month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A part's results, its errors and what it comes to."""

    rows: Any
    errors: Any
    totals: Totals


@dataclass(slots=True, kw_only=True)
class Run:
    """A run over a snapshot.

    ``programmes`` are decided on for every row where they were ``asked`` for; else they are those of the rows, and each
    row is decided for its own.
    """

    snapshot: Snapshot
    kernel: Kernel
    programmes: tuple[str, ...]
    asked: bool = False
    columns: tuple[OutputColumn, ...] = ()
    parts: Sequence[Part] = ()
    totals: Totals = field(default_factory=Totals)

    @property
    def schema(self) -> Any:
        """The Arrow schema of the results."""
        facts = self.snapshot.manifest.catalogue.schema
        own = [pa.field(name, pa.string()) for name in TAGS]
        for programme in self.programmes:
            own += [
                pa.field(f"{programme}.status", pa.dictionary(pa.int32(), pa.string())),
                pa.field(f"{programme}.monthly", FRACTION),
            ]
        own += [pa.field(one.key, one.arrow(facts)) for one in self.columns]
        return pa.schema([*own, *(pa.field(name, pa.string()) for name in FIRST)])

    def results(self, *, workers: int | None = None, progress: Progress | None = None) -> Iterator[Done]:
        """Yield every part's results, in order; totals grow meanwhile."""
        for found in in_order(self.parts, self.part, workers=workers, progress=progress):
            self.totals.merge(found.totals)
            yield found

    def _decided(self, piece: Piece, keys: Mapping[int, Key]) -> tuple[str, ...]:
        """The programmes decided on for the rows of a piece."""
        return self.programmes if self.asked else (keys[piece.segments[0][0]][0],)

    def part(self, part: Part) -> Done:
        """Compute one part."""
        return self.batch(self.snapshot.batch(part))

    def batch(self, batch: Any) -> Done:
        """Compute the rows of a batch."""
        keys = {number: key for key, number in self.kernel.keys.items()}
        tables, totals = [], Totals()
        errors: list[Any] = []
        wanted = tuple(one.key for one in self.columns)
        facts = self.snapshot.manifest.catalogue.schema
        tags = {name: batch.column(name) for name in TAGS}
        for piece in self.kernel.run(batch):
            decided = self._decided(piece, keys)
            arrays = [tags[name].slice(piece.start, piece.stop - piece.start).cast(pa.string()) for name in TAGS]
            for programme in self.programmes:
                decides = programme in decided
                found = _entitled(piece, programme) if decides else None
                arrays += _own_columns(piece, found)
                for key, total in piece_totals(piece, programme, found, keys=keys) if decides else ():
                    totals.add(key, total)
            arrays += [column_array(one, piece, facts) for one in self.columns]
            arrays += first_errors(piece, [key for one in decided for key in deciding(one)])
            tables.append(pa.RecordBatch.from_arrays(arrays, schema=self.schema))
            errors += error_rows(piece, wanted, tags=tags, schema=facts)
        rows = pa.Table.from_batches(tables, schema=self.schema)
        return Done(rows=rows, errors=pa.Table.from_batches(errors, schema=ERRORS), totals=totals)


def deciding(programme: str) -> tuple[str, ...]:
    """The quantities without which a programme is undecided."""
    return tuple(f"{programme}.{name}" for name in ("eligible", "benefit_monthly"))


def open_run(
    snapshot: Snapshot, books: Books, *, on: date, programmes: Sequence[str] = (), wanted: Sequence[str] | None = SHOWN
) -> Run:
    """Prepare a run: look up the rules of every place and write the code for what is wanted of them.

    ``programmes``: those to decide on (``books`` must give rules for them); empty for each row's own. ``wanted``: keys
    (``dibao.line``) or bare names (``line``: of every programme decided on); None for every named quantity.

    Raises:
        JiuzhuError: ``unknown_quantity``, with the nearest name.
    """
    manifest = snapshot.manifest
    kernel = Kernel(books=books, stored=manifest.catalogue, extents=manifest.extents, on=on)
    kernel.learn(manifest.places)
    decided = tuple(programmes) or tuple(dict.fromkeys(key[0] for key in manifest.places))
    keys = _wanted(kernel, decided, wanted)
    kernel.compile((*keys, *_reads(kernel, decided)))
    return Run(snapshot=snapshot, kernel=kernel, programmes=decided, asked=bool(programmes), parts=manifest.parts,
               columns=tuple(_columns(kernel, keys)))  # fmt: skip


def _wanted(kernel: Kernel, programmes: Sequence[str], wanted: Sequence[str] | None) -> tuple[str, ...]:
    known = dict.fromkeys(kernel.quantities)
    if wanted is None:
        return tuple(known)
    found: dict[str, None] = {}
    for name in wanted:
        keys = [key for key in (name, *_named(name, programmes)) if key in known]
        if not keys and known and wanted is not SHOWN:
            text = Text(f"没有名为“{name}”的量", f"there is no quantity '{name}'")
            raise JiuzhuError("unknown_quantity", text, hint=did_you_mean(name, known), value=name)
        found |= dict.fromkeys(keys)
    return tuple(found)


def _named(name: str, programmes: Sequence[str]) -> list[str]:
    return [f"{programme}.{name}" for programme in programmes]


def _reads(kernel: Kernel, programmes: Sequence[str]) -> Iterator[str]:
    for book in kernel.known.values():
        for programme in programmes:
            yield from paid_by(book.policy, programme).reads


def _columns(kernel: Kernel, keys: Sequence[str]) -> Iterator[OutputColumn]:
    blanks = list(kernel.blank())
    for key in keys:
        found = [one[key] for one in blanks if key in one]
        if found:
            whole = all(isinstance(one.denominator, int) and one.denominator == 1 for one in found)
            yield OutputColumn(key=key, type=found[0].type, level=found[0].level, whole=whole)


def _entitled(piece: Piece, programme: str) -> Entitlement | None:
    if piece.shape is None:
        return None
    paid, size = paid_by(piece.shape.first.policy, programme), piece.stop - piece.start
    found = entitlement(piece.results, paid, size=size, offsets=piece.offsets)
    return found if found is not None else undecided(size)


def _own_columns(piece: Piece, found: Entitlement | None) -> list[Any]:
    size = piece.stop - piece.start
    if found is None:
        return [pa.nulls(size, pa.dictionary(pa.int32(), pa.string())), pa.nulls(size, FRACTION)]
    status = pa.DictionaryArray.from_arrays(
        pa.array(found.status.astype(np.int32), pa.int32(), mask=piece.faulty), pa.array(STATUS)
    )
    return [status, fractions(found.numerator, found.denominator, piece.faulty | (found.status == UNDECIDED))]
