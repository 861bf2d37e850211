"""Payrolls on the screen: prepared in the background, approved by another, sent, answered; seen only where one works."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.money.fund import FundItem, enter
from core.store.tables import AssistanceCase, Event, PayrollLine, PayrollRun
from tests.core.casework.purse import ACCOUNT, decided, household

CITY, HESHAN, ZIYANG = "430900", "430903", "430902"
CLERK, APPROVER, REVIEWER = f"clerk.{CITY}", f"approver.{CITY}", f"reviewer.{CITY}"
JUNE = {"division": CITY, "programme": "dibao", "area": "any", "period": "2018-06"}
NUMBER = "dibao-430900-2018-06"


@pytest.fixture
def paying(panel: Any) -> Any:
    """Two households with an amount in June, one of them without an account; long work is done at once."""
    panel.app.config["LONG_WORK"] = "here"
    with panel.platform.desk(CLERK) as desk:
        parts: dict[str, Any] = {"benefit": 390, "household_topup": 50, "member_topup": 129, "price_subsidy": "20.5"}
        decided(desk, household(desk, "A-1", division=HESHAN, area="urban"), "2018-06", parts)
        decided(desk, household(desk, "B-2", division=ZIYANG, area="urban", account=None), "2018-06", {"benefit": 256})
    return panel


def prepared(panel: Any) -> Any:
    """The clerk who has prepared June."""
    clerk = panel.visitor(CLERK)
    assert clerk.post("/payrolls/new", JUNE).location == f"/payrolls/{NUMBER}"
    return clerk


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def run(panel: Any) -> PayrollRun:
    with panel.platform.database.reading() as session:
        found: PayrollRun = session.scalars(select(PayrollRun)).one()
        session.expunge(found)
        return found


def test_lines_show_each_part_in_a_column_with_totals_and_exceptions_stand_apart(paying: Any) -> None:
    clerk = prepared(paying)
    shown = text(clerk.get(f"/payrolls/{NUMBER}"))
    for part in ("保障金", "家庭分类施保", "人员分类施保", "物价补贴", "补发", "扣回", "390.00", "129.00", "20.50"):
        assert part in shown
    assert shown.count("589.50") == 3 and "A-1" in shown and "B-2" not in shown and "全表合计" in shown
    caught = text(clerk.get(f"/payrolls/{NUMBER}/exceptions"))
    assert "B-2" in caught and "没有收款账号" in caught and "256.00" in caught
    assert NUMBER in text(clerk.get("/payrolls/?division=430900&month=2018-06&status=prepared"))
    assert NUMBER not in text(clerk.get("/payrolls/?status=paid"))
    assert clerk.get(f"/payrolls/{NUMBER}/list").headers["Content-Disposition"].endswith(f"{NUMBER}.xlsx")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [("period", "2018-6", "发放期写法有误"), ("division", "999999", "区划"), ("programme", "x", "请从列表中选择")],
)
def test_wrong_input_stays_typed_with_the_fault_at_its_field(paying: Any, field: str, value: str, said: str) -> None:
    answer = paying.visitor(CLERK).post("/payrolls/new", {**JUNE, field: value})
    assert answer.status_code == 422 and said in text(answer)
    assert field == "programme" or f'value="{value}"' in text(answer)


def test_same_months_are_not_prepared_twice(paying: Any) -> None:
    answer = prepared(paying).post("/payrolls/new", {**JUNE, "division": HESHAN})
    assert answer.status_code == 422 and "不能重复编制" in text(answer)


def test_who_prepared_it_cannot_approve_and_sees_why_another_sees_the_fund_and_approves(paying: Any) -> None:
    clerk = prepared(paying)
    with paying.platform.desk(CLERK) as desk:
        enter(desk, CITY, FundItem(programme="dibao", source="county", kind="receipt", year=2018, amount=10000))
    assert "您是编制人" in text(clerk.get(f"/payrolls/{NUMBER}"))
    assert clerk.post(f"/payrolls/{NUMBER}/approve", {"total": "58950"}).status_code == 403

    approver = paying.visitor(APPROVER)
    assert "超出到位资金" in text(approver.get(f"/payrolls/{NUMBER}"))
    assert "489.50" in text(approver.get(f"/payrolls/{NUMBER}"))
    other = approver.post(f"/payrolls/{NUMBER}/approve", {"total": "1"})
    assert other.status_code == 422 and "合计与您看到的不一致" in text(other) and run(paying).status == "prepared"
    assert approver.post(f"/payrolls/{NUMBER}/approve", {"total": "58950"}).status_code == 303
    assert run(paying).status == "approved"


def test_bank_file_goes_out_by_right_on_record_and_its_answer_comes_back(paying: Any) -> None:
    clerk, approver = prepared(paying), paying.visitor(APPROVER)
    approver.post(f"/payrolls/{NUMBER}/approve", {"total": "58950"})
    assert clerk.post(f"/payrolls/{NUMBER}/bank-file").status_code == 403
    sent = paying.visitor(REVIEWER).post(f"/payrolls/{NUMBER}/bank-file", {"form": "csv"})
    assert sent.headers["Content-Disposition"].startswith("attachment") and ACCOUNT in text(sent)
    with paying.platform.database.reading() as session:
        assert session.scalars(select(Event).where(Event.kind == "exported")).one()

    wrong = clerk.post(f"/payrolls/{NUMBER}/answer", {"failed": "A-9 账号有误"})
    assert wrong.status_code == 422 and "A-9 账号有误" in text(wrong) and run(paying).status == "exported"
    file = {"file": (BytesIO("案件编号,原因\nA-1,户名不符\n".encode()), "退回.csv")}
    assert clerk.post(f"/payrolls/{NUMBER}/answer", file).status_code == 303
    with paying.platform.database.reading() as session:
        assert session.scalars(select(PayrollLine.status_reason)).one() == "户名不符"
    assert run(paying).status == "paid" and "银行退回" in text(clerk.get(f"/payrolls/{NUMBER}"))


def test_household_that_changed_since_is_worked_out_anew_before_approval(paying: Any) -> None:
    clerk = prepared(paying)
    with paying.platform.desk(CLERK) as desk:
        case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == "A-1")).one()
        decided(desk, case, "2018-06", {"benefit": 400}, kind="increase")
    refused = paying.visitor(APPROVER).post(f"/payrolls/{NUMBER}/approve", {"total": "58950"})
    assert refused.status_code == 422 and "情况发生变化" in text(refused)
    assert clerk.post(f"/payrolls/{NUMBER}/recheck").status_code == 303
    assert run(paying).total == 40000


def test_cancelling_asks_why_and_frees_the_months(paying: Any) -> None:
    prepared(paying)
    reviewer = paying.visitor(REVIEWER)
    assert "必填" in text(reviewer.post(f"/payrolls/{NUMBER}/cancel", {"reason": ""}))
    assert reviewer.post(f"/payrolls/{NUMBER}/cancel", {"reason": "漏了一户"}).status_code == 303
    assert run(paying).status == "cancelled"
    assert paying.visitor(CLERK).post("/payrolls/new", JUNE).location == f"/payrolls/{NUMBER}.2"


def test_payroll_of_another_area_is_neither_listed_nor_found_nor_touched(paying: Any) -> None:
    prepared(paying)
    for role in ("clerk", "reviewer", "approver", "auditor"):
        stranger = paying.visitor(f"{role}.610523")
        assert NUMBER not in text(stranger.get("/payrolls/"))
        for part in ("", "/exceptions", "/list"):
            assert stranger.get(f"/payrolls/{NUMBER}{part}").status_code == 404
        for part in ("approve", "recheck", "bank-file", "answer", "cancel"):
            there, nowhere = (
                stranger.post(f"/payrolls/{number}/{part}", {"reason": "x", "failed": ""}).status_code
                for number in (NUMBER, f"{NUMBER}.9")
            )
            assert there == nowhere and there in (403, 404), (role, part)
    assert paying.visitor("clerk.610523").post("/payrolls/new", JUNE).status_code in (403, 422)
    assert run(paying).status == "prepared"
