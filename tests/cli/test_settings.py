"""Settings on the command line: where each value came from, the language, faulty ones, the data folder and its log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

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


def test_a_log_that_was_changed_by_hand_is_refused(run: Run, refused: Refused, tmp_path: Path) -> None:
    assert run("plugin", "list").exit_code == 0
    log = tmp_path / "data" / "registry.jsonl"
    log.write_text(log.read_text(encoding="utf-8").replace('"430"', '"530"'), encoding="utf-8")
    refused(run("plugin", "list"), "log_damaged")


@pytest.mark.parametrize("line", ["not a log\n", "[]\n", "{}\n"])
def test_a_log_that_is_no_log_is_refused(line: str, run: Run, refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "registry.jsonl").write_text(line, encoding="utf-8")
    refused(run("plugin", "list"), "log_damaged")


def test_what_was_already_recorded_is_not_recorded_again(run: Run, tmp_path: Path) -> None:
    run("plugin", "list")
    before = (tmp_path / "data" / "registry.jsonl").read_bytes()
    run("plugin", "list")
    assert (tmp_path / "data" / "registry.jsonl").read_bytes() == before
    assert before.count(b"\n") == 5
