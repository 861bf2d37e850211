"""Taking a batch back: what was decided after it stays decided, and the batch still ends."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from core.casework.deciding.decision import Departure, decisions_of, entitled_in
from core.casework.uprating import redecision
from core.casework.uprating.redecision_sheet import exceptions
from core.store.tables import AssistanceCase, Event
from tests.core.casework.uprating.batches import (
    CLERK,
    OTHER,
    Granted,
    Publish,
    batch,
    carried_out,
    decided,
    rows,
    run,
)

JUNE = date(2018, 6, 1)


def taken_back(city: Any, batch_id: str) -> None:
    with city.desk(OTHER) as desk:
        redecision.withdraw(desk, batch_id, reason="文件有误")
    run(city, batch_id, redecision.WITHDRAW)


def test_reduction_decided_after_the_batch_outlives_its_withdrawal(
    city: Any, granted: Granted, publish: Publish
) -> None:
    plain, reduced = granted("U1"), granted("U2")
    uuid = publish()
    city.on("2018-05-02")
    batch_id = carried_out(city, uuid)
    poorer = Departure(parts={"benefit": Fraction(9_000)}, finding="认定", reason="查实收入")
    decided(city, reduced, "reduce", JUNE, departure=poorer)
    taken_back(city, batch_id)
    assert batch(city, batch_id).status == "withdrawn"
    with city.platform.database.reading() as session:
        june = [entitled_in(decisions_of(session, one), JUNE) for one in (plain, reduced)]
        assert [one.monthly for one in june if one] == [36_000, 9_000]
        done = session.scalars(select(Event.body).where(Event.kind == "redecision_restored")).one()
        assert done["left"] == 1
    with city.platform.reading_desk(CLERK) as desk:
        one = redecision.batch_of(desk, batch_id, "case.read", hold=False)
        assert [row[-2:] for row in exceptions(desk, one).rows] == [
            ["批次之后另有决定，撤回时未恢复", "第3号决定，自2018-06起，月额90.00元"]
        ]
        assert redecision.left_to_a_person(desk, batch_id) == {"decided_since": 1}


def test_household_stopped_after_the_batch_does_not_keep_the_withdrawal_from_ending(
    city: Any, granted: Granted, publish: Publish
) -> None:
    stopped = granted("U1")
    uuid = publish()
    city.on("2018-05-02")
    batch_id = carried_out(city, uuid)
    decided(city, stopped, "stop", JUNE)
    taken_back(city, batch_id)
    assert batch(city, batch_id).status == "withdrawn"
    assert rows(city, batch_id)[stopped].exception == "decided_since"
    with city.platform.database.reading() as session:
        assert session.get_one(AssistanceCase, stopped).status == "stopped"
        june = entitled_in(decisions_of(session, stopped), JUNE)
        assert june is not None and june.monthly == 0
