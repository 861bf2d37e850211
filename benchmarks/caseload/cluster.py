"""One caseload on this machine and on a Spark cluster of two executors: rows, errors and totals compared bit for bit.

    python benchmarks/caseload/cluster.py [--master local-cluster[2,1,1024]] [--keep FOLDER] [households]

The places, programmes, wrong households and households on the line are those of ``mixed.py``; without a number, five
million. What was made stays in the folder (default: the temp folder) and is used again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from pyarrow import parquet

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.caseload.mixed import ON, PLACES  # noqa: E402
from core.caseload.cluster import plain, totals_text  # noqa: E402
from core.caseload.manifest import FILE  # noqa: E402
from core.caseload.parquet import write_parquet  # noqa: E402
from core.caseload.run import Run, open_run  # noqa: E402
from core.caseload.snapshot import Snapshot, open_snapshot  # noqa: E402
from core.caseload.spark import run_on_spark, spark_session  # noqa: E402
from regions.caseload import books  # noqa: E402
from regions.caseload_generate import Count, Wish, generate  # noqa: E402
from regions.platform import open_platform  # noqa: E402
from regions.settings import Settings  # noqa: E402

ORDER = ("household", "quantity", "record", "code", "name", "value")


def made(folder: Path, households: int) -> tuple[Any, Snapshot]:
    """Return the rules and a synthetic snapshot of so many households, with its Parquet files beside it."""
    registry = open_platform(Settings(data_dir=folder / "data", lang="en"), in_memory=True).registry
    if not (folder / "parquet" / "done").exists():
        for one in ("snapshot", "parquet"):
            shutil.rmtree(folder / one, ignore_errors=True)
        each = -(-households // len(PLACES))
        counts = tuple(Count(key=key, households=each, persons=each * 2) for key in PLACES)
        begun = time.perf_counter()
        snapshot = generate(
            registry, folder / "snapshot", Wish(counts=counts, on=ON, seed=5, errors=0.02, on_line=0.02)
        )
        print(f"made: {time.perf_counter() - begun:.0f} s", flush=True)
        sum(write_parquet(snapshot, folder / "parquet"))
        (folder / "parquet" / "done").touch()
    assert (folder / "snapshot" / FILE).exists()
    return registry, open_snapshot(folder / "snapshot")


def here(run: Run, folder: Path) -> None:
    """Compute on this machine, written out as Parquet part by part."""
    writers: dict[str, Any] = {}
    for found in run.results():
        for name in ("rows", "errors"):
            table = plain(getattr(found, name))
            if name not in writers:
                writers[name] = parquet.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writers[name].write_table(table)
    for one in writers.values():
        one.close()


def ordered(path: Path, schema: Any = None) -> Any:
    """Read a result in one order, whatever order the workers finished in."""
    table = parquet.read_table(path)
    table = table if schema is None else table.cast(schema)
    return table.sort_by([(name, "ascending") for name in ORDER if name in table.column_names])


def main() -> None:
    """Make, compute twice and compare; end with 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("households", type=int, nargs="?", default=5_000_000)
    parser.add_argument("--master", default="local-cluster[2,1,1024]")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "jiuzhu-bench" / "cluster")
    chosen = parser.parse_args()
    folder = chosen.keep / str(chosen.households)
    folder.mkdir(parents=True, exist_ok=True)
    registry, snapshot = made(folder, chosen.households)
    run = open_run(snapshot, books(registry, ON), on=ON)
    begun = time.perf_counter()
    here(run, folder)
    print(f"this machine, one process: {time.perf_counter() - begun:.0f} s", flush=True)

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    session = spark_session(
        chosen.master,
        **{"spark.executorEnv.PYTHONPATH": str(ROOT), "spark.driver.host": "127.0.0.1",
           "spark.driver.bindAddress": "127.0.0.1"},
    )  # fmt: skip
    shutil.rmtree(folder / "out", ignore_errors=True)
    begun = time.perf_counter()
    found = run_on_spark(session, run, str(folder / "parquet"), str(folder / "out"))
    print(f"{chosen.master}: {time.perf_counter() - begun:.0f} s", flush=True)
    session.stop()

    equal = [totals_text(found.totals) == totals_text(run.totals)]
    print(f"totals of {len(list(found.totals.by(0, 1, 2)))} places and programmes equal: {equal[0]}", flush=True)
    for name in ("rows", "errors"):
        own = ordered(folder / f"{name}.parquet")
        equal.append(ordered(Path(getattr(found, name)), own.schema).equals(own))
        print(f"{own.num_rows:,} {name} of {own.num_columns} columns equal: {equal[-1]}", flush=True)
    sys.exit(not all(equal))


if __name__ == "__main__":
    main()
