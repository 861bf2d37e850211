"""Random checks in the panel: the platform's seed, shown after; who may not look says why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.reviews.sampling import draw
from core.store.tables import AssistanceCase, SampleCheck, SampleDraw, SampleItem
from tests.core.casework.roster_rows import add_roll

CITY, CLERK, REVIEWER, OUTSIDER = "430900", "clerk.430900", "reviewer.430900", "clerk.610523"
YEAR = {"division": CITY, "programme": "dibao", "area": "urban", "since": "2011-01-01", "until": "2011-12-31"}


@pytest.fixture
def panel(make_panel: Any) -> Any:
    """Yiyang in December 2011, with twelve existing urban households; two inspectors, one of the village itself."""
    panel = make_panel("2011-12-01")
    with panel.platform.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}] * 12, division="430903", since=date(2010, 1, 1))
        for case in desk.session.scalars(select(AssistanceCase)):
            case.village = "金花湖社区"
        for name, unit in (("示例甲", "赫山区民政局"), ("示例乙", "金花湖社区居委会")):
            role = "village_committee" if name == "示例乙" else "county_civil_affairs"
            post = Post(role=role, division="430903", unit=unit, position="员", since=date(2005, 1, 1))
            add_holder(desk, Identity(name=name), posts=[post])
    return panel


def rows(panel: Any, table: Any) -> list[Any]:
    with panel.platform.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def drawn(panel: Any) -> str:
    """Draw as the reviewer does; returns the number of one drawn case."""
    answer = panel.visitor(REVIEWER).post("/samples/", YEAR)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    with panel.platform.database.reading() as session:
        query = select(AssistanceCase.number).join(SampleItem, SampleItem.case_id == AssistanceCase.id)
        return str(session.scalars(query.order_by(AssistanceCase.number)).first())


def test_seed_is_the_platforms_shown_after_and_repeats_the_draw(panel: Any) -> None:
    panel.visitor(REVIEWER).post("/samples/", YEAR | {"seed": "摇号"})
    (made,) = rows(panel, SampleDraw)
    said = panel.visitor(REVIEWER).get("/samples/1").get_data(as_text=True)

    assert made.seed != "摇号" and len(made.seed) == 32 and made.seed in said
    with panel.platform.database.reading() as session:
        numbers = list(session.scalars(select(AssistanceCase.number)))
    assert all(one in said for one in draw(made.seed, numbers, 3))
    assert panel.visitor(REVIEWER).get("/samples/1/workbook").data.startswith(b"PK")


def test_work_calendar_leads_to_the_draw_that_waits(panel: Any) -> None:
    drawn(panel)
    said = panel.visitor(REVIEWER).get("/duties/?month=2011-12").get_data(as_text=True)
    assert '<a href="/samples/1">1 城市</a>' in said


def test_second_draw_and_a_shifted_span_are_refused_at_their_field(panel: Any) -> None:
    drawn(panel)
    visitor = panel.visitor(REVIEWER)
    again = visitor.post("/samples/", YEAR)
    shifted = visitor.post("/samples/", YEAR | {"since": "2011-01-02"})

    assert again.status_code == shifted.status_code == 422
    assert 'id="f-since-fault-1"' in again.get_data(as_text=True) and "不能重抽" in again.get_data(as_text=True)
    assert 'value="2011-01-02"' in shifted.get_data(as_text=True)
    assert len(rows(panel, SampleDraw)) == 1


def test_inspector_of_the_village_is_barred_and_told_why(panel: Any) -> None:
    number = drawn(panel)
    visitor = panel.visitor(CLERK)
    said = visitor.get(f"/samples/1/checks/{number}").get_data(as_text=True)
    assert "不得抽查本村（社区）的家庭" in said and "示例甲" in said

    form = {"on": "2011-12-01", "outcome": "confirmed", "note": "一切属实", "attend": "2"}
    refused = visitor.post(f"/samples/1/checks/{number}", form)
    assert refused.status_code == 422 and "一切属实" in refused.get_data(as_text=True)
    assert rows(panel, SampleCheck) == []


def test_result_is_recorded_once(panel: Any) -> None:
    number = drawn(panel)
    visitor = panel.visitor(CLERK)
    form = {"on": "2011-12-01", "outcome": "not_eligible", "note": "已就业", "attend": "1"}
    unnamed = visitor.post(f"/samples/1/checks/{number}", {"on": "2011-12-01", "outcome": "maybe"})
    assert unnamed.status_code == 422 and 'id="f-outcome-fault-1"' in unnamed.get_data(as_text=True)
    assert visitor.post(f"/samples/1/checks/{number}", form).status_code == 303
    assert visitor.post(f"/samples/1/checks/{number}", form).status_code == 422
    (check,) = rows(panel, SampleCheck)
    assert (check.outcome, check.inspectors) == ("not_eligible", [1])
    said = visitor.get("/samples/1").get_data(as_text=True)
    assert "不符合条件" in said and "示例甲" in said and "已就业" in said


def test_draw_is_out_of_reach_outside_its_area_and_without_the_right(panel: Any) -> None:
    number = drawn(panel)
    outsider = panel.visitor(OUTSIDER)

    paths = ("/samples/1", "/samples/1/workbook", f"/samples/1/checks/{number}")
    assert [outsider.get(one).status_code for one in paths] == [404] * 3
    assert outsider.get(f"/samples/?division={CITY}").status_code == 403
    assert panel.visitor(CLERK).post("/samples/", YEAR).status_code == 403
    assert panel.visitor(CLERK).get("/samples/1/checks/430903-999999").status_code == 422
