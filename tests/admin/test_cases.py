"""Cases in the panel: the list and its filters, searching for a person, the page of a case and its steps."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.store.tables import AssistanceCase, Event
from regions.life.applicants import PAPERS, urban

CLERK, REVIEWER, APPROVER = "clerk.430900", "reviewer.430900", "approver.430900"
TODAY = date(2018, 6, 1)
ID_NUMBER = "430902197005060019"


def applied(panel: Any, label: str = "甲", persons: int = 3, *, accepted: bool = False) -> str:
    """Enter an application in Ziyang district; returns its number."""
    with panel.platform.desk(CLERK) as desk:
        case = apply(desk, urban(label, persons, "900", day=TODAY))
        if accepted:
            accept(desk, case, happened_on=TODAY)
        return str(case.number)


def officers(panel: Any, count: int = 2) -> list[int]:
    """Enter people of the township's office; returns their numbers."""
    with panel.platform.desk("root") as desk:
        return [
            add_holder(desk, Identity(name=f"演示干部{n}"), posts=[
                Post(role="township_staff", division="430902", unit="演示街道", position="干部", since=date(2015, 1, 1))]).id
            for n in range(count)
        ]  # fmt: skip


def kept(panel: Any, number: str) -> AssistanceCase:
    """The case as the database holds it."""
    with panel.platform.database.reading() as session:
        return session.scalars(select(AssistanceCase).where(AssistanceCase.number == number)).one()


def events(panel: Any, number: str) -> Sequence[Event]:
    """The events of a case."""
    with panel.platform.database.reading() as session:
        return session.scalars(
            select(Event).where(Event.chain == f"case/{kept(panel, number).id}").order_by(Event.sequence)
        ).all()


def test_list_is_filtered_and_an_empty_one_says_what_to_do(panel: Any) -> None:
    first, second = applied(panel, "甲"), applied(panel, "乙", accepted=True)
    visitor = panel.visitor(CLERK)

    def shown(query: str) -> str:
        answer = visitor.get(f"/cases/?{query}")
        assert answer.status_code == 200, query
        return str(answer.get_data(as_text=True))

    assert first in shown("") and second in shown("") and "演示甲1" in shown("")
    assert first in shown("status=applying") and second not in shown("status=applying")
    assert second in shown("stage=acceptance") and first not in shown("stage=acceptance")
    assert first in shown("division=430902&area=urban&programme=dibao&village=演示社区")
    assert "没有符合条件的案件" in shown("area=rural") and "没有符合条件的案件" in shown("monthly_from=100")
    assert "没有符合条件的案件" in shown("division=430903") and "没有符合条件的案件" in shown("review_by=2018-07-01")
    assert visitor.get("/cases/?monthly_from=abc").status_code == 422


