"""A snapshot on disk: a folder of Arrow IPC files and a manifest, written part by part, read as memory maps.

A part is whole or not there: its file is finished and summed before the manifest names it, so work that was killed goes
on after the last part named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.caseload.arrays import Rows, plain, validity
from core.caseload.layout import FACTS, KEPT, ROW, row_schema, stored_fields
from core.caseload.manifest import FILE, Extent, Extents, Manifest, Part, read_manifest, write_manifest
from core.errors import JiuzhuError, Text
from core.facts import Catalogue
from core.formula.schema import HOUSEHOLD, Field

Key = tuple[str, str, str]
"""Programme, division and area of a row: what its rules depend on."""
PART_ROWS = 65_536
"""Households a part: some ten megabytes, so that every core has work and a killed snapshot loses seconds."""


@dataclass(slots=True, kw_only=True)
class Writer:
    """Writes the parts of one snapshot, one after the other."""

    folder: Path
    manifest: Manifest
    stem: str = "part"
    replaces: Manifest | None = None
    """The snapshot that stands in the folder until this one is finished."""

    @property
    def rows(self) -> int:
        """How many rows are written."""
        return sum(one.extents.rows for one in self.manifest.parts)

    @property
    def last(self) -> tuple[str, ...] | None:
        """The key of the last row written; None at the beginning."""
        return self.manifest.parts[-1].last if self.manifest.parts else None

    def add(self, batch: Any, *, last: tuple[str, ...] = ()) -> None:
        """Write some rows as the next part; ``last`` is the key they end with."""
        name = f"{self.stem}-{len(self.manifest.parts):05}.arrow"
        catalogue = self.manifest.catalogue
        digest = write_file(self.folder / name, batch)
        part = Part(file=name, sha256=digest, extents=measure(batch, catalogue),
                    places=tuple((*key, stop - start) for key, start, stop in segments(batch)), last=last)  # fmt: skip
        self.manifest = replace(self.manifest, parts=(*self.manifest.parts, part))
        if self.replaces is None:
            write_manifest(self.folder, self.manifest)

    def finish(self) -> Snapshot:
        """Say that all rows are there."""
        self.manifest = replace(self.manifest, complete=True)
        write_manifest(self.folder, self.manifest)
        for one in self.replaces.parts if self.replaces is not None else ():
            (self.folder / one.file).unlink(missing_ok=True)
        return Snapshot(folder=self.folder, manifest=self.manifest)


def begin(folder: Path, manifest: Manifest, *, resume: bool = False) -> Writer:
    """Begin a snapshot in a folder, or go on with the same one where it was interrupted.

    Raises:
        JiuzhuError: ``snapshot_there`` (a finished one, or another one); ``out_unwritable``.
    """
    if (folder / FILE).exists():
        found = read_manifest(folder)
        same = replace(found, parts=(), complete=False) == replace(manifest, parts=(), complete=False)
        if found.complete or not (resume and same):
            raise _there(folder, interrupted=not found.complete and same)
        return Writer(folder=folder, manifest=found)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_manifest(folder, manifest)
    except OSError as error:
        text = Text("无法写入目标文件夹", "cannot write to the folder")
        raise JiuzhuError("out_unwritable", text, value=str(folder)) from error
    return Writer(folder=folder, manifest=manifest)


def renew(before: Snapshot, manifest: Manifest) -> Writer:
    """Begin a snapshot that takes the place of a finished one when it is finished itself."""
    used = {one.file.partition("-")[0] for one in before.manifest.parts}
    stem = "part" if "part" not in used else "next"
    return Writer(folder=before.folder, manifest=manifest, stem=stem, replaces=before.manifest)


def _there(folder: Path, *, interrupted: bool) -> JiuzhuError:
    text = Text("此处已有快照", "a snapshot is there already")
    hint = (
        Text("上次未完成，可用 --resume 续做", "it was interrupted: go on with --resume")
        if interrupted
        else Text("请换一个文件夹，或删除旧快照", "name another folder, or delete the old one")
    )
    return JiuzhuError("snapshot_there", text, hint=hint, value=str(folder))


def write_file(path: Path, batch: Any) -> str:
    """Write rows as one Arrow IPC file under its name only when it is whole; return its SHA-256."""
    waiting = path.with_suffix(".new")
    with pa.OSFile(str(waiting), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)
    digest = sum_of(waiting)
    waiting.replace(path)
    return digest


def sum_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A finished snapshot."""

    folder: Path
    manifest: Manifest

    def batch(self, part: Part) -> Any:
        """Return the rows of a part, mapped into memory: nothing is read until it is looked at."""
        with pa.memory_map(str(self.folder / part.file)) as source:
            return pa.ipc.open_file(source).get_batch(0)

    def damaged(self) -> Iterator[str]:
        """Yield the files whose bytes are not those written."""
        for one in self.manifest.parts:
            path = self.folder / one.file
            if not path.exists() or sum_of(path) != one.sha256:
                yield one.file


