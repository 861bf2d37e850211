"""A household's account on the screen; what was too much comes back by two persons; seen only where one works."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from admin.app import create_app
from core.casework.deciding.decision import decision_digest
from core.casework.money import bank, payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.signin import hash_password, set_password
from core.casework.staff import add_user, grant_role
from core.store.tables import AssistanceCase, Decision, Event, RecoveryEntry, RecoveryOrder
from regions.life.run import TALES, opened
from tests.core.casework.purse import decided, household

CITY = "430900"
CLERK, APPROVER = f"clerk.{CITY}", f"approver.{CITY}"


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.fixture
def overpaid(panel: Any) -> Any:
    """390 paid for May and June; since then May and June are 360: 60 too much."""
    with panel.platform.desk(CLERK) as desk:
        case = household(desk, "A-1", division="430903", area="urban")
        decided(desk, case, "2018-05", {"benefit": 390})
    for period in ("2018-05", "2018-06"):
        scope = Scope(programme="dibao", division=CITY, period=PayPeriod.parse(period))
        number = payroll.prepare(panel.platform.database, lambda: panel.platform.desk(CLERK), scope)
        with panel.platform.desk(APPROVER) as desk:
            payroll.approve(desk, number)
            bank.export(desk, number)
        with panel.platform.desk(CLERK) as desk:
            bank.confirm(desk, number)
    with panel.platform.desk(CLERK) as desk:
        decided(desk, desk.session.get_one(AssistanceCase, case.id), "2018-05", {"benefit": 360}, kind="reduce")
    return panel


def test_account_shows_each_month_as_settled_and_as_it_is_now(overpaid: Any) -> None:
    shown = text(overpaid.visitor(CLERK).get("/ledgers/A-1"))
    for one in ("2018年5月", "2018年6月", "390.00", "360.00", "扣回 30.00", "60.00", "dibao-430900-2018-05"):
        assert one in shown
    assert "推定" in shown and "未见取整规定，按分四舍五入" in shown  # what it rests on that nothing in hand says


def test_overpayment_is_proposed_by_one_decided_by_another_and_never_more_than_owed(overpaid: Any) -> None:
    clerk, approver = overpaid.visitor(CLERK), overpaid.visitor(APPROVER)
    over = clerk.post("/ledgers/A-1/propose", {"offset": "60.01", "offset_reason": "多发"})
    assert over.status_code == 422 and "至多 60.00 元" in text(over) and 'value="60.01"' in text(over)
    form = {"offset": "40", "per_payment": "20", "offset_reason": "多发"}
    assert clerk.post("/ledgers/A-1/propose", form).status_code == 303
    assert "您是拟定人" in text(clerk.get("/ledgers/A-1"))
    shown = text(approver.get("/ledgers/A-1"))
    number = shown.partition("/ledgers/A-1/order/")[2].partition('"')[0]
    assert "决定扣回" in shown and approver.post(f"/ledgers/A-1/order/{number}").status_code == 303
    with overpaid.platform.database.reading() as session:
        assert session.scalars(select(RecoveryOrder.amount)).one() == 4000
    assert approver.post(f"/ledgers/A-1/order/{number}").status_code == 422


def test_months_that_cannot_be_worked_out_anew_say_why_on_the_page(overpaid: Any) -> None:
    shown = overpaid.visitor(CLERK).get("/ledgers/A-1?since=2018-05")
    assert shown.status_code == 200 and "alert-danger" in text(shown) and "逐月台账" in text(shown)


def test_cash_paid_back_is_entered(overpaid: Any) -> None:
    clerk = overpaid.visitor(CLERK)
    assert "必填" in text(clerk.post("/ledgers/A-1/repay", {"amount": ""}))
    assert clerk.post("/ledgers/A-1/repay", {"amount": "60", "note": "收据1"}).status_code == 303
    with overpaid.platform.database.reading() as session:
        assert session.scalars(select(RecoveryEntry.amount)).one() == 6000


def test_arrears_of_a_month_are_listed_with_their_payroll(overpaid: Any) -> None:
    clerk = overpaid.visitor(CLERK)
    assert "该月没有补发和扣回" in text(clerk.get("/ledgers/?month=2018-06"))
    with overpaid.platform.desk(CLERK) as desk:
        case = desk.session.scalars(select(AssistanceCase)).one()
        decided(desk, case, "2018-05", {"benefit": 400}, kind="increase")
    overpaid.on("2018-07-02")
    scope = Scope(programme="dibao", division=CITY, period=PayPeriod.parse("2018-07"))
    payroll.prepare(overpaid.platform.database, lambda: overpaid.platform.desk(CLERK), scope)
    clerk = overpaid.visitor(CLERK)
    shown = text(clerk.get("/ledgers/?month=2018-07"))
    assert "A-1" in shown and "20.00" in shown and "420.00" in shown
    assert clerk.get("/ledgers/?number=A-1").location == "/ledgers/A-1"


def test_account_of_another_area_is_neither_found_nor_touched(overpaid: Any) -> None:
    stranger = overpaid.visitor("clerk.610523")
    assert stranger.get("/ledgers/A-1").status_code == 404
    assert stranger.get(f"/ledgers/?division={CITY}").status_code == 403
    assert stranger.post("/ledgers/A-1/repay", {"amount": "1"}).status_code == 404
    with overpaid.platform.database.reading() as session:
        assert session.scalars(select(RecoveryEntry)).all() == []


@pytest.fixture
def told(tmp_path: Path, visit: Any) -> Any:
    """The household of the tale of Yiyang, whose last decision was entered 90 too low; two officers at their pages."""
    tale = next(one for one in TALES if one.name == "yiyang")
    bureau = opened(tale, url=None, folder=tmp_path)
    tale.live(bureau)
    with bureau.platform.desk("root") as desk:
        for role in ("clerk", "approver"):
            add_user(desk, f"{role}.page", role)
            grant_role(desk, f"{role}.page", role, tale.division, since=date(2000, 1, 1))
            set_password(desk, f"{role}.page", hash_password(f"{role}.page", "long-enough-1"))
        low = desk.session.scalars(select(Decision).order_by(Decision.number.desc())).first()
        assert low is not None
        low.monthly, low.parts = Fraction(30000), {**low.parts, "benefit": "30000"}
        low.digest = decision_digest(low)
        number = desk.session.scalars(select(AssistanceCase.number)).one()
    app = create_app(bureau.platform, secure=False)
    yield bureau.platform, f"/ledgers/{number}", visit(app, "clerk.page"), visit(app, "approver.page")
    bureau.platform.database.close()


@pytest.mark.slow
def test_months_worked_out_anew_are_proposed_by_one_and_decided_under_the_procedure(told: Any) -> None:
    platform, page, clerk, approver = told
    assert "90.00" in text(clerk.get(f"{page}?since=2018-04"))
    form = {"since": "2018-04", "through": "", "reason": ""}
    refused = clerk.post(f"{page}/recompute?since=2018-04", form)
    assert refused.status_code == 422 and "必填" in text(refused) and "重算的理由" in text(refused)
    assert clerk.post(f"{page}/recompute?since=2018-04", {**form, "reason": "录入有误"}).status_code == 303
    assert "您是拟定人" in text(clerk.get(page))

    number = text(approver.get(page)).partition(f"{page}/decide/")[2].partition('"')[0]
    early = approver.post(f"{page}/decide/{number}")
    assert early.status_code == 422 and "之前须先办" in text(early)
    with platform.database.reading() as session:
        assert session.scalars(select(Event).where(Event.kind == "change_decided")).all() == []
