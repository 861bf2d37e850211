"""The ledger: month by month what was settled and what decisions give now; overpayments never taken off by themselves."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.money import bank, payroll
from core.casework.money.accrual import PayPeriod
from core.casework.money.household import load_accounts
from core.casework.money.ledger import Ledger, due, ledger, paid_to
from core.casework.money.recovery import order_offset, owed, propose_offset, repay
from core.casework.row_check import row_faults
from core.casework.staff import grant_role
from core.store.tables import AssistanceCase
from tests.core.casework.purse import decided, household, lines, pay, refused, send, user

YIYANG, HESHAN = "430900", "430903"
APPROVER, CLERK = f"approver.{YIYANG}", f"clerk.{YIYANG}"


@pytest.fixture
def paid(yiyang: Any) -> int:
    """A household that has had 360 yuan for May and June 2018."""
    with yiyang.desk(CLERK) as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        decided(desk, case, "2018-05", {"benefit": 360})
    for period in ("2018-05", "2018-06"):
        send(yiyang, pay(yiyang, YIYANG, period))
    yiyang.on("2018-07-02")
    return case.id


def decide(bureau: Any, case_id: int, month: str, yuan: int, **more: Any) -> None:
    with bureau.desk(CLERK) as desk:
        decided(desk, desk.session.get_one(AssistanceCase, case_id), month, {"benefit": yuan}, **more)


def ordered(bureau: Any, case_id: int, amount: int, **more: Any) -> None:
    """A clerk proposes an offset, an approver decides it."""
    with bureau.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        proposed = propose_offset(desk, case, amount, reason="多发", **more).sequence
    with bureau.desk(APPROVER) as desk:
        order_offset(desk, desk.session.get_one(AssistanceCase, case_id), proposed)


def shown(bureau: Any, case_id: int, through: str = "2018-07") -> Ledger:
    with bureau.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        return ledger(desk, case, through=date.fromisoformat(f"{through}-01"))


def test_back_dated_rise_shows_each_month_with_what_it_was_and_is(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-05", 390)
    rows = shown(yiyang, paid, "2018-06").differences
    assert [(row.month.month, int(row.was), int(row.now), int(row.difference), row.decision) for row in rows] == [
        (5, 36000, 39000, 3000, 2), (6, 36000, 39000, 3000, 2),
    ]  # fmt: skip
    assert rows[0].payroll == f"dibao-{YIYANG}-2018-05"


def test_nothing_is_different_once_the_arrears_are_paid(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-05", 390)
    send(yiyang, pay(yiyang, YIYANG, "2018-07"))
    found = shown(yiyang, paid)
    assert (found.differences, found.balance) == ((), 0)
    assert [one.columns["arrears"] for one in found.payments] == [0, 0, 6000]


def test_unpaid_month_was_nothing(yiyang: Any, paid: int) -> None:
    found = shown(yiyang, paid)
    assert [(row.month.month, int(row.was), int(row.difference)) for row in found.differences] == [(7, 0, 36000)]
    assert found.balance == 36000


def test_exact_months_and_what_was_paid_of_each_part(yiyang: Any, paid: int) -> None:
    with yiyang.desk(CLERK) as desk:
        assert due(desk, paid, date(2018, 6, 1))[date(2018, 5, 1)]["benefit"] == Fraction(36000)
        assert paid_to(desk.session, paid)["benefit"] == 72000


def test_overpayment_is_not_taken_off_without_a_decision(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    number = pay(yiyang, YIYANG, "2018-07")
    line = lines(yiyang, number)["A"]
    assert (line.benefit, line.recovery, line.total) == (30000, 0, 30000)
    rows = shown(yiyang, paid).differences
    assert [(row.month.month, int(row.was), int(row.now)) for row in rows] == [(6, 36000, 30000)]
    with yiyang.desk(CLERK) as desk:
        assert owed(desk, desk.session.get_one(AssistanceCase, paid)) == 6000


def test_offset_by_decision_is_taken_off_as_ordered_until_it_is_back(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    ordered(yiyang, paid, 6000, per_payment=4000)
    taken = []
    for period, day in (("2018-07", "2018-07-02"), ("2018-08", "2018-08-02"), ("2018-09", "2018-09-03")):
        yiyang.on(day)
        number = pay(yiyang, YIYANG, period)
        send(yiyang, number)
        line = lines(yiyang, number)["A"]
        taken.append((line.recovery, line.total))
    assert taken == [(4000, 26000), (2000, 28000), (0, 30000)]
    assert shown(yiyang, paid, "2018-09").balance == 0


def test_cash_repayment_settles_what_is_owed_and_no_more_is_taken(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, paid)
        assert refused(lambda: repay(desk, case, 6001)) == "more_than_owed"
        repay(desk, case, 6000, note="收据12号")
        assert owed(desk, case) == 0
    assert lines(yiyang, pay(yiyang, YIYANG, "2018-07"))["A"].total == 30000


def test_what_was_paid_back_comes_again_when_it_was_not_owed_after_all(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    with yiyang.desk(CLERK) as desk:
        repay(desk, desk.session.get_one(AssistanceCase, paid), 6000)
    decide(yiyang, paid, "2018-06", 360, kind="increase")
    line = lines(yiyang, pay(yiyang, YIYANG, "2018-07"))["A"]
    assert (line.benefit, line.arrears, line.total) == (36000, 6000, 42000)
    assert shown(yiyang, paid).balance == 0


def test_offset_of_a_cancelled_payroll_is_open_again(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    ordered(yiyang, paid, 6000)
    number = pay(yiyang, YIYANG, "2018-07")
    assert lines(yiyang, number)["A"].recovery == 6000
    with yiyang.desk(APPROVER) as desk:
        payroll.cancel(desk, number, reason="重编")
        assert load_accounts(desk.session, [paid])[paid].offset_open == 6000
    assert lines(yiyang, pay(yiyang, YIYANG, "2018-07"))["A"].recovery == 6000


def test_nobody_orders_an_offset_he_proposed_or_more_than_is_owed(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    with yiyang.desk("root") as desk:
        grant_role(desk, APPROVER, "clerk", YIYANG, since=date(2010, 1, 1))
    with yiyang.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, paid)
        assert refused(lambda: propose_offset(desk, case, 6001, reason="x")) == "more_than_owed"
        own = propose_offset(desk, case, 6000, reason="多发").sequence
        assert refused(lambda: order_offset(desk, case, own)) == "maker_is_checker"
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, paid)
        assert refused(lambda: order_offset(desk, case, own)) == "not_permitted"
    with yiyang.desk(f"approver2.{YIYANG}") as desk:
        case = desk.session.get_one(AssistanceCase, paid)
        assert refused(lambda: order_offset(desk, case, own + 1)) == "unknown_proposal"
        row = order_offset(desk, case, own)
        assert (row.amount, row.prepared_by) == (6000, user(desk, APPROVER))
        assert refused(lambda: order_offset(desk, case, own)) == "unknown_proposal"


def test_offset_proposed_is_not_ordered_once_less_is_owed(yiyang: Any, paid: int) -> None:
    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, paid)
        proposed = propose_offset(desk, case, 6000, reason="多发").sequence
        repay(desk, case, 1000)
    with yiyang.desk(APPROVER) as desk:
        case = desk.session.get_one(AssistanceCase, paid)
        assert refused(lambda: order_offset(desk, case, proposed)) == "more_than_owed"


@pytest.mark.parametrize(("failed", "too_much"), [({"A": "账号不存在"}, 0), (None, 6000)])
def test_nothing_is_too_much_before_the_bank_has_confirmed_it(
    yiyang: Any, paid: int, failed: dict[str, str] | None, too_much: int
) -> None:
    number = pay(yiyang, YIYANG, "2018-07")
    with yiyang.desk(APPROVER) as desk:
        payroll.approve(desk, number)
        bank.export(desk, number)
    decide(yiyang, paid, "2018-07", 300, kind="reduce")
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, paid)
        assert owed(desk, case) == 0
        assert refused(lambda: repay(desk, case, 6000)) == "more_than_owed"
        assert refused(lambda: propose_offset(desk, case, 6000, reason="多发")) == "more_than_owed"
        bank.confirm(desk, number, failed=failed)
        assert owed(desk, case) == too_much


def test_period_of_a_payment_is_shown(yiyang: Any, paid: int) -> None:
    assert [str(one.period) for one in shown(yiyang, paid).payments] == ["2018-05", "2018-06"]
    assert PayPeriod.containing("quarter", date(2018, 6, 30)) == PayPeriod.parse("2018Q2")


@pytest.mark.parametrize("kind", ["offset", "repayment"])
@pytest.mark.parametrize("change", ["UPDATE recovery_entry SET amount = 1", "DELETE FROM recovery_entry"])
def test_what_came_back_is_not_altered_without_being_found(yiyang: Any, paid: int, kind: str, change: str) -> None:
    def faults() -> set[str]:
        with yiyang.platform.database.reading() as session:
            return {one.table for one in row_faults(session)}

    decide(yiyang, paid, "2018-06", 300, kind="reduce")
    ordered(yiyang, paid, 4000)
    pay(yiyang, YIYANG, "2018-07")
    with yiyang.desk(CLERK) as desk:
        repay(desk, desk.session.get_one(AssistanceCase, paid), 2000)
    assert "recovery_entry" not in faults()
    with yiyang.platform.database.writing() as session:
        assert session.execute(text(f"{change} WHERE kind = '{kind}'")).rowcount == 1
    assert "recovery_entry" in faults()
