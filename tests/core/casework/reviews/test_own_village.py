"""Whose village is whose: by the post, the home and the household of an inspector, whether villages are divisions or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.reviews.own_village import is_own_village
from core.store.tables import AssistanceCase
from regions.division_row import Division, Entry

DALI = "610523"
TOWNSHIP, EAST, WEST = "610523100", "610523100200", "610523100201"


def with_villages(desk: Desk) -> Desk:
    """The desk where Dali has a township of two villages in its table of divisions."""
    rows = [
        (TOWNSHIP, "某镇", "township", DALI),
        (EAST, "东村", "village", TOWNSHIP),
        (WEST, "西村", "village", TOWNSHIP),
    ]
    entries = [
        Entry(division=Division(code=code, name=name, level=level, parent=parent, scheme="nbs_stat", source="示例"))
        for code, name, level, parent in rows
    ]
    return replace(desk, tree=desk.tree.with_rows(entries))  # type: ignore[attr-defined]


def own(desk: Desk, case: AssistanceCase, role: str, **said: Any) -> bool:
    """Whether the case is of the own village of somebody who holds this post and lives there."""
    address = said.pop("address", None)
    given: dict[str, Any] = {"division": DALI, "unit": "某镇人民政府", "position": "干部", "since": date(2005, 1, 1)}
    held = add_holder(desk, Identity(name="示例", address=address), posts=[Post(role=role, **given | said)])
    return is_own_village(desk, case, held, held.posts, on=desk.today)


@pytest.mark.parametrize(("village", "expected"), [(EAST, True), (WEST, False)])
def test_post_at_a_division_that_is_a_village_makes_it_his_own_whatever_the_post(
    shaanxi: Any, make_case: Any, *, village: str, expected: bool
) -> None:
    with shaanxi.desk(f"clerk.{DALI}") as plain:
        desk = with_villages(plain)
        case = make_case(desk, "陕-1", "甲", division=EAST, village=None)
        assert own(desk, case, "township_staff", division=village) is expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [("village_committee", True), ("villager_representatives", True), ("township_staff", False), ("witness", False)],
)
def test_case_without_a_village_could_be_of_any_cadres_own(
    shaanxi: Any, make_case: Any, *, role: str, expected: bool
) -> None:
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        case = make_case(desk, "陕-1", "甲", village=None)
        assert own(desk, case, role, address="大荔县某镇东村三组") is expected


def test_village_of_the_same_name_in_another_county_is_another(shaanxi: Any, make_case: Any) -> None:
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        case = make_case(desk, "合-1", "甲", division="610524", village="东村")
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        assert own(desk, case, "village_committee", unit="东村村委会") is False


@pytest.mark.parametrize(("unit", "expected"), [("东村村委会", True), ("西村村委会", False), ("小东村委会", False)])
def test_unit_that_names_the_village_makes_it_his_own(
    shaanxi: Any, make_case: Any, *, unit: str, expected: bool
) -> None:
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        assert own(desk, make_case(desk, "陕-1", "甲", village="东村"), "delegated_helper", unit=unit) is expected
