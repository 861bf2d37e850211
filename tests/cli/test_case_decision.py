"""``jiuzhu case`` from the county's decision on: grant and refusal, objection, appeal, referral, certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.case_list import find_case
from core.casework.flow.stage import complete_stage
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from tests.cli.township import DAY, PLACE, PROVISIONS, applied, at_the_county, decided, granted
from tests.core.casework.clients import hung, urban

Office = Callable[..., Any]


@pytest.fixture
def office(make_office: Callable[..., Any]) -> Any:
    """The office of Dali county on 2008-03-03."""
    return make_office(PLACE, day=DAY, plugin_dirs=PROVISIONS)


def test_household_of_four_with_2000_is_granted_772_a_year_and_the_decision_replays(office: Any) -> None:
    number = at_the_county(office)
    made = decided(office, number, "approve", "--from-month", "2008-04")
    decision = made["decision"]
    assert (decision["kind"], decision["monthly"], decision["from_month"]) == ("grant", "19300/3", "2008-04-01")
    shown = office("auditor", "decision", "show", str(decision["id"]))
    assert (shown["case"], shown["parts"], shown["method"]) == (number, {"benefit": "19300/3"}, "gap")
    replayed = office("auditor", "decision", "replay", str(decision["id"]))
    assert (replayed["same"], replayed["policy"]) == (True, decision["policy"])
    assert office("auditor", "audit", "cases", "--division", PLACE) == []


def test_decision_is_told_with_its_yearly_amount(office: Any) -> None:
    number = at_the_county(office)
    words = ["case", "decide", number, "approve", "--from-month", "2008-04"]
    said = office.said("approver", *words, on="2008-04-15")
    assert "第1号决定（批准）：自 2008-04 起每月 ≈64.33 元（全年 772.00 元）" in said


def test_certificate_is_issued_exchanged_and_taken_back(office: Any) -> None:
    number = granted(office)
    with office.desk("approver", "2008-04-23") as desk:
        hung(desk, find_case(desk, number), "approval", date(2008, 4, 23))
    made = office("approver", "case", "certificate", number, "issue", "陕低-1", on="2008-04-25")
    assert made["certificate"] == {"number": "陕低-1", "issued_on": "2008-04-25"}
    assert "[certificate_out]" in office(
        "approver", "case", "certificate", number, "issue", "陕低-2", on="2008-04-25", code=1
    )
    made = office("approver", "case", "certificate", number, "renew", "陕低-2", on="2008-05-06")
    assert made["certificate"]["number"] == "陕低-2"
    back = office("approver", "case", "certificate", number, "lost", on="2008-06-02")
    assert back["event"]["body"] == {"act": "lost", "number": "陕低-2"}
    assert office.typed("approver", "case", "certificate", number, "issue").exit_code == 2


def test_refused_household_is_told_where_it_may_turn_and_is_sent_on(office: Any) -> None:
    number = at_the_county(office, "2772")
    made = decided(office, number, "refuse")
    assert (made["status"], made["decision"]["kind"], made["decision"]["monthly"]) == ("refused", "refuse", "0")
    offers = office("clerk", "case", "refer", number, on="2008-04-16")
    assert {"target": "temporary_assistance", "status": "unruled"}.items() <= offers[0].items()
    sent = office("clerk", "case", "refer", number, "temporary_assistance", on="2008-04-16")
    referral = str(sent["referral"]["id"])
    assert sent["referral"]["target"] == "temporary_assistance"
    answered = office("clerk", "case", "refer", number, "--answer", referral, "--outcome", "granted", on="2008-04-30")
    assert answered["event"]["body"]["outcome"] == "granted"


def test_refusal_set_aside_on_reconsideration_is_taken_up_again(office: Any) -> None:
    number = at_the_county(office, "2772")
    decided(office, number, "refuse")
    against = office("clerk", "case", "appeal", number, "reconsideration", "--against", "1", on="2008-05-05")
    words = ["--answer", str(against["event"]["sequence"]), "--outcome", "revoked", "--reason", "收入认定有误"]
    answered = office("clerk", "case", "appeal", number, *words, on="2008-06-02")
    assert (answered["status"], answered["event"]["body"]["outcome"]) == ("in_procedure", "revoked")


def test_refused_case_is_reopened_with_a_reason(office: Any) -> None:
    number = at_the_county(office, "2772")
    decided(office, number, "refuse")
    opened = office("clerk", "case", "reopen", number, "--again", "survey", "--reason", "漏算抚养费", on="2008-05-05")
    assert (opened["status"], opened["event"]["body"]) == ("in_procedure", {"again": ["survey"]})


def test_objection_is_answered_after_its_inquiry(office: Any) -> None:
    number = at_the_county(office)
    noted = office("clerk", "case", "object", number, "review", "--reason", "收入申报不实", on="2008-04-08")
    assert noted["event"]["body"]["inquiry"] == "objection_inquiry"
    assert "[objection_open]" in office("approver", "case", "decide", number, "approve", on="2008-04-15", code=1)
    answered = office("clerk", "case", "answer", number, "--result", "upheld", on="2008-04-10")
    assert (answered["event"]["kind"], answered["event"]["body"]["outcome"]) == ("objection_answered", "upheld")


def test_application_is_taken_back(office: Any) -> None:
    number = applied(office)
    done = office("clerk", "case", "withdraw", number, "--reason", "本人要求")
    assert (done["status"], done["event"]["kind"]) == ("withdrawn", "withdrawal")


def test_limit_no_rule_lengthens_is_not_extended(office: Any) -> None:
    number = at_the_county(office)
    assert "[no_extension]" in office("reviewer", "case", "extend", number, "review", "--reason", "忙", code=1)


def test_refusal_is_told_in_writing_with_reasons_and_remedies(make_office: Callable[..., Any]) -> None:
    office = make_office("430900", day="2018-06-28")
    number = opened_in_yiyang(office)
    assert office("approver", "case", "decide", number, "refuse")["status"] == "refused"
    told = office("approver", "case", "refusal-notice", number)["event"]["body"]
    assert "1,290.00" in told["reasons"][0]["zh"] and told["remedies"] == ["reconsideration", "litigation"]


PANEL = {"township_staff": 1, "village_committee": 2, "villager_representatives": 6}


def opened_in_yiyang(office: Any) -> str:
    """Lead an urban household of three with 1,290 yuan a month, on the line of 2018, to where the county decides."""
    with office.desk("clerk") as desk:
        post = Post(role="township_staff", division="430902", unit="示例街道", position="干部", since=date(2015, 1, 1))
        by = [add_holder(desk, Identity(name=f"示例干部{one}"), posts=[post]).id for one in (1, 2)]
        case = apply(desk, urban(3, "1290", day=date(2018, 6, 1)))
        accept(desk, case, happened_on=date(2018, 6, 1))
        number = case.number
    signed = {"evidence": ["means_survey_form"], "signatures": ["investigator", "respondent"]}
    appraised = {"evidence": ["appraisal_record"], "signatures": ["appraiser"],
                 "participants": {"roles": PANEL, "expected": 9, "present": 9, "for": 9}}  # fmt: skip
    papers = {"evidence": ["application_file", "survey_results", "appraisal_record"]}
    stages: list[tuple[str, int, dict[str, Any]]] = [
        ("means_verification", 5, {"result": "consistent", "body": {"methods": ["tax", "bank"]}}),
        ("home_visit", 8, {"by": by, "body": signed}),
        ("neighbour_interview", 8, {"by": by}),
        ("community_appraisal", 12, {"by": by, "result": "valid", "body": appraised}),
        ("review", 13, {"by": by, "result": "recommended"}),
        ("review_posting", 21, {}),
        ("submission", 22, {"body": papers}),
        ("county_check", 25, {}),
        ("approval_opinion", 27, {"result": "refused"}),
    ]
    with office.desk("reviewer") as desk:
        case = find_case(desk, number)
        for stage, day, done in stages:
            if stage == "review_posting":
                hung(desk, case, "review", date(2018, 6, day))
            complete_stage(desk, case, stage, happened_on=date(2018, 6, day), **done)
    return str(number)
