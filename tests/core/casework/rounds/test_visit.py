"""Rounds of visits: two different people, every household with time, place, finding and both signatures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.history import history
from core.casework.people.filing import declare, file_case, require_county_visit
from core.casework.people.filing_report import filing_list
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.rounds.visit import HouseholdVisit, RoundSheet, read_visit, record_round
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.clients import DEMONSTRATION, hung, rural

DALI, RUIAN = "610523", "330381"
FRIDAY = date(2008, 3, 7)


@pytest.fixture
def village(make_bureau: Any) -> Any:
    return make_bureau(DALI, day="2008-03-07", plugin_dirs=(DEMONSTRATION,))


def seat(desk: Desk, name: str, role: str, division: str = DALI) -> int:
    post = Post(role=role, division=division, unit="示例", position="示例", since=date(2005, 1, 1))
    return add_holder(desk, Identity(name=name), posts=[post]).id


def accepted(desk: Desk) -> list[AssistanceCase]:
    cases = [apply(desk, rural(persons, "2000", day=date(2008, 3, 3))) for persons in (4, 3)]
    for case in cases:
        accept(desk, case, happened_on=date(2008, 3, 3))
        hung(desk, case, "application", date(2008, 3, 6))
    return cases


def sheet(cases: list[AssistanceCase], visitors: list[int], **given: Any) -> RoundSheet:
    one = HouseholdVisit(at="09:30", place="示例村二组", finding="三间砖房，无大件电器")
    settled: dict[str, Any] = {"stage": "survey", "happened_on": FRIDAY, "division": DALI} | given
    return RoundSheet(visitors=visitors, visits={case.number: one for case in cases}, **settled)


def test_round_completes_the_stage_of_every_household_visited(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = accepted(desk), [seat(desk, f"示例{n}", "village_committee") for n in "一二"]
        made = record_round(desk, sheet(cases, people))
        assert {case.stage for case in cases} == {"survey"}
        last = history(desk.session, cases[0].id)[-1]
        assert (last.body["by"], last.body["at"]) == (people, "09:30")
        assert "示例村二组" not in str(last.body)
        assert read_visit(desk, made.visits[0].id) == ("示例村二组", "三间砖房，无大件电器")


def test_same_person_twice_is_not_two_people(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, one = accepted(desk), seat(desk, "示例", "village_committee")
        with pytest.raises(InvalidInput) as refused:
            record_round(desk, sheet(cases, [one, one]))
    assert [problem.code for problem in refused.value.problems] == ["too_few_people"]


def test_every_household_needs_time_place_and_finding(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = accepted(desk), [seat(desk, f"示例{n}", "village_committee") for n in "一二"]
        bare = replace(sheet(cases, people), visits={cases[0].number: HouseholdVisit(at="9", place=" ", finding="")})
        with pytest.raises(InvalidInput) as refused:
            record_round(desk, bare)
    told = [(one.code, one.where.path if one.where else "") for one in refused.value.problems]
    assert told == [("bad_time", "row 1"), ("place_missing", "row 1"), ("finding_missing", "row 1")]


def test_countys_visit_frees_a_filed_relative_for_decision(make_bureau: Any, make_case: Any) -> None:
    ruian = make_bureau(RUIAN, day="2020-03-02")
    with ruian.desk("clerk.330381") as desk:
        case, cadre = make_case(desk, "瑞-3", "李二", division=RUIAN), seat(desk, "李大", "village_committee", RUIAN)
        helper, county = seat(desk, "周", "township_staff", RUIAN), seat(desk, "吴", "county_civil_affairs", RUIAN)
        declare(desk, case, case.head_id, holder_id=cadre, relation="sibling", basis="application")
        file_case(desk, case)
    with pytest.raises(InvalidInput) as refused:
        county_round(ruian, case, [helper, cadre])
    assert [one.code for one in refused.value.problems] == ["not_the_county"]
    with ruian.desk("clerk.330381") as desk, pytest.raises(JiuzhuError) as waiting:
        require_county_visit(desk, desk.session.get_one(AssistanceCase, case.id))
    assert waiting.value.code == "county_visit_missing"
    county_round(ruian, case, [helper, county])
    with ruian.desk("clerk.330381") as desk:
        case = desk.session.get_one(AssistanceCase, case.id)
        require_county_visit(desk, case)
        (row,) = filing_list(desk, RUIAN)
        assert (row.visited_on, row.visited_by) == (date(2020, 3, 2), ("吴",))


def county_round(bureau: Any, case: AssistanceCase, visitors: list[int]) -> None:
    with bureau.desk("reviewer.330381") as desk:
        again = desk.session.get_one(AssistanceCase, case.id)
        record_round(desk, sheet([again], visitors, stage="county_visit", division=RUIAN, happened_on=date(2020, 3, 2)))


def test_county_of_another_place_does_not_make_the_countys_visit(make_bureau: Any, make_case: Any) -> None:
    ruian = make_bureau(RUIAN, day="2020-03-02")
    with ruian.desk("clerk.330381") as desk:
        case, helper = make_case(desk, "瑞-9", "李二", division=RUIAN), seat(desk, "周", "township_staff", RUIAN)
    with ruian.desk("root") as desk:
        stranger = seat(desk, "外", "county_civil_affairs", DALI)
    with pytest.raises(InvalidInput) as refused:
        county_round(ruian, case, [helper, stranger])
    assert [one.code for one in refused.value.problems] == ["not_the_county"]


def test_clerk_does_not_record_the_countys_visit(make_bureau: Any, make_case: Any) -> None:
    ruian = make_bureau(RUIAN, day="2020-03-02")
    with ruian.desk("clerk.330381") as desk:
        case, county = make_case(desk, "瑞-9", "李二", division=RUIAN), seat(desk, "吴", "county_civil_affairs", RUIAN)
        round_ = sheet([case], [county], stage="county_visit", division=RUIAN, happened_on=date(2020, 3, 2))
        with pytest.raises(JiuzhuError) as refused:
            record_round(desk, round_)
    assert refused.value.code == "not_permitted"
