from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.errors import Text
from core.provision import Provision, Scope
from core.values import OPEN, Bound, Period
from regions.division import DivisionTree
from regions.division_row import Division, from_csv, from_provisions

VALUE = {
    "name": {"zh": "大通湖区", "en": "Datonghu"},
    "level": "county",
    "parent": "430900",
    "scheme": "nbs_stat",
    "source": "统计用区划代码",
    "retrieved": "2026-01-02",
    "aliases": ["大通湖管理区"],
}


def declared(**given: Any) -> Provision:
    values: dict[str, Any] = {
        "id": "p/units",
        "kind": "division",
        "key": "430971",
        "scope": Scope(division="430900"),
        "period": Period(start=OPEN),
        "value": VALUE,
    }
    return Provision(**(values | given))


def test_division_provision_becomes_a_row() -> None:
    (entry,) = from_provisions([declared()])

    assert entry.division == Division(
        code="430971",
        name="大通湖区",
        level="county",
        parent="430900",
        scheme="nbs_stat",
        source="统计用区划代码",
        retrieved="2026-01-02",
        aliases=("大通湖管理区",),
    )


def test_row_holds_as_long_as_its_provision() -> None:
    period = Period(start=Bound(kind="known", day=date(2000, 1, 1)), until=Bound(kind="unknown", day=date(2010, 1, 1)))
    (entry,) = from_provisions([declared(period=period)])

    assert (entry.division.start, entry.division.until) == (date(2000, 1, 1), date(2010, 1, 1))


def test_unit_without_a_scheme_is_custom_and_its_provision_is_the_source() -> None:
    (entry,) = from_provisions([declared(value={"name": "农场", "level": "unit", "parent": "430900"})])

    assert (entry.division.name, entry.division.scheme, entry.division.source) == ("农场", "custom", "p/units#430971")


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "standard"},
        {"key": ""},
        {"status": "gap", "because": Text("来源未载", "silent")},
        {"removed": True},
        {"period": Period(start=Bound(kind="unknown"))},
    ],
    ids=lambda given: next(iter(given)),
)
def test_provision_that_declares_no_place_on_any_day_adds_no_row(given: dict[str, Any]) -> None:
    assert from_provisions([declared(**given)]) == []


def test_declared_rows_join_the_tree() -> None:
    tree = DivisionTree.load().with_rows(from_provisions([declared()]))

    assert tree.name("430971") == "大通湖区"
    assert [one.code for one in tree.find("大通湖管理区")] == ["430971"]


def test_faulty_heading_gives_no_rows() -> None:
    entries, problems = from_csv("code,name\n1,2\n", file="x.csv")

    assert entries == []
    assert {one.code for one in problems} == {"missing_column"}


@pytest.mark.parametrize(
    ("on", "holds"),
    [(date(1999, 12, 31), False), (date(2000, 1, 1), True), (date(2009, 12, 31), True), (date(2010, 1, 1), False)],
)
def test_period_is_half_open(on: date, holds: bool) -> None:
    one = Division(
        code="A1",
        name="甲",
        level="unit",
        parent="000000",
        scheme="custom",
        start=date(2000, 1, 1),
        until=date(2010, 1, 1),
    )

    assert one.holds(on) is holds
