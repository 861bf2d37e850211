"""Households built in bulk held against the same ones imported by the real services, column by column.

    python -m benchmarks.bulk.check [--databases sqlite,postgresql]

Two small databases of the same households: one by rosters put up, approved and imported as officers do it, one by
``build``. Compared are all rows of all tables. What must differ is brought to one form first: what is sealed is opened,
random tokens become the person they stand for, the digest of a roster's file becomes its lot's. Digests over those are
compared by whether they are right: by ``audit verify`` and the check of rows.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path

from sqlalchemy import RowMapping, Table, select

from benchmarks.bulk.build import build, settings_of
from benchmarks.bulk.import_job import Import, import_of
from benchmarks.bulk.office import MAKER, ROOT, SIGNER, make_office
from benchmarks.bulk.roll import chunks, lots, values
from benchmarks.bulk.server import database
from core.casework.audit import check_rows, verify_chains
from core.casework.roster.importing import approve_import, prepare_import, run_import
from core.casework.roster.layout import HEADINGS, TITLE, columns_of_roster
from core.casework.staff import NATION
from core.casework.workbook import Sheet, write_sheet
from core.store.base import Base
from core.store.engine import open_store
from core.store.migration import create
from core.store.sealed import sealed_tables
from regions.platform import Platform, open_platform
from regions.settings import Settings

PLACES = (("430903", 6), ("610523", 5), ("330381", 1))
HOUSEHOLDS = 2400
"""So many that a lot has more than one chunk, one a whole number of chunks."""
NOON = datetime(2018, 6, 1, 4, tzinfo=UTC)
TOKEN = re.compile(r"\b[0-9a-f]{32}\b")
DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
OVER_TOKENS = {"event": ("body", "previous", "digest"), "decision": ("digest",), "facts_version": ("digest",)}
"""Columns whose digests are over random tokens."""


@dataclass
class Comparable:
    """A deployment whose rows are brought to one form; ``known_as`` says which text stands for which."""

    platform: Platform
    known_as: dict[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the tables with their rows, one text each, in an order of their own."""
        sealed = {one.__tablename__: [column.key for column in columns] for one, columns in sealed_tables().items()}
        with self.platform.database.reading() as session:
            people = Base.metadata.tables["person"]
            persons = {token: key for token, key in session.execute(select(people.c.token, people.c.id))}  # noqa: C416 - a result is no mapping
            for table in Base.metadata.sorted_tables:
                found = [self._plain(table, row, sealed.get(table.name, ()), persons)
                         for row in session.execute(select(table)).mappings()]  # fmt: skip
                yield table.name, sorted(found)

    def _plain(self, table: Table, row: RowMapping, sealed: Sequence[str], persons: Mapping[str, int]) -> str:
        said = dict(row)
        for name in sealed:
            if said[name]:
                known = said["token"] if table.name == "person" else str(said["case_id"])
                said[name] = self.platform.cipher.open(said[name], f"{table.name}.{name}", row=known)
        if table.name == "event":
            del said["id"]  # events of an import stand between those of its cases
            said["written"] = sorted(said["written"] or ())  # digests over names ``known_as`` stands for: audited below
        if table.name == "job":
            said["arguments"] = {**said["arguments"], "file": ""}
        if table.name == "staff_user":
            said["password"] = ""
        if "written" in said.get("body", {}):  # fingerprints of what was known of persons, over their random tokens
            written = {persons[token]: sorted(one) for token, one in said["body"]["written"].items()}
            said["body"] = {**said["body"], "written": sorted(written.items())}
        said |= {name: DIGEST.sub("digest", str(said[name])) for name in OVER_TOKENS.get(table.name, ())}
        text = TOKEN.sub(lambda found: f"person {persons.get(found[0], found[0])}", str(said))
        for there, here in self.known_as.items():
            text = text.replace(there, here)
        return text


def imported(settings: Settings) -> Comparable:
    """Import the households as officers do."""
    create(open_store(settings.database))
    platform = open_platform(settings, clock=lambda: NOON)
    make_office(platform)
    known_as = {}
    for one in (import_of(lot, rich=False) for lot in lots(platform.tree, PLACES, HOUSEHOLDS)):
        file = settings.data_dir / f"{one.lot.division}.xlsx"
        rows = ([said[column.name] for column in HEADINGS] for chunk in chunks(one.lot) for said in values(chunk))
        write_sheet(file, Sheet(title=TITLE, columns=columns_of_roster(), rows=rows))
        job = _run(platform, one, file)
        known_as |= {job: one.id, job[7:15]: one.id[7:15], hashlib.sha256(file.read_bytes()).hexdigest(): one.digest}
    return Comparable(platform, known_as)


def _run(platform: Platform, one: Import, file: Path) -> str:
    with platform.desk(MAKER) as desk:
        prepared = prepare_import(desk, one.takeover, file)
    if prepared.job is None:
        raise SystemExit(f"the roster is refused: {list(prepared.examination.faults.items())[:3]}")
    with platform.desk(SIGNER) as desk:
        approve_import(desk, prepared.import_id)
    with platform.reading_desk(SIGNER) as desk:
        for _ in run_import(platform.database, desk, prepared.import_id):
            pass
    return prepared.import_id


def built(settings: Settings, *, rich: bool = False) -> Comparable:
    """Build the same in bulk."""
    build(settings, households=HOUSEHOLDS, processes=2, rich=rich, counties_of=lambda _: PLACES, clock=lambda: NOON)
    return Comparable(open_platform(settings, clock=lambda: NOON))


def faults(one: Comparable) -> list[str]:
    """Return what the audit finds: in the chains, and in rows that are not what their events say."""
    with one.platform.reading_desk(ROOT) as desk:
        found = [str(fault) for fault in verify_chains(desk).faults]
        return found + [str(fault) for fault in check_rows(desk, desk.path(NATION))]


def compare(kind: str, folder: Path, urls: Sequence[str]) -> int:
    """Print what differs and return how many rows do."""
    settings = [replace(settings_of(folder / name, url), key_file=folder / "jiuzhu.key")
                for name, url in zip(("imported", "built"), urls, strict=True)]  # fmt: skip
    settings[0].data_dir.mkdir()
    pair = (imported(settings[0]), built(settings[1]))
    wrong = 0
    for (name, there), (_, here) in zip(pair[0].rows(), pair[1].rows(), strict=True):
        differing = [(a, b) for a, b in zip_longest(there, here) if a != b]
        wrong += len(differing)
        if there or differing:
            print(f"{kind} {name:22}{len(there):8} rows{len(differing):8} different")
        for a, b in differing[:2]:
            print(f"  imported {a}\n  built    {b}")
    for one in pair:
        found = faults(one)
        print(f"{kind} audit: {len(found)} faults {found[:3]}")
        wrong += len(found)
        one.platform.database.close()
    return wrong


def main() -> None:
    """Compare on both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--databases", default="sqlite,postgresql")
    chosen = parser.parse_args()
    wrong = 0
    for kind in chosen.databases.split(","):
        with tempfile.TemporaryDirectory(prefix="jiuzhu-bulk-") as name, ExitStack() as stack:
            folder, urls = Path(name), ["", ""]
            if kind == "postgresql":
                urls = [stack.enter_context(database(folder / "server", one)) for one in ("imported", "built")]
            wrong += compare(kind, folder, urls)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
