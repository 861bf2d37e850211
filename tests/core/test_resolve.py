"""The cascade over every slot: lines with their slot, origin and ladder, for each programme asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from core.errors import Text
from core.policy import Place
from core.provision import Provision
from core.resolve import resolve

PROVINCE, COUNTY = "430000", "430903"
Provide = Callable[..., Provision]
Where = Callable[..., Place]


def test_a_line_says_its_slot_origin_and_ladder(place: Where, provision: Provide) -> None:
    one, old = provision("p/one", division=COUNTY), provision("p/old")
    line = resolve([one, old], place=place(), programmes=["dibao"]).require("reference_period", "dibao")
    assert (line.kind, line.programme, line.key) == ("reference_period", "dibao", "")
    assert line.provision is one and line.provisions == (one,) and line.governed is None
    assert [(rung.provision.id, rung.state) for rung in line.ladder] == [("p/one", "in_force"), ("p/old", "shadowed")]


def test_a_standard_without_bounds_keeps_its_ladder(place: Where, provision: Provide) -> None:
    line = resolve([provision(yuan="700")], place=place(), programmes=["dibao"]).require("standard", "dibao")
    assert [rung.state for rung in line.ladder] == ["in_force"] and line.governed is None


def test_a_floor_alone_fills_the_slot_of_the_standard(place: Where, provision: Provide) -> None:
    floor = provision("p/floor", division=PROVINCE, yuan="700", role="floor")
    policy = resolve([floor], place=place(), programmes=["dibao", "care"])
    line = policy.require("standard", "dibao")
    assert (line.kind, line.programme, line.key) == ("standard", "dibao", "")
    assert line.provisions == (floor,) and [rung.state for rung in line.ladder] == ["bound"]


def test_a_named_standard_under_a_floor_of_its_name_keeps_its_name(place: Where, provision: Provide) -> None:
    named = {"name": "class_a", "amount": {"yuan": "600", "per": "person-year"}}
    floor = provision("p/floor", kind="standard", division=PROVINCE, value={**named, "role": "floor"})
    alone = resolve([floor], place=place(), programmes=["dibao"]).require("standard", "dibao", "class_a")
    assert (alone.key, alone.programme) == ("class_a", "dibao")


def test_where_a_floor_governs_it_comes_first_and_the_own_value_after_it(place: Where, provision: Provide) -> None:
    own = provision("p/own", division=COUNTY, yuan="600")
    floor = provision("p/floor", division=PROVINCE, yuan="700", role="floor")
    line = resolve([own, floor], place=place(), programmes=["dibao"]).require("standard", "dibao")
    assert [one.id for one in line.provisions] == ["p/floor", "p/own"] and line.provision is floor
    assert line.value["amount"]["yuan"] == "700"


def test_where_an_own_value_governs_the_floor_is_no_origin(place: Where, provision: Provide) -> None:
    own = provision("p/own", division=COUNTY, yuan="800")
    floor = provision("p/floor", division=PROVINCE, yuan="700", role="floor")
    line = resolve([own, floor], place=place(), programmes=["dibao"]).require("standard", "dibao")
    assert line.provision is own and line.provisions == (own,)
    assert [rung.state for rung in line.ladder] == ["in_force", "bound"]


def test_a_repeal_by_another_place_ends_nothing_here(place: Where, provision: Provide) -> None:
    rule = provision("p/rule", division=COUNTY)
    elsewhere = provision("q/other", division="110000", repeals=("p/rule",), value={"period": "month"})
    above = provision("n/law", division=PROVINCE, repeals=("p/rule",), value={"period": "month"})
    here = resolve([rule, elsewhere], place=place(), programmes=["dibao"]).require("reference_period", "dibao")
    assert here.provision is rule
    ended = resolve([rule, above], place=place(), programmes=["dibao"]).require("reference_period", "dibao")
    assert ended.provision is above


def test_what_is_asked_is_kept_with_the_answer(place: Where, provision: Provide) -> None:
    titles = {"standard": Text("保障标准", "standard")}
    policy = resolve([], place=place(), programmes=["dibao", "care"], known_at="2018-01-01", titles=titles)
    assert (policy.programmes, policy.known_at, policy.titles) == (("dibao", "care"), "2018-01-01", titles)
    assert (policy.division, policy.area, policy.on) == (COUNTY, "urban", date(2018, 6, 1))
    assert resolve([], place=place(), programmes=["dibao"]).titles == {}


def test_a_rule_for_any_programme_is_a_line_of_each(place: Where, provision: Provide) -> None:
    policy = resolve([provision(programme="any")], place=place(), programmes=["dibao", "care"])
    assert policy.require("reference_period", "care").programme == "care"
    assert policy.require("reference_period", "dibao").programme == "dibao"
