"""Searching cases: filters, pages by key, the places an officer may read, persons by their blind index."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from core.casework.deciding.status_filter import settled
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.case_list import readable
from core.casework.flow.case_search import (
    CaseSearch,
    cases_by_name,
    conditions,
    ids_in_order,
    search_cases,
    statuses_asked,
)
from core.casework.people.person import shown_name
from core.errors import JiuzhuError
from tests.core.casework.clients import rural
from tests.core.casework.flow.running import MONDAY, PLACE

CLERK = f"clerk.{PLACE}"


@pytest.fixture
def five(township: Any) -> Any:
    """Five applications, the second and the fourth accepted."""
    with township.desk(CLERK) as desk:
        for number in range(5):
            case = apply(desk, rural(1 + number % 2, "2000", day=MONDAY))
            if number % 2:
                accept(desk, case, happened_on=MONDAY)
    return township


def numbers(desk: Desk, *, after: str | None = None, limit: int = 50, **asked: Any) -> list[str]:
    """The last digits of the numbers a search finds."""
    found = search_cases(desk, CaseSearch(**asked), after=after, limit=limit)
    return [case.number[-1] for case, _ in found.rows]


def test_filters_ask_what_they_say_and_a_group_asks_each_of_its_statuses(five: Any) -> None:
    with five.desk(CLERK) as desk:
        assert numbers(desk) == ["1", "2", "3", "4", "5"]
        assert numbers(desk, status="pending") == ["1", "2", "3", "4", "5"]
        assert numbers(desk, status="applying") == ["1", "3", "5"]
        assert numbers(desk, stage="acceptance") == ["2", "4"]
        assert numbers(desk, division=PLACE, programme="dibao", area="rural") == ["1", "2", "3", "4", "5"]
        assert numbers(desk, area="urban") == numbers(desk, village="无此村") == numbers(desk, monthly_from=1) == []
        with pytest.raises(JiuzhuError) as refused:
            numbers(desk, status="aplying")
        assert refused.value.code == "unknown_status"


@pytest.mark.parametrize("asked", [{}, {"status": "pending"}, {"programme": "dibao"}])
def test_pages_follow_each_other_without_a_gap_or_a_repetition(five: Any, asked: dict[str, Any]) -> None:
    seen: list[str] = []
    with five.desk(CLERK) as desk:
        after = None
        for _ in range(3):
            found = search_cases(desk, CaseSearch(**asked), after=after, limit=2)
            seen += [case.number[-1] for case, _ in found.rows]
            after = found.after
    assert seen == ["1", "2", "3", "4", "5"] and after is None


def test_nobody_finds_a_case_of_a_place_he_may_not_read(five: Any) -> None:
    with five.desk(f"policy_editor.{PLACE}") as desk, pytest.raises(JiuzhuError) as refused:
        search_cases(desk, CaseSearch())
    assert refused.value.code == "not_permitted"
    with five.desk(CLERK) as desk, pytest.raises(JiuzhuError) as elsewhere:
        search_cases(desk, CaseSearch(division="430900"))
    assert elsewhere.value.code == "not_permitted"


def test_person_is_found_by_the_whole_name_alone(five: Any) -> None:
    with five.desk(CLERK) as desk:
        whole = shown_name(desk, search_cases(desk, CaseSearch()).rows[0][1])
        assert len(cases_by_name(desk, whole)) >= 1
        assert cases_by_name(desk, whole[:-1]) == ()


def test_stage_asks_for_cases_under_way_and_a_day_of_review_for_recipients() -> None:
    assert statuses_asked(CaseSearch(stage="review")) == ["applying", "in_procedure"]
    assert "in_payment" in statuses_asked(CaseSearch(review_by=MONDAY))
    assert statuses_asked(CaseSearch()) == []


@pytest.mark.parametrize("asked", [{}, {"status": "in_payment"}, {"village": "一村"}, {"programme": "dibao"}])
def test_list_walks_an_index_in_its_order_and_sorts_no_caseload(five: Any, asked: dict[str, Any]) -> None:
    with five.desk(CLERK) as desk:
        told = desk.session.get_bind()
        if told.dialect.name != "sqlite":
            pytest.skip("a planner with statistics of a handful of rows walks no index")
        search = CaseSearch(**asked)
        narrowed = [*conditions(search, readable(desk)), *([settled(desk.today)] if search.status else [])]
        query = ids_in_order(search, narrowed, status=search.status, limit=51)
        sql = str(query.compile(told, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in desk.session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    assert len(plan) == 1 and "path_number" in plan[0] and ("path>" in plan[0] or "status=" in plan[0]), plan
