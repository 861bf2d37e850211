"""Budget plans on the screen: assumptions as rows, review by another, finance's answer."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.casework.reporting.budget import plan_lines, plan_of
from core.store.tables import BudgetAssumption, BudgetPlan
from regions.budget_reckoning import shown_lines
from tests.core.casework.purse import decided, household

CITY, HESHAN = "430900", "430903"
CLERK, APPROVER = f"clerk.{CITY}", f"approver.{CITY}"


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.fixture
def planned(panel: Any) -> Any:
    """The clerk with a draft for 2019 over one household."""
    panel.app.config["LONG_WORK"] = "here"
    with panel.platform.desk(CLERK) as desk:
        decided(desk, household(desk, "A-1", division=HESHAN, area="urban"), "2018-05", {"benefit": 390})
    clerk = panel.visitor(CLERK)
    form = {"division": CITY, "programme": "dibao", "year": "2019"}
    assert clerk.post("/budgets/new", form).location == "/budgets/1"
    return clerk


def plan(panel: Any) -> BudgetPlan:
    with panel.platform.database.reading() as session:
        found: BudgetPlan = session.scalars(select(BudgetPlan)).one()
        session.expunge(found)
        return found


def test_plan_shows_its_lines_with_standard_ceiling_and_totals(planned: Any) -> None:
    shown = text(planned.get("/budgets/1"))
    for one in ("2019", "赫山区", "预计月人均补差", "中央", "财政核定数", "上限", "合计", "在册1户1人", "没有假设"):
        assert one in shown
    book = CalamineWorkbook.from_filelike(BytesIO(planned.get("/budgets/1/sheet").get_data()))
    assert ["编制中　在册家庭截至 2018-06-01"] in [row[:1] for row in book.get_sheet_by_index(0).to_python()]
    assert "2019" in text(planned.get("/budgets/"))
    again = planned.post("/budgets/new", {"division": CITY, "programme": "dibao", "year": "2019"})
    assert again.status_code == 422 and "已经建立" in text(again)


def test_draft_is_shown_as_it_was_reckoned_until_somebody_has_it_reckoned_anew(panel: Any, planned: Any) -> None:
    before = text(planned.get("/budgets/1"))
    assert "在册家庭测算于 2018年6月1日" in before and "测算之后情况有变化" not in before
    with panel.platform.desk(CLERK) as desk:
        decided(desk, household(desk, "A-2", division=HESHAN, area="urban"), "2018-05", {"benefit": 100})
    then = text(planned.get("/budgets/1"))
    assert "在册1户1人" in then and "测算之后情况有变化：在册家庭有增减" in then
    assert planned.post("/budgets/1/reckon").status_code == 303
    now = text(planned.get("/budgets/1"))
    assert "在册2户2人" in now and "5,880.00" in now and "测算之后情况有变化" not in now
    with panel.platform.reading_desk(CLERK) as desk:
        assert shown_lines(desk, plan_of(desk, 1)) == plan_lines(desk, 1)
    assert planned.post("/budgets/1/submit").status_code == 303 and planned.post("/budgets/1/reckon").status_code == 422


def test_assumption_is_a_row_that_can_be_changed_and_needs_its_reason(panel: Any, planned: Any) -> None:
    form = {"line": "*:urban", "monthly": "10", "from_month": "5", "because": ""}
    refused = planned.post("/budgets/1/assume/uprating", form)
    assert refused.status_code == 422 and "必填" in text(refused) and 'value="10"' in text(refused)
    wrong = planned.post("/budgets/1/assume/uprating", {**form, "because": "拟提标", "from_month": "13"})
    assert wrong.status_code == 422 and "起始月的数值有误" in text(wrong)
    assert planned.post("/budgets/1/assume/uprating", {**form, "because": "拟提标"}).status_code == 303
    shown = text(planned.get("/budgets/1"))
    assert "月人均（元） 10.00" in shown and "全部城市" in shown and "拟提标" in shown
    assert 'value="10.00"' in text(planned.get("/budgets/1/assume/uprating?row=1"))
    assert (
        planned.post("/budgets/1/assume/uprating", {**form, "because": "改为二十", "monthly": "20"}).status_code == 303
    )
    with panel.platform.database.reading() as session:
        assert len(session.scalars(select(BudgetAssumption)).all()) == 2


def test_plan_is_reviewed_by_another_sent_back_with_a_reason_and_answered_by_finance(panel: Any, planned: Any) -> None:
    approver = panel.visitor(APPROVER)
    assert planned.post("/budgets/1/submit").status_code == 303
    assert planned.post("/budgets/1/review").status_code == 403
    assert "您是填报人" in text(planned.get("/budgets/1"))
    assert approver.post("/budgets/1/back", {"reason": ""}).status_code == 422 and plan(panel).status == "submitted"
    assert (
        approver.post("/budgets/1/back", {"reason": "漏了物价补贴"}).status_code == 303
        and plan(panel).status == "draft"
    )
    planned.post("/budgets/1/submit")
    assert approver.post("/budgets/1/review").status_code == 303 and plan(panel).status == "reviewed"

    wrong = approver.post("/budgets/1/answer", {"430903:urban": "4.681", "document": ""})
    assert wrong.status_code == 422 and "至多两位小数" in text(wrong) and "必填" in text(wrong)
    form = {"430903:urban": "4,680.00", "document": "财预〔2018〕9号"}
    assert approver.post("/budgets/1/answer", form).status_code == 303
    assert plan(panel).answer == {"430903:urban": 468000}
    shown = text(planned.get("/budgets/1"))
    assert "4,680.00" in shown and "财预〔2018〕9号" in shown


def test_plan_of_another_area_is_neither_listed_nor_found_nor_touched(panel: Any, planned: Any) -> None:
    for role in ("clerk", "approver"):
        stranger = panel.visitor(f"{role}.610523")
        for part in ("", "/sheet", "/assume/uprating"):
            assert stranger.get(f"/budgets/1{part}").status_code in (403, 404)
        for part in ("submit", "reckon", "review", "back", "answer", "assume/uprating"):
            there, nowhere = (
                stranger.post(f"/budgets/{number}/{part}", {"reason": "x"}).status_code for number in (1, 999)
            )
            assert there == nowhere and there in (403, 404), (role, part)
        assert "/budgets/1" not in text(stranger.get("/budgets/"))
    assert plan(panel).status == "draft"
