"""The first page: the officer's caseload by place, the month, money and what waits; the same few queries at any size."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from core.casework.money.fund import FundItem, enter
from core.casework.reporting.dashboard import overview
from core.casework.reviews.problem import Finding, register_problem
from core.store.tables import AssistanceCase
from tests.admin.amending import EDITOR, registered, stepped
from tests.core.casework.purse import decided, household

CITY, HESHAN, ZIYANG = "430900", "430903", "430902"
CLERK, APPROVER = f"clerk.{CITY}", f"approver.{CITY}"


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def add(desk: Any, number: str, division: str, persons: int, yuan: int, *, since: str = "2018-05") -> None:
    case = household(desk, number, division=division, area="urban")
    case.persons = case.entitled = persons
    decided(desk, case, since, {"benefit": yuan})


@pytest.fixture
def city(panel: Any) -> Any:
    """Four persons with 1,200 in Heshan, one with 400 in Ziyang since June; another county has a household too."""
    with panel.platform.desk(CLERK) as desk:
        add(desk, "A-1", HESHAN, 4, 1200)
        add(desk, "B-2", ZIYANG, 1, 400, since="2018-06")
        late = household(desk, "C-3", division=HESHAN, area="rural", status="in_payment")
        late.review_due = date(2018, 5, 1)
        household(desk, "D-4", division=HESHAN, status="in_procedure")
        for kind, amount in (("budget", 1000000), ("receipt", 500000)):
            enter(desk, CITY, FundItem(programme="dibao", source="county", kind=kind, year=2018, amount=amount))
    with panel.platform.desk("clerk.610523") as desk:
        household(desk, "X-9", division="610523")
    return panel


def test_caseload_stands_by_place_and_the_average_of_all_is_weighted(city: Any) -> None:
    shown = text(city.visitor(CLERK).get("/"))
    for one in ("赫山区", "资阳区", "300.00", "400.00", "320.00", "1,600.00", "目标"):
        assert one in shown, one
    below = text(city.visitor(CLERK).get(f"/?division={HESHAN}"))
    assert "资阳区" not in below.partition("<main")[2]


def test_month_deadlines_and_money_are_counted(city: Any) -> None:
    with city.platform.reading_desk(CLERK) as desk:
        found = overview(desk, CITY, programme="dibao")
    assert (found.granted, found.stopped, found.pending) == (1, 0, 1)
    assert (found.reviews_overdue, found.reviews_near) == (1, 0)
    assert (found.funds.budget, found.funds.received, found.funds.spent) == (1000000, 500000, 0)
    assert found.areas["urban"].households == 2 and found.areas["rural"].households == 1


def test_another_area_is_neither_counted_nor_shown(city: Any) -> None:
    stranger = city.visitor("clerk.610523")
    assert "赫山区" not in text(stranger.get("/"))
    assert stranger.get(f"/?division={CITY}").status_code == 403


def test_what_another_prepared_waits_and_ones_own_does_not(city: Any) -> None:
    city.app.config["LONG_WORK"] = "here"
    clerk = city.visitor(CLERK)
    clerk.post("/payrolls/new", {"division": CITY, "programme": "dibao", "area": "any", "period": "2018-06"})
    assert "发放表待审批 <strong>1</strong>" in text(city.visitor(APPROVER).get("/"))
    assert "发放表待审批" not in text(clerk.get("/"))
    stepped(city, EDITOR, registered(city), "submit")
    waits = text(city.visitor("policy_approver.430900").get("/"))
    assert "修订待审批 <strong>1</strong>" in waits and "最早 2018年7月1日" in waits


def test_duties_of_every_kind_are_told_with_what_is_overdue_and_the_first_day(city: Any) -> None:
    assert "到期事项不能全部算出" in text(
        city.visitor(CLERK).get(f"/?division={HESHAN}")
    )  # no procedure ruled the case of 2007
    with city.platform.desk(CLERK) as desk:
        early = select(AssistanceCase).where(AssistanceCase.status == "in_procedure")
        desk.session.scalars(early).one().status = "withdrawn"
        found = Finding(
            source="市局检查", division=HESHAN, finding="缺照片", found_on=date(2018, 5, 2), due_on=date(2018, 6, 20)
        )
        register_problem(desk, found)
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text(city.visitor(CLERK).get("/"))))
    told = shown.partition("最早期限")[2]
    assert "定期复核 1 逾期 0 2018年5月1日" in told and "整改问题 0 1 2018年6月20日" in told


def test_links_are_those_one_may_follow(city: Any) -> None:
    clerk = text(city.visitor(CLERK).get("/")).partition("<main")[2]
    assert "编制发放表" in clerk and 'href="/cases/new/"' in clerk
    assert 'href="/amendments/new"' in text(city.visitor("policy_editor.430900").get("/"))
    root = text(city.visitor("root").get("/")).partition("<main")[2]
    assert "编制发放表" not in root and "用户和角色" in root and "户数" not in root


def test_number_of_queries_does_not_grow_with_the_caseload(city: Any) -> None:
    def asked() -> int:
        said: list[str] = []
        listen = ("before_cursor_execute", lambda *words: said.append(words[2]))
        event.listen(city.platform.database.engine, *listen)
        try:
            with city.platform.reading_desk(CLERK) as desk:
                overview(desk, CITY, programme="dibao")
        finally:
            event.remove(city.platform.database.engine, *listen)
        return len(said)

    before = asked()
    with city.platform.desk(CLERK) as desk:
        for number in range(40):
            add(desk, f"M-{number}", HESHAN, 2, 300)
    assert asked() == before