def open_snapshot(folder: Path) -> Snapshot:
    """Open a finished snapshot.

    Raises:
        JiuzhuError: ``no_snapshot``, ``other_snapshot_version``, ``snapshot_unfinished``.
    """
    manifest = read_manifest(folder)
    if not manifest.complete:
        text = Text("快照尚未完成", "the snapshot is not finished")
        hint = Text("请用 --resume 续做", "go on with --resume")
        raise JiuzhuError("snapshot_unfinished", text, hint=hint, value=str(folder))
    return Snapshot(folder=folder, manifest=manifest)


def rows_of(catalogue: Catalogue, facts: Any, **given: Any) -> Any:
    """Return rows of a snapshot; a column that is not given is empty."""
    schema = row_schema(catalogue)
    size = len(facts)
    columns = [given[name] if name in given else pa.nulls(size, kind) for name, kind in ROW]
    cast = [one if one.type == kind else _cast(one, kind) for one, (_, kind) in zip(columns, ROW, strict=True)]
    return pa.RecordBatch.from_arrays([*cast, facts], schema=schema)


def _cast(array: Any, kind: Any) -> Any:
    if pa.types.is_dictionary(kind) and not pa.types.is_dictionary(array.type):
        return array.cast(pa.string()).dictionary_encode()
    return array.cast(kind)


def measure(batch: Any, catalogue: Catalogue) -> Extents:
    """Measure rows: what :class:`core.caseload.manifest.Extents` tells of them."""
    rows = Rows(batch.column(batch.schema.get_field_index(FACTS)), catalogue.schema)
    lists = {level: rows.offsets(level) for level in catalogue.schema.lists}
    return Extents(
        rows=len(batch),
        kept=len(batch) - batch.column(batch.schema.get_field_index(KEPT)).null_count,
        records={level: int(offsets[-1]) for level, offsets in lists.items()},
        longest={level: int(np.diff(offsets).max(initial=0)) for level, offsets in lists.items()},
        columns={
            one.name: _extent(one, rows.column(one))
            for level in (HOUSEHOLD, *catalogue.schema.lists)
            for one in stored_fields(catalogue, level)
        },
    )


def _extent(one: Field, array: Any) -> Extent:
    if one.type not in ("number", "date") or array.null_count == len(array):
        return Extent(nulls=array.null_count)
    values = plain(array)[validity(array)] if array.null_count else plain(array)
    return Extent(nulls=array.null_count, low=int(values.min()), high=int(values.max()))


def segments(batch: Any) -> list[tuple[Key, int, int]]:
    """Return the places of neighbouring rows: programme, division and area, first row, row after the last."""
    if not len(batch):
        return []
    codes, texts = zip(*(words(batch.column(name)) for name in ("programme", "division", "area")), strict=True)
    change = np.any([one[1:] != one[:-1] for one in codes], axis=0)
    starts = [0, *(np.flatnonzero(change) + 1).tolist()]
    stops = [*starts[1:], len(batch)]
    return [
        ((texts[0][codes[0][start]], texts[1][codes[1][start]], texts[2][codes[2][start]]), start, stop)
        for start, stop in zip(starts, stops, strict=True)
    ]


def words(array: Any) -> tuple[Any, list[str]]:
    """Return a dictionary column's codes and its words."""
    coded = array if pa.types.is_dictionary(array.type) else pc.dictionary_encode(array)
    return coded.indices.to_numpy(zero_copy_only=False), coded.dictionary.to_pylist()
