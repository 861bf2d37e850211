"""The resolved policy: values with origins, held against floors and ceilings, with their flags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.bounds import Governed, below_floor_at_start
from core.cascade import Ladder
from core.errors import JiuzhuError, Text
from core.policy import Line, Place
from core.provision import Provision
from core.resolve import resolve
from core.values import Bound

PROVINCE, PREFECTURE, COUNTY = "430000", "430900", "430903"


def empty(place: Callable[..., Place], *provisions: Provision) -> bool:
    """Whether the slot of the dibao standard has no line."""
    return resolve(provisions, place=place(), programmes=["dibao"]).line("standard", "dibao") is None


def standard(place: Callable[..., Place], *provisions: Provision) -> Line:
    """The line of the dibao standard."""
    line = resolve(provisions, place=place(), programmes=["dibao"]).line("standard", "dibao")
    assert line is not None
    return line


def held(line: Line) -> Governed:
    """The bound a line was held against."""
    assert line.governed is not None
    return line.governed


def test_a_place_inherits_the_standard_of_the_prefecture(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    line = standard(place, provision("y/urban", division=PREFECTURE, area="urban", yuan="430", per="person-month"))
    assert line.value["amount"] == {"yuan": "430", "per": "person-month"}
    assert line.provision.id == "y/urban"


def test_a_rural_standard_says_nothing_of_urban_places(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    assert empty(place, provision(division=PREFECTURE, area="rural", yuan="3200"))


def test_an_own_value_above_the_floor_is_in_force_and_held_against_it(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    line = standard(
        place,
        provision("p/own", division=COUNTY, yuan="800"),
        provision("p/floor", division=PROVINCE, yuan="693", role="floor"),
    )
    assert line.value["amount"]["yuan"] == "800"
    assert not held(line).governs and held(line).provision.id == "p/floor"


def test_a_floor_raised_later_governs_and_the_place_is_told_to_adjust(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    policy = resolve(
        [
            provision("p/own", division=COUNTY, yuan="650", start="2007-01-01"),
            provision("p/floor", division=PROVINCE, yuan="693", role="floor", start="2008-01-01"),
        ],
        place=place(), programmes=["dibao"],
    )  # fmt: skip
    line = policy.require("standard", "dibao")
    assert line.value["amount"]["yuan"] == "693" and held(line).governs
    assert [(code, at) for code, _, at in policy.flags] == [("below_floor", "p/own")]


def test_floors_are_compared_exactly_in_one_unit(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    own = provision("p/own", division=COUNTY, yuan="57.75", per="person-month")
    same = provision("p/floor", division=PROVINCE, yuan="693", role="floor")
    higher = provision("p/floor", division=PROVINCE, yuan="693.01", role="floor")
    assert not held(standard(place, own, same)).governs
    assert held(standard(place, own, higher)).governs


def test_with_no_own_value_the_floor_itself_is_in_force(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    line = standard(place, provision("p/floor", division=PROVINCE, yuan="693", role="floor"))
    assert line.provision.id == "p/floor" and held(line).governs
    assert [rung.state for rung in line.ladder] == ["bound"]


def test_the_highest_floor_of_all_levels_counts(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    line = standard(
        place,
        provision("p/province", division=PROVINCE, yuan="900", role="floor"),
        provision("p/city", division=PREFECTURE, yuan="800", role="floor"),
    )
    assert line.provision.id == "p/province"


def test_an_own_value_above_a_ceiling_is_cut(place: Callable[..., Place], provision: Callable[..., Provision]) -> None:
    own, ceiling = (
        provision("p/own", division=COUNTY, yuan="900"),
        provision("p/top", division=PROVINCE, yuan="800", role="ceiling"),
    )
    line = standard(place, own, ceiling)
    assert line.value["amount"]["yuan"] == "800" and held(line).role == "ceiling"
    assert empty(place, ceiling)
    assert not held(standard(place, provision("p/own", division=COUNTY, yuan="700"), ceiling)).governs


def test_a_gap_is_not_replaced_by_a_floor(place: Callable[..., Place], provision: Callable[..., Provision]) -> None:
    gap = provision("p/gap", division=COUNTY, kind="standard", value={}, status="gap")
    line = standard(place, gap, provision("p/floor", division=PROVINCE, yuan="693", role="floor"))
    assert line.is_gap and line.governed is None


def test_a_new_value_below_a_floor_in_force_at_its_start_is_found(
    ladder: Ladder, provision: Callable[..., Provision]
) -> None:
    floor = provision("p/floor", division=PROVINCE, yuan="693", role="floor", start="2007-01-01")
    low = provision("p/low", division=COUNTY, yuan="600", start="2008-01-01")
    assert below_floor_at_start(low, [floor, low], ladder=ladder, repealed={}) is floor
    assert (
        below_floor_at_start(
            provision(division=COUNTY, yuan="693", start="2008-01-01"), [floor], ladder=ladder, repealed={}
        )
        is None
    )
    assert (
        below_floor_at_start(
            provision(division=COUNTY, yuan="600", start="2006-01-01"), [floor], ladder=ladder, repealed={}
        )
        is None
    )
    assert below_floor_at_start(floor, [floor], ladder=ladder, repealed={}) is None


def test_items_of_a_keyed_kind_are_merged_one_by_one(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    def item(id_: str, key: str, treatment: str, **more: Any) -> Provision:
        return provision(id_, kind="income_definition", key=key, value={"treatment": treatment}, **more)

    policy = resolve(
        [
            item("n/a", "wage", "counted"),
            item("n/a", "gift", "counted"),
            item("p/b", "gift", "exempt", division=PROVINCE),
            item("p/c", "wage", "counted", division=COUNTY, removed=True),
        ],
        place=place(), programmes=["dibao"],
    )  # fmt: skip
    assert {line.key: line.value["treatment"] for line in policy.lines("income_definition", "dibao")} == {
        "gift": "exempt"
    }


def test_a_county_standard_after_2014_is_flagged_by_who_may_set_it(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    programme = provision(
        "n/programme",
        kind="programme",
        value={"pays": "household", "standard_set_by": ["province", "prefecture"]},
        start="2014-05-01",
    )
    late = resolve(
        [programme, provision("p/county", division=COUNTY, yuan="430", start="2018-01-01")],
        place=place(),
        programmes=["dibao"],
    )
    early = resolve(
        [programme, provision("p/county", division=COUNTY, yuan="430", start="2008-01-01")],
        place=place(),
        programmes=["dibao"],
    )
    city = resolve(
        [programme, provision("p/city", division=PREFECTURE, yuan="430", start="2018-01-01")],
        place=place(),
        programmes=["dibao"],
    )
    assert [code for code, _, _ in late.flags] == ["not_competent"]
    assert not early.flags and not city.flags


def test_assumed_dates_are_told_with_their_reason(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    because = Text("以印发日为准", "")
    assumed = Bound(kind="unknown", day=date(2018, 4, 27), because=because)
    assert standard(place, provision(division=PREFECTURE, yuan="430", start=assumed)).assumptions == (because,)
    assert standard(place, provision(yuan="430")).assumptions == ()


def test_one_reason_for_both_dates_is_told_once(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    because = Text("来源称“2017—2018年”", "")
    start, until = (Bound(kind="unknown", day=date(year, 1, 1), because=because) for year in (2017, 2019))
    assert standard(place, provision(yuan="430", start=start, until=until)).assumptions == (because,)


def test_gaps_in_force_are_listed(place: Callable[..., Place], provision: Callable[..., Provision]) -> None:
    gap, value = provision("p/gap", status="gap", value={}), provision("p/value", yuan="700")
    policy = resolve([gap, value], place=place(), programmes=["dibao"])
    assert [line.provision.id for line in policy.gaps] == ["p/gap"]


def test_a_standard_under_a_floor_that_is_not_in_hand_is_flagged(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    floor = provision("p/floor", kind="standard", division=PROVINCE, value={"role": "floor"}, status="gap")
    policy = resolve([provision("p/own", division=COUNTY, yuan="600"), floor], place=place(), programmes=["dibao"])
    assert [(code, at) for code, _, at in policy.flags] == [("floor_is_gap", "p/floor")]


def test_a_place_is_named_from_the_province_down_and_the_nation_by_itself(place: Callable[..., Place]) -> None:
    names = {"000000": "全国", PROVINCE: "湖南省", PREFECTURE: "益阳市", COUNTY: "赫山区"}
    assert place(names=names).name == "湖南省益阳市赫山区"
    assert place(names=names, depth=1).name == "全国"
    assert place(names={"x": "y"}, depth=1).name == "000000"


def test_what_may_set_a_standard_is_told_with_its_article_and_who_may(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    value = {"pays": "household", "standard_set_by": ["province", "prefecture"]}
    programme = provision("n/programme", kind="programme", value=value, start="2014-05-01")
    first_day = provision("p/county", division=COUNTY, yuan="430", start="2014-05-01")
    ((_, text, _),) = resolve([programme, first_day], place=place(), programmes=["dibao"]).flags
    assert text.zh == "县级无权制定标准（p/doc 第一条），应由省级、设区的市级制定"
    assert text.en == "the county level may not set the standard (p/doc 第一条); it is for province, prefecture"


def test_a_gap_sets_no_standard_and_is_no_matter_of_who_may(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    programme = provision("n/programme", kind="programme", value={"pays": "household", "standard_set_by": ["province"]})
    silent = replace(provision("n/standard", division="000000", start="2014-05-01"), status="gap")
    assert resolve([programme, silent], place=place(), programmes=["dibao"]).flags == ()


def test_a_floor_that_governs_is_no_matter_of_who_may_set_the_standard(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    value = {"pays": "household", "standard_set_by": ["prefecture"]}
    programme = provision("n/programme", kind="programme", value=value)
    floor = provision("p/floor", division=PROVINCE, yuan="700", role="floor")
    assert resolve([programme, floor], place=place(), programmes=["dibao"]).flags == ()


def test_a_stage_that_was_removed_may_still_be_named_by_others(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    def stage(key: str, *after: str, **more: Any) -> Provision:
        return provision("n/procedure", kind="procedure", key=key, value={"label": key, "after": list(after)}, **more)

    gone = provision("p/own", kind="procedure", key="appraisal", value={}, division=COUNTY, removed=True)
    policy = resolve(
        [stage("decide", "appraisal"), stage("appraisal", "apply", delegates_to="county"), stage("apply"), gone],
        place=place(), programmes=["dibao"],
    )  # fmt: skip
    assert sorted(line.key for line in policy.stages("dibao")) == ["apply", "decide"]
    with pytest.raises(JiuzhuError) as caught:
        resolve([stage("decide", "appraisal")], place=place(), programmes=["dibao"]).stages("dibao")
    assert caught.value.code == "unknown_stage"


def test_a_standard_that_is_not_in_hand_needs_no_floor_to_be_checked_against(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    own = provision("p/own", kind="standard", division=COUNTY, value={}, status="gap")
    floor = provision("p/floor", kind="standard", division=PROVINCE, value={"role": "floor"}, status="gap")
    for here in ([own, floor], [floor]):
        assert resolve(here, place=place(), programmes=["dibao"]).flags == ()


def test_a_value_that_names_no_role_is_a_standard_to_those_who_may_set_it(
    place: Callable[..., Place], provision: Callable[..., Provision]
) -> None:
    programme = provision("n/p", kind="programme", value={"pays": "household", "standard_set_by": ["prefecture"]})
    plain = provision("p/county", kind="standard", division=COUNTY, value={"amount": {"yuan": "430", "per": "month"}})
    flags = resolve([programme, plain], place=place(), programmes=["dibao"]).flags
    assert [(code, at) for code, _, at in flags] == [("not_competent", "p/county")]
