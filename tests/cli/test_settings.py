"""Settings on the command line: where each value came from, the language, faulty ones, the data folder and its log."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from regions.discovery import BUNDLED
from regions.settings import DATABASE

Run = Callable[..., Result]
Refused = Callable[[Result, str], None]


def test_config_show_says_where_each_value_came_from(run: Run, tmp_path: Path) -> None:
    (tmp_path / "jiuzhu.toml").write_text('lang = "en"\ndisabled = ["ruian_recusal"]\n', encoding="utf-8")
    rows = json.loads(run("config", "show", "--json", JIUZHU_DISABLED="yiyang").stdout)
    found = {row["key"]: (row["value"], row["origin"]) for row in rows}
    assert found["lang"] == ("en", "jiuzhu.toml lang")
    assert found["disabled"] == ("yiyang", "environment JIUZHU_DISABLED")
    assert found["data_dir"] == (str(tmp_path / "data"), "environment JIUZHU_DATA_DIR")
    assert found["plugin_dirs"] == ("", "default")


def test_several_plugins_may_be_disabled_in_the_settings_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "jiuzhu.toml").write_text('disabled = ["ruian_recusal", "yiyang"]\n', encoding="utf-8")
    listed = json.loads(run("plugin", "list", "--json").stdout)
    assert {one["name"] for one in listed if one["state"] == "disabled"} == {"ruian_recusal", "yiyang"}


def test_a_language_chosen_on_the_command_line_wins_over_the_settings(run: Run) -> None:
    assert "setting" in run("--lang", "en", "config", "show", JIUZHU_LANG="zh").stdout


@pytest.mark.parametrize(("locale", "heading"), [("en_GB.UTF-8", "setting"), ("zh_CN.UTF-8", "设置"), ("C", "设置")])
def test_the_language_follows_the_locale_chinese_first(locale: str, heading: str, run: Run) -> None:
    assert run("config", "show", LC_ALL=locale).stdout.startswith(heading)


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        ({"JIUZHU_LNAG": "zh"}, "unknown_setting", "JIUZHU_LANG"),
        ({"JIUZHU_LANG": "fr"}, "bad_setting", "fr"),
        ({"JIUZHU_TODAY": "soon"}, "bad_setting", "soon"),
        ({"JIUZHU_REVIEW_MODE": "sometimes"}, "bad_setting", "campaign"),
    ],
)
def test_a_faulty_setting_is_named(environ: dict[str, str], code: str, said: str, run: Run, refused: Refused) -> None:
    result = run("config", "show", **environ)
    refused(result, code)
    assert said in result.stderr


def test_all_faulty_settings_are_named_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "jiuzhu.toml").write_text("lnag = 'zh'\n", encoding="utf-8")
    result = run("config", "show", JIUZHU_LANG="fr", JIUZHU_TODAY="soon")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "code"),
    [("lnag = 'zh'\n", "unknown_setting"), ("lang = \n", "bad_toml"), ("today = 2018-06-31x\n", "bad_toml")],
)
def test_a_faulty_settings_file_is_named(text: str, code: str, run: Run, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "jiuzhu.toml").write_text(text, encoding="utf-8")
    result = run("config", "show")
    refused(result, code)
    assert "jiuzhu.toml" in result.stderr


def test_a_trial_needs_no_data_folder(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    assert run("plugin", "check", "shaanxi_rural").exit_code == 0


def test_a_data_folder_that_cannot_be_made_is_a_users_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    result = run("plugin", "list")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), repr(result.exception)
    assert str(tmp_path / "data") in result.stderr


def changed(database: Path, statement: str) -> None:
    """Change a database behind the program's back."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(statement)


def test_a_log_that_was_changed_by_hand_is_refused(run: Run, refused: Refused, tmp_path: Path) -> None:
    assert run("plugin", "list").exit_code == 0
    changed(tmp_path / "data" / DATABASE, """UPDATE registry_content SET body = replace(body, '"430"', '"530"')""")
    refused(run("plugin", "list"), "log_damaged")


def test_a_database_that_is_none_is_refused(run: Run, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / DATABASE).write_text("no database, " * 100, encoding="utf-8")
    refused(run("plugin", "list"), "database_damaged")


def test_a_database_of_a_newer_version_is_refused(run: Run, refused: Refused, tmp_path: Path) -> None:
    assert run("plugin", "list").exit_code == 0
    changed(tmp_path / "data" / DATABASE, "UPDATE alembic_version SET version_num = '9999'")
    refused(run("plugin", "list"), "schema_newer")


@pytest.mark.parametrize("url", ["mysql://host/base", "nonsense", "sqlite://"])
def test_an_address_that_is_no_database_is_refused(url: str, run: Run, refused: Refused) -> None:
    refused(run("plugin", "list", JIUZHU_DATABASE_URL=url), "bad_database_url")


def test_a_database_that_does_not_answer_is_a_users_error(run: Run, refused: Refused) -> None:
    result = run("plugin", "list", JIUZHU_DATABASE_URL="postgresql://nobody:secret@127.0.0.1:1/none")
    refused(result, "database_gone")
    assert "secret" not in result.output


def test_a_password_in_a_database_address_is_not_shown(run: Run) -> None:
    shown = run("config", "show", JIUZHU_DATABASE_URL="postgresql://me:secret@host/base").stdout
    assert "secret" not in shown and "host/base" in shown


def test_what_was_already_recorded_is_not_recorded_again(run: Run, tmp_path: Path) -> None:
    def entries() -> list[tuple[int, str]]:
        with closing(sqlite3.connect(tmp_path / "data" / DATABASE)) as connection:
            return connection.execute("SELECT sequence, chain FROM registry_entry ORDER BY sequence").fetchall()

    run("plugin", "list")
    before = entries()
    run("plugin", "list")
    assert entries() == before and len(before) == len(BUNDLED)
