"""Floors and ceilings beside an own value: which governs, and what each is to the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from core.bounds import Governed, below_floor_at_start, beyond_bound_at_start, govern
from core.cascade import Ladder, Rung, repeals_of
from core.provision import Provision

DAY = date(2018, 6, 1)
PROVINCE, PREFECTURE, COUNTY = "430000", "430900", "430903"
Provide = Callable[..., Provision]
Hold = Callable[..., tuple[Governed | None, tuple[Rung, ...]]]


@pytest.fixture
def hold(ladder: Ladder) -> Hold:
    """Hold an own value against bounds on a day."""

    def run(own: Provision | None, *bounds: Provision) -> tuple[Governed | None, tuple[Rung, ...]]:
        return govern(own, bounds, ladder=ladder, on=DAY, repealed=repeals_of(bounds))

    return run


@pytest.fixture
def own(provision: Provide) -> Provision:
    """A county's 700 yuan."""
    return provision("p/own", division=COUNTY, yuan="700")


def test_without_bounds_an_own_value_stands_by_itself(hold: Hold, own: Provision) -> None:
    assert hold(own) == (None, ())


@pytest.mark.parametrize(
    ("role", "yuan", "governs"),
    [
        ("floor", "700", False), ("floor", "699.99", False), ("floor", "700.01", True),
        ("ceiling", "700", False), ("ceiling", "700.01", False), ("ceiling", "699.99", True),
    ],
)  # fmt: skip
def test_a_bound_governs_only_beyond_the_own_value(
    hold: Hold, own: Provision, provision: Provide, role: str, yuan: str, *, governs: bool
) -> None:
    bound = provision("p/bound", division=PROVINCE, yuan=yuan, role=role)
    found, _ = hold(own, bound)
    assert found == Governed(role=role, provision=bound, governs=governs, own_address="p/own")
    assert found.own_below is (governs and role == "floor")


def test_a_floor_beside_a_ceiling_is_the_one_that_is_shown(hold: Hold, own: Provision, provision: Provide) -> None:
    floor = provision("p/floor", division=PROVINCE, yuan="600", role="floor")
    ceiling = provision("p/top", division=PROVINCE, yuan="800", role="ceiling")
    assert hold(own, ceiling, floor)[0] == Governed(role="floor", provision=floor, governs=False, own_address="p/own")


def test_a_floor_alone_is_in_force_as_a_floor(hold: Hold, provision: Provide) -> None:
    floor = provision("p/floor", division=PROVINCE, yuan="600", role="floor")
    found, _ = hold(None, floor)
    assert found == Governed(role="floor", provision=floor, governs=True) and not found.own_below


def test_a_ceiling_alone_is_nothing_in_force(hold: Hold, provision: Provide) -> None:
    assert hold(None, provision(division=PROVINCE, yuan="600", role="ceiling"))[0] is None


def test_a_floor_that_is_not_in_hand_stands_alone_as_a_gap(hold: Hold, own: Provision, provision: Provide) -> None:
    gap = provision("p/gap", kind="standard", division=PROVINCE, value={"role": "floor"}, status="gap")
    alone, rungs = hold(None, gap)
    assert alone == Governed(role="floor", provision=gap, governs=True)
    assert [rung.state for rung in rungs] == ["in_force"]
    assert hold(own, gap)[0] is None


def test_of_several_floors_the_highest_and_of_several_ceilings_the_lowest_governs(
    hold: Hold, own: Provision, provision: Provide
) -> None:
    low, high = (
        provision(f"p/{role}", division=division, yuan=yuan, per=per, role="floor")
        for role, division, yuan, per in (
            ("year", PROVINCE, "720", "person-year"),
            ("month", PREFECTURE, "61", "person-month"),
        )
    )
    assert hold(own, low, high)[0] == Governed(role="floor", provision=high, governs=True, own_address="p/own")
    top, lowest = (
        provision("p/top", division=PROVINCE, yuan="100", per="person-month", role="ceiling"),
        provision("p/low", division=PREFECTURE, yuan="650", role="ceiling"),
    )
    assert hold(own, top, lowest)[0] == Governed(role="ceiling", provision=lowest, governs=True, own_address="p/own")


