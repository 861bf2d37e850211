"""Answers about rules as plain JSON: in force, why, what differs, what is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.errors import JiuzhuError, Text
from core.values import OPEN, Bound
from regions import report, report_gaps, report_place
from regions.platform import Platform
from regions.procedure_graph import procedure_graph
from regions.report import Ask

MakePlugin = Callable[..., Path]
Open = Callable[..., Platform]
HESHAN = Ask(division="430903", area="urban", on=date(2018, 6, 1))
SHAANXI = Ask(division="610000", area="rural", on=date(2007, 6, 1))
DALI = Ask(division="610523", area="rural", on=date(2008, 6, 1))


def test_everything_in_force_is_shown_by_programme_and_kind(platform: Platform) -> None:
    found = report.show(platform, HESHAN, kind=None, language="zh")
    assert found["place"] == {"division": "430903", "name": "湖南省益阳市赫山区", "area": "urban"}
    assert found["on"] == "2018-06-01" and len(found["policy"]) == 64
    assert {"standard", "benefit", "formula", "publicity_rule"} <= set(found["programmes"]["dibao"])
    assert json.loads(json.dumps(found)) == found


def test_one_kind_may_be_shown_alone(platform: Platform) -> None:
    found = report.show(platform, HESHAN, kind="standard", language="zh")["programmes"]["dibao"]
    line = next(one for one in found["standard"] if one["key"] == "")
    assert list(found) == ["standard"] and line["value"]["amount"] == {"yuan": "430", "per": "person-month"}
    assert line["flags"] == ["assumed_date"] and line["assumptions"] and line["governed_by"] is None
    assert line["origin"][0].startswith("yiyang/") and line["cite"]


@pytest.mark.parametrize("ask", [report.show, report.explain])
def test_a_kind_that_does_not_exist_is_refused_with_the_nearest(platform: Platform, ask: Callable[..., Any]) -> None:
    more = {} if ask is report.show else {"key": ""}
    with pytest.raises(JiuzhuError) as caught:
        ask(platform, HESHAN, kind="standrad", language="zh", **more)
    assert caught.value.code == "unknown_kind" and "standard" in caught.value.render("en")


def test_an_explanation_shows_what_is_in_force_and_what_became_of_the_rest(platform: Platform) -> None:
    found = report.explain(platform, HESHAN, kind="standard", key="", language="en")
    states = [(rung["state"], rung["value"].get("amount", {}).get("yuan")) for rung in found["ladder"]]
    assert states[0] == ("in_force", "430") and {yuan for _, yuan in states} >= {"430", "420"}
    assert found["error"] is None and found["in_force"]["value"]["amount"]["yuan"] == "430"
    assert found["ladder"][0]["from"]["unknown"] and found["ladder"][0]["state_text"] == "in force"


def test_a_keyed_kind_without_a_key_names_its_keys(platform: Platform) -> None:
    found = report.explain(platform, HESHAN, kind="publicity_rule", key="", language="zh")
    assert {"review", "approval"} <= set(found["keys"]) and found["ladder"] == [] and found["in_force"] is None
    one = report.explain(platform, HESHAN, kind="publicity_rule", key="review", language="zh")
    assert str(one["in_force"]["value"]["days"]) == "7" and "keys" not in one


def test_an_empty_slot_is_explained_with_its_error(platform: Platform) -> None:
    ask = Ask(division="610000", area="rural", on=date(2009, 1, 1))
    found = report.explain(platform, ask, kind="standard", key="", language="zh")
    assert found["in_force"] is None and found["error"]["code"] == "nothing_in_force"
    assert "693" in found["error"]["hint"] and [rung["state"] for rung in found["ladder"]]


def test_flags_are_told_with_the_slot_they_are_about(opened: Open, plugin: MakePlugin) -> None:
    low = opened(plugin(yuan="600"))
    ask = Ask(division="610523", area="rural", on=date(2008, 6, 1))
    found = report.explain(low, ask, kind="standard", key="", language="zh")
    inert = [rung for rung in found["ladder"] if rung["state"] == "inert"]
    assert inert and "693" in inert[0]["inert"]
    late = opened(plugin(name="late", yuan="800"))
    assert report.explain(late, ask, kind="standard", key="", language="zh")["flags"] == []


@pytest.mark.parametrize(
    ("bound", "shown"),
    [
        (OPEN, "open"),
        (Bound(kind="known", day=date(2018, 4, 27)), "2018-04-27"),
        (
            Bound(kind="unknown", day=date(2018, 1, 1), because=Text("来源未载", "not in the source")),
            {"unknown": True, "assumed": "2018-01-01", "because": "not in the source"},
        ),
        (Bound(kind="unknown"), {"unknown": True, "assumed": None, "because": None}),
    ],
)
def test_a_bound_is_a_day_open_or_what_is_assumed(bound: Bound, shown: Any) -> None:
    assert report.bound_json(bound, "en") == shown


def test_two_days_are_compared_by_what_differs(platform: Platform) -> None:
    before = Ask(division="430903", area="urban", on=date(2018, 3, 1))
    found = report.compare(platform, before, HESHAN, language="zh")
    slots = {(row["kind"], row["key"]) for row in found["differences"]}
    assert ("standard", "") in slots and ("benefit", "") not in slots
    row = next(one for one in found["differences"] if (one["kind"], one["key"]) == ("standard", ""))
    assert (row["left"]["value"]["amount"]["yuan"], row["right"]["value"]["amount"]["yuan"]) == ("420", "430")
    assert found["left"]["on"] == "2018-03-01" and found["right"]["name"] == "湖南省益阳市赫山区"


def test_a_place_with_itself_does_not_differ(platform: Platform) -> None:
    assert report.compare(platform, HESHAN, HESHAN, language="zh")["differences"] == []


def test_what_only_one_place_has_is_shown_on_its_side(platform: Platform) -> None:
    found = report.compare(platform, SHAANXI, HESHAN, language="zh")["differences"]
    assert any(row["left"] is None for row in found) and any(row["right"] is None for row in found)


def test_list_of_assumptions_names_those_on_top_ups_openings_and_reviews_in_both_languages(platform: Platform) -> None:
    told = {language: {row["provision"]: row["because"] for row in
                       report_gaps.gaps(platform, ask=None, plugin=None, language=language)}
            for language in ("zh", "en")}  # fmt: skip
    for address in ("core/topup_beside_gap", "casework/opening_paid_elsewhere", "casework/review_mode"):
        assert told["zh"][address] and told["en"][address] and told["zh"][address] != told["en"][address]


def test_gaps_of_a_place_are_sorted_by_sort_and_end_with_what_the_platform_assumes(platform: Platform) -> None:
    rows = report_gaps.gaps(platform, ask=SHAANXI, plugin=None, language="zh")
    assert {"gap", "technical_default", "assumed_date"} <= {row["sort"] for row in rows}
    own = [row["provision"] for row in rows if row["kind"] in ("core", "casework")]
    assert own == [row["provision"] for row in rows[-len(own) :]] and all(row["because"] for row in rows)
    assert any(row["provision"].endswith("#article_9_4") for row in rows)


def test_gaps_of_one_plugin_are_its_own(platform: Platform) -> None:
    rows = report_gaps.gaps(platform, ask=None, plugin="disability_subsidies", language="en")
    assert {row["provision"].partition("/")[0] for row in rows} == {"disability_subsidies"}
    assert "excerpt" in {row["sort"] for row in rows}


def test_gaps_of_all_plugins_hold_unknown_dates_too(platform: Platform, opened: Open, plugin: MakePlugin) -> None:
    undated = {"id": "u", "kind": "rounding", "at": "payment", "unit": "fen", "mode": "up",
               "from": {"unknown": True, "because": {"zh": "来源未载", "en": "not in the source"}}}  # fmt: skip
    rows = report_gaps.gaps(opened(plugin(undated)), ask=None, plugin="dali", language="en")
    assert [(row["sort"], row["provision"], row["because"]) for row in rows] == [
        ("undatable", "dali/u", "not in the source")
    ]


def test_standards_of_a_place_are_listed_by_programme_and_area(platform: Platform) -> None:
    rows = report.standards(platform, HESHAN, programmes=("dibao",), areas=("urban", "rural"), language="zh")
    assert [(row["area"], row["name"], row["value"]["amount"]["yuan"]) for row in rows] == [
        ("urban", "standard", "430"), ("rural", "standard", "3200"),
    ]  # fmt: skip


def test_the_history_of_a_standard_is_oldest_first(platform: Platform) -> None:
    rows = report.history(platform, HESHAN, language="zh")
    assert [row["value"]["amount"]["yuan"] for row in rows if "amount" in row["value"]] == ["420", "430"]


def test_plugins_are_listed_with_what_they_bring(opened: Open, plugin: MakePlugin) -> None:
    found = opened(plugin(yuan="600"), plugin(name="broken", yuan="6x"), disabled=("yiyang",))
    rows = {row["name"]: row for row in report_place.plugins(found, "en")}
    assert rows["dali"]["inert"] == ["dali/standard"] and rows["dali"]["provisions"] == 1
    assert (rows["dali"]["title"], rows["dali"]["version"], rows["dali"]["error"]) == ("Dali", "0.1.0", None)
    assert rows["broken"]["state"] == "broken" and "6x" in rows["broken"]["error"]
    assert (rows["yiyang"]["state"], rows["yiyang"]["title"], rows["yiyang"]["provisions"]) == ("disabled", "", 0)
    assert rows["national"]["gaps"] > 0 and "jiuzhu_standards" in rows["national"]["hooks"]


def test_one_plugin_is_shown_with_its_provisions(opened: Open, plugin: MakePlugin) -> None:
    found = report_place.plugin(opened(plugin(yuan="600")), "dali", "zh")
    (row,) = found["listed"]
    assert (row["provision"], row["kind"], row["status"], row["cite"]) == (
        "dali/standard@1",
        "standard",
        "in_force",
        "dali/doc 第一条",
    )
    assert "693" in row["inert"]


def test_a_plugin_that_is_not_there_is_refused_with_the_nearest(platform: Platform) -> None:
    with pytest.raises(JiuzhuError) as caught:
        report_place.plugin(platform, "yiynag", "zh")
    assert caught.value.code == "unknown_plugin" and "yiyang" in caught.value.render("en")


def test_the_doctor_names_inert_provisions_and_broken_plugins(opened: Open, plugin: MakePlugin) -> None:
    found = report_gaps.doctor(opened(plugin(yuan="600")), ask=None, language="en")
    assert [row["provision"] for row in found["inert"]] == ["dali/standard"] and "693" in found["inert"][0]["reason"]
    assert len(found["registry_version"]) == 64 and "stops" not in found


def test_the_doctor_names_every_gap_that_will_stop_something_in_a_place(platform: Platform) -> None:
    found = report_gaps.doctor(platform, ask=Ask(division="610000", area="rural", on=date(2009, 1, 1)), language="zh")
    stops = {row["quantity"]: row for row in found["stops"]}
    assert stops["dibao.standard"]["code"] == "nothing_in_force"
    assert all(row["because"] for row in found["gaps"]) and found["place"]["name"] == "陕西省" and found["flags"] == []


def test_the_doctor_finds_nothing_to_stop_where_all_is_ruled(platform: Platform) -> None:
    stops = {row["quantity"] for row in report_gaps.doctor(platform, ask=SHAANXI, language="zh")["stops"]}
    assert not {"dibao.standard", "dibao.benefit", "dibao.payment"} & stops


def test_a_procedure_is_drawn_with_what_comes_after_what(platform: Platform) -> None:
    drawn = procedure_graph(platform, HESHAN, language="zh").splitlines()
    assert drawn[0] == "flowchart TD" and any("-->" in row for row in drawn)
    named = [row.split('["')[0].strip() for row in drawn if '["' in row]
    arrows = [row.split(" --> ") for row in drawn if "-->" in row]
    assert {part.strip() for arrow in arrows for part in arrow} <= set(named)
    assert all(named.index(before.strip()) < named.index(after.strip()) for before, after in arrows)


def test_a_procedure_is_drawn_with_the_limit_of_the_whole(platform: Platform) -> None:
    drawn = procedure_graph(platform, replace(HESHAN, on=date(2023, 3, 1)), language="zh").splitlines()
    (whole,) = (row for row in drawn if row.startswith("  total(["))
    assert (
        "<br/>30个工作日<br/>由乡镇（街道）决定的20个工作日<br/>公示有异议、" in whole
        and "  acceptance -.-> total" in drawn
    )
    assert any(row.endswith('停发<br/>3个月"]') for row in drawn)


def test_a_division_is_shown_with_its_path_and_those_below(platform: Platform) -> None:
    found = report_place.division(platform, "430900", on=date(2018, 6, 1))
    assert (found["name"], found["path"], found["parent"]) == ("益阳市", "湖南省益阳市", "430000")
    assert "430903" in {row["code"] for row in found["children"]}


def test_divisions_are_found_by_name_or_code(platform: Platform) -> None:
    assert "430903" in {row["code"] for row in report_place.find_divisions(platform, "赫山")}
    assert report_place.find_divisions(platform, "430903")[0]["path"] == "湖南省益阳市赫山区"
