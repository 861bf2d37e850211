"""Payrolls that change after they were prepared, and money that comes back: ``recheck``, ``recovery``, ``fund order``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.casework.flow.case_list import find_case
from tests.core.casework.purse import decided, household

CITY, HESHAN = "430900", "430903"


@pytest.fixture
def office(make_office: Callable[..., Any]) -> Any:
    """The office of Yiyang on 2018-06-01 with one household of 390 yuan a month."""
    office = make_office(CITY, day="2018-06-01")
    with office.desk("clerk") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
    return office


def prepared(office: Any) -> str:
    """Prepare the payroll of June, and return its number."""
    return str(office("clerk", "payroll", "prepare", "--division", CITY, "--period", "2018-06")["number"])


def paid(office: Any) -> None:
    """Pay June: approved, exported, confirmed."""
    number = prepared(office)
    office("approver", "payroll", "approve", number)
    made = office("reviewer", "payroll", "export", number, "bank.csv")
    assert (made["file"], made["bytes"] > 0) == ("bank.csv", True)
    assert office("clerk", "payroll", "confirm", number)["status"] == "paid"


def redecided(office: Any, yuan: int, *, kind: str) -> None:
    """Decide another amount for June."""
    with office.desk("approver") as desk:
        decided(desk, find_case(desk, "A"), "2018-06", {"benefit": yuan}, kind=kind)


def test_household_decided_anew_is_worked_out_anew(office: Any) -> None:
    number = prepared(office)
    redecided(office, 400, kind="increase")
    assert "[payroll_changed]" in office("approver", "payroll", "approve", number, code=1)
    found = office("clerk", "payroll", "recheck", number)
    assert (found["changed"], found["total_fen"]) == (1, 40000)
    assert "重新核对 0 户" in office.said("clerk", "payroll", "recheck", number)


def test_cancelled_payroll_is_told(office: Any) -> None:
    made = office("approver", "payroll", "cancel", prepared(office), "--reason", "重编")
    assert (made["status"], made["total_fen"]) == ("cancelled", 39000)


def test_overpayment_is_repaid_in_part_and_the_rest_taken_off_by_decision(office: Any) -> None:
    paid(office)
    redecided(office, 300, kind="reduce")
    assert office("clerk", "recovery", "repay", "A", "30.00", "--note", "收据1号")["owed_fen"] == 6000
    made = office("clerk", "recovery", "propose", "A", "60.00", "--each", "40", "--reason", "多发")
    assert office("approver", "recovery", "offset", "A", str(made["proposal"]))["case"] == "A"
    (back,) = office("clerk", "ledger", "A")["recoveries"]
    assert (back["kind"], back["amount"]) == ("repayment", 3000)
    told = office.said("clerk", "ledger", "A")
    assert "退款 30.00" in told and "已发放" in told and "repayment" not in told


def test_sources_are_charged_in_the_order_set(office: Any) -> None:
    for source, amount in (("county", "100"), ("province", "1000")):
        item = ["--division", CITY, "--year", "2018", "--source", source]
        made = office("clerk", "fund", "receive", *item, amount)
        assert (made["kind"], made["source"], made["amount_fen"]) == ("receipt", source, int(amount) * 100)
    words = ["county", "province", "--division", CITY, "--reason", "市级办法（测试）"]
    assert office("approver", "fund", "order", *words)["sources"] == ["county", "province"]
    charges = office("approver", "payroll", "approve", prepared(office))["charges"]
    assert [(one["source"], one["amount"]) for one in charges] == [("county", 10000), ("province", 29000)]