def test_pages_of_the_list_follow_each_other_by_key(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [applied(panel, label, 1) for label in "甲乙丙丁戊"]
    monkeypatch.setattr("admin.screens.cases.PAGE", 2)
    visitor, seen, path = panel.visitor(CLERK), [], "/cases/?status=pending"
    for _ in range(3):
        text = visitor.get(path).get_data(as_text=True)
        seen += [one for one in numbers if f">{one}</a>" in text]
        path = f"/cases/?status=pending&after={seen[-1]}"
    assert seen == sorted(numbers)


def test_list_and_case_of_another_place_are_not_shown(panel: Any) -> None:
    number = applied(panel)
    other = panel.visitor("clerk.610523")

    assert number not in other.get("/cases/").get_data(as_text=True)
    assert other.get(f"/cases/{number}").status_code == 404
    assert other.get("/cases/?division=430902").status_code == 403
    assert other.get(f"/cases/{number}/do/accept/").status_code == 404
    assert other.post(f"/cases/{number}/do/accept/", {"happened_on": "2018-06-01"}).status_code in (403, 404)
    assert kept(panel, number).status == "applying"
    assert panel.visitor("policy_editor.430900").get("/cases/").status_code == 403


def test_case_is_found_by_its_number_and_a_person_by_name_in_no_address(panel: Any) -> None:
    number = applied(panel)
    visitor = panel.visitor(CLERK)

    assert visitor.get(f"/cases/?number={number}").location == f"/cases/{number}"
    assert visitor.get("/cases/?number=430902-2018-99999").status_code == 404
    assert visitor.post("/cases/find", {"by": "name", "who": "演示甲1"}, at="/cases/").location == f"/cases/{number}"
    assert "没有此人的案件" in visitor.post("/cases/find", {"by": "name", "who": "演示"}).get_data(as_text=True)
    wrong = visitor.post("/cases/find", {"by": "id_number", "who": "4309021970"})
    assert wrong.status_code == 422 and "身份证号应为 18 位" in wrong.get_data(as_text=True)
    elsewhere = panel.visitor("clerk.610523").post("/cases/find", {"by": "name", "who": "演示甲1"})
    assert "没有此人的案件" in elsewhere.get_data(as_text=True)


def test_workbook_holds_what_the_query_box_finds(panel: Any) -> None:
    first, second = applied(panel, "甲"), applied(panel, "乙", accepted=True)
    answer = panel.visitor(CLERK).get("/cases/export.xlsx?status=in_procedure")

    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    cells = [cell for row in rows for cell in row]
    assert second in cells and first not in cells
    assert panel.visitor("policy_editor.430900").get("/cases/export.xlsx").status_code == 403


def test_case_page_shows_stages_clocks_and_every_step_with_the_reason_it_cannot_be_taken(panel: Any) -> None:
    number = applied(panel, accepted=True)
    text = panel.visitor(CLERK).get(f"/cases/{number}").get_data(as_text=True)

    assert "演示甲1" in text and "办理中" in text and "入户调查" in text and "还剩" in text
    assert "没有在该地“审批决定”的权限" in text
    assert "案件“办理中”，不能办理“受理”" in text


def test_step_that_cannot_be_taken_shows_why_in_the_words_of_the_service(panel: Any) -> None:
    number = applied(panel, accepted=True)
    text = panel.visitor(REVIEWER).get(f"/cases/{number}/do/stage/review").get_data(as_text=True)
    assert "现在不能办理" in text and "之前须先办" in text and 'name="result"' not in text


def test_acceptance_is_recorded_on_its_day(panel: Any) -> None:
    number = applied(panel)
    form = {"happened_on": "2018-06-01"}
    answer = panel.visitor(CLERK).post(f"/cases/{number}/do/accept/", form)
    assert answer.status_code == 303 and answer.location == f"/cases/{number}"
    assert kept(panel, number).accepted_on == TODAY


def test_refused_step_keeps_what_was_typed_and_says_at_which_field(panel: Any) -> None:
    number, (one, two) = applied(panel, accepted=True), officers(panel)
    visitor = panel.visitor(REVIEWER)
    path = f"/cases/{number}/do/stage/neighbour_interview"

    wrong = visitor.post(path, {"happened_on": "2018-06-01", "by": str(one)})
    text = wrong.get_data(as_text=True)
    assert wrong.status_code == 422 and "须至少2名不同人员" in text and 'id="f-by-fault-1"' in text
    assert f'value="{one}" checked' in text
    late = visitor.post(path, {"happened_on": "", "by": [str(one), str(two)]})
    assert late.status_code == 422 and "必填" in late.get_data(as_text=True)
    future = visitor.post(path, {"happened_on": "2018-06-02", "by": [str(one), str(two)]})
    assert future.status_code == 422 and "发生日期晚于今天" in future.get_data(as_text=True)
    assert visitor.post(path, {"happened_on": "2018-06-01", "by": [str(one), str(two)]}).status_code == 303
    last = events(panel, number)[-1]
    assert last.body["stage"] == "neighbour_interview" and last.body["by"] == [one, two]


def test_papers_that_are_missing_are_told_once_and_handed_in_later(panel: Any) -> None:
    with panel.platform.desk(CLERK) as desk:
        told = urban("己", 2, "500", day=TODAY)
        lacking = apply(
            desk, type(told)(**{name: getattr(told, name) for name in told.__slots__} | {"evidence": PAPERS[:3]})
        )
        number = lacking.number
    visitor = panel.visitor(CLERK)

    assert "申请材料不齐" in visitor.get(f"/cases/{number}/do/accept/").get_data(as_text=True)
    assert "诚信承诺书" in visitor.get(f"/cases/{number}/do/deficiency/").get_data(as_text=True)
    day = {"happened_on": "2018-06-01"}
    assert visitor.post(f"/cases/{number}/do/deficiency/", day).status_code == 303
    assert "不得再次要求补正" in visitor.get(f"/cases/{number}/do/deficiency/").get_data(as_text=True)
    assert visitor.post(f"/cases/{number}/do/supplement/", {**day, "evidence": list(PAPERS[3:])}).status_code == 303
    assert visitor.post(f"/cases/{number}/do/accept/", day).status_code == 303
