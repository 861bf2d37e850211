"""Reviews in the panel: who is due, a round's grid in the browser and as a workbook, decided by a second person."""

from __future__ import annotations

import io
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.workbook import as_bytes, columns
from core.casework.workbook.sheet import Sheet
from core.store.tables import Decision, FactsVersion, ReviewItem, ReviewRound
from tests.admin.village import APPROVER, AUDITOR, CLERK, DALI, ELSEWHERE, Village, paid, settled

OPEN = {"division": DALI, "programme": "dibao", "name": "半年复核", "due": "2008-10-31", "everybody": "1"}
HEADS = ("案件编号", "户主", "复核日期", "起始月", "家庭年收入（元）", "收入项目", "入户人员（名册编号）", "备注")


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village in September, with one household in payment since April."""
    village = settled(make_panel, surveyed=False)
    village.cases = [paid(village, month=date(2008, 4, 1))]
    village.panel.on("2008-09-20")
    return village


def typed(village: Village, **more: str) -> dict[str, str]:
    """A row of the grid: four persons earn 2,600 a year now."""
    row = {
        "number": village.cases[0], "head": "示例户0", "reviewed_on": "2008-09-20", "from_month": "2008-10",
        "income": "2600", "item": "", "note": "", "visited_by": str(village.people["示例乡干部"]),
    }  # fmt: skip
    return row | more


def opened(village: Village) -> Any:
    visitor = village.panel.visitor(CLERK)
    answer = visitor.post("/reviews/", OPEN)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return visitor


def test_round_takes_the_households_of_the_place(village: Village) -> None:
    visitor = opened(village)
    (made,) = village.rows(ReviewRound)
    assert (made.name, made.due_on) == ("半年复核", date(2008, 10, 31))
    said = visitor.get("/reviews/").get_data(as_text=True)
    assert "半年复核" in said and "进行中" in said
    assert village.cases[0] in visitor.get("/reviews/1/grid").get_data(as_text=True)


def test_result_is_entered_in_the_grid_and_decided_by_a_second_person(village: Village) -> None:
    visitor = opened(village)
    answer = visitor.post("/reviews/1/grid", typed(village))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    (item,) = village.rows(ReviewItem)
    assert (item.status, item.outcome, item.monthly) == ("entered", "reduce", Fraction(4300, 3))

    assert visitor.post("/reviews/1/decide", {"case": village.cases[0]}).status_code == 403
    approver = village.panel.visitor(APPROVER)
    said = approver.get("/reviews/1?state=entered").get_data(as_text=True)
    assert "减发" in said and "14.33" in said and "64.33" in said
    assert approver.post("/reviews/1/decide", {}).status_code == 422
    assert approver.post("/reviews/1/decide", {"case": village.cases[0]}).status_code == 303
    assert village.rows(ReviewItem)[0].status == "decided"
    assert village.rows(Decision)[-1].kind == "reduce" and village.rows(ReviewRound)[0].closed_on is not None


def test_faults_stand_at_their_cells_and_nothing_is_entered(village: Village) -> None:
    visitor = opened(village)
    wrong = visitor.post("/reviews/1/grid", typed(village, income="many", from_month="October"))
    begun = visitor.post("/reviews/1/grid", typed(village, reviewed_on=""))

    assert wrong.status_code == begun.status_code == 422
    said = wrong.get_data(as_text=True)
    assert 'id="fault-1-from_month"' in said and 'value="October"' in said
    assert 'id="fault-1-reviewed_on"' in begun.get_data(as_text=True)
    ahead = visitor.post("/reviews/1/grid", typed(village, reviewed_on="2008-09-21"))
    assert 'id="fault-1-reviewed_on"' in ahead.get_data(as_text=True)
    stranger = visitor.post("/reviews/1/grid", typed(village, visited_by="999"))
    assert 'id="fault-1-visited_by"' in stranger.get_data(as_text=True)
    assert village.rows(ReviewItem)[0].status == "open"


def workbook(*rows: tuple[str, ...]) -> tuple[io.BytesIO, str]:
    return io.BytesIO(as_bytes(Sheet(title="复核结果", columns=columns(*HEADS), rows=rows))), "复核.xlsx"


def test_grid_goes_out_and_comes_back_as_a_workbook(village: Village) -> None:
    visitor = opened(village)
    assert visitor.get("/reviews/1/workbook").data.startswith(b"PK")
    bad = (village.cases[0], "", "2008-09-20", "soon", "2600", "", "", "")
    refused = visitor.post("/reviews/1/workbook", {"file": workbook(bad)})
    assert refused.status_code == 422 and "第 2 行" in refused.get_data(as_text=True)

    good = (village.cases[0], "", "2008-09-20", "2008-10", "2600", "", "", "")
    assert visitor.post("/reviews/1/workbook", {"file": workbook(good)}).status_code == 303
    assert village.rows(ReviewItem)[0].status == "entered"


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_file_that_is_no_workbook_is_refused(village: Village, content: bytes) -> None:
    visitor = opened(village)
    assert visitor.post("/reviews/1/workbook", {"file": (io.BytesIO(content), "a.xlsx")}).status_code == 422
    assert village.rows(ReviewItem)[0].status == "open"


def test_nothing_to_review_is_told_at_the_day(village: Village) -> None:
    opened(village)
    again = village.panel.visitor(CLERK).post("/reviews/", OPEN)
    assert again.status_code == 422 and 'id="f-due-fault-1"' in again.get_data(as_text=True)
    assert 'value="半年复核"' in again.get_data(as_text=True) and len(village.rows(ReviewRound)) == 1


def test_round_is_out_of_reach_outside_its_area_and_without_the_right(village: Village) -> None:
    opened(village)
    outsider, auditor = village.panel.visitor(ELSEWHERE), village.panel.visitor(AUDITOR)
    paths = ("/reviews/1", "/reviews/1/grid", "/reviews/1/workbook")

    assert [outsider.get(one).status_code for one in paths] == [404] * 3
    assert outsider.post("/reviews/1/grid", typed(village)).status_code in (403, 404)
    assert auditor.get("/reviews/1").status_code == 200
    assert auditor.get("/reviews/1/grid").status_code == 403 or auditor.get("/reviews/1/grid").status_code == 404
    assert village.rows(ReviewItem)[0].status == "open"


def test_one_household_is_reviewed_with_its_members_incomes_and_assets(village: Village) -> None:
    visitor, path = opened(village), f"/cases/{village.cases[0]}/review"
    assert path in visitor.get("/reviews/1/grid").get_data(as_text=True)
    form = visitor.get(path).get_data(as_text=True)
    assert 'value="2000"' in form and "示例户3" in form and 'value="asset"' in form
    found = {
        "happened_on": "2008-09-20", "from_month": "2008-10", "by": [str(village.people["示例乡干部"])], "note": "入户",
        "m1-disability": "severe", "income-rows": "2", "income-0-of": "0", "income-0-item": "farming",
        "income-0-amount": "1,600", "income-0-frequency": "year", "income-1-of": "1", "income-1-item": "wage",
        "income-1-amount": "1000", "income-1-frequency": "year", "asset-rows": "1", "asset-0-kind": "vehicle",
        "asset-0-exempt": "livelihood_vehicle",
    }  # fmt: skip
    more = visitor.post(path, {**found, "more": "asset"})
    assert more.status_code == 200 and 'name="asset-1-amount"' in more.get_data(as_text=True)
    wrong = visitor.post(path, {**found, "income-1-amount": "viel", "from_month": ""})
    assert wrong.status_code == 422 and 'id="f-from_month-fault-1"' in wrong.get_data(as_text=True)
    assert 'id="f-happened_on-fault-1"' in visitor.post(path, found | {"happened_on": "2008-09-21"}).get_data(
        as_text=True
    )
    amount = visitor.post(path, {**found, "income-1-amount": "viel"})
    assert 'id="f-income-1-amount-fault-1"' in amount.get_data(as_text=True)
    entered = visitor.post(path, found)
    assert entered.status_code == 303, entered.get_data(as_text=True)
    (item,) = village.rows(ReviewItem)
    assert (item.status, item.outcome, item.monthly) == ("entered", "reduce", Fraction(4300, 3))
    facts = village.rows(FactsVersion, FactsVersion.id == item.facts_id)[0].facts
    assert [len(one.get("income", ())) for one in facts["members"]] == [1, 1, 0, 0]
    assert facts["assets"] == [{"kind": "vehicle", "exempt": "livelihood_vehicle"}]


def test_household_in_no_round_is_told_why_no_result_can_be_entered(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    answer = visitor.get(f"/cases/{village.cases[0]}/review")
    assert answer.status_code == 200 and "该户不在进行中的复核轮次里" in answer.get_data(as_text=True)
    assert visitor.post(f"/cases/{village.cases[0]}/review", {}).status_code == 422
