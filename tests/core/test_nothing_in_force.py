"""What an empty slot says: kind, place, day and the nearest dated values; nothing is carried over silently."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import JiuzhuError, Text
from core.policy import Place, dated_text
from core.provision import Provision
from core.resolve import resolve
from core.values import Bound

PREFECTURE, COUNTY = "430900", "430903"


def test_an_empty_slot_names_kind_place_day_and_the_nearest_dated_values(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    unknown = Bound(kind="unknown", because=Text("来源未载", ""))
    policy = resolve(
        [
            provision("p/old", division=PREFECTURE, yuan="420", start="2016-01-01", until="2018-01-01"),
            provision("p/new", division=PREFECTURE, yuan="430", start="2019-01-01"),
            provision("p/undated", division=PREFECTURE, yuan="425", start=unknown),
        ],
        place=place(),
        programmes=["dibao"],
    )
    with pytest.raises(JiuzhuError) as caught:
        policy.require("standard", "dibao")
    told = caught.value.render("zh")
    assert caught.value.code == "nothing_in_force"
    assert all(part in told for part in ("standard", "赫山区", "2018-06-01", "p/old", "420", "p/new", "p/undated"))


def test_an_empty_slot_without_any_rule_says_so(place: Callable[..., Place]) -> None:
    error = resolve([], place=place(), programmes=["dibao"]).nothing_in_force("standard", "dibao")
    assert error.hint is not None and "没有任何相近日期的规定" in error.hint.zh


def test_an_empty_slot_names_the_programme_as_it_is_called_and_the_day(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    called = {"pays": "household", "label": {"zh": "低保", "en": "Dibao"}}
    policy = resolve([provision("n/p", kind="programme", value=called)], place=place(), programmes=["dibao"])
    error = policy.nothing_in_force("standard", "dibao")
    assert "（低保）" in error.message.zh and "Dibao" in error.message.en and error.value == "2018-06-01"


def test_of_many_dated_values_the_two_nearest_are_named_with_amount_and_period(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    def value(id_: str, start: str, until: str, per: str = "person-month") -> Provision:
        return provision(id_, division=COUNTY, yuan=id_[2:], per=per, start=start, until=until)

    policy = resolve(
        [
            value("p/300", "2010-01-01", "2011-01-01"), value("p/400", "2016-01-01", "2018-01-01"),
            value("p/500", "2018-09-01", "2020-01-01"), value("p/350", "2014-01-01", "2015-01-01"),
        ],
        place=place(), programmes=["dibao"],
    )  # fmt: skip
    hint = policy.nothing_in_force("standard", "dibao").hint
    assert hint is not None
    assert (
        hint.zh
        == "最近的规定：p/500 500元/人·月（2018-09-01 至 2020-01-01）；p/400 400元/人·月（2016-01-01 至 2018-01-01）"
    )
    assert hint.en == (
        "nearest: p/500 500 yuan/person-month (2018-09-01 to 2020-01-01); "
        "p/400 400 yuan/person-month (2016-01-01 to 2018-01-01)"
    )


def test_a_value_without_dates_or_amount_is_named_as_far_as_it_goes(provision: Callable[..., Provision]) -> None:
    bare = dated_text(provision("p/one", start=None, value={}))
    assert (bare.zh, bare.en) == ("p/one（… 至 …）", "p/one (… to …)")
    plain = dated_text(provision("p/one", kind="target", value={"amount": {"yuan": "5"}}))
    assert plain.zh == "p/one 5元（2010-01-01 至 …）"
    assert dated_text(provision("p/one", kind="target", value={"amount": {"share": "5%"}})).zh.startswith("p/one（")


def test_a_named_slot_is_required_and_missed_by_its_name(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    def named(id_: str, name: str, **more: Any) -> Provision:
        amount = {"yuan": "5", "per": "month"}
        return provision(id_, kind="standard", division=COUNTY, value={"name": name, "amount": amount}, **more)

    policy = resolve([named("p/a", "a"), named("p/b", "b", until="2011-01-01")], place=place(), programmes=["dibao"])
    assert policy.require("standard", "dibao", "a").provision.id == "p/a"
    with pytest.raises(JiuzhuError, match="p/b"):
        policy.require("standard", "dibao", "b")


def test_a_value_that_never_holds_is_named_once_and_after_the_dated_ones(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    undated = provision("p/undated", yuan="425", start=Bound(kind="unknown"))
    dated = provision("p/dated", yuan="420", start="2010-01-01", until="2011-01-01")
    hint = resolve([undated, dated], place=place(), programmes=["dibao"]).nothing_in_force("standard", "dibao").hint
    assert hint is not None
    assert (
        hint.en
        == "nearest: p/dated 420 yuan/person-year (2010-01-01 to 2011-01-01); p/undated (dates unknown, never in force)"
    )


def test_a_rule_that_is_open_on_both_sides_is_near_to_no_day(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    always = provision("p/always", yuan="1", start=None, inert=Text("低", "low"))
    old, new = (
        provision("p/old", yuan="2", start="1949-10-01", until="1950-01-01"),
        provision("p/new", yuan="3", start="2019-01-01"),
    )
    hint = resolve([always, old, new], place=place(), programmes=["dibao"]).nothing_in_force("standard", "dibao").hint
    assert hint is not None
    assert [part.split()[0] for part in hint.en.removeprefix("nearest: ").split("; ")] == ["p/new", "p/old"]
