"""Statistical reports on the screen: weighted totals, closed by another person, the same afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.store.tables import AssistanceCase, MonthlyReport
from tests.core.casework.purse import decided, household

CITY, HESHAN, ZIYANG = "430900", "430903", "430902"
CLERK, APPROVER = f"clerk.{CITY}", f"approver.{CITY}"
MAY = f"division={CITY}&month=2018-05"


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.fixture
def listed(panel: Any) -> Any:
    """Two households on the roll in May, of three persons and one."""
    with panel.platform.desk(CLERK) as desk:
        for number, division, persons in (("A-1", HESHAN, 3), ("B-2", ZIYANG, 1)):
            case = household(desk, number, division=division, area="urban")
            case.persons = case.entitled = persons
            case.accepted_on = date(2018, 4, 1)
            decided(desk, case, "2018-05", {"benefit": 390}, decided_on=date(2018, 4, 20))
    return panel


def kept(panel: Any) -> Any:
    with panel.platform.database.reading() as session:
        found = session.scalars(select(MonthlyReport)).one_or_none()
        session.expunge_all()
        return found


def test_report_of_a_month_shows_every_place_and_a_total_and_goes_out_as_a_workbook(listed: Any) -> None:
    clerk = listed.visitor(CLERK)
    shown = text(clerk.get(f"/reports/progress?{MAY}"))
    for one in ("城乡低保工作进度表", "赫山区", "资阳区", "合计", "城市月人均救助水平", "未封账", "2018年5月"):
        assert one in shown
    sheet = clerk.get(f"/reports/progress/sheet?{MAY}")
    assert sheet.get_data()[:2] == b"PK" and sheet.headers["Content-Disposition"].startswith("attachment")
    assert "城乡低保工作进度表" in text(clerk.get("/reports/"))


def test_month_is_drawn_up_by_one_closed_by_another_and_stays_as_it_was(listed: Any) -> None:
    clerk, approver = listed.visitor(CLERK), listed.visitor(APPROVER)
    assert clerk.post(f"/reports/progress/prepare?{MAY}", {"note": "月报"}).status_code == 303
    report = kept(listed)
    assert report is not None and report.status == "prepared"
    assert "您是编制人" in text(clerk.get(f"/reports/progress?{MAY}"))
    assert clerk.post(f"/reports/progress/close/{report.id}?{MAY}").status_code == 403
    assert approver.post(f"/reports/progress/close/{report.id}?{MAY}").status_code == 303
    before = text(approver.get(f"/reports/progress?{MAY}"))
    assert "已封账" in before and kept(listed).status == "closed"

    with listed.platform.desk(CLERK) as desk:
        desk.session.scalars(select(AssistanceCase).where(AssistanceCase.number == "A-1")).one().persons = 9
    shown = text(approver.get(f"/reports/progress?{MAY}"))
    assert (
        shown.partition("<table")[2].partition("</table>")[0] == before.partition("<table")[2].partition("</table>")[0]
    )
    again = clerk.post(f"/reports/progress/prepare?{MAY}", {})
    assert again.status_code == 422 and "已封账" in text(again)


def test_month_that_is_not_over_is_not_drawn_up(listed: Any) -> None:
    answer = listed.visitor(CLERK).post(f"/reports/progress/prepare?division={CITY}&month=2018-06", {"note": "早了"})
    assert answer.status_code == 422 and "该月尚未结束" in text(answer) and "早了" in text(answer)
    assert kept(listed) is None


def test_report_of_another_area_is_not_shown_also_when_it_is_closed(listed: Any) -> None:
    listed.visitor(CLERK).post(f"/reports/progress/prepare?{MAY}", {})
    report = kept(listed)
    assert report is not None
    listed.visitor(APPROVER).post(f"/reports/progress/close/{report.id}?{MAY}")
    stranger = listed.visitor("approver.610523")
    for part in ("", "/sheet"):
        assert stranger.get(f"/reports/progress{part}?{MAY}").status_code == 404
    assert "城乡低保工作进度表</a>" not in text(stranger.get("/reports/"))
    assert stranger.post(f"/reports/progress/close/{report.id}?{MAY}").status_code == 404
    assert listed.visitor("clerk.610523").post(f"/reports/progress/prepare?{MAY}", {}).status_code == 403
    assert stranger.get("/reports/nothing").status_code == 404
