"""One urban household in Yiyang in 2018, under 民发〔2012〕220号 and the Order of 2014, from the papers to the certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of
from core.casework.deciding.proposal import propose
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept, notify_deficiency, supplement
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve, refusal_notice, refuse
from core.casework.flow.certificate import issue
from core.casework.flow.clock import deadlines
from core.casework.flow.objection import answer, object_to
from core.casework.flow.particulars import Performance, particulars
from core.casework.flow.procedure import course_of
from core.casework.flow.referral import answer_referral, offers, open_referrals, refer
from core.casework.flow.stage import complete_stage
from core.casework.flow.transition import verify_case
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.clients import PAPERS_2014, again, hung, urban

JUNE = date(2018, 6, 1)
PLACE = "430900"
PANEL = {"township_staff": 1, "village_committee": 2, "villager_representatives": 6}


def day(month: int, number: int) -> date:
    """A day of 2018."""
    return date(2018, month, number)


@pytest.fixture
def officers(yiyang: Any) -> list[int]:
    """Two of the township in the register of office."""
    with yiyang.desk(f"clerk.{PLACE}") as desk:
        post = Post(role="township_staff", division="430902", unit="示例街道", position="干部", since=date(2015, 1, 1))
        return [add_holder(desk, Identity(name=f"示例干部{number}"), posts=[post]).id for number in (1, 2)]


def open_case(yiyang: Any, income: str = "900", **more: Any) -> AssistanceCase:
    with yiyang.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, urban(3, income, day=JUNE, **more))
        accept(desk, case, happened_on=JUNE)
    return case


class Walk:
    """Stages entered one after the other, each on its day by somebody of the right office."""

    def __init__(self, bureau: Any, case: AssistanceCase, officers: list[int]) -> None:
        self.bureau, self.case, self.officers = bureau, case, officers

    def do(self, stage: str, on: date, *, login: str = "reviewer", **more: Any) -> None:
        def act(desk: Desk, case: AssistanceCase) -> None:
            complete_stage(desk, case, stage, happened_on=on, **more)

        self.enter(act, on, login=login)

    def enter(self, act: Callable[[Desk, AssistanceCase], Any], on: date, *, login: str = "reviewer") -> None:
        self.bureau.on(on.isoformat())
        with self.bureau.desk(f"{login}.{PLACE}") as desk:
            act(desk, again(desk, self.case))

    def survey(self) -> None:
        verified = {"methods": ["tax", "bank", "vehicle"]}
        self.do("means_verification", day(6, 5), result="consistent", body=verified)
        visited = {"evidence": ["means_survey_form"], "signatures": ["investigator", "respondent"]}
        self.do("home_visit", day(6, 8), by=self.officers, body=visited)
        self.do("neighbour_interview", day(6, 8), by=self.officers)
        appraised = {"evidence": ["appraisal_record"], "signatures": ["appraiser"],
                     "participants": {"roles": PANEL, "expected": 9, "present": 9, "for": 9}}  # fmt: skip
        self.do("community_appraisal", day(6, 12), by=self.officers, result="valid", body=appraised)
        self.do("review", day(6, 13), by=self.officers, result="recommended")

    def to_the_county(self) -> None:
        self.enter(lambda desk, case: hung(desk, case, "review", day(6, 21)), day(6, 21))
        self.do("review_posting", day(6, 21))
        papers = {"evidence": ["application_file", "survey_results", "appraisal_record"]}
        self.do("submission", day(6, 22), body=papers)
        self.do("county_check", day(6, 25))


def test_papers_missing_are_told_once_and_in_one_list(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, urban(3, "900", day=JUNE, evidence=PAPERS_2014[:2]))
        with pytest.raises(JiuzhuError) as refused:
            accept(desk, case, happened_on=JUNE)
        told = notify_deficiency(desk, case, happened_on=JUNE)
        with pytest.raises(JiuzhuError) as second:
            notify_deficiency(desk, case, happened_on=JUNE)
        supplement(desk, case, PAPERS_2014[2:], happened_on=JUNE)
        accept(desk, case, happened_on=JUNE)
        assert case.status == "in_procedure"
    assert refused.value.code == "papers_missing" and told.body["missing"] == list(PAPERS_2014[2:])
    assert "核对授权书、诚信承诺书、近亲属情况声明" in refused.value.render("zh")
    assert second.value.code == "already_notified"


def test_household_of_900_gets_390_by_fourteen_stages_of_the_procedure(yiyang: Any, officers: list[int]) -> None:
    walk = Walk(yiyang, open_case(yiyang), officers)
    walk.survey()
    walk.to_the_county()
    walk.do("approval_opinion", day(6, 27), result="to_be_approved")
    walk.enter(lambda desk, case: hung(desk, case, "approval", day(7, 5)), day(7, 5))
    walk.do("approval_posting", day(7, 5))

    def decide(desk: Desk, case: AssistanceCase) -> None:
        ruling = CountyRuling(happened_on=day(7, 9))
        with pytest.raises(JiuzhuError) as chosen:
            approve(desk, case, ruling, from_month=day(7, 1))
        assert chosen.value.code == "wrong_first_month"
        assert "自批准次月起计发，应为 2018-08" in chosen.value.render("zh")
        approve(desk, case, ruling)

    walk.enter(decide, day(7, 9), login="approver")
    walk.enter(lambda desk, case: issue(desk, case, "示例-0001", happened_on=day(7, 10)), day(7, 10), login="approver")
    with yiyang.desk(f"auditor.{PLACE}") as desk:
        case = again(desk, walk.case)
        (row,) = decisions_of(desk.session, case.id)
        limits = {one.stage: one for one in deadlines(desk, case)}
        standings = course_of(desk, case).standings
        assert row.monthly == 39000 and row.from_month == day(8, 1)
        assert case.status == "in_payment" and verify_case(desk.session, case) == ()
    assert (limits["approval"].since, limits["approval"].due.day) == (day(7, 5), day(7, 10))
    assert (limits["means_verification"].due.day, limits["community_appraisal"].due.day) == (day(6, 15), day(6, 15))
    assert (limits["total"].due.day, limits["total"].passed) == (day(7, 1), True)
    done = [key for key, one in standings.items() if one == "done"]
    assert len(done) == 14 and standings["objection_recheck"] == standings["evidence_request"] == "skipped"
    assert standings["refusal_notice"] == standings["relative_registration"] == "skipped"
    assert [one.stage for one in limits.values() if one.done_on is None] == []


def test_two_visitors_both_signatures_and_the_form_are_asked_for_at_once(yiyang: Any, officers: list[int]) -> None:
    walk = Walk(yiyang, open_case(yiyang), officers)
    walk.do("means_verification", day(6, 5), result="consistent", body={"methods": ["tax"]})
    with pytest.raises(InvalidInput) as refused:
        walk.do("home_visit", day(6, 8), by=officers[:1] * 2, body={"signatures": ["investigator"]})
    assert {one.code for one in refused.value.problems} == {"too_few_people", "signature_missing", "papers_missing"}


def test_verification_without_authorisation_is_refused(make_bureau: Any) -> None:
    bureau = make_bureau(PLACE, day="2018-06-01")
    papers = tuple(one for one in PAPERS_2014 if one != "verification_authorisation")
    with bureau.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, urban(3, "900", day=JUNE, evidence=papers))
        supplement(desk, case, ["verification_authorisation"], happened_on=JUNE)
        accept(desk, case, happened_on=JUNE)
    with bureau.desk(f"reviewer.{PLACE}") as desk:
        course = course_of(desk, again(desk, case))
        stage = course.procedure.stage("means_verification")
        course.state.evidence.discard("verification_authorisation")
        done = Performance(happened_on=JUNE, result="consistent", body={"methods": ["tax"]})
        assert [one.code for one in particulars(course, stage, done)] == ["no_authorisation"]


def test_source_the_rule_does_not_name_is_refused(yiyang: Any, officers: list[int]) -> None:
    walk = Walk(yiyang, open_case(yiyang), officers)
    with pytest.raises(InvalidInput) as refused:
        walk.do("means_verification", day(6, 5), result="consistent", body={"methods": ["hearsay"]})
    assert refused.value.code == "unknown_method"


def test_panel_with_too_few_representatives_is_refused(yiyang: Any, officers: list[int]) -> None:
    walk = Walk(yiyang, open_case(yiyang), officers)
    walk.do("means_verification", day(6, 5), result="consistent", body={"methods": ["tax"]})
    visited = {"evidence": ["means_survey_form"], "signatures": ["investigator", "respondent"]}
    walk.do("home_visit", day(6, 8), by=officers, body=visited)
    roles = {"township_staff": 2, "village_committee": 2, "villager_representatives": 7}
    told = {"evidence": ["appraisal_record"], "signatures": ["appraiser"], "participants": {"roles": roles}}
    with pytest.raises(InvalidInput) as refused:
        walk.do("community_appraisal", day(6, 12), by=officers, result="valid", body=told)
    assert refused.value.code == "villagers_share" and refused.value.value == "7/11"


def test_township_does_not_speak_for_the_county(make_bureau: Any) -> None:
    bureau = make_bureau(PLACE, day="2018-06-01")
    case = open_case(bureau)
    with bureau.desk(f"clerk.{PLACE}") as desk, pytest.raises(JiuzhuError) as refused:
        complete_stage(desk, again(desk, case), "means_verification", happened_on=JUNE, result="consistent")
    assert refused.value.code == "not_permitted" and "县级" in refused.value.render("zh")


def test_refused_household_is_told_reasons_remedies_and_where_else_to_go(yiyang: Any, officers: list[int]) -> None:
    walk = Walk(yiyang, open_case(yiyang, income="1290"), officers)
    walk.survey()
    walk.to_the_county()
    walk.do("approval_opinion", day(6, 27), result="refused")
    with pytest.raises(InvalidInput) as too_late:
        walk.do("approval_posting", day(6, 28))

    def decide(desk: Desk, case: AssistanceCase) -> None:
        refuse(desk, case, CountyRuling(happened_on=day(6, 28)))
        (owed,) = [one for one in deadlines(desk, case) if one.done_on is None]
        assert (owed.stage, owed.due.day, owed.passed) == ("refusal_notice", day(6, 30), False)
        told = refusal_notice(desk, case, happened_on=day(6, 28))
        assert "1,290.00" in told.body["reasons"][0]["zh"] and told.body["remedies"] == [
            "reconsideration",
            "litigation",
        ]
        assert case.status == "refused" and verify_case(desk.session, case) == ()

    walk.enter(decide, day(6, 28), login="approver")
    with yiyang.desk(f"clerk.{PLACE}") as desk:
        case = again(desk, walk.case)
        proposal = propose(desk, case, month=JUNE)
        assert {one.target for one in offers(desk, case, proposal)} == {
            "temporary_assistance", "margin_household", "special_hardship", "disability_subsidies"}  # fmt: skip
        row = refer(desk, case, "temporary_assistance", happened_on=day(6, 28), proposal=proposal)
        assert row.conditions["met"] == ["asset_ok"] and len(row.conditions["failed"]) == 1
        assert [number for _, number in open_referrals(desk, case.path)] == [case.number]
        answer_referral(desk, row.id, happened_on=day(6, 28), outcome="granted")
        assert open_referrals(desk, case.path) == []
    assert {one.code for one in too_late.value.problems} >= {"already_refused"}


def test_objection_during_the_last_posting_has_it_inquired_and_posted_again(yiyang: Any, officers: list[int]) -> None:
    walk = Walk(yiyang, open_case(yiyang), officers)
    walk.survey()
    walk.to_the_county()
    walk.do("approval_opinion", day(6, 27), result="to_be_approved")
    walk.enter(lambda desk, case: hung(desk, case, "approval", day(7, 5)), day(7, 5))
    walk.do("approval_posting", day(7, 5))
    walk.enter(
        lambda desk, case: object_to(
            desk, case, "approval_posting", happened_on=day(7, 6), by="villager", reason="有车"
        ),
        day(7, 6),
    )
    walk.enter(lambda desk, case: answer(desk, case, happened_on=day(7, 10), result="upheld"), day(7, 10))

    def decide(desk: Desk, case: AssistanceCase) -> None:
        ruling = CountyRuling(happened_on=day(7, 18))
        approve(desk, case, ruling)

    with pytest.raises(InvalidInput) as refused:
        walk.enter(decide, day(7, 18), login="approver")
    assert refused.value.code == "posting_not_over"
    walk.enter(lambda desk, case: hung(desk, case, "approval", day(7, 18)), day(7, 18))
    walk.enter(decide, day(7, 18), login="approver")
