"""A snapshot's rows as Parquet: for a cluster, and for whoever wants them in another tool."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from core.caseload.cluster import plain
from core.caseload.snapshot import PART_ROWS, Snapshot
from core.errors import JiuzhuError, Text


def write_parquet(snapshot: Snapshot, folder: Path) -> Iterator[int]:
    """Write a snapshot's parts as a folder of Parquet files, yielding the rows of each.

    Raises:
        JiuzhuError: ``out_is_there``.
    """
    if folder.exists() and any(folder.iterdir()):
        text = Text("目标文件夹不是空的", "the folder is not empty")
        raise JiuzhuError("out_is_there", text, value=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(snapshot.manifest.parts):
        table = plain(pa.Table.from_batches([snapshot.batch(part)]))
        parquet.write_table(table, folder / f"part-{number:05}.parquet", row_group_size=PART_ROWS)
        yield len(table)
