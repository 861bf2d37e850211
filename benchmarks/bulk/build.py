"""A database with a million synthetic households (合成数据), row for row what imports of rosters would have left.

    python -m benchmarks.bulk.build FOLDER [--households 1000000] [--url postgresql://…] [--processes 2]

The rows are composed by the import's own services (``core.casework.roster``) in several processes; only how they get
into the tables differs, and which keys they have is known beforehand. ``benchmarks/bulk/check.py`` holds the result
against the real import.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, select

from benchmarks.bulk.import_job import Import, enter_import, import_of, sign
from benchmarks.bulk.office import SIGNER, make_office
from benchmarks.bulk.roll import Chunk, chunks, lots
from benchmarks.bulk.rows import TABLES, compose, keys_of
from benchmarks.bulk.writing import bare, open_sqlite, plain_address, to_postgresql, to_sqlite
from core.casework.desk import Desk
from core.casework.roster.opening import Review, Signed
from core.errors import JiuzhuError
from core.protocol import DivisionLadder
from core.store.engine import open_store
from core.store.migration import create
from regions.platform import Platform, now, open_platform
from regions.settings import Settings

DAY = date(2018, 6, 1)
"""The day it is: the standards of April 2018 are in force."""
YIYANG = (("430902", 120), ("430903", 175), ("430922", 150), ("430921", 155), ("430923", 170), ("430981", 130),
          ("430972", 40), ("430971", 60))  # fmt: skip
"""The districts with the shares the demonstration deals them."""
OTHERS = 3000
"""What all other counties weigh together: Yiyang has a quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A chunk with what its rows need: who signed, the review rule, the first key of each table."""

    chunk: Chunk
    lot: int
    signed: Signed
    review: Review | None
    keys: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was made, and how long its parts took in seconds."""

    households: int
    persons: int
    seconds: dict[str, float]


def settings_of(folder: Path, url: str) -> Settings:
    """Return the settings of a deployment in a folder of its own, on the demonstration date."""
    return Settings(data_dir=folder, lang="zh", database_url=url, today=DAY)