def test_bounds_in_force_are_on_the_ladder_as_bounds_and_others_as_what_became_of_them(
    hold: Hold, own: Provision, provision: Provide
) -> None:
    old = provision("p/old", division=PROVINCE, yuan="500", role="floor", until="2012-01-01")
    new = provision("p/new", division=PROVINCE, yuan="600", role="floor", start="2012-01-01")
    twin = provision("q/new", division=PROVINCE, yuan="600", role="floor", start="2012-01-01")
    _, rungs = hold(own, old, new, twin)
    assert {rung.provision.id: rung.state for rung in rungs} == {"p/new": "bound", "q/new": "bound", "p/old": "ended"}
    assert {rung.provision.id: rung.by for rung in rungs} == {"p/new": None, "q/new": "p/new", "p/old": None}


def test_a_new_value_is_held_against_the_highest_floor_of_its_first_day(
    ladder: Ladder, own: Provision, provision: Provide
) -> None:
    low = provision("p/low", division=PROVINCE, yuan="710", role="floor")
    high = provision("p/high", division=PREFECTURE, yuan="60", per="person-month", role="floor")
    later = provision("p/later", division=PREFECTURE, yuan="900", role="floor", start="2011-01-01")
    assert below_floor_at_start(own, [low, high, later], ladder=ladder, repealed={}) is high


@pytest.mark.parametrize(
    "parts",
    [
        {"kind": "target"},
        {"status": "gap", "kind": "standard", "value": {}},
        {"start": None},
        {"yuan": "700", "role": "floor"},
        {"yuan": "700", "role": "ceiling"},
    ],
)
def test_only_a_dated_standard_can_be_below_a_floor(
    ladder: Ladder, provision: Provide, parts: dict[str, object]
) -> None:
    floor = provision("p/floor", division=PROVINCE, yuan="900", role="floor", start="2000-01-01")
    given = {"division": COUNTY, "yuan": "700", **parts}
    if "kind" in parts:
        given.pop("yuan")
    assert below_floor_at_start(provision("p/one", **given), [floor], ladder=ladder, repealed={}) is None


def test_a_floor_that_is_a_gap_refuses_nothing(ladder: Ladder, own: Provision, provision: Provide) -> None:
    gap = provision("p/gap", kind="standard", division=PROVINCE, value={"role": "floor"}, status="gap")
    assert below_floor_at_start(own, [gap], ladder=ladder, repealed={}) is None


def test_a_new_value_is_held_against_the_lowest_ceiling_of_its_first_day(
    ladder: Ladder, own: Provision, provision: Provide
) -> None:
    high = provision("p/high", division=PROVINCE, yuan="690", role="ceiling")
    low = provision("p/low", division=PREFECTURE, yuan="55", per="person-month", role="ceiling")
    later = provision("p/later", division=PREFECTURE, yuan="1", role="ceiling", start="2011-01-01")
    assert beyond_bound_at_start(own, [high, low, later], ladder=ladder, repealed={}) == (("ceiling", low),)
    assert below_floor_at_start(own, [high, low], ladder=ladder, repealed={}) is None
    on_the_line = provision("p/top", division=PROVINCE, yuan="700", role="ceiling")
    assert beyond_bound_at_start(own, [on_the_line], ladder=ladder, repealed={}) == ()


def test_a_new_value_that_names_no_role_is_a_standard(ladder: Ladder, provision: Provide) -> None:
    amount = {"yuan": "600", "per": "person-year"}
    plain = provision("p/plain", kind="standard", division=COUNTY, value={"amount": amount})
    floor = provision("p/floor", division=PROVINCE, yuan="700", role="floor")
    assert below_floor_at_start(plain, [floor], ladder=ladder, repealed={}) is floor
