"""A snapshot's folder: begun, interrupted and gone on with, finished, damaged; and what is never written over."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from core.caseload.manifest import Manifest
from core.caseload.parquet import write_parquet
from core.caseload.snapshot import Snapshot, Writer, begin, open_snapshot, renew, rows_of
from core.caseload.together import united
from core.caseload.written import laid
from core.errors import JiuzhuError, Text

FACTS = united(())
"""What the core declares itself: members, their kinship and birth."""
MADE = Manifest(
    day=date(2018, 10, 1), label=Text("合成数据", "synthetic"), source={}, facts=FACTS.canonical(), synthetic=True
)


def add(writer: Writer, *names: str) -> None:
    """Write households of one."""
    facts = json.dumps({"members": [{"id": "a", "relation": "head"}]})
    found, kept = laid(pa.array([facts] * len(names)), FACTS)
    given = {"programme": "dibao", "division": "430903", "area": "rural"}
    tags = {column: pa.array([value] * len(names)) for column, value in given.items()}
    writer.add(rows_of(FACTS, found, kept=kept, household=pa.array(names), **tags), last=(names[-1],))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A snapshot interrupted after two households."""
    add(begin(tmp_path / "one", MADE), "a", "b")
    return tmp_path / "one"


def households(snapshot: Snapshot) -> list[str]:
    parts = snapshot.manifest.parts
    return [name for part in parts for name in snapshot.batch(part).column("household").to_pylist()]


def test_interrupted_snapshot_is_none_until_it_was_gone_on_with(folder: Path) -> None:
    with pytest.raises(JiuzhuError, match="snapshot_unfinished"):
        open_snapshot(folder)
    writer = begin(folder, MADE, resume=True)
    assert (writer.rows, writer.last) == (2, ("b",))
    add(writer, "c")
    assert writer.finish() == open_snapshot(folder) and households(open_snapshot(folder)) == ["a", "b", "c"]


def test_snapshot_is_not_begun_over_another_nor_where_nothing_can_be_written(folder: Path, tmp_path: Path) -> None:
    assert begin(tmp_path / "two", MADE).last is None
    for resume, manifest, hint in ((False, MADE, "--resume"), (True, Manifest(
        day=date(2019, 1, 1), label=MADE.label, source={}, facts=MADE.facts, synthetic=True), "delete the old one")):  # fmt: skip
        with pytest.raises(JiuzhuError, match="snapshot_there") as refused:
            begin(folder, manifest, resume=resume)
        assert refused.value.hint is not None and hint in refused.value.hint.en
    begin(folder, MADE, resume=True).finish()
    with pytest.raises(JiuzhuError, match="snapshot_there"):
        begin(folder, MADE, resume=True)
    (tmp_path / "file").touch()
    with pytest.raises(JiuzhuError, match="out_unwritable"):
        begin(tmp_path / "file" / "one", MADE)


def test_newer_snapshot_takes_the_place_of_a_finished_one_when_it_is_finished(folder: Path) -> None:
    old = begin(folder, MADE, resume=True).finish()
    writer = renew(old, MADE)
    add(writer, "c")
    assert households(open_snapshot(folder)) == ["a", "b"], "until then the old one is there"
    writer.finish()
    assert households(open_snapshot(folder)) == ["c"] and len(list(folder.glob("*.arrow"))) == 1


def test_file_that_is_altered_or_gone_is_named(folder: Path) -> None:
    writer = begin(folder, MADE, resume=True)
    add(writer, "c")
    found = writer.finish()
    assert list(found.damaged()) == []
    first, second = (folder / part.file for part in found.manifest.parts)
    first.write_bytes(first.read_bytes() + b" ")
    second.unlink()
    assert list(found.damaged()) == [first.name, second.name]


def test_parquet_holds_the_same_rows_and_is_not_written_over_anything(folder: Path, tmp_path: Path) -> None:
    found, out = begin(folder, MADE, resume=True).finish(), tmp_path / "parquet"
    assert list(write_parquet(found, out)) == [2]
    assert parquet.read_table(out).column("household").to_pylist() == ["a", "b"]
    with pytest.raises(JiuzhuError, match="out_is_there"):
        list(write_parquet(found, out))
