"""Whom a batch reaches, and against which rules it measures."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from core.store.tables import AssistanceCase
from regions.amendment_impact import impact_of
from tests.core.casework.uprating.batches import (
    APPROVER,
    EDITOR,
    Granted,
    Publish,
    batch,
    carried_out,
    decided,
    departed,
    prepared,
    rows,
)


def test_household_that_left_before_the_new_month_but_is_owed_for_it_is_left_to_a_person(
    city: Any, granted: Granted, publish: Publish
) -> None:
    left = granted("U1")
    decided(city, left, "stop", date(2018, 7, 1))
    with city.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, left)
        case.status, case.closed_on = "closed", date(2018, 4, 27)
    uuid = publish(arrears="2018-05")
    city.on("2018-05-02")
    assert rows(city, prepared(city, uuid))[left].exception == "ended"


def test_old_rules_are_those_of_the_log_before_the_amendment_whatever_the_clock_said(
    city: Any, granted: Granted, publish: Publish
) -> None:
    household = granted("U1")
    first = publish(urban="420", rural="3150")
    carried_out(city, first)
    city.on("2018-04-20")  # a clock put back: the second is published "before" the first
    second = publish(effective="2018-06-01", first="2018-06", arrears="")
    city.on("2018-06-04")
    row = rows(city, prepared(city, second))[household]
    assert (row.exception, row.spans) == (None, [["2018-06-01", "", "39000"]])


def test_impact_counts_each_household_from_its_own_first_month_as_the_batch_does(
    city: Any, granted: Granted, publish: Publish
) -> None:
    granted("U1", since="2018-03-01")
    suspended, odd = granted("U2"), granted("U3")
    departed(city, odd, date(2018, 1, 1), None, 10_000)
    with city.desk(APPROVER) as desk:
        desk.session.get_one(AssistanceCase, suspended).status = "suspended"
    uuid = publish()
    city.on("2018-05-02")
    with city.platform.reading_desk(EDITOR) as desk:
        found = impact_of(desk, uuid, starts=[date(2018, 1, 1)])
    totals = batch(city, prepared(city, uuid)).totals
    assert found.monthly == Fraction(totals["rise"]) == 3_000
    assert found.control_monthly == Fraction(totals["control"])
    assert [one.arrears for one in found.outlooks] == [totals["arrears"]] == [2 * 3_000]
    assert found.tally("dibao").changes["raised"].households == totals["households"] == 1
    apart = {reason: count.households for reason, count in found.apart.items()}
    assert apart == totals["exceptions"] == {"suspended": 1, "differs": 1}


def test_household_of_a_linked_programme_only_is_in_impact_and_batch(
    city: Any, granted: Granted, publish: Publish
) -> None:
    """The living subsidy of the disabled goes by the line of dibao; the first household has no dibao case."""
    linked, dibao = granted("L1", programme="living_subsidy"), granted("D1")
    uuid = publish()
    city.on("2018-05-02")
    with city.platform.reading_desk(EDITOR) as desk:
        found = impact_of(desk, uuid)
    assert found.tally("living_subsidy", "apart").all.households == 1, "its own case: an amount no formula gives"
    assert found.tally("living_subsidy").all.households == 1, "what the dibao household would get"
    assert found.tally("dibao").all.households == 1
    left = {case_id: row.exception for case_id, row in rows(city, prepared(city, uuid)).items()}
    assert left == {linked: "not_eligible", dibao: None}
