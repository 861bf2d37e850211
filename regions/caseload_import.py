"""A snapshot of tables made elsewhere (CSV or Parquet), by a mapping file; every bad row is told, none is dropped.

The tables are held in memory as texts. A household that does not fit stays in the snapshot as it was written, so that a
run tells of it too; a record that belongs to nobody can stand nowhere and is told here.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from core.caseload.arrays import Rows
from core.caseload.check import Check
from core.caseload.layout import FACTS, KEPT, TAGS
from core.caseload.manifest import Manifest
from core.caseload.snapshot import PART_ROWS, Snapshot, begin, measure, rows_of, segments
from core.caseload.written import laid_texts, plain_facts
from core.errors import InvalidInput, JiuzhuError, Language, Problem
from core.errors import Text as Said
from core.facts import Catalogue
from core.formula.schema import HOUSEHOLD
from core.source import located
from regions.caseload import books, facts_of_places
from regions.caseload_mapping import read_mapping, refuse_unknown
from regions.caseload_nest import Nested, nest
from regions.caseload_table import read_table
from regions.registry import Registry

Progress = Callable[[int, int], None]
LABEL = Said("外来表格中的户", "households of tables made elsewhere")
FAULTS = "faults.csv"
"""Where the faults of an import stand, in the snapshot's folder."""


@dataclass(slots=True, kw_only=True)
class Imported:
    """The snapshot made, and every fault of the rows it was made of."""

    snapshot: Snapshot
    faults: list[Problem] = field(default_factory=list)


def import_tables(
    registry: Registry, households: Path, mapping: Path, *, folder: Path, on: date, progress: Progress | None = None
) -> Imported:
    """Make a snapshot of tables.

    Raises:
        InvalidInput: the mapping's faults; ``unreadable_file``.
        JiuzhuError: ``snapshot_there``; ``fact_conflict``.
    """
    ruled = read_mapping(mapping, households)
    tables = {level: read_table(one.file, ruled.encoding) for level, one in ruled.tables.items()}
    columns = {level: one.texts.column_names for level, one in tables.items()}
    refuse_unknown(ruled, None, columns)
    keys = zip(*(tables[HOUSEHOLD].column(ruled.tags[name]).to_pylist() for name in TAGS[1:]), strict=True)
    facts = facts_of_places(registry, sorted({(str(a), str(b), str(c)) for a, b, c in keys}), on)
    refuse_unknown(ruled, facts, columns)
    nested = nest(ruled, tables, facts.schema)
    source = {"kind": "tables", "files": sorted(one.file.name for one in ruled.tables.values())}
    writer = begin(folder, Manifest(day=on, label=LABEL, facts=facts.canonical(), source=source))
    faults = [one for table in tables.values() for one in table.faults] + nested.faults
    for first in range(0, len(nested), PART_ROWS):
        batch = _batch(nested, facts, first)
        writer.add(batch)
        faults += _faults(nested, facts, registry, batch=batch, first=first, on=on)
        if progress is not None:
            progress(writer.rows, len(nested))
    return Imported(snapshot=writer.finish(), faults=faults)


def _batch(nested: Nested, facts: Catalogue, first: int) -> Any:
    found, kept = laid_texts(nested.texts.slice(first, PART_ROWS), facts)
    tags = {name: array.slice(first, PART_ROWS) for name, array in nested.tags.items()}
    standing = pa.array(["imported"]).take(pa.array(np.zeros(len(found), np.int32)))
    return rows_of(facts, found, kept=kept, standing=standing, **tags)


def _faults(
    nested: Nested, facts: Catalogue, registry: Registry, *, batch: Any, first: int, on: date
) -> Iterator[Problem]:
    """Yield what single cases would be refused for, each with the file and line it stands in."""
    extents, of = measure(batch, facts), books(registry, on)
    for key, start, stop in segments(batch):
        try:
            policy = of(key).facts
        except JiuzhuError as error:
            yield from (replace(error.problems[0], where=nested.where(first + row, "")) for row in range(start, stop))
            continue
        wrong = batch.column(KEPT).slice(start, stop - start).is_valid().to_numpy(zero_copy_only=False).copy()
        rows = Rows(batch.column(FACTS).slice(start, stop - start), facts.schema)
        for one in Check(policy=policy, stored=facts, extents=extents, on=on).faults(rows):
            wrong[one.owners] = True
        for at in (np.flatnonzero(wrong) + start + first).tolist():
            yield from _told(nested, policy, at, on)


def _told(nested: Nested, policy: Catalogue, at: int, on: date) -> Iterator[Problem]:
    try:
        policy.prepare(located(plain_facts(nested.texts[at].as_py()), "facts"), on)
    except InvalidInput as error:
        for one in error.problems:
            yield replace(one, where=nested.where(at, one.where.path if one.where else ""))


def write_faults(path: Path, faults: Iterable[Problem], language: Language) -> None:
    """Write faults as a CSV: file, line, place, code, what is wrong, the value found, what is allowed."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "line", "place", "code", "message", "value", "allowed"])
        for one in faults:
            place = (one.where.file, one.where.line, one.where.path) if one.where else ("", "", "")
            writer.writerow([*place, one.code, one.message.pick(language), one.value or "", "、".join(one.allowed)])
