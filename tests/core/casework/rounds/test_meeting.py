"""One evening's meeting appraises three applications: people once, a grid of results, all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.applicant import DeclaredRelation
from core.casework.flow.application import apply
from core.casework.flow.history import history
from core.casework.flow.stage import complete_stage
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.rounds.meeting import MeetingSheet, Vote, record_meeting
from core.casework.rounds.meeting_record import COLUMNS, meeting_record, meeting_sheet
from core.casework.rounds.visit import HouseholdVisit, RoundSheet, record_round
from core.casework.workbook import Heading, as_bytes, read_table
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase, Meeting
from tests.core.casework.clients import DEMONSTRATION, PAPERS_2014, facts, hung, rural

DALI = "610523"
RECUSAL = Path(__file__).parents[1] / "plugins" / "dali_recusal"
EVENING = date(2008, 3, 10)


@pytest.fixture
def village(make_bureau: Any) -> Any:
    """Dali county, the evening of the meeting."""
    return make_bureau(DALI, day="2008-03-10", plugin_dirs=(DEMONSTRATION,))


def seat(desk: Desk, name: str, role: str) -> int:
    post = Post(role=role, division=DALI, unit="示例村", position="示例", since=date(2005, 1, 1))
    return add_holder(desk, Identity(name=name), posts=[post]).id


def three(desk: Desk) -> tuple[list[AssistanceCase], list[int]]:
    """The three applications, surveyed, and a meeting of six: chair, cadre and four representatives."""
    people = [seat(desk, "示例主任", "village_committee"), seat(desk, "示例干部", "village_committee")]
    people += [seat(desk, f"示例代表{number}", "villager_representatives") for number in range(4)]
    brother = DeclaredRelation(relation="sibling", holder=people[1])
    monday = date(2008, 3, 3)
    cases = [
        apply(desk, rural(4, "2000", day=monday)),
        apply(desk, rural(3, "2000", day=monday)),
        apply(desk, rural(2, "1200", day=monday, relatives=[brother])),
    ]
    for case in cases:
        accept(desk, case, happened_on=monday)
        hung(desk, case, "application", date(2008, 3, 6))
        complete_stage(desk, case, "survey", happened_on=date(2008, 3, 7), by=people[:2])
    return cases, people


def sheet(cases: list[AssistanceCase], people: list[int], votes: Mapping[str, Vote] | None = None) -> MeetingSheet:
    given = votes or {case.number: Vote(agree=5, disagree=1, result="agreed") for case in cases}
    return MeetingSheet(
        kind="appraisal", stage="appraisal", held_on=EVENING, division=DALI, place="示例村委会", chair=people[0],
        expected=8, attendees=people, signed=people, votes=given, announced_at="21:30",
    )  # fmt: skip


def test_one_call_completes_the_stage_of_every_case(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
        meeting = record_meeting(desk, sheet(cases, people))
        assert (meeting.expected, meeting.present, meeting.representatives) == (8, 6, 4)
        assert [(one.agree, one.disagree, one.result) for one in meeting.results] == [(5, 1, "agreed")] * 3
        assert {case.stage for case in cases} == {"appraisal"}
        last = history(desk.session, cases[0].id)[-1]
        assert (last.body["stage"], last.body["by"]) == ("appraisal", sorted(people))
        assert (last.body["meeting"], last.body["announced_at"]) == (meeting.id, "21:30")
        assert last.body["unruled"] == ["participants"]


def test_every_fault_is_told_with_its_row_and_nothing_is_kept(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
        numbers = [case.number for case in cases]

    def record(votes: Mapping[str, Vote]) -> None:
        with village.desk("clerk.610523") as desk:
            record_meeting(
                desk, sheet([desk.session.get_one(AssistanceCase, case.id) for case in cases], people, votes)
            )

    bad = {
        numbers[0]: Vote(agree=5, disagree=2, result="agreed"),
        numbers[1]: Vote(agree=6),
        numbers[2]: Vote(agree=6, result="agreed"),
    }
    with pytest.raises(InvalidInput) as refused:
        record(bad)
    told = [(one.code, one.where.path if one.where else "") for one in refused.value.problems]
    assert told == [("votes_do_not_add_up", "row 1"), ("result_missing", "row 2")]
    with pytest.raises(InvalidInput, match="no such case"):
        record(bad | {"610523-2008-09999": Vote(agree=6, result="agreed")})
    with village.desk("clerk.610523") as desk:
        assert desk.session.scalar(select(func.count()).select_from(Meeting)) == 0


def test_who_steps_out_of_his_brothers_case_is_not_counted_there(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
        votes = {case.number: Vote(agree=6, result="agreed") for case in cases[:2]}
        votes[cases[2].number] = Vote(agree=4, disagree=1, result="agreed", stepped_out=[people[1]])
        meeting = record_meeting(desk, sheet(cases, people, votes))
        assert [one.excluded for one in meeting.results] == [[], [], [people[1]]]
        last = history(desk.session, cases[2].id)[-1]
        assert people[1] not in last.body["by"]
        assert last.body["participants"]["present"] == 5


def test_what_is_wrong_with_the_meeting_itself_is_told_first(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
        odd = replace(
            sheet(cases, people), chair=seat(desk, "缺席", "village_committee"), expected=3, signed=[*people, 99]
        )
        with pytest.raises(InvalidInput) as refused:
            record_meeting(desk, odd)
    assert {one.code for one in refused.value.problems} == {"chair_absent", "more_than_expected", "signed_absent"}


def test_record_has_the_columns_of_the_paper(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
        meeting = record_meeting(desk, replace(sheet(cases, people), signed=people[:2]))
        lines = meeting_record(desk, meeting.id)
    assert [one.zh for one in COLUMNS] == [
        "时间", "地点", "主持人", "应到", "实到", "村民代表数", "户主", "申请事项", "同意", "不同意", "弃权", "结果",
        "当场公布时间", "签名",
    ]  # fmt: skip
    assert lines[0].cells() == (
        EVENING, "示例村委会", "示例主任", 8, 6, 4, "示例1", "低保申请", 5, 1, 0, "同意", "21:30", "示例主任、示例干部",
    )  # fmt: skip
    assert len(lines) == 3


def test_rule_in_force_counts_the_brother_out_whatever_the_sheet_says(make_bureau: Any) -> None:
    bureau = make_bureau(DALI, day="2008-03-10", plugin_dirs=(DEMONSTRATION, RECUSAL))
    with bureau.desk("clerk.610523") as desk:
        cases, people = three(desk)

    def record(third: Vote) -> list[list[int]]:
        with bureau.desk("clerk.610523") as desk:
            again = [desk.session.get_one(AssistanceCase, case.id) for case in cases]
            votes = {case.number: Vote(agree=6, result="agreed") for case in again[:2]} | {again[2].number: third}
            return [one.excluded for one in record_meeting(desk, sheet(again, people, votes)).results]

    with pytest.raises(InvalidInput) as refused:
        record(Vote(agree=6, result="agreed"))
    assert [one.code for one in refused.value.problems] == ["votes_do_not_add_up"]
    assert record(Vote(agree=5, result="agreed")) == [[], [], [people[1]]]


def test_record_goes_out_as_a_workbook(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
        out = meeting_sheet(desk, record_meeting(desk, sheet(cases, people)).id)
    content = as_bytes(out)
    headings = [Heading(name=one.zh, title=one.zh, required=True) for one in COLUMNS]
    rows = list(read_table(content, headings, file="record.xlsx").rows())
    assert [(row.cells["户主"], row.cells["同意"], row.cells["时间"]) for row in rows] == [
        ("示例1", "5", "2008-03-10")
    ] * 3


@pytest.fixture
def ministry(make_bureau: Any) -> Any:
    """Dali county under the ministry's measure of 2012: at least two thirds of a panel are representatives."""
    return make_bureau(DALI, day="2013-03-20")


