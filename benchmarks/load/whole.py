"""Everything in one command: a million households in PostgreSQL and 100,000 in SQLite built, then loaded; snapshots.

    python -m benchmarks.load.whole [--quick] [--write] [--snapshots] [--requests 5000] [--workers 4] [--think 2]

What is built stays in ``$JIUZHU_BENCH_DATA`` (default: the temp folder; some 12 GB) and is built anew when the tables
have changed. ``--quick`` takes 5,000 households and 300 requests. ``--snapshots`` measures
``caseload snapshot`` too, on SQLite out of a copy of the million.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from benchmarks.bulk.build import build, settings_of, size_of
from benchmarks.bulk.copying import copy_deployment
from benchmarks.bulk.server import server
from benchmarks.load.report import MARK
from core.store.base import Base
from regions.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NAME = "jiuzhu"


def schema() -> str:
    """Return a digest of today's tables."""
    made = (str(CreateTable(one).compile(dialect=postgresql.dialect())) for one in Base.metadata.sorted_tables)
    return hashlib.sha256("\n".join(made).encode()).hexdigest()


def is_built(folder: Path, households: int) -> bool:
    """Tell whether a deployment of today's tables and this size stands in a folder."""
    mark = folder / MARK
    found = json.loads(mark.read_text(encoding="utf-8")) if mark.exists() else {}
    return (found.get("schema"), found.get("households")) == (schema(), households)


def built(folder: Path, url: str, households: int) -> Settings:
    """Return a deployment of so many households, built where it is not there yet."""
    settings = settings_of(folder, url)
    if is_built(folder, households):
        return settings
    shutil.rmtree(folder, ignore_errors=True)
    if url:
        _emptied(url)
    load, began = os.getloadavg()[0], time.monotonic()
    made = build(settings, households=households, processes=os.cpu_count() or 1,
                 tell=lambda line: print(line, flush=True))  # fmt: skip
    _marked(settings, households, persons=made.persons, seconds=round(time.monotonic() - began),
            load=[round(load, 1), round(os.getloadavg()[0], 1)])  # fmt: skip
    return settings


def copied(source: Settings, folder: Path, households: int) -> Settings:
    """Return the deployment in an SQLite file, copied where it is not there yet."""
    settings = settings_of(folder, "")
    if not is_built(folder, households):
        shutil.rmtree(folder, ignore_errors=True)
        copy_deployment(source, settings)
        _marked(settings, households)
    return settings


def _marked(settings: Settings, households: int, **told: Any) -> None:
    """Say of a deployment what it is and how it was made."""
    body = {"schema": schema(), "households": households, "bytes": size_of(settings), **told}
    print(f"built: {body}", flush=True)
    (settings.data_dir / MARK).write_text(json.dumps(body), encoding="utf-8")


def _emptied(url: str) -> None:
    """Make the database anew."""
    address = make_url(url).set(drivername="postgresql", database="postgres")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")


def run(module: str, settings: Settings, *options: str) -> int:
    """Measure a deployment in a process of its own."""
    url = ("--url", settings.database_url) if settings.database_url else ()
    words = [sys.executable, "-m", module, str(settings.data_dir), *url, *options]
    return subprocess.run(words, cwd=ROOT, check=False).returncode


def main() -> None:
    """Do all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--snapshots", action="store_true")
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--think", type=float, default=2.0)
    chosen = parser.parse_args()
    large, small = (5_000, 5_000) if chosen.quick else (1_000_000, 100_000)
    requests = 300 if chosen.quick else chosen.requests
    data = Path(os.environ.get("JIUZHU_BENCH_DATA") or Path(tempfile.gettempdir()) / "jiuzhu-bench" / "data") / "load"
    kept = ("--write",) if chosen.write else ()
    options = ("--requests", str(requests), "--workers", str(chosen.workers), "--think", str(chosen.think), *kept)
    with ExitStack() as stack:
        address = stack.enter_context(server(data / "server"))
        url = make_url(address).set(database=NAME).render_as_string(hide_password=False)
        pair = (built(data / "postgresql", url, large), built(data / "sqlite", "", small))
        wrong = [run("benchmarks.load.run", one, *options) for one in pair]
        if chosen.snapshots:
            both = (pair[0], copied(pair[0], data / "copy", large))
            wrong += [run("benchmarks.bulk.snapshot", one, *kept) for one in both]
    sys.exit(max(wrong))


if __name__ == "__main__":
    main()
