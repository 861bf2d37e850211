"""The fund ledger: budget, receipts, spending by source; a payroll is charged to it and warns beyond it."""

from __future__ import annotations

from typing import Any

import pytest

from core.casework.money import bank, payroll
from core.casework.money.fund import FundItem, balances, enter, overspent, set_order
from tests.core.casework.purse import decided, household, pay, refused, send

YIYANG, HESHAN, ZIYANG = "430900", "430903", "430902"
CLERK, APPROVER = f"clerk.{YIYANG}", f"approver.{YIYANG}"


def received(bureau: Any, division: str, **yuan: int) -> None:
    with bureau.desk(CLERK) as desk:
        for source, amount in yuan.items():
            enter(
                desk,
                division,
                FundItem(programme="dibao", source=source, kind="receipt", year=2018, amount=amount * 100),
            )


def spent(bureau: Any, division: str) -> dict[str, int]:
    with bureau.desk(CLERK) as desk:
        return {one.source: one.spent for one in balances(desk, division, programme="dibao", year=2018) if one.spent}


@pytest.fixture
def households(yiyang: Any) -> Any:
    """One household in each of two districts, 100 and 50 yuan in June."""
    with yiyang.desk(CLERK) as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 100})
        decided(desk, household(desk, "B", division=ZIYANG, area="urban"), "2018-06", {"benefit": 50})
    return yiyang


def test_budget_receipts_spending_and_what_is_left(households: Any) -> None:
    received(households, YIYANG, nation=120, county=100)
    with households.desk(CLERK) as desk:
        enter(desk, YIYANG, FundItem(programme="dibao", source="nation", kind="budget", year=2018, amount=20000,
                                     document="财社〔2018〕1号"))  # fmt: skip
    send(households, pay(households, YIYANG, "2018-06"))
    with households.desk(CLERK) as desk:
        rows = balances(desk, YIYANG, programme="dibao", year=2018)
    assert [(one.source, one.budget, one.received, one.spent, one.left) for one in rows] == [
        ("nation", 20000, 12000, 12000, 0), ("county", 0, 10000, 3000, 7000),
    ]  # fmt: skip


def test_each_district_that_keeps_a_ledger_pays_its_own(households: Any) -> None:
    received(households, YIYANG, nation=500)
    received(households, HESHAN, county=500)
    send(households, pay(households, YIYANG, "2018-06"))
    assert (spent(households, HESHAN), spent(households, YIYANG)) == ({"county": 10000}, {"nation": 5000})


def test_sources_are_charged_in_the_order_set(households: Any) -> None:
    received(households, YIYANG, nation=500, county=110)
    with households.desk(APPROVER) as desk:
        set_order(desk, YIYANG, programme="dibao", sources=["county", "nation"], reason="县级先列支")
    send(households, pay(households, YIYANG, "2018-06"))
    assert spent(households, YIYANG) == {"county": 11000, "nation": 4000}


def test_payroll_beyond_the_fund_warns_and_is_paid(households: Any) -> None:
    received(households, YIYANG, county=100)
    number = pay(households, YIYANG, "2018-06")
    with households.desk(APPROVER) as desk:
        approval = payroll.approve(desk, number)
        beyond = overspent(desk, programme="dibao", year=2018)
    assert [(one.source, one.amount) for one in approval.charges] == [("county", 10000), ("uncovered", 5000)]
    assert [(one.source, one.left) for one in beyond] == [("uncovered", -5000)]


def test_returned_transfer_and_cancelled_payroll_give_the_money_back(households: Any) -> None:
    received(households, YIYANG, county=100, nation=100)
    send(households, pay(households, YIYANG, "2018-06"), failed={"B": "销户"})
    assert spent(households, YIYANG) == {"nation": 10000}
    households.on("2018-07-02")
    number = pay(households, YIYANG, "2018-07")
    with households.desk(APPROVER) as desk:
        payroll.approve(desk, number)
        payroll.cancel(desk, number, reason="重编")
    assert spent(households, YIYANG) == {"nation": 10000}


def test_money_that_comes_back_after_the_new_year_comes_back_to_the_year_it_was_charged_to(yiyang: Any) -> None:
    with yiyang.desk(CLERK) as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-12", {"benefit": 390})
    received(yiyang, YIYANG, county=1000)
    yiyang.on("2018-12-05")
    number = pay(yiyang, YIYANG, "2018-12")
    with yiyang.desk(APPROVER) as desk:
        payroll.approve(desk, number)
    with yiyang.desk(f"reviewer.{YIYANG}") as desk:
        bank.export(desk, number)
    yiyang.on("2019-01-03")
    with yiyang.desk(CLERK) as desk:
        bank.confirm(desk, number, failed={"A": "销户"})
        years = {
            year: [(one.source, one.spent, one.left) for one in balances(desk, YIYANG, programme="dibao", year=year)]
            for year in (2018, 2019)
        }
    assert years == {2018: [("county", 0, 100000)], 2019: []}


def test_without_a_ledger_nothing_is_charged(households: Any) -> None:
    number = pay(households, YIYANG, "2018-06")
    with households.desk(APPROVER) as desk:
        assert payroll.approve(desk, number).charges == ()


@pytest.mark.parametrize(("item", "code"), [
    ({"source": "lottery", "kind": "receipt", "amount": 1}, "unknown_source"),
    ({"source": "county", "kind": "spending", "amount": 1}, "bad_amount"),
    ({"source": "county", "kind": "receipt", "amount": 0}, "bad_amount"),
])  # fmt: skip
def test_only_budgets_and_receipts_of_known_sources_are_entered(yiyang: Any, item: dict[str, Any], code: str) -> None:
    with yiyang.desk(CLERK) as desk:
        assert refused(lambda: enter(desk, YIYANG, FundItem(programme="dibao", year=2018, **item))) == code
