"""Users, rights and the audit trail on the command line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import cli
from core.casework import signin
from core.casework.signin import sign_in
from core.store.engine import open_store
from regions.settings import DATABASE

Run = Callable[..., Result]
Refused = Callable[[Result, str], None]


@pytest.fixture
def act(run: Run) -> Run:
    """Run a command as the first administrator, who is there."""
    assert run("staff", "first", "root", "管理员").exit_code == 0
    return lambda *words, **environ: run("--as", "root", *words, **environ)


def listed(act: Run) -> dict[str, Any]:
    return {one["login"]: one for one in json.loads(act("staff", "list", "--json").stdout)}


def test_first_administrator_is_made_once(run: Run, refused: Refused, act: Run) -> None:
    assert [(one["role"], one["division"]) for one in listed(act)["root"]["grants"]] == [("administrator", "000000")]
    refused(run("staff", "first", "other", "另一人"), "users_exist")


def test_password_is_typed_twice_and_opens_the_panel(run: Run, act: Run, refused: Refused, tmp_path: Path) -> None:
    with_input = CliRunner().invoke(
        cli, ["--as", "root", "staff", "password", "root"], input="long-enough-1\nlong-enough-1\n"
    )
    assert with_input.exit_code == 0
    assert "long-enough-1" not in with_input.output

    store = open_store(f"sqlite:///{tmp_path / 'data' / DATABASE}")
    assert sign_in(store, "root", "long-enough-1", now=datetime.now(UTC))
    store.close()
    refused(act("staff", "password", "root"), "no_password")


def test_password_is_hashed_before_a_transaction_is_opened(
    act: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hashed, open_meanwhile = signin._hashed, []

    def meanwhile(login: str, password: str) -> str:
        with closing(sqlite3.connect(tmp_path / "data" / DATABASE, timeout=0)) as database:
            database.execute("BEGIN IMMEDIATE")  # refused at once where somebody else is writing
            open_meanwhile.append(login)
        return hashed(login, password)

    monkeypatch.setattr(signin, "_hashed", meanwhile)
    typed = "long-enough-1\nlong-enough-1\n"
    assert CliRunner().invoke(cli, ["--as", "root", "staff", "password", "root"], input=typed).exit_code == 0
    assert open_meanwhile == ["root"]


def test_user_is_added_granted_and_ended(act: Run) -> None:
    assert act("staff", "add", "wang", "王某").exit_code == 0
    assert act("staff", "grant", "wang", "clerk", "610523", "--since", "2008-01-01").exit_code == 0
    shown = act("staff", "list").stdout
    assert "经办员" in shown and "王某" in shown and shown.count("✓") == 2
    assert act("staff", "end", "wang", "clerk", "610523", "--reason", "调离").exit_code == 0
    [held] = listed(act)["wang"]["grants"]
    assert (held["role"], held["division"], held["since"]) == ("clerk", "610523", "2008-01-01")
    assert held["until"] is not None and act("staff", "list").stdout.count("✓") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("grant", "wang", "clrk", "610523"), "unknown_role"),
        (("grant", "nobody", "clerk", "610523"), "unknown_user"),
        (("grant", "wang", "clerk", "999999"), "unknown_division"),
        (("grant", "wang", "clerk", "610523", "--until", "2000-01-01"), "bad_period"),
        (("grant", "wang", "clerk", "610523", "--since", "soon"), "bad_date"),
        (("grant", "wang", "reviewer", "610523"), "already_granted"),
        (("add", "wang", "又一个"), "login_taken"),
        (("end", "wang", "clerk", "610523", "--reason", "x"), "no_such_grant"),
        (("deactivate", "nobody", "--reason", "x"), "unknown_user"),
        (("deactivate", "root", "--reason", "x"), "last_administrator"),
        (("end", "root", "administrator", "000000", "--reason", "x"), "last_administrator"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    words: tuple[str, ...], code: str, act: Run, refused: Refused
) -> None:
    act("staff", "add", "wang", "王某")
    act("staff", "grant", "wang", "reviewer", "610523")
    before = listed(act)
    refused(act("staff", *words), code)
    assert listed(act) == before


def test_unknown_role_names_the_nearest_and_all_there_are(act: Run) -> None:
    act("staff", "add", "wang", "王某")
    assert "是否为“clerk”" in act("staff", "grant", "wang", "clrk", "610523").stderr
    assert "administrator、" in act("staff", "grant", "wang", "boss", "610523").stderr


def test_who_is_deactivated_does_nothing_more(run: Run, act: Run, refused: Refused) -> None:
    act("staff", "add", "wang", "王某")
    act("staff", "grant", "wang", "administrator", "000000")
    assert act("staff", "deactivate", "wang", "--reason", "离职").exit_code == 0
    refused(run("--as", "wang", "staff", "list"), "inactive_user")
    refused(act("staff", "deactivate", "wang", "--reason", "again"), "inactive_user")
    refused(act("staff", "grant", "wang", "clerk", "610523"), "inactive_user")


def test_who_acts_must_be_said_and_be_known_and_have_the_right(run: Run, act: Run, refused: Refused) -> None:
    act("staff", "add", "wang", "王某")
    refused(run("staff", "list"), "no_user")
    refused(run("--as", "nobody", "staff", "list"), "unknown_user")
    for words in (("staff", "list"), ("staff", "add", "li", "李某"), ("keys", "show"), ("audit", "verify")):
        refused(run(*words, JIUZHU_USER="wang"), "not_permitted")


def test_trail_is_verified_anchored_and_shown(act: Run, tmp_path: Path) -> None:
    assert "没有锚点" in act("audit", "verify").stdout
    digest = json.loads(act("audit", "anchor", "--json").stdout)["digest"]
    assert act("audit", "verify", "--anchor", digest).exit_code == 0
    assert act("audit", "verify", "--anchor", "0" * 64).exit_code == 3
    shown = json.loads(act("audit", "show", "staff", "--json").stdout)
    assert [(one["sequence"], one["kind"], one["actor"], one["late"]) for one in shown] == [
        (1, "first_administrator", "root", False)
    ]
    assert "first_administrator" in act("audit", "show", "staff").stdout


def test_on_a_demonstration_date_nothing_is_a_late_entry_and_the_trail_holds(run: Run) -> None:
    assert run("staff", "first", "root", "管理员", JIUZHU_TODAY="2018-05-02").exit_code == 0
    for login, day in (("wang", "2018-06-01"), ("li", "2018-05-02"), ("zhao", "2018-06-04")):
        done = run("--lang", "zh", "--as", "root", "staff", "add", login, "某人", JIUZHU_TODAY=day)
        assert done.exit_code == 0 and f"演示日期 {day}" in done.stderr
    shown = json.loads(run("--as", "root", "audit", "show", "staff", "--json", JIUZHU_TODAY="2018-06-04").stdout)
    days = ["2018-05-02", "2018-06-01", "2018-05-02", "2018-06-04"]
    assert [(one["happened_on"], one["late"]) for one in shown] == [(day, False) for day in days]
    assert run("--as", "root", "audit", "verify", JIUZHU_TODAY="2018-06-04").exit_code == 0


def test_altered_event_is_found_and_placed(act: Run, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE)) as connection, connection:
        connection.execute("UPDATE event SET reason = 'never said'")
    result = act("audit", "verify")
    assert result.exit_code == 3 and "被改动" in result.stdout and "staff" in result.stdout
    found = json.loads(act("audit", "verify", "--json", "--chain", "staff").stdout)
    assert found["faults"] == [{"chain": "staff", "sequence": 1, "what": "altered"}] and not found["sound"]


@pytest.mark.parametrize("chain", ["case/1", "case/x", "case/99999999999999999999", "nothing", ""])
def test_chain_nobody_wrote_is_named(chain: str, act: Run, refused: Refused) -> None:
    refused(act("audit", "show", chain), "unknown_chain")
