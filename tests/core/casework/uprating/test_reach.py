"""Whom a batch reaches, and against which rules it measures."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.store.tables import AssistanceCase
from tests.core.casework.uprating.batches import APPROVER, Granted, Publish, carried_out, decided, prepared, rows


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
