"""Every fault an author can make is told with its place, the value, what is allowed and what to do, in both languages.

The faults stand in ``faults.yaml``. Installed all at once, each is named, the others and all bundled plugins answer.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.errors import JiuzhuError, Language
from regions.check import Report, check_plugin, held
from regions.check.run import examined
from regions.check.subject import Subject
from regions.discovery import BUNDLED, load_plugins
from regions.platform import Platform, open_platform
from regions.quarantine import Limits
from regions.settings import Settings

HERE = Path(__file__).parent
FAULTS: list[dict[str, Any]] = yaml.safe_load((HERE / "faults.yaml").read_text(encoding="utf-8"))
DIVISIONS = HERE.parents[1] / "regions" / "data" / "divisions.csv"
LANGUAGES: tuple[Language, ...] = ("zh", "en")
AT_THE_CHECK = {
    "overlap", "date_gap", "below_floor", "late_county_standard", "too_long_procedure", "over_thirty_days", "case_fails", "mute_label",
    "no_case", "unaccounted_article", "failing_hook", "steps_over_thirty_days",
    "unknown_programme",
}  # fmt: skip
"""Faults that stop nobody: the plugin loads and answers, the check tells them."""
IN_ITS_PLACE = {"conflicting_scope", "fact_conflict", "unit_clash", "type_error", "unknown_name",
                "cycle", "stage_cycle", "first_claim", "second_claim"}  # fmt: skip
"""Faults seen where rules meet: the place is refused, nobody else's."""
ELSEWHERE = {"unknown_division"}
"""Faults of plugins that speak for no place there is."""
REMARKS = {"below_floor", "late_county_standard", "too_long_procedure", "over_thirty_days", "steps_over_thirty_days"}
"""What may well stand in the document itself: told, and no fault of the plugin."""


def counties() -> list[str]:
    """Counties of Shaanxi, one for each fault, so that none stands in another's way."""
    with DIVISIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return [row["code"] for row in rows if row["level"] == "county" and row["code"].startswith("61")]


COUNTY = dict(zip((one["name"] for one in FAULTS), counties()[1:], strict=False))
COUNTY |= {one["name"]: COUNTY[one["county_of"]] for one in FAULTS if "county_of" in one}


def built(fault: Mapping[str, Any], parent: Path) -> Path:
    """Write the sound plugin with one fault."""
    name = str(fault["name"])
    folder = parent / name
    shutil.copytree(HERE / "sound", folder)
    changes = {
        "policy": fault.get("policy", []),
        "cases": fault.get("cases", []),
        "articles": fault.get("articles", []),
    }
    for file, pairs in changes.items():
        path = folder / f"{file}.yaml"
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text, (name, old)
            text = text.replace(old, new)
        text = text.replace("name: sound", f"name: {name}").replace("610523", COUNTY[name])
        path.write_text(text + (fault.get("add", "") if file == "policy" else ""), encoding="utf-8")
    if "code" in fault:
        (folder / "__init__.py").write_text(fault["code"], encoding="utf-8")
    return folder


def told(report: Report, language: Language) -> list[str]:
    """What the report says is wrong or remarkable, a line each."""
    return [one.problem.render(language) for one in report.findings if one.problem.code != "no_example"]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a data folder of their own."""
    return Settings(data_dir=tmp_path_factory.mktemp("data"), lang="zh")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Every faulty plugin, written once."""
    parent = tmp_path_factory.mktemp("plugins")
    return {fault["name"]: built(fault, parent) for fault in FAULTS}


@pytest.fixture(scope="module")
def crowded(settings: Settings, folders: Mapping[str, Path]) -> Platform:
    """A platform with every faulty plugin at once, and the sound one."""
    crowd = replace(settings, plugin_dirs=(*folders.values(), HERE / "sound"))
    loaded = load_plugins(crowd)
    return open_platform(crowd, clock=lambda: datetime(2018, 7, 1, tzinfo=UTC), in_memory=True, loaded=loaded)


@pytest.fixture(scope="module")
def reports(crowded: Platform, folders: Mapping[str, Path]) -> Mapping[str, Report]:
    """What the suite says of each, while all are there."""
    plugins = crowded.manager.plugins
    every = {**folders, "sound": HERE / "sound"}
    return {
        name: examined(Subject(platform=crowded, plugin=plugins[name], folder=folder)) for name, folder in every.items()
    }


@pytest.mark.parametrize("fault", [pytest.param(one, id=one["name"]) for one in FAULTS])
def test_a_fault_is_told_and_nothing_else(fault: Mapping[str, Any], reports: Mapping[str, Report]) -> None:
    report = reports[fault["name"]]
    for language in LANGUAGES:
        (line,) = told(report, language)
        assert line.startswith(fault[language]) if fault.get("begins") else line == fault[language]
    assert report.passed == (fault["name"] in REMARKS)


def test_a_plugin_without_a_fault_is_clean_among_all_the_others(reports: Mapping[str, Report]) -> None:
    report = reports["sound"]
    assert report.passed and told(report, "en") == []
    assert [one.status for one in report.coverage] == ["implemented"] * 2


def test_every_plugin_that_cannot_load_is_shown_as_broken_and_no_other(crowded: Platform) -> None:
    broken = {one.name for one in crowded.manager.plugins.values() if one.state == "broken"}
    assert broken == set(COUNTY) - AT_THE_CHECK - IN_ITS_PLACE


@pytest.mark.parametrize("name", sorted(COUNTY))
def test_a_faulty_plugin_stops_its_own_place_at_most(name: str, crowded: Platform) -> None:
    if name == "below_floor":
        assert standard(crowded, COUNTY[name]) == "shaanxi_rural/floor-2007 693"
    elif name in AT_THE_CHECK:
        assert standard(crowded, COUNTY[name]) == f"{name}/standard 760"
    elif name in ELSEWHERE:
        assert standard(crowded, COUNTY[name]) == "shaanxi_rural/floor-2007 693"
    else:
        with pytest.raises(JiuzhuError) as caught:
            standard(crowded, COUNTY[name])
        assert name in caught.value.render("zh")


def test_every_bundled_plugin_still_answers(crowded: Platform) -> None:
    for name in BUNDLED:
        plugin = crowded.manager.plugins[name]
        examples = list(held.examples(Subject(platform=crowded, plugin=plugin, folder=crowded.manager.folder(name))))
        assert plugin.state == "active"
        assert examples and not [one for one in examples if one.differences]


def test_a_folder_is_checked_in_a_process_of_its_own(settings: Settings, folders: Mapping[str, Path]) -> None:
    report = check_plugin(settings, str(HERE / "sound"))
    assert report.passed and report.coverage
    looping = check_plugin(settings, str(folders["endless_loop"]), limits=Limits(processor_seconds=1))
    assert [one.problem.code for one in looping.findings] == ["plugin_too_slow"]


def standard(platform: Platform, division: str) -> str:
    """The standard of a county in Shaanxi in June 2008, and where it comes from."""
    book = platform.registry.rulebook(division, on=date(2008, 6, 1), area="rural")
    line = book.policy.require("standard", "dibao")
    return f"{line.provision.address} {line.value['amount']['yuan']}"
