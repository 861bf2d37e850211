"""The work calendar in the panel: what is due to whom, coverage, problems, years of holidays."""

from __future__ import annotations

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from core.store.tables import CalendarYear, ProblemEntry
from tests.admin.village import APPROVER, AUDITOR, CLERK, DALI, ELSEWHERE, Village, settled

PROBLEM = {
    "division": DALI, "source": "市局检查", "finding": "缺入户照片", "found_on": "2008-03-12", "due": "2008-03-31",
}  # fmt: skip
CSV = "day,kind,name,source\n2030-01-01,holiday,元旦,示例\n2030-02-09,workday,春节,示例\n"


@pytest.fixture
def village(make_panel: Any) -> Village:
    """The village with three applications under way."""
    return settled(make_panel)


def test_duties_of_a_month_are_listed_with_owner_state_and_day(village: Village) -> None:
    visitor = village.panel.visitor(CLERK)
    said = visitor.get("/duties/?month=2008-03").get_data(as_text=True)

    assert "乡镇核查并上报" in said and "大荔县" in said and "待办" in said and "2008年3月31日" in said
    assert village.cases[0] in said
    later = visitor.get("/duties/?month=2008-06").get_data(as_text=True)
    assert "2008年6月" in later and visitor.get("/duties/?month=June").status_code == 422
    assert visitor.get("/duties/workbook?month=2008-03").data.startswith(b"PK")


def test_month_view_puts_each_duty_on_its_day_and_marks_holidays(village: Village) -> None:
    said = village.panel.visitor(CLERK).get("/duties/?month=2008-03&view=month").get_data(as_text=True)
    assert "清明节" in said and "周一" in said and "month-duty" in said


def test_overdue_duties_are_always_shown_and_can_be_kept_alone(village: Village) -> None:
    village.panel.on("2008-05-12")
    visitor = village.panel.visitor(CLERK)
    said = visitor.get("/duties/?month=2008-05&state=overdue").get_data(as_text=True)
    assert "逾期" in said and village.cases[0] in said
    done = visitor.get("/duties/?month=2008-05&state=done").get_data(as_text=True)
    assert village.cases[0] not in done


def test_duties_of_another_area_are_not_told(village: Village) -> None:
    outsider = village.panel.visitor(ELSEWHERE)
    for path in ("/duties/", "/duties/workbook", "/duties/coverage", "/problems/", "/problems/workbook"):
        assert outsider.get(f"{path}?division={DALI}").status_code == 403, path


def test_coverage_lists_the_cases_that_lack_a_stage(make_panel: Any) -> None:
    panel = make_panel("2018-06-01")
    said = panel.visitor("clerk.430900").get("/duties/coverage?division=430900").get_data(as_text=True)
    assert "100%" in said or "没有全覆盖要求" in said


def test_completion_report_goes_out_as_a_workbook(village: Village) -> None:
    village.panel.on("2013-03-12")
    sent = village.panel.visitor(CLERK).get(f"/duties/coverage/workbook?division={DALI}").data
    report = CalamineWorkbook.from_filelike(io.BytesIO(sent)).get_sheet_by_index(0).to_python()
    assert report[0][:2] == ["城乡", "要求"] and len(report) > 1


def test_problem_is_registered_set_right_and_verified_by_another(village: Village) -> None:
    clerk, approver = village.panel.visitor(CLERK), village.panel.visitor(APPROVER)
    wrong = clerk.post("/problems/new", PROBLEM | {"due": "2008-03-01", "source": ""})
    assert wrong.status_code == 422 and 'value="2008-03-01"' in wrong.get_data(as_text=True)
    stranger = clerk.post("/problems/new", PROBLEM | {"case": "610523-2008-99999"})
    assert stranger.status_code == 422 and 'id="f-case-fault-1"' in stranger.get_data(as_text=True)
    assert clerk.post("/problems/new", PROBLEM | {"case": village.cases[0]}).location == "/problems/1"
    assert '<a href="/problems/1">' in clerk.get("/duties/?month=2008-03").get_data(as_text=True)

    assert approver.post("/problems/1/verify").status_code == 422
    assert clerk.post("/problems/1/rectify", {"on": "2008-03-12", "how": "补拍照片"}).status_code == 303
    assert clerk.post("/problems/1/verify").status_code == 403
    back = approver.post("/problems/1/back", {"reason": ""})
    assert back.status_code == 422 and 'id="f-reason-fault-1"' in back.get_data(as_text=True)
    assert approver.post("/problems/1/verify").status_code == 303
    assert village.rows(ProblemEntry)[0].status == "verified"
    said = approver.get("/problems/?state=verified").get_data(as_text=True)
    assert "市局检查" in said and village.cases[0] in said and "已核验" in said


def test_who_set_it_right_is_told_that_another_verifies(village: Village) -> None:
    reviewer = village.panel.visitor("reviewer.610523")
    reviewer.post("/problems/new", PROBLEM)
    reviewer.post("/problems/1/rectify", {"on": "2008-03-12", "how": "补拍照片"})

    assert "须由另一人核验" in reviewer.get("/problems/1").get_data(as_text=True)
    assert reviewer.post("/problems/1/verify").status_code == 422
    assert village.rows(ProblemEntry)[0].status == "rectified"


def test_problem_is_out_of_reach_outside_its_area(village: Village) -> None:
    village.panel.visitor(CLERK).post("/problems/new", PROBLEM)
    outsider = village.panel.visitor(ELSEWHERE)

    assert outsider.get("/problems/1").status_code == 404
    assert outsider.post("/problems/1/rectify", {"on": "2008-03-12", "how": "x"}).status_code in (403, 404)
    assert village.rows(ProblemEntry)[0].status == "open"


def test_year_is_loaded_whole_by_an_administrator_with_its_notice(village: Village) -> None:
    root = village.panel.visitor("root")

    def sent(text: bytes, **more: str) -> Any:
        form = {"year": "2030", "document": "示例通知", "file": (io.BytesIO(text), "2030.csv")} | more
        return root.post("/duties/years/", form)

    assert sent(b"\xff\xfe\x00").status_code == 422
    broken = sent(b"day,kind,name,source\n2030-13-01,holiday,x,y\n")
    assert broken.status_code == 422 and 'id="f-file-fault-1"' in broken.get_data(as_text=True)
    other = sent(CSV.encode(), year="2031")
    assert other.status_code == 422 and village.rows(CalendarYear) == []
    assert sent(CSV.encode()).status_code == 303
    said = root.get("/duties/years/?year=2030").get_data(as_text=True)
    assert "2030年1月1日" in said and "元旦" in said and "上班" in said
    again = sent(CSV.encode())
    assert again.status_code == 422 and 'id="f-reason-fault-1"' in again.get_data(as_text=True)
    assert village.panel.visitor(AUDITOR).post("/duties/years/").status_code == 403


def test_administrator_who_reads_no_case_comes_to_the_holidays_by_the_menu_and_is_led_to_no_shut_page(
    village: Village,
) -> None:
    home = village.panel.visitor("root").get("/").get_data(as_text=True)
    assert 'href="/duties/years/"' in home and 'href="/duties/"' not in home
    years = village.panel.visitor("root").get("/duties/years/").get_data(as_text=True)
    assert 'href="/duties/coverage' not in years
