"""Months of one household in a batch: what was settled otherwise stays, and only what changes is written."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.deciding.decision import decisions_of, entitled_in
from core.casework.uprating import redecision
from core.casework.uprating.redecision_sheet import exceptions
from core.store.tables import AssistanceCase
from tests.core.casework.uprating.batches import (
    APPROVER,
    CLERK,
    Granted,
    Publish,
    batch,
    decided,
    departed,
    exactly,
    prepared,
    rows,
    run,
    sign,
)

FEBRUARY, APRIL, MAY = date(2018, 2, 1), date(2018, 4, 1), date(2018, 5, 1)


def test_departure_inside_the_span_is_left_to_a_person(city: Any, granted: Granted, publish: Publish) -> None:
    plain, ruled = granted("U1"), granted("U2")
    departed(city, ruled, FEBRUARY, APRIL, 10_000)
    found = rows(city, prepared(city, publish()))
    assert (found[plain].exception, found[ruled].exception) == (None, "differs")


def test_departure_to_the_very_amount_of_the_formula_is_left_to_a_person_too(
    city: Any, granted: Granted, publish: Publish
) -> None:
    ruled = granted("U1")
    departed(city, ruled, FEBRUARY, APRIL, 36_000)
    assert rows(city, prepared(city, publish()))[ruled].exception == "differs"


def test_amount_that_differs_in_one_middle_month_is_an_exception(city: Any, granted: Granted, publish: Publish) -> None:
    odd = granted("U1")
    decided(city, odd, "reduce", FEBRUARY, date(2018, 3, 1))
    with city.desk(APPROVER) as desk:
        wrong = decisions_of(desk.session, odd)[-1]
        wrong.monthly, wrong.parts = Fraction(35_000), {"benefit": "35000"}
    assert rows(city, prepared(city, publish()))[odd].exception == "differs"


def test_only_months_that_change_are_written(city: Any, granted: Granted, publish: Publish) -> None:
    """Decided from May on under the new rule already, the household still gets its rise of January to April."""
    known = granted("U1")
    uuid = publish()
    decided(city, known, "increase", MAY)
    city.on("2018-05-02")
    batch_id = prepared(city, uuid)
    row = rows(city, batch_id)[known]
    assert (row.exception, row.spans) == (None, [["2018-01-01", "2018-05-01", "39000"]])
    assert (row.before, row.after, row.arrears) == (*exactly(39_000, 39_000), 4 * 3_000)
    sign(city, batch_id)
    run(city, batch_id, redecision.DECIDE)
    with city.platform.database.reading() as session:
        made = decisions_of(session, known)
        ruling = [entitled_in(made, month) for month in (FEBRUARY, MAY)]
        assert [one.number for one in ruling if one] == [3, 2]
        assert session.get_one(AssistanceCase, known).monthly == 39_000


def test_decision_that_ends_is_not_carried_on_beyond_its_end(city: Any, granted: Granted, publish: Publish) -> None:
    bounded = granted("U1")
    with city.desk(APPROVER) as desk:
        decisions_of(desk.session, bounded)[0].until_month = date(2018, 9, 1)
    city.on("2018-05-02")
    row = rows(city, prepared(city, publish()))[bounded]
    assert row.spans == [["2018-01-01", "2018-09-01", "39000"]]


def test_list_of_exceptions_writes_amounts_in_yuan(city: Any, granted: Granted, publish: Publish) -> None:
    ruled, odd = granted("U1"), granted("U2")
    departed(city, ruled, FEBRUARY, None, 10_000)
    decided(city, odd, "reduce", APRIL, MAY)
    with city.desk(APPROVER) as desk:
        wrong = decisions_of(desk.session, odd)[-1]
        wrong.monthly, wrong.parts = Fraction(35_000), {"benefit": "35000"}
    batch_id = prepared(city, publish())
    with city.platform.reading_desk(CLERK) as desk:
        assert [row[-1] for row in exceptions(desk, batch_of(desk, batch_id)).rows] == [
            "2018-02：现额100.00元，系第2号决定认定", "2018-04：现额350.00元，按公式360.00元",
        ]  # fmt: skip
    assert batch(city, batch_id).totals["exceptions"] == {"differs": 2}


def test_what_was_paid_too_much_is_told_in_yuan(city: Any, granted: Granted, publish: Publish) -> None:
    granted("U1")
    batch_id = prepared(city, publish(urban="410"))
    with city.platform.reading_desk(CLERK) as desk:
        shown = next(iter(exceptions(desk, batch_of(desk, batch_id)).rows))
    assert shown[-2:] == ["已发金额高于新标准", "多发 120.00元"]


def batch_of(desk: Any, batch_id: str) -> Any:
    return redecision.batch_of(desk, batch_id, "case.read", hold=False)
