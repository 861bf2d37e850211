"""The database on the command line: upgraded, checked, backed up at work, restored, its keys rotated."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from core.casework.people.person import Identity, register_person
from core.store.migration import HEAD
from regions.database import check_database
from regions.platform import now, open_platform
from regions.settings import DATABASE, KEY_FILE, Settings

Run = Callable[..., Result]
Refused = Callable[[Result, str], None]


def change(folder: Path, statement: str) -> None:
    """Change a database behind the program's back."""
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        connection.execute(statement)


@pytest.fixture
def data(tmp_path: Path, run: Run) -> Path:
    """A data folder with an administrator ``root`` and one person."""
    folder = tmp_path / "data"
    assert run("staff", "first", "root", "管理员").exit_code == 0
    platform = open_platform(Settings(data_dir=folder, lang="zh"))
    with platform.desk("root") as desk:
        register_person(desk, Identity(name="张三丰", id_number="11010519491231002X"))
    platform.database.close()
    return folder


def findings(result: Result) -> dict[str, bool]:
    return {one["name"]: one["passed"] for one in json.loads(result.stdout)}


ALL = ("schema", "pages", "references", "registry", "events", "rows", "keys")


def test_sound_database_passes_every_check(run: Run, data: Path) -> None:
    result = run("db", "check", "--json")
    assert result.exit_code == 0 and findings(result) == dict.fromkeys(ALL, True)
    assert "链完整" in run("db", "check").stdout


@pytest.mark.parametrize(
    ("statement", "failed"),
    [
        ("UPDATE event SET reason = 'x'", "events"),
        ("""UPDATE registry_content SET body = replace(body, '"430"', '"530"')""", "registry"),
        ("UPDATE person SET name_index = 'x'", "rows keys"),
        ("UPDATE role_grant SET user_id = 99", "references rows"),
        ("UPDATE event SET body = 'x'", "events rows"),
        ("UPDATE alembic_version SET version_num = '9999'", "schema"),
    ],
)
def test_each_kind_of_damage_is_found_by_its_check(statement: str, failed: str, run: Run, data: Path) -> None:
    change(data, statement)
    result = run("db", "check", "--json")
    assert result.exit_code == 3
    assert [name for name, passed in findings(result).items() if not passed] == failed.split()


def test_damaged_page_is_found(run: Run, data: Path) -> None:
    change(data, "PRAGMA wal_checkpoint(TRUNCATE)")
    raw = bytearray((data / DATABASE).read_bytes())
    raw[-4096:] = bytes(4096)
    (data / DATABASE).write_bytes(raw)
    result = run("db", "check")
    assert result.exit_code in (1, 3) and "Traceback" not in result.output
    assert "损坏" in result.output or "✗" in result.output


def test_missing_key_is_found_and_named(run: Run, data: Path) -> None:
    used = json.loads((data / KEY_FILE).read_text())["current"]
    (data / KEY_FILE).unlink()
    result = run("db", "check")
    assert result.exit_code == 3 and used in result.stdout


def test_checks_are_the_same_on_both_databases(database_url: str, tmp_path: Path) -> None:
    platform = open_platform(Settings(data_dir=tmp_path / "own", lang="zh", database_url=database_url))
    found = list(check_database(platform.database, None, clock=now))
    assert [(one.name, one.passed) for one in found] == [(name, True) for name in ALL]
    platform.database.close()


def test_upgrade_makes_an_empty_database_and_leaves_a_current_one(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").stdout == f"空库 → {HEAD}\n"
    assert HEAD in run("db", "upgrade").stdout and (tmp_path / "data" / DATABASE).exists()


def test_newer_database_is_not_downgraded(run: Run, refused: Refused, data: Path) -> None:
    change(data, "UPDATE alembic_version SET version_num = '9999'")
    for words in (("db", "upgrade"), ("db", "backup", "a.zip"), ("staff", "list")):
        refused(run(*words, JIUZHU_USER="root"), "schema_newer")


def test_backup_restores_into_another_folder(run: Run, data: Path, tmp_path: Path) -> None:
    taken = json.loads(run("--as", "root", "db", "backup", "a.zip", "--json").stdout)
    assert (tmp_path / "a.zip").stat().st_mode & 0o777 == 0o600 and taken["schema"] == HEAD
    environ = {"JIUZHU_DATA_DIR": str(tmp_path / "elsewhere"), "JIUZHU_KEY_FILE": str(data / KEY_FILE)}
    result = run("db", "restore", "a.zip", **environ)
    assert result.exit_code == 0 and taken["anchor"] in result.stdout
    again = run("--as", "root", "staff", "list", "--json", **environ)
    assert [one["login"] for one in json.loads(again.stdout)] == ["root"]
    assert "至锚点" in run("--as", "root", "audit", "verify", **environ).stdout


def test_restore_without_its_keys_names_them(run: Run, refused: Refused, data: Path, tmp_path: Path) -> None:
    needed = json.loads(run("--as", "root", "db", "backup", "a.zip", "--json").stdout)["keys"]
    result = run("db", "restore", "a.zip", JIUZHU_DATA_DIR=str(tmp_path / "elsewhere"))
    assert result.exit_code == 3 and len(needed) == 1 and needed[0] in result.stderr
    refused(run("--as", "root", "staff", "list", JIUZHU_DATA_DIR=str(tmp_path / "elsewhere")), "missing_key_file")


def test_restore_over_a_working_database_is_refused(run: Run, refused: Refused, data: Path) -> None:
    run("--as", "root", "db", "backup", "a.zip")
    refused(run("db", "restore", "a.zip"), "not_empty")


def test_restoring_what_is_no_backup_is_refused(run: Run, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("no backup")
    refused(run("db", "restore", "a.zip"), "no_backup")


def test_keys_are_rotated_and_the_old_one_retired(run: Run, data: Path) -> None:
    def states() -> list[tuple[bool, int]]:
        shown = json.loads(run("--as", "root", "keys", "show", "--json").stdout)
        return sorted((one["current"], one["values"]) for one in shown)

    assert states() == [(True, 2)]
    assert "重新加密 1 行" in run("--as", "root", "keys", "rotate").stdout
    assert states() == [(False, 0), (True, 2)]
    assert "已移除" in run("--as", "root", "keys", "retire").stdout
    assert states() == [(True, 2)] and "没有" in run("--as", "root", "keys", "retire").stdout
    assert run("db", "check").exit_code == 0
