"""A snapshot brought up to date: facts are fetched and laid out only for cases whose facts are others than before.

Everything beside the facts (place, status, the decision in force, ``case.*``) is told anew for every case, since a new
day can change it for all. The old snapshot is whole and in use until the new one is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.in_order import Progress
from core.caseload.layout import FACTS, KEPT, facts_hash
from core.caseload.manifest import Manifest
from core.caseload.snapshot import PART_ROWS, Snapshot, Writer, open_snapshot, renew
from core.caseload.typed import case_type, typed_case
from core.caseload.written import laid
from core.casework.deciding.place import Move, moves_since
from core.casework.desk import Desk
from core.facts import Catalogue
from core.formula.columns import Array
from core.store.arrow import arrow_reader
from core.store.engine import Store
from regions.amendment_state import registry_of
from regions.caseload import facts_of_places
from regions.caseload_history import histories
from regions.caseload_query import Wanted, case_query, count_query, facts_query, places_query
from regions.caseload_snapshot import LABEL, in_parts, row_batch, source_of, whole

FETCHED = 500
"""Facts asked for at a time."""


@dataclass(slots=True, kw_only=True)
class Refreshed:
    """The snapshot of now, and for how many cases the facts were taken over, and fetched."""

    snapshot: Snapshot
    kept: int = 0
    fetched: int = 0


@dataclass(slots=True, kw_only=True)
class _Old:
    """The rows of the old snapshot near where the new ones have come to; both are in one order."""

    snapshot: Snapshot
    usable: bool
    at: int = 0
    window: list[Any] = field(default_factory=list)

    def find(self, rows: Any) -> tuple[Any, Array]:
        """Return old rows, and for each new one its number among them, or -1 where its facts are others."""
        parts = self.snapshot.manifest.parts
        if not self.usable or not parts:
            return None, np.full(len(rows), -1)
        near = [self.snapshot.batch(one) for one in parts[self.at : self.at + 3]]
        old = pa.Table.from_batches([one.select(["household", "facts_digest", KEPT, FACTS]) for one in near])
        old = old.combine_chunks()
        place = pc.index_in(whole(rows["household"]), value_set=whole(old["household"]))
        same = pc.equal(whole(old["facts_digest"]).take(place), whole(rows["digest"]))
        fits = pc.is_null(whole(old[KEPT]).take(place))
        taken = pc.and_(same, fits).fill_null(False)  # noqa: FBT003 - Arrow's word
        found = place.fill_null(-1).to_numpy(zero_copy_only=False)
        self._advance(found, [len(one) for one in near])
        return old, np.where(taken.to_numpy(zero_copy_only=False), found, -1)

    def _advance(self, found: Array, sizes: Sequence[int]) -> None:
        last = int(found.max(initial=-1))
        while len(sizes) > 1 and last >= sizes[0]:
            last -= sizes[0]
            sizes = sizes[1:]
            self.at += 1


def refresh(
    desk: Desk, store: Store, folder: Path, wanted: Wanted, *, progress: Progress | None = None,
    part_rows: int = PART_ROWS,
) -> Refreshed:  # fmt: skip
    """Bring the snapshot of a folder up to date with the database, for the cases wanted.

    Raises:
        JiuzhuError: ``not_permitted``, ``no_snapshot``, ``snapshot_unfinished``.
    """
    desk.require("export.lists", wanted.path)
    before = open_snapshot(folder)
    moves = moves_since(desk.session, wanted.on)
    total = desk.session.scalar(count_query(wanted)) or 0
    places = sorted((row[0], row[1], row[2]) for row in desk.session.execute(places_query(wanted)))
    facts = facts_of_places(registry_of(desk), places, wanted.on)
    manifest = Manifest(day=wanted.on, label=LABEL, facts=facts.canonical(), source=source_of(wanted))
    old = _Old(snapshot=before, usable=facts_hash(facts) == facts_hash(before.manifest.catalogue))
    writer, done = renew(before, manifest), Refreshed(snapshot=before)
    with arrow_reader(store, case_query(wanted, light=True)) as reader:
        for rows in in_parts(reader, part_rows):
            found, place = old.find(rows)
            batch = _part(desk, rows, facts, wanted, found=found, place=place, moves=moves)
            _add(writer, batch, rows)
            done.kept, done.fetched = done.kept + int((place >= 0).sum()), done.fetched + int((place < 0).sum())
            if progress is not None:
                progress(writer.rows, max(total, writer.rows))
    done.snapshot = writer.finish()
    return done


def _add(writer: Writer, batch: Any, rows: Any) -> None:
    last = tuple(rows[name][len(rows) - 1].as_py() for name in ("programme", "division", "area", "household"))
    writer.add(batch, last=last)


def _part(
    desk: Desk, rows: Any, facts: Catalogue, wanted: Wanted, *, found: Any, place: Array,
    moves: Mapping[int, Sequence[Move]],
) -> Any:  # fmt: skip
    """Lay rows out: facts taken over where they are the same, the others fetched."""
    known = histories(rows, wanted.on, facts)
    own = known.pop("case")
    new = np.flatnonzero(place < 0)
    texts = dict(_texts(desk, whole(rows["facts_id"]).take(pa.array(new)).to_pylist()))
    ids = whole(rows["facts_id"]).take(pa.array(new)).to_pylist()
    fetched, kept = laid(pa.array([texts.get(one) for one in ids], pa.string()), facts, own.take(pa.array(new)))
    if len(new) == len(rows):
        return row_batch(rows, facts, wanted, known=known, facts_array=fetched, kept=kept, moves=moves)
    pool = pa.concat_arrays([whole(found[FACTS]), fetched])
    order = place.copy()
    order[new] = len(found) + np.arange(len(new))
    texts_kept = pa.concat_arrays([pa.nulls(len(found), pa.string()), kept]).take(pa.array(order))
    laid_out = _with_case(pool.take(pa.array(order)), own, facts, texts_kept)
    return row_batch(rows, facts, wanted, known=known, facts_array=laid_out, kept=texts_kept, moves=moves)


def _with_case(found: Any, own: Any, facts: Catalogue, kept: Any) -> Any:
    """Put what casework knows now into facts taken over; a case kept as written has it in its text."""
    at = found.type.get_field_index("case")
    if at < 0:
        return found
    now = pc.if_else(kept.is_valid(), pa.scalar(None, case_type(facts)), typed_case(own, facts))
    arrays = [now if number == at else found.field(number) for number in range(found.type.num_fields)]
    return pa.StructArray.from_arrays(arrays, fields=list(found.type))


def _texts(desk: Desk, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    for first in range(0, len(ids), FETCHED):
        wanted = [one for one in ids[first : first + FETCHED] if one]
        for row in desk.session.execute(facts_query(wanted)):
            yield row[0], row[1]
