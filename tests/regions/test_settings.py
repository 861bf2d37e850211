"""Settings: defaults, then the file, then the environment; each value with its origin, every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from core.errors import InvalidInput
from regions.settings import KEYS, Settings, load_settings

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load settings from a file's text and an environment."""

    def run(file: str | bytes | None = None, **environ: str) -> Settings:
        if file is not None:
            (tmp_path / "jiuzhu.toml").write_bytes(file if isinstance(file, bytes) else file.encode())
        return load_settings(environ, tmp_path)

    return run


def faults(load: Load, file: str | bytes | None = None, **environ: str) -> list[str]:
    """The codes of all faults."""
    with pytest.raises(InvalidInput) as caught:
        load(file, **environ)
    return [one.code for one in caught.value.problems]


def origins(found: Settings) -> Mapping[str, str]:
    """Where each value came from."""
    return {key: origin for key, _, origin in found.shown()}


def test_everything_has_a_default(load: Load) -> None:
    found = load(HOME="/nobody")
    assert found.lang == "zh" and found.today is None
    assert (found.disabled, found.plugin_dirs, found.divisions) == ((), (), ())
    assert found.data_dir == Path("~/.local/share/jiuzhu").expanduser()
    assert set(origins(found).values()) == {"default"} and list(origins(found)) == list(KEYS)


def test_the_data_folder_follows_the_desktops_convention(load: Load) -> None:
    assert load(XDG_DATA_HOME="/srv/data").data_dir == Path("/srv/data/jiuzhu")


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "JIUZHU_LANG": "zh"}, "zh"),
    ],
)
def test_the_language_follows_the_locale_unless_it_is_set(load: Load, environ: dict[str, str], lang: str) -> None:
    assert load(**environ).lang == lang


def test_the_file_wins_over_defaults_and_the_environment_over_the_file(load: Load) -> None:
    found = load('lang = "en"\ntoday = "2018-06-01"\ndata_dir = "/srv/a"\n', JIUZHU_DATA_DIR="/srv/b")
    assert (found.lang, found.today, found.data_dir) == ("en", date(2018, 6, 1), Path("/srv/b"))
    assert origins(found)["lang"] == "jiuzhu.toml lang"
    assert origins(found)["data_dir"] == "environment JIUZHU_DATA_DIR"
    assert origins(found)["disabled"] == "default"


def test_lists_are_written_as_lists_or_with_commas(load: Load) -> None:
    found = load('disabled = ["a", "b"]\nplugin_dirs = "x, y,"\n', JIUZHU_DIVISIONS=" towns.csv ")
    assert found.disabled == ("a", "b") and found.plugin_dirs == (Path("x"), Path("y"))
    assert found.divisions == (Path("towns.csv"),)
    shown = {key: value for key, value, _ in found.shown()}
    assert (shown["disabled"], shown["plugin_dirs"], shown["divisions"]) == ("a,b", "x,y", "towns.csv")


def test_a_folder_may_be_in_the_home_folder(load: Load) -> None:
    assert load('data_dir = "~/jz"').data_dir == Path.home() / "jz"


def test_unknown_settings_and_bad_values_are_told_all_at_once(load: Load) -> None:
    found = faults(load, 'lnag = "en"\ntoday = "soon"\n', JIUZHU_LANG="fr", JIUZHU_DATADIR="/x")
    assert found == ["unknown_setting", "unknown_setting", "bad_setting", "bad_setting"]


def test_an_unknown_setting_names_the_nearest_as_it_is_written_there(load: Load) -> None:
    with pytest.raises(InvalidInput) as caught:
        load('lnag = "en"', JIUZHU_DATADIR="/x")
    told = caught.value.render("en")
    assert "Did you mean 'lang'" in told and "Did you mean 'JIUZHU_DATA_DIR'" in told


def test_a_bad_value_names_where_it_stands_and_what_is_allowed(load: Load) -> None:
    with pytest.raises(InvalidInput, match=r"environment JIUZHU_LANG: .*found: fr.*zh, en"):
        load(JIUZHU_LANG="fr")
    with pytest.raises(InvalidInput, match=r"jiuzhu\.toml today: .*found: soon"):
        load('today = "soon"')


@pytest.mark.parametrize("file", ["lang = \n", "lang = 'a\n", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused_by_name(load: Load, file: str | bytes) -> None:
    assert faults(load, file) == ["bad_toml"]
    with pytest.raises(InvalidInput, match=r"jiuzhu\.toml"):
        load(file)