def counties(tree: DivisionLadder) -> list[tuple[str, int]]:
    """Return the counties of Yiyang, Shaanxi and Wenzhou with their weights, uneven on purpose."""
    below = [code for root in ("330300", "610000") for code in tree.descendants(root, DAY)]
    codes = [code for code in below if tree.level(code) == "county"]
    weights = {code: 6 if code == "330381" else 1 + int(code) * 7 % 4 for code in codes}
    total = sum(weights.values())
    return [*YIYANG, *((code, max(1, OTHERS * weight // total)) for code, weight in weights.items())]


def build(
    settings: Settings, *, households: int, processes: int, rich: bool = True,
    counties_of: Callable[[DivisionLadder], Sequence[tuple[str, int]]] = counties,
    clock: Callable[[], datetime] = now, tell: Callable[[str], None] = lambda _: None,
) -> Built:  # fmt: skip
    """Make the database in an empty one."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    create(open_store(settings.database))
    platform = open_platform(settings, clock=clock)
    make_office(platform)
    imports = [import_of(lot, rich=rich) for lot in lots(platform.tree, counties_of(platform.tree), households)]
    tasks = list(_tasks(platform, imports))
    seconds: dict[str, float] = {}
    with bare(platform.database):
        with _timed(seconds, "rows"):
            monthly = _load(platform, tasks, processes, rich=rich, tell=tell)
        began = time.monotonic()
    seconds["indexes"] = time.monotonic() - began
    with _timed(seconds, "jobs"):
        for number, one in enumerate(imports):
            enter_import(platform, one, monthly=monthly[number])
    platform.database.close()
    made = sum(one.lot.households for one in imports)
    return Built(households=made, persons=sum(one.chunk.persons for one in tasks), seconds=seconds)


@contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[part] = time.monotonic() - began


def _tasks(platform: Platform, imports: Sequence[Import]) -> Iterator[Task]:
    """Deal keys to the chunks in the order an import would take them."""
    with platform.reading_desk(SIGNER) as desk:
        keys = {one.name: 1 + (desk.session.scalar(select(func.max(one.c.id))) or 0) for one in TABLES}
        reviews = [_review(desk, one) for one in imports]
    for number, signed in enumerate(sign(platform, imports)):
        for chunk in chunks(imports[number].lot):
            yield Task(chunk=chunk, lot=number, signed=signed, review=reviews[number], keys=dict(keys))
            for name in keys:
                keys[name] += keys_of(name, chunk)


def _review(desk: Desk, one: Import) -> Review | None:
    with suppress(JiuzhuError):  # a place whose rules do not answer has no review dates
        return Review.of(desk, one.takeover, one.lot.division)
    return None


def _load(
    platform: Platform, tasks: Sequence[Task], processes: int, *, rich: bool, tell: Callable[[str], None]
) -> list[int]:
    """Have the rows composed and written; return the monthly fen of each lot."""
    with platform.reading_desk(SIGNER) as desk:
        pass  # its session is over: what composes rows asks the database nothing
    store = platform.database
    store.close()
    context = multiprocessing.get_context("fork")
    pipes: list[Connection] = []
    workers = []
    for number in range(processes):
        here, there = context.Pipe(duplex=False)
        worker = context.Process(target=_work, args=(desk, store, tasks[number::processes], there, rich))
        worker.start()
        there.close()
        pipes.append(here)
        workers.append(worker)
    monthly = [0] * (tasks[-1].lot + 1)
    single = open_sqlite(store) if store.dialect == "sqlite" else None
    if single is not None:
        single.execute("BEGIN")
    began, done, told = time.monotonic(), 0, 0
    for number, task in enumerate(tasks):
        amount, rows = pipes[number % processes].recv()
        monthly[task.lot] += amount
        if single is not None:
            to_sqlite(single, rows)
        done += task.chunk.households
        if done - told >= 50_000:
            told = done
            tell(f"  {done:,} households, {done / (time.monotonic() - began):,.0f}/s")
    if single is not None:
        single.execute("COMMIT")
        single.close()
    for worker in workers:
        worker.join()
    return monthly


def _work(desk: Desk, store: Any, tasks: Sequence[Task], pipe: Connection, rich: bool) -> None:  # noqa: FBT001 - a process's arguments
    """Compose the rows of some chunks; write them here on PostgreSQL, hand them over on SQLite."""
    copying = psycopg.connect(plain_address(store), autocommit=True) if store.dialect == "postgresql" else None
    for task in tasks:
        rows = compose(
            desk, task.signed, task.chunk, keys=task.keys, review=task.review, dialect=store.engine.dialect, rich=rich
        )
        monthly = sum(row[_MONTHLY] for row in rows.get("assistance_case", ()))
        if copying is not None:
            to_postgresql(copying, rows)
            rows = {}
        pipe.send((monthly, rows))
    pipe.close()


_MONTHLY = [one.name for one in TABLES[1].columns].index("monthly")


def size_of(settings: Settings) -> int:
    """Return the size of a database in bytes."""
    store = open_store(settings.database)
    if store.dialect == "sqlite":
        return Path(str(store.engine.url.database)).stat().st_size
    with psycopg.connect(plain_address(store)) as connection:
        found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return int(found[0]) if found else 0


def main() -> None:
    """Build one and say how large it is and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--url", default="")
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    settings = settings_of(chosen.folder.resolve(), chosen.url)
    began = time.monotonic()
    built = build(settings, households=chosen.households, processes=chosen.processes,
                  tell=lambda line: print(line, flush=True))  # fmt: skip
    parts = ", ".join(f"{part} {seconds:.0f} s" for part, seconds in built.seconds.items())
    print(
        f"{built.households:,} households, {built.persons:,} persons in {time.monotonic() - began:.0f} s ({parts}); "
        f"{size_of(settings) / 2**30:.2f} GiB"
    )


if __name__ == "__main__":
    main()
