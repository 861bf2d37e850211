"""Backup and restore: one view of a working database, the same state on either database, or nothing."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, Float, MetaData, Numeric, String, Table, func, insert, select

from core.casework.safekeeping import take_backup
from core.casework.trail import verify
from core.errors import JiuzhuError
from core.store.archive import MANIFEST, Manifest, open_archive
from core.store.backup import fingerprint
from core.store.base import Base
from core.store.cipher import Cipher, new_cipher
from core.store.engine import Store
from core.store.migration import HEAD, create, state_of
from core.store.restore import restore
from core.store.rows import Summary, kind_of, lines, row_of, summarise
from core.store.tables import Anchor, AssistanceCase, Event, Person, StaffUser

ROOT = Path(__file__).resolve().parents[3]
MOMENT = "2018-04-27T02:00:00+00:00"
DIALECTS = ("sqlite", "postgresql")

Fill = Callable[..., None]
Empty = Callable[[str], Store]
Household = Callable[..., None]


def backup(store: Store, path: Path, **more: Any) -> Manifest:
    """Take a backup."""
    return take_backup(store, path, login="root", moment=MOMENT, program="0.2.0", **more)


def state(store: Store) -> dict[str, Summary]:
    """What is in every table."""
    with store.reading() as session:
        connection = session.connection()
        return {table.name: summarise(lines(connection, table)) for table in Base.metadata.sorted_tables}


def code_of(error: pytest.ExceptionInfo[JiuzhuError]) -> tuple[str, str | None]:
    return error.value.code, error.value.value


def rewrite(path: Path, change: Callable[[str, bytes], bytes | None], *, extra: dict[str, bytes] | None = None) -> Path:
    """Copy an archive, every member changed (None: left out), with further members."""
    other = path.with_suffix(".changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in (extra or {}).items():
            new.writestr(name, content)
    return other


def manifest_with(**changes: Any) -> Callable[[str, bytes], bytes]:
    """A change of the manifest only."""

    def change(name: str, content: bytes) -> bytes:
        return json.dumps(json.loads(content) | changes).encode() if name == MANIFEST else content

    return change


# what a column may be ----------------------------------------------------------------------------------------------


def test_every_column_is_of_a_kind_that_is_the_same_on_both_databases() -> None:
    assert {kind_of(column) for table in Base.metadata.sorted_tables for column in table.columns} == {
        "integer", "text", "boolean", "date", "bytes",
    }  # fmt: skip


def test_tables_point_to_each_other_in_no_circle() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(Base.metadata.sorted_tables) == len(Base.metadata.tables)


# there and back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("prepared", [False, True], ids=["empty", "with tables"])
def test_backup_restores_to_the_identical_state(
    dialect: str, prepared: bool, source: Store, empty: Empty, tmp_path: Path
) -> None:
    manifest = backup(source, tmp_path / "a.zip")
    target = empty(dialect)
    if prepared:
        create(target)
    assert restore(target, tmp_path / "a.zip") == manifest
    assert state(target) == state(source)
    assert {one.name: (one.rows, one.digest) for one in manifest.tables} == {
        name: (one.rows, one.digest) for name, one in state(target).items()
    }
    with target.reading() as session:
        assert verify(session).sound and verify(session).anchored_at == MOMENT


@pytest.mark.parametrize("dialect", DIALECTS)
def test_work_goes_on_in_a_restored_database(
    dialect: str, source: Store, empty: Empty, tmp_path: Path, new_household: Household
) -> None:
    backup(source, tmp_path / "a.zip")
    target = empty(dialect)
    restore(target, tmp_path / "a.zip")
    with target.writing() as session:
        last = session.scalar(select(func.max(Event.id))) or 0
        new_household(session, 77)
        session.add(StaffUser(login="third", name="third", password=None))
    with target.reading() as session:
        assert session.scalar(select(func.max(Event.id))) == last + 1 and verify(session).sound


def test_nothing_is_restored_into_a_database_that_has_rows(source: Store, tmp_path: Path) -> None:
    backup(source, tmp_path / "a.zip")
    before = state(source)
    with pytest.raises(JiuzhuError, match="not_empty"):
        restore(source, tmp_path / "a.zip")
    assert state(source) == before


# while others work -------------------------------------------------------------------------------------------------


@pytest.fixture
def writer(source: Store, new_household: Household) -> Iterator[Callable[[], None]]:
    """Somebody else, in a thread: each call lets him commit a household and waits until he has."""
    asked: queue.Queue[int | None] = queue.Queue()
    done: queue.Queue[BaseException | None] = queue.Queue()

    def work() -> None:
        for number in iter(asked.get, None):
            try:
                with source.writing() as session:
                    new_household(session, number)
                done.put(None)
            except BaseException as error:  # noqa: BLE001 - told in the test's own thread
                done.put(error)

    thread = threading.Thread(target=work)
    thread.start()
    count = iter(range(1000, 9999))

    def one_more() -> None:
        asked.put(next(count))
        error = done.get(timeout=60)
        if error is not None:
            raise error

    yield one_more
    asked.put(None)
    thread.join()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_backup_taken_while_others_write_is_one_view(
    dialect: str, source: Store, empty: Empty, tmp_path: Path, writer: Callable[[], None]
) -> None:
    before = state(source)
    backup(source, tmp_path / "a.zip", told=lambda _table, _rows: writer())
    target = empty(dialect)
    restore(target, tmp_path / "a.zip")
    after, own = state(target), ("anchor", "event")  # a backup anchors, and is an event itself
    assert {name: one for name, one in after.items() if name not in own} == {
        name: one for name, one in before.items() if name not in own
    }
    assert after["event"].rows == before["event"].rows + 1
    with source.reading() as session:
        written = session.scalar(select(func.count()).select_from(AssistanceCase)) or 0
        assert written == 3 + len(Base.metadata.tables) and verify(session).sound


def test_restored_anchor_covers_every_event_of_the_backup(source: Store, empty: Empty, tmp_path: Path) -> None:
    manifest = backup(source, tmp_path / "a.zip")
    with source.reading() as session:
        anchored = session.scalars(select(Anchor)).one()
        assert (manifest.anchor, manifest.anchored_event) == (anchored.digest, anchored.last_event)
        assert anchored.last_event == session.scalar(select(func.max(Event.id)))


# what it says of itself --------------------------------------------------------------------------------------------


def test_manifest_names_the_keys_it_needs_and_holds_none(source: Store, tmp_path: Path, cipher: Cipher) -> None:
    manifest = backup(source, tmp_path / "a.zip", cipher=cipher)
    assert (manifest.keys, manifest.index_key) == ((cipher.current,), fingerprint(cipher))
    assert (manifest.schema, manifest.program, manifest.taken_at) == (HEAD, "0.2.0", MOMENT)
    assert fingerprint(cipher) != fingerprint(new_cipher())
    raw = (tmp_path / "a.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        raw += b"".join(file.read(name) for name in file.namelist())
    assert [key for key in (*cipher.keys.values(), cipher.index_key) if key in raw or key.hex().encode() in raw] == []


def test_archive_is_for_the_owners_eyes_and_appears_whole(source: Store, tmp_path: Path) -> None:
    backup(source, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir() if "part" in one.name] == []


def test_backup_replaces_no_file(source: Store, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("precious")
    with pytest.raises(JiuzhuError, match="backup_exists"):
        backup(source, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_text() == "precious"


def test_backup_broken_off_leaves_no_file(source: Store, tmp_path: Path) -> None:
    def break_off(table: str, rows: int) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        backup(source, tmp_path / "a.zip", told=break_off)
    assert list(tmp_path.glob("a.zip*")) == []


def test_backup_into_a_folder_that_is_not_there_is_a_users_error(source: Store, tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError, match="backup_unwritable"):
        backup(source, tmp_path / "none" / "a.zip")


# damaged archives --------------------------------------------------------------------------------------------------


@pytest.fixture
def archive(source: Store, tmp_path: Path) -> Path:
    backup(source, tmp_path / "a.zip")
    return tmp_path / "a.zip"


def refused(store: Store, path: Path) -> tuple[str, str | None]:
    """How a restore is refused, the database being left without a table."""
    with pytest.raises(JiuzhuError) as caught:
        restore(store, path)
    assert state_of(store) == "empty"
    return caught.value.code, caught.value.value


def test_newer_schema_is_refused(archive: Path, empty: Empty) -> None:
    assert refused(empty("sqlite"), rewrite(archive, manifest_with(schema="9999")))[0] == "schema_newer"


@pytest.mark.parametrize("table", ["person", "event", "decision"])
def test_altered_table_is_named(table: str, archive: Path, empty: Empty, bases: Any) -> None:
    def alter(name: str, content: bytes) -> bytes:
        return content.replace(b"2018", b"2017", 1) if name == f"tables/{table}.jsonl" else content

    def shorten(name: str, content: bytes) -> bytes:
        return content.partition(b"\n")[2] if name == f"tables/{table}.jsonl" else content

    if table != "person":
        assert refused(empty(bases.dialect), rewrite(archive, alter)) == ("backup_damaged", table)
    assert refused(empty(bases.dialect), rewrite(archive, shorten))[0] in ("backup_damaged", "backup_bomb")


def test_missing_table_is_named(archive: Path, empty: Empty) -> None:
    def without(name: str, content: bytes) -> bytes | None:
        return None if name == "tables/event.jsonl" else content

    assert refused(empty("sqlite"), rewrite(archive, without)) == ("backup_damaged", "event")


def test_table_the_manifest_forgot_is_named(archive: Path, empty: Empty) -> None:
    def forget(name: str, content: bytes) -> bytes | None:
        if name == MANIFEST:
            body = json.loads(content)
            return json.dumps(body | {"tables": [one for one in body["tables"] if one["name"] != "event"]}).encode()
        return None if name == "tables/event.jsonl" else content

    assert refused(empty("sqlite"), rewrite(archive, forget)) == ("backup_damaged", "event")


def test_flipped_byte_of_the_file_is_found(archive: Path, empty: Empty) -> None:
    raw = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as file:
        info = file.getinfo("tables/decision.jsonl")
    raw[info.header_offset + 30 + len(info.filename) + 40] ^= 0xFF
    archive.write_bytes(raw)
    assert refused(empty("sqlite"), archive) == ("backup_damaged", "decision")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_row_that_points_nowhere_is_refused_by_its_table(dialect: str, archive: Path, empty: Empty) -> None:
    assert refused(empty(dialect), consistent(archive, "person", lambda _: b"")) == (
        "backup_damaged",
        "assistance_case",
    )


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "line", [b"[]\n", b"no JSON\n", b"{}\n", b'["a","b"]\n', b"null\n", b"\xff\xfe\n"], ids=range(6)
)
def test_line_that_is_no_row_is_refused_by_its_table(dialect: str, line: bytes, archive: Path, empty: Empty) -> None:
    changed = consistent(archive, "role_grant", lambda _: line)
    assert refused(empty(dialect), changed) == ("backup_damaged", "role_grant")


def consistent(path: Path, table: str, change: Callable[[bytes], bytes]) -> Path:
    """Change a table of an archive and let the manifest agree."""
    with zipfile.ZipFile(path) as file:
        content = change(file.read(f"tables/{table}.jsonl"))
    found = summarise(iter(content.splitlines(keepends=True)))

    def rewritten(name: str, old: bytes) -> bytes:
        if name != MANIFEST:
            return content if name == f"tables/{table}.jsonl" else old
        body = json.loads(old)
        for one in body["tables"]:
            if one["name"] == table:
                one |= {"rows": found.rows, "size": found.size, "digest": found.digest}
        return json.dumps(body).encode()

    return rewrite(path, rewritten)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)], ids=["nothing", "text", "empty zip"])
def test_other_file_is_no_backup(content: bytes, empty: Empty, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    assert refused(empty("sqlite"), tmp_path / "a.zip")[0] == "no_backup"
    assert refused(empty("sqlite"), tmp_path / "none.zip")[0] == "no_backup"


@pytest.mark.parametrize("changes", [{"format": "x/1"}, {"tables": 5}, {"tables": [{}]}, {"more": 1}, {"keys": 5}])
def test_manifest_of_another_shape_is_no_backup(changes: dict[str, Any], archive: Path, empty: Empty) -> None:
    assert refused(empty("sqlite"), rewrite(archive, manifest_with(**changes)))[0] == "no_backup"


def test_member_that_swells_is_not_read(archive: Path, empty: Empty) -> None:
    swollen = consistent(archive, "event", lambda _: b"[" + b" " * (20 << 20) + b"]\n")
    assert refused(empty("sqlite"), swollen) == ("backup_bomb", "tables/event.jsonl")


@pytest.mark.parametrize("name", ["../../evil", "tables/other.jsonl", "tables/event.jsonl"])
def test_member_that_no_backup_has_is_refused(name: str, archive: Path, empty: Empty) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the standard library remarks on the second member of a name
        other = rewrite(archive, lambda _, content: content, extra={name: b"x"})
    assert refused(empty("sqlite"), other) == ("backup_bomb", name)


# killed ------------------------------------------------------------------------------------------------------------

KILLED = """
import os, signal, sys
from pathlib import Path
from core.store.engine import open_store
from core.store.restore import restore

