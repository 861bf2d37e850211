"""An amendment that ends of itself: what a batch decides ends with it, on the ledger and in every list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of, entitled_in
from core.casework.deciding.effect import take_effects
from core.casework.uprating import redecision
from core.source import Located
from core.store.tables import AssistanceCase
from regions import amendment
from tests.core.casework.uprating.batches import (
    APPROVER,
    CLERK,
    DECIDER,
    EDITOR,
    OTHER,
    Granted,
    batch,
    carried_out,
    rows,
    run,
)
from tests.notices import notice


@pytest.fixture
def subsidised(city: Any, granted: Granted) -> Callable[[], tuple[int, str]]:
    """A household under a price subsidy of 10 a person from January to the end of June, its batch carried out."""

    def make() -> tuple[int, str]:
        case_id = granted("U1")
        row = {"kind": "price_subsidy", "name": "spring", "programme": "dibao", "area": "urban", "cite": "一",
               "until": "2018-07-01", "amount": {"yuan": "10", "per": "person-month"}}  # fmt: skip
        paper = notice(arrears="2018-01")
        with city.desk(EDITOR) as desk:
            draft = amendment.propose(desk, Located({**paper.data, "rows": [row]}, paper.file, {}))
            uuid = amendment.submit(desk, draft.uuid).uuid
        with city.desk(DECIDER) as desk:
            amendment.approve(desk, uuid)
            amendment.publish(desk, uuid)
        city.on("2018-05-02")
        return case_id, carried_out(city, uuid)

    return make


def monthly(city: Any, case_id: int, *months: int) -> list[int]:
    with city.platform.database.reading() as session:
        known = decisions_of(session, case_id)
        found = [entitled_in(known, date(2018, month, 1)) for month in months]
        return [int(one.monthly) for one in found if one is not None]


def test_subsidy_that_ends_is_not_in_the_monthly_amount_of_lists_beyond_its_end(
    city: Any, subsidised: Callable[[], tuple[int, str]]
) -> None:
    case_id, batch_id = subsidised()
    assert rows(city, batch_id)[case_id].spans == [["2018-01-01", "2018-07-01", "39000"], ["2018-07-01", "", "36000"]]
    assert monthly(city, case_id, 4, 5, 6, 7, 12) == [39_000, 39_000, 39_000, 36_000, 36_000]
    listed = []
    for day in ("2018-06-29", "2018-07-02"):
        city.on(day)
        with city.desk(APPROVER) as desk:
            case = desk.session.get_one(AssistanceCase, case_id)
            take_effects(desk, case.path)
            listed.append(case.monthly)
    assert listed == [39_000, 36_000]


def test_batch_is_withdrawn_though_a_household_has_been_suspended_since(
    city: Any, subsidised: Callable[[], tuple[int, str]]
) -> None:
    case_id, batch_id = subsidised()
    with city.desk(APPROVER) as desk:
        desk.session.get_one(AssistanceCase, case_id).status = "suspended"
    with city.desk(OTHER) as desk:
        redecision.withdraw(desk, batch_id, reason="文件有误")
    run(city, batch_id, redecision.WITHDRAW, CLERK)
    assert batch(city, batch_id).status == "withdrawn"
    assert monthly(city, case_id, 5, 7) == [36_000, 36_000]
    with city.platform.database.reading() as session:
        assert session.get_one(AssistanceCase, case_id).status == "suspended"
