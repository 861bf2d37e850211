"""The composition root: bundled plugins, those of folders and entry points, the log, and the injected clock."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, partial
from importlib.metadata import EntryPoint
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rfc8785

from core.assess import Assessment, assess, assess_source
from core.declarative import from_folder
from core.errors import InvalidInput, JiuzhuError
from core.example import Question, read_questions
from core.provision import provision_from, text_of
from core.rulebook import Rulebook, build
from core.source import read
from regions.discovery import BUNDLED, candidates, folder_of
from regions.example import rules_for
from regions.platform import CHINA, Platform, now, open_platform
from regions.settings import DATABASE, Settings

MakePlugin = Callable[..., Path]
Open = Callable[..., Platform]
ON = date(2018, 6, 1)
IDENTIFIER = re.compile(r"[A-Za-z]\w*[._][A-Za-z]")
"""A dotted or snake_case name."""


# opening -----------------------------------------------------------------------------------------------------------


def test_every_bundled_plugin_is_in_use(platform: Platform) -> None:
    assert [one.name for one in platform.manager.active] == list(BUNDLED)


def test_today_is_the_clocks_day_unless_a_demonstration_date_is_set(platform: Platform, settings: Settings) -> None:
    assert platform.today == date(2018, 7, 1)
    assert open_platform(replace(settings, today=ON), in_memory=True).today == ON


def test_on_a_demonstration_date_the_clock_tells_that_day_with_the_real_time_of_day(settings: Settings) -> None:
    clock = partial(datetime, 2026, 3, 1, 20, 30, tzinfo=UTC)  # 04:30 of the next day in China
    found = open_platform(replace(settings, today=ON), clock=clock, in_memory=True)
    assert (found.clock().astimezone(CHINA).isoformat(), found.today) == ("2018-06-01T04:30:00+08:00", ON)
    assert {one.recorded_at for one in found.registry.log.entries} == {"2018-05-31T20:30:00+00:00"}


def test_the_one_clock_is_in_utc() -> None:
    assert now().tzinfo is UTC


def test_in_memory_nothing_is_written(platform: Platform, settings: Settings) -> None:
    assert platform.registry.log.store is None and not (settings.data_dir / DATABASE).exists()
    with pytest.raises(JiuzhuError, match="no_database"):
        _ = platform.database


def test_what_is_accepted_is_written_once_and_read_again(settings: Settings, database_url: str) -> None:
    own = replace(settings, database_url=database_url)
    first = open_platform(own, clock=lambda: datetime(2018, 7, 1, tzinfo=UTC))
    again = open_platform(own, clock=lambda: datetime(2018, 7, 2, tzinfo=UTC))
    assert again.registry.log.version() == first.registry.log.version()
    assert len(again.registry.log.entries) == len(BUNDLED)
    assert {one.recorded_at for one in again.registry.log.entries} == {"2018-07-01T00:00:00+00:00"}
    first.database.close()
    again.database.close()


def test_an_embedded_database_is_made_in_the_data_folder(settings: Settings, tmp_path: Path) -> None:
    found = open_platform(replace(settings, data_dir=tmp_path / "data"))
    assert (tmp_path / "data" / DATABASE).exists() and found.database.dialect == "sqlite"
    found.database.close()


def test_a_disabled_plugin_rules_nowhere(settings: Settings) -> None:
    found = open_platform(replace(settings, disabled=("yiyang",)), in_memory=True)
    line = found.registry.rulebook("430903", on=ON, area="urban").policy.line("standard", "dibao")
    assert found.manager.plugins["yiyang"].state == "disabled" and line is None


def test_a_plugin_in_a_folder_rules_beside_the_bundled_ones(opened: Open, plugin: MakePlugin) -> None:
    found = opened(plugin(yuan="760"))
    line = found.registry.rulebook("610523", on=date(2008, 6, 1), area="rural").policy.require("standard", "dibao")
    assert line.provision.address == "dali/standard" and line.governed is not None and not line.governed.governs


def test_a_plugin_of_an_entry_point_is_loaded_like_any_other(
    settings: Settings, plugin: MakePlugin, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = plugin()
    point = EntryPoint(name="dali", value="dali_2008:plugin", group="jiuzhu")
    monkeypatch.setattr("regions.discovery.entry_points", lambda group: [point] if group == "jiuzhu" else [])
    monkeypatch.setattr(EntryPoint, "load", lambda _: from_folder(folder))
    assert [(one.name, one.origin) for one in candidates(settings)][-1] == ("dali", "dali_2008:plugin")
    assert open_platform(settings, in_memory=True).manager.plugins["dali"].state == "active"


def test_a_broken_plugin_leaves_the_rest_of_the_country_working(opened: Open, plugin: MakePlugin) -> None:
    found = opened(plugin(yuan="7x0"))
    assert found.manager.plugins["dali"].state == "broken"
    assert found.registry.rulebook("430903", on=ON, area="urban").policy.line("standard", "dibao") is not None
    with pytest.raises(JiuzhuError) as caught:
        found.registry.rulebook("610523", on=date(2008, 6, 1), area="rural")
    assert caught.value.code == "broken_rules"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"document": "national/none", "cite": "一"}, "unknown_document"),
        ({"repeals": ["national/none"]}, "unknown_provision"),
        ({"division": "999999"}, "unknown_division"),
        ({"reaffirmed": {"on": "2012-01-01", "document": "national/none", "cite": "一"}}, "unknown_document"),
    ],
)
def test_what_a_plugin_says_of_others_must_exist(
    opened: Open, plugin: MakePlugin, wrong: dict[str, Any], code: str
) -> None:
    rounding = {"id": "r", "kind": "rounding", "at": "payment", "unit": "fen", "mode": "up", **wrong}
    error = opened(plugin(rounding)).manager.plugins["dali"].error
    assert error is not None and code in [one.code for one in error.problems]
    assert all(one.where is not None and one.where.line for one in error.problems)


def test_a_units_row_of_a_plugin_joins_the_division_table(opened: Open, plugin: MakePlugin) -> None:
    farm = {"name": "某农场", "level": "unit", "parent": "610523", "scheme": "custom", "source": "示例"}
    unit = {"id": "units", "kind": "division", "items": {"farm01": farm}}
    found = opened(plugin(unit))
    assert found.tree.ladder("farm01", ON)[-2:] == ("610523", "farm01")


def test_a_unit_that_does_not_fit_breaks_its_plugin(opened: Open, plugin: MakePlugin) -> None:
    farm = {"name": "某农场", "level": "unit", "parent": "999999", "scheme": "custom", "source": "示例"}
    found = opened(plugin({"id": "units", "kind": "division", "items": {"farm01": farm}}))
    assert found.manager.plugins["dali"].state == "broken"


def test_the_folder_of_a_bundled_plugin_is_known() -> None:
    assert all((folder_of(name) / "policy.yaml").is_file() for name in BUNDLED)


def test_another_division_table_may_be_named(settings: Settings, tmp_path: Path) -> None:
    table = tmp_path / "towns.csv"
    head = "code,name,level,parent,scheme,source,retrieved,from,until"
    table.write_text(f"{head}\n430903100,某街道,township,430903,gbt2260,示例,,,\n", encoding="utf-8")
    found = open_platform(replace(settings, divisions=(table,)), in_memory=True)
    assert found.tree.ladder("430903100", ON)[-1] == "430903100"
    table.write_text(f"{head}\n430903100,某街道,tonwship,430903,gbt2260,示例,,,\n", encoding="utf-8")
    with pytest.raises(InvalidInput):
        open_platform(replace(settings, divisions=(table,)), in_memory=True)


# every bundled example ---------------------------------------------------------------------------------------------


@cache
def questions() -> tuple[Question, ...]:
    """The worked examples of every bundled plugin."""
    return tuple(one for name in BUNDLED for one in read_questions(read(folder_of(name) / "cases.yaml")))


def assessments(platform: Platform) -> Iterator[Assessment]:
    """Assess every worked example that can be assessed."""
    for question in questions():
        try:
            book = rules_for(platform, question)
            yield assess_source(book, question.facts)
        except JiuzhuError:
            continue


@pytest.fixture(scope="module")
def found(platform: Platform) -> list[Assessment]:
    """Every worked example, assessed."""
    return list(assessments(platform))


@pytest.fixture(scope="module")
def books(found: list[Assessment]) -> list[Rulebook]:
    """The rulebooks of the worked examples, each once."""
    return list({one.rulebook.hash: one.rulebook for one in found}.values())


def test_every_assessment_is_valid_against_the_schema_of_a_trace(found: list[Assessment]) -> None:
    schema = json.loads(files("core").joinpath("trace_v1.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    assert len(found) > 50
    for one in found:
        assert [error.message for error in validator.iter_errors(one.to_json("zh"))] == []


def test_every_assessment_is_replayed_byte_for_byte_from_what_is_stored(platform: Platform) -> None:
    text = json.dumps([{"revision": one.revision, **one.canonical()} for one in platform.registry.provisions()])
    stored = [provision_from(one, revision=one["revision"]) for one in json.loads(text)]
    plain = [
        question
        for question in questions()
        if question.provisions is None and "error" not in question.expect and question.facts
    ]
    for question in plain[::6]:
        book = rules_for(platform, question)
        policy, first = book.policy, assess_source(book, question.facts)
        again = build(stored, place=policy.place, programmes=question.programmes, kinds=platform.manager.kinds)
        replayed = assess(again, json.loads(json.dumps(first.facts)))
        assert rfc8785.dumps(replayed.canonical()) == rfc8785.dumps(first.canonical()), question.name.zh


def test_no_condition_of_a_bundled_plugin_shows_an_identifier(books: list[Rulebook]) -> None:
    for book in books:
        for formula in book.program.formulas:
            for text in (formula.source.label, formula.source.message) if formula.type == "boolean" else ():
                if text is not None:
                    shown = re.sub(r"\{(left|right|operator)\}", "", text.zh + " " + text.en)
                    assert not IDENTIFIER.search(shown), (formula.key, shown)


def test_every_condition_that_can_refuse_somebody_is_named_in_both_languages(books: list[Rulebook]) -> None:
    for book in books:
        for formula in book.program.formulas:
            if formula.type == "boolean" and formula.source.name.endswith(("_ok", "eligible")):
                label = formula.source.label
                assert label is not None and label.zh and label.en, formula.key


def test_what_an_applicant_is_told_holds_no_identifier(found: list[Assessment]) -> None:
    told = [one for assessment in found for one in assessment.failed]
    assert len(told) > 5
    for one in told:
        for language in ("zh", "en"):
            assert not IDENTIFIER.search(one.message(language)), one.message(language)


def test_who_is_refused_is_told_why(found: list[Assessment]) -> None:
    for one in found:
        for programme, status in one.statuses.items():
            reasons = [failed for failed in one.failed if failed.condition.startswith(f"{programme}.")]
            assert bool(reasons) is (status == "not_eligible"), (programme, status)


def test_texts_of_applicants_are_in_both_languages(platform: Platform) -> None:
    for one in platform.registry.provisions():
        for name in ("label", "message"):
            text = text_of(one.value.get(name))
            assert text is None or (text.zh and text.en), (one.address, name)