def told(table, rows):
    if table == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

restore(open_store(sys.argv[1]), Path(sys.argv[2]), told=told)
"""


@pytest.mark.parametrize("table", ["staff_user", "event", "decision"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_restore_that_was_killed_left_nothing_and_is_begun_again(
    dialect: str, table: str, source: Store, archive: Path, empty: Empty
) -> None:
    target = empty(dialect)
    url = target.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(  # noqa: S603 - our own program with words of our own
        [sys.executable, "-c", KILLED, url, str(archive), table], cwd=ROOT, env=os.environ, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert state_of(target) == "empty"
    restore(target, archive)
    assert state(target) == state(source)


# size --------------------------------------------------------------------------------------------------------------


def test_archive_is_read_row_by_row(source: Store, tmp_path: Path) -> None:
    rows = [{"token": f"{number:032d}", "name": b"12345678" + os.urandom(40), "name_index": "x"}
            for number in range(100, 2300)]  # fmt: skip
    with source.writing() as session:
        session.execute(insert(Person), rows)
    backup(source, tmp_path / "a.zip")
    with open_archive(tmp_path / "a.zip") as archive:
        table = next(one for one in archive.manifest.tables if one.name == "person")
        found = archive.lines(table)
        assert len(next(found)) < 2000 and sum(1 for _ in found) == table.rows - 1 == 2202
        archive.check()


def test_value_a_database_does_not_take_is_refused_by_its_table(archive: Path, empty: Empty) -> None:
    long = consistent(archive, "attachment", lambda old: old.replace("照片".encode(), b"x" * 300))
    assert refused(empty("postgresql"), long) == ("backup_damaged", "attachment")


def test_text_of_the_damage_is_never_a_rows(archive: Path, empty: Empty) -> None:
    twice = consistent(archive, "person", lambda old: old + old)
    with pytest.raises(JiuzhuError) as caught:
        restore(empty("sqlite"), twice)
    assert caught.value.render("zh").count("person") and "0000000000" not in caught.value.render("zh")


def test_rows_stand_in_the_order_of_their_bytes_on_both(store: Store) -> None:
    words = ["a-b", "a/b", "ab", "A", "甲", "é", "z", "a b"]
    table = Table("word", MetaData(), Column("word", String(40), primary_key=True))
    with store.writing() as session:
        table.create(session.connection())
        session.execute(insert(table), [{"word": word} for word in words])
        found = [json.loads(line)[0] for line in lines(session.connection(), table)]
    assert found == sorted(words, key=str.encode)


def test_type_whose_bytes_differ_between_databases_is_no_column_of_ours() -> None:
    for type_ in (Float(), DateTime(), Numeric()):
        with pytest.raises(TypeError, match="not the same on every database"):
            kind_of(Table("word", MetaData(), Column("word", type_)).columns["word"])


# who took it -------------------------------------------------------------------------------------------------------


def test_backup_whose_manifest_fits_rows_somebody_else_has_changed_is_refused(
    source: Store, cipher: Cipher, empty: Empty, tmp_path: Path
) -> None:
    path = tmp_path / "a.zip"
    backup(source, path, cipher=cipher)
    forged = rewrite(path, manifest_with(taken_at="2018-04-28T02:00:00+00:00"))
    bare = rewrite(forged, manifest_with(proof=None))
    for one in (forged, bare):
        target = empty("sqlite")
        with pytest.raises(JiuzhuError, match="unproven_backup"):
            restore(target, one, cipher=cipher)
        assert state_of(target) == "empty"
    assert restore(empty("sqlite"), forged).rows == restore(empty("sqlite"), path, cipher=cipher).rows


def test_backup_of_another_key_file_proves_nothing(source: Store, cipher: Cipher, empty: Empty, tmp_path: Path) -> None:
    backup(source, tmp_path / "a.zip", cipher=cipher)
    with pytest.raises(JiuzhuError, match="unproven_backup"):
        restore(empty("sqlite"), tmp_path / "a.zip", cipher=new_cipher())


def test_backup_proves_itself_after_a_rotation(source: Store, cipher: Cipher, empty: Empty, tmp_path: Path) -> None:
    backup(source, tmp_path / "a.zip", cipher=cipher)
    assert restore(empty("sqlite"), tmp_path / "a.zip", cipher=cipher.rotated()).proof


def test_row_nested_beyond_measure_is_a_damaged_backup() -> None:
    with pytest.raises(ValueError, match="nested"):
        row_of(b"[" * 200_000, ["text"])
