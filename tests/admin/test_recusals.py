"""Recusal and filing in the panel: demanded by one, decided by another, taken over by somebody who is free."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.casework.people.assignment import assign
from core.casework.people.filing import file_case
from core.store.tables import AssistanceCase, CaseAssignment, RecusalDemand, RelativeFiling
from tests.admin.village import APPROVER, CLERK, DALI, ELSEWHERE, REVIEWER, Village, seat, settled


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village; the cadre handles his brother's case."""
    village = settled(make_panel)
    with village.panel.platform.desk(CLERK) as desk:
        case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == village.cases[2])).one()
        assign(desk, case, village.people["示例干部"], role="clerk")
    return village


def demanded(village: Village, **more: str) -> Any:
    form = {"case": village.cases[2], "holder": str(village.people["示例干部"]), "by": "applicant", "reason": "是兄弟"}
    return village.panel.visitor(CLERK).post("/recusals/new", form | more)


def test_page_says_who_has_a_conflict_and_why(village: Village) -> None:
    said = village.panel.visitor(CLERK).get(f"/recusals/new?case={village.cases[2]}").get_data(as_text=True)

    assert "家庭成员为其兄弟姐妹" in said and "无规定，建议回避" in said and "现经办：示例干部" in said
    unknown = village.panel.visitor(CLERK).get("/recusals/new?case=610523-2008-99999").get_data(as_text=True)
    assert "管辖范围内没有这个案件" in unknown


def test_demand_is_decided_by_another_and_taken_over_by_somebody_free(village: Village) -> None:
    assert demanded(village).status_code == 303
    clerk, approver = village.panel.visitor(CLERK), village.panel.visitor(APPROVER)
    assert clerk.post("/recusals/1/decide", {"answer": "grant", "reason": "x"}).status_code == 403
    assert "待决定" in approver.get("/recusals/?open=1").get_data(as_text=True)

    empty = approver.post("/recusals/1/decide", {"answer": "grant", "reason": ""})
    assert empty.status_code == 422 and 'id="f-reason-fault-1"' in empty.get_data(as_text=True)
    assert approver.post("/recusals/1/decide", {"answer": "grant", "reason": "近亲属"}).status_code == 303
    (row,) = village.rows(RecusalDemand)
    assert row.granted is True
    said = approver.get("/recusals/1").get_data(as_text=True)
    assert "予以回避" in said and "近亲属" in said and "示例主任" in said

    instead = {"holder": str(village.people["示例主任"]), "role": "clerk"}
    assert approver.post("/recusals/1/take-over", instead).status_code == 303
    assert village.rows(CaseAssignment)[-1].holder_id == village.people["示例主任"]


def test_only_the_head_takes_over_where_nobody_else_is_free(village: Village) -> None:
    demanded(village)
    approver = village.panel.visitor(APPROVER)
    approver.post("/recusals/1/decide", {"answer": "grant", "reason": "近亲属"})
    with village.panel.platform.desk(CLERK) as desk:
        head = seat(desk, "示例镇长", "township_staff", unit="示例镇政府", head=True)
    refused = approver.post("/recusals/1/take-over", {"holder": str(village.people["示例代表一"]), "role": "clerk"})

    assert refused.status_code == 422 and 'id="f-holder-fault-1"' in refused.get_data(as_text=True)
    assert approver.post("/recusals/1/take-over", {"holder": str(head), "role": "clerk"}).status_code == 303


def test_second_demand_and_an_empty_reason_are_refused_at_their_fields(village: Village) -> None:
    empty = demanded(village, reason="")
    assert empty.status_code == 422 and 'id="f-reason-fault-1"' in empty.get_data(as_text=True)
    demanded(village)
    again = demanded(village, reason="又一次")
    said = again.get_data(as_text=True)
    assert again.status_code == 422 and 'id="f-holder-fault-1"' in said and "又一次" in said
    assert len(village.rows(RecusalDemand)) == 1


def test_demand_is_out_of_reach_outside_its_area(village: Village) -> None:
    demanded(village)
    outsider = village.panel.visitor(ELSEWHERE)

    assert outsider.get("/recusals/1").status_code == 404
    assert village.cases[2] not in outsider.get("/recusals/").get_data(as_text=True)
    hidden = outsider.get(f"/recusals/new?case={village.cases[2]}").get_data(as_text=True)
    assert "管辖范围内没有这个案件" in hidden and "示例干部" not in hidden
    form = {"holder": "1", "by": "applicant", "reason": "x"}
    for one in (village.cases[2], "610523-2008-99999"):
        answer = outsider.post("/recusals/new", form | {"case": one})
        assert answer.status_code == 422 and "管辖范围内没有这个案件" in answer.get_data(as_text=True)


def test_filing_list_shows_the_opinion_and_the_visit_and_goes_out_as_a_workbook(village: Village) -> None:
    with village.panel.platform.desk(CLERK) as desk:
        case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == village.cases[2])).one()
        file_case(desk, case, holder_id=village.people["示例干部"])
    visitor = village.panel.visitor(CLERK)
    said = visitor.get("/filings/").get_data(as_text=True)
    assert "示例干部" in said and "东村村委会" in said and "兄弟姐妹" in said and "无规定，自行登记" in said

    answer = visitor.post(f"/filings/{village.cases[2]}/opinion", {"opinion": "agreed", "division": DALI})
    assert answer.status_code == 303 and village.rows(RelativeFiling)[0].township_opinion == "agreed"
    bad = visitor.post(f"/filings/{village.cases[2]}/opinion", {"opinion": "perhaps", "division": DALI})
    assert bad.status_code == 422 and "乡镇意见应为" in bad.get_data(as_text=True)
    assert visitor.get("/filings/workbook").data.startswith(b"PK")
    assert village.panel.visitor(ELSEWHERE).get(f"/filings/?division={DALI}").status_code == 403


def test_case_no_rule_files_is_not_filed_by_itself(village: Village) -> None:
    answer = village.panel.visitor(CLERK).post(f"/filings/{village.cases[2]}", {"division": DALI})
    assert answer.status_code == 422 and "未登记需要备案的近亲属关系" in answer.get_data(as_text=True)
    assert village.rows(RelativeFiling) == []


def test_countys_visit_to_a_filed_household_is_entered_and_noted_on_the_list(village: Village) -> None:
    with village.panel.platform.desk(CLERK) as desk:
        case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == village.cases[2])).one()
        file_case(desk, case, holder_id=village.people["示例干部"])
        county = [seat(desk, f"示例科员{n}", "county_civil_affairs", unit="县民政局") for n in range(2)]
    form = {
        "division": DALI, "area": "rural", "programme": "dibao", "on": "2008-03-12", "stage": "county_visit",
        "number": [village.cases[2]], "at": ["10:00"], "place": ["东村3组"], "finding": ["属实"], "result": [""],
    }  # fmt: skip
    reviewer = village.panel.visitor(REVIEWER)
    asked = reviewer.get(f"/visits/new?division={DALI}&area=rural&stage=county_visit&cases={village.cases[2]}")
    assert village.cases[2] in asked.get_data(as_text=True)
    answer = reviewer.post("/visits/new", form | {"attend": [str(village.people["示例主任"]), str(county[0])]})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert "示例科员0" in reviewer.get("/filings/").get_data(as_text=True)
    assert village.rows(RelativeFiling)[0].visited_by == [county[0]]
    assert "县级入户核查" in reviewer.get("/visits/").get_data(as_text=True)
