"""A snapshot of the database's cases: streamed as Arrow, laid out by the facts of their places, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.in_order import Progress, worked
from core.caseload.manifest import Manifest
from core.caseload.snapshot import PART_ROWS, Snapshot, begin, rows_of
from core.caseload.written import laid
from core.casework.deciding.place import Move, Place, moves_since, place_in
from core.casework.desk import Desk
from core.errors import Text
from core.facts import Catalogue
from core.store.arrow import arrow_reader
from core.store.engine import Store
from regions.amendment_state import registry_of
from regions.caseload import facts_of_places
from regions.caseload_history import histories
from regions.caseload_query import Wanted, case_query, count_query, places_query
from regions.impact_source import ON_ROLL

LABEL = Text("数据库中的案件", "cases of the database")


def snapshot(
    desk: Desk,
    store: Store,
    folder: Path,
    wanted: Wanted,
    *,
    resume: bool = False,
    progress: Progress | None = None,
    part_rows: int = PART_ROWS,
) -> Snapshot:
    """Write a snapshot of the cases wanted; with ``resume`` go on where an interrupted one ended.

    Raises:
        JiuzhuError: ``not_permitted``, ``snapshot_there``; what the database or the rules of every place raise.
    """
    desk.require("export.lists", wanted.path)
    moves = moves_since(desk.session, wanted.on)
    total = desk.session.scalar(count_query(wanted)) or 0
    places = [(row[0], row[1], row[2]) for row in desk.session.execute(places_query(wanted))]
    facts = facts_of_places(registry_of(desk), sorted(places), wanted.on)
    manifest = Manifest(day=wanted.on, label=LABEL, facts=facts.canonical(), source=source_of(wanted))
    writer = begin(folder, manifest, resume=resume)
    with arrow_reader(store, case_query(wanted, writer.last)) as reader:
        laid_out = worked(in_parts(reader, part_rows), lambda rows: part_of(rows, facts, wanted, moves=moves))
        for rows, batch in laid_out:
            writer.add(batch, last=_key(rows))
            if progress is not None:
                progress(writer.rows, max(total, writer.rows))
    return writer.finish()


def source_of(wanted: Wanted) -> Mapping[str, Any]:
    """Return what a manifest says of where its rows come from."""
    return {"kind": "database", "path": wanted.path, "programmes": list(wanted.programmes)}


def in_parts(reader: Any, size: int) -> Iterator[Any]:
    """Yield a reader's rows as tables of ``size`` rows, the last one of what is left."""
    waiting: list[Any] = []
    held = 0
    for batch in reader:
        at = 0
        while at < len(batch):
            taken = batch.slice(at, size - held)
            waiting.append(taken)
            held, at = held + len(taken), at + len(taken)
            if held == size:
                yield pa.Table.from_batches(waiting).combine_chunks()
                waiting, held = [], 0
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()


def _key(rows: Any) -> tuple[str, ...]:
    return tuple(rows[name][len(rows) - 1].as_py() for name in ("programme", "division", "area", "household"))


def part_of(rows: Any, facts: Catalogue, wanted: Wanted, *, moves: Mapping[int, Sequence[Move]]) -> Any:
    """Lay rows of the query out as rows of a snapshot."""
    known = histories(rows, wanted.on, facts)
    own = known.pop("case")
    texts = whole(rows["facts"])
    texts = pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
    found, kept = laid(texts, facts, own)
    return row_batch(rows, facts, wanted, known=known, facts_array=found, kept=kept, moves=moves)


def row_batch(
    rows: Any, facts: Catalogue, wanted: Wanted, *, known: Mapping[str, Any], facts_array: Any, kept: Any,
    moves: Mapping[int, Sequence[Move]],
) -> Any:  # fmt: skip
    """Return rows of a snapshot: what the query says beside the facts, with the facts laid out."""
    status = zip(rows["programme"].to_pylist(), rows["status"].to_pylist(), strict=True)
    return rows_of(
        facts, facts_array, kept=kept, division=_divisions(rows, wanted.on, moves),
        **{name: whole(rows[name]) for name in ("household", "programme", "area", "status", "persons")},
        standing=pa.array([_standing(*one) for one in status], pa.string()), facts_digest=whole(rows["digest"]),
        **known,
    )  # fmt: skip


def _divisions(rows: Any, on: date, moves: Mapping[int, Sequence[Move]]) -> Any:
    """Where the households lived on the day: most have not moved since."""
    divisions = whole(rows["division"])
    moved = [at for at, case in enumerate(rows["id"].to_pylist()) if case in moves] if moves else []
    if not moved:
        return divisions
    found = divisions.to_pylist()
    for at in moved:
        now = Place(division=found[at], path="")
        found[at] = place_in(moves[rows["id"][at].as_py()], on, now=now).division
    return pa.array(found, pa.string())


def whole(column: Any) -> Any:
    """Return a table's column as one array."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _standing(programme: str, status: str) -> str:
    if programme == "margin_household":
        return "margin"
    return "paid" if status in ON_ROLL else status
