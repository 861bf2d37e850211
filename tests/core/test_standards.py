"""Other places' lines for STANDARD(programme, area, division), on the policy's own day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from core.policy import Place
from core.provision import Provision
from core.standards import StandardTable, standard_table

Provide = Callable[..., Provision]
PREFECTURE, COUNTY = "430900", "430903"


@pytest.fixture
def table(place: Callable[..., Place]) -> Callable[..., StandardTable]:
    """The table of a county's policy, its prefecture among the places that may be asked about."""

    def make(*provisions: Provision, **more: Any) -> StandardTable:
        places: Mapping[str, Place] = more.pop("places", {PREFECTURE: place(depth=3)})
        return standard_table(provisions, place=place(**more), places=places, programmes=["dibao"])

    return make


def test_lines_are_yearly_amounts_a_person_in_both_areas(
    table: Callable[..., StandardTable], provision: Provide
) -> None:
    found = table(
        provision("p/urban", division=PREFECTURE, area="urban", yuan="430", per="person-month"),
        provision("p/rural", division=PREFECTURE, area="rural", yuan="3200.50"),
    )
    assert found("dibao", "urban", PREFECTURE) == (516000, 1)
    assert found("dibao", "rural", PREFECTURE) == (320050, 1)
    assert found.origin("dibao", "urban", COUNTY) == "p/urban"


def test_a_place_without_a_line_has_none(table: Callable[..., StandardTable], provision: Provide) -> None:
    found = table(provision("p/urban", division=PREFECTURE, area="urban", yuan="430"))
    assert found("dibao", "rural", PREFECTURE) is None and found("dibao", "urban", "110000") is None
    assert found.origin("dibao", "urban", "110000") is None


def test_a_gap_is_no_line(table: Callable[..., StandardTable], provision: Provide) -> None:
    gap = provision("p/gap", kind="standard", division=PREFECTURE, value={}, status="gap")
    assert table(gap).lines == {}


def test_lines_are_those_of_the_day_of_the_policy(table: Callable[..., StandardTable], provision: Provide) -> None:
    old = provision("p/old", division=PREFECTURE, yuan="420", until="2018-05-01")
    new = provision("p/new", division=PREFECTURE, yuan="430", start="2018-05-01")
    assert table(old, new, on="2018-04-30")("dibao", "urban", COUNTY) == (42000, 1)
    assert table(old, new, on="2018-05-01")("dibao", "urban", COUNTY) == (43000, 1)


def test_a_floor_above_a_place_is_its_line(table: Callable[..., StandardTable], provision: Provide) -> None:
    own, floor = provision("p/own", division=COUNTY, yuan="600"), provision("p/floor", yuan="693", role="floor")
    assert table(own, floor)("dibao", "rural", COUNTY) == (69300, 1)


def test_places_no_standard_reaches_are_not_looked_at(
    table: Callable[..., StandardTable], provision: Provide, place: Callable[..., Place]
) -> None:
    own, city = provision("p/own", division=COUNTY, yuan="600"), place(depth=3)
    elsewhere = replace(city, ladder=replace(city.ladder, codes=("000000", "110000")))
    assert {key[2] for key in table(own, places={"110000": elsewhere, PREFECTURE: city}).lines} == {COUNTY}


def test_the_table_is_written_sorted_and_exact(table: Callable[..., StandardTable], provision: Provide) -> None:
    found = table(provision("p/one", division=COUNTY, yuan="100.10", per="person-quarter"), places={})
    assert found.canonical() == [
        ["dibao", "rural", COUNTY, "40040", "p/one"],
        ["dibao", "urban", COUNTY, "40040", "p/one"],
    ]


def test_what_was_asked_for_is_recorded_found_or_not(table: Callable[..., StandardTable], provision: Provide) -> None:
    found, asked = table(provision("p/one", division=COUNTY, yuan="693")), set[tuple[str, str, str]]()
    ask = found.recorded(asked)
    assert ask("dibao", "rural", COUNTY) == (69300, 1) and ask("dibao", "rural", "110000") is None
    assert found.used(asked) == [
        {"programme": "dibao", "area": "rural", "division": "110000", "value": None, "provision": None},
        {"programme": "dibao", "area": "rural", "division": COUNTY, "value": "69300", "provision": "p/one"},
    ]


def test_a_place_whose_own_rules_are_torn_has_no_line(table: Callable[..., StandardTable], provision: Provide) -> None:
    one, other = (
        provision(f"{name}/own", division=PREFECTURE, yuan=yuan) for name, yuan in (("p", "600"), ("q", "700"))
    )
    assert table(one, other).lines == {}
