"""Households that have moved away since a standard rose where they lived: their months there are not forgotten."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of, entitled_in
from core.casework.flow.member import relocate
from core.casework.staff import grant_role
from core.casework.uprating import redecision
from core.store.tables import AssistanceCase
from tests.core.casework.uprating.batches import CLERK, OTHER, Granted, Publish, carried_out, prepared, rows, run

ZIYANG, HESHAN, FURONG = "430902", "430903", "430102"


@pytest.fixture(autouse=True)
def rights_in_both(city: Any) -> None:
    """Let two officers of Yiyang have their right in Furong (Changsha) too, the others not."""
    with city.desk("root") as desk:
        for login, role in ((CLERK, "clerk"), (OTHER, "approver")):
            grant_role(desk, login, role, FURONG, since=date(2018, 1, 1))


def moved(city: Any, granted: Granted, *, to: str) -> int:
    """A household of Heshan that moved on 1 April, its amount unchanged."""
    case_id = granted("U1")
    with city.desk(CLERK) as desk:
        relocate(desk, desk.session.get_one(AssistanceCase, case_id), to, happened_on=date(2018, 4, 1))
    return case_id


def monthly(city: Any, case_id: int, *months: int) -> list[int]:
    with city.platform.database.reading() as session:
        known = decisions_of(session, case_id)
        found = [entitled_in(known, date(2018, month, 1)) for month in months]
        return [int(one.monthly) for one in found if one is not None]


def test_batch_decides_the_months_a_household_lived_in_the_county_it_has_left_since(
    city: Any, granted: Granted, publish: Publish
) -> None:
    case_id = moved(city, granted, to=FURONG)
    uuid = publish()
    city.on("2018-05-02")
    batch_id = carried_out(city, uuid)
    row = rows(city, batch_id)[case_id]
    assert (row.exception, row.spans) == (None, [["2018-01-01", "2018-04-01", "39000"]])
    assert (row.arrears, row.arrears_months) == (3 * 3_000, 3)
    assert monthly(city, case_id, 3, 4, 6) == [39_000, 36_000, 36_000]
    with city.platform.database.reading() as session:
        case = session.get_one(AssistanceCase, case_id)
        assert (case.monthly, case.status, case.division) == (36_000, "in_payment", FURONG)


def test_office_a_household_is_kept_at_now_decides_where_the_old_county_has_no_right_there(
    city: Any, granted: Granted, publish: Publish
) -> None:
    case_id = moved(city, granted, to=FURONG)
    uuid = publish()
    city.on("2018-05-02")
    with city.desk("clerk2.430900") as desk:
        batch_id = redecision.prepare(desk, uuid, HESHAN).id
    run(city, batch_id, redecision.PREPARE, "clerk2.430900")
    row = rows(city, batch_id)[case_id]
    assert (row.exception, row.detail) == ("moved_away", "2018-01至2018-03每月390.00元")
    assert monthly(city, case_id, 3) == [36_000]


def test_household_moved_within_the_amendments_place_is_in_one_batch_that_of_where_it_is(
    city: Any, granted: Granted, publish: Publish
) -> None:
    case_id = moved(city, granted, to=ZIYANG)
    uuid = publish()
    city.on("2018-05-02")
    assert case_id not in rows(city, prepared(city, uuid))
    with city.desk(CLERK) as desk:
        batch_id = redecision.prepare(desk, uuid, ZIYANG).id
    run(city, batch_id, redecision.PREPARE)
    assert rows(city, batch_id)[case_id].spans == [["2018-01-01", "", "39000"]]