def visited_household(desk: Desk) -> AssistanceCase:
    """An application of 2013, verified and visited."""
    staff = [seat(desk, f"示例镇{number}", "township_staff") for number in "甲乙"]
    monday = date(2013, 3, 4)
    told = rural(4, "2000", day=monday, evidence=PAPERS_2014)
    told = replace(told, received_by="township", facts=facts(4, "2000", item="net_business"))
    case = apply(desk, told)
    accept(desk, case, happened_on=monday, by=staff)
    complete_stage(
        desk,
        case,
        "means_verification",
        happened_on=date(2013, 3, 6),
        by=staff,
        result="consistent",
        body={"methods": ["police"]},
    )
    visit = HouseholdVisit(at="10:30", place="示例村", finding="示例")
    record_round(
        desk,
        RoundSheet(
            stage="home_visit", happened_on=date(2013, 3, 8), division=DALI, visitors=staff, visits={case.number: visit}
        ),
    )
    return case


def test_panel_needs_two_thirds_of_representatives_and_every_signature(ministry: Any) -> None:
    with ministry.desk("clerk.610523") as desk:
        case = visited_household(desk)
        cadres = [seat(desk, f"示例干部{number}", "village_committee") for number in range(3)]
        villagers = [seat(desk, f"示例代表{number}", "villager_representatives") for number in range(6)]
        number = case.number

    def record(people: list[int], signed: list[int]) -> str:
        with ministry.desk("clerk.610523") as desk:
            given = sheet([], people, {number: Vote(agree=len(people), result="valid")})
            held = replace(
                given, stage="community_appraisal", held_on=date(2013, 3, 12), expected=len(people), signed=signed
            )
            return record_meeting(desk, held).results[0].result

    few = [*cadres, *villagers[:5]]
    with pytest.raises(InvalidInput) as refused:
        record(few, few[1:])
    assert [(one.code, one.where.path if one.where else "") for one in refused.value.problems] == [
        ("signature_missing", "row 1"), ("villagers_share", "row 1"),
    ]  # fmt: skip
    assert record([*cadres, *villagers], [*cadres, *villagers]) == "valid"


def test_meeting_nobody_may_vote_in_or_that_voted_against_has_not_passed(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
        numbers = [case.number for case in cases]
        votes = {
            numbers[0]: Vote(agree=0, result="agreed", stepped_out=people),
            numbers[1]: Vote(agree=0, disagree=6, result="agreed"),
            numbers[2]: Vote(agree=6, result="agreed"),
        }
        with pytest.raises(InvalidInput) as refused:
            record_meeting(desk, sheet(cases, people, votes))
    assert [one.code for one in refused.value.problems] == ["nobody_votes", "result_against_votes"]


def test_somebody_of_another_place_does_not_sit(village: Any) -> None:
    with village.desk("clerk.610523") as desk:
        cases, people = three(desk)
    with village.desk("root") as desk:
        post = Post(
            role="villager_representatives", division="430902", unit="示例", position="示例", since=date(2005, 1, 1)
        )
        stranger = add_holder(desk, Identity(name="示例外地代表"), posts=[post]).id
    with village.desk("clerk.610523") as desk:
        again = [desk.session.get_one(AssistanceCase, case.id) for case in cases]
        with pytest.raises(JiuzhuError) as refused:
            record_meeting(desk, sheet(again, [*people, stranger]))
    assert refused.value.code == "not_of_this_place"
