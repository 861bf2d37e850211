"""The clerk of a township in Shaanxi, from Monday 2008-03-03: three applications, day by day, to the county's decision.

The days of posting and who inquires into an objection are made up (示例): the provincial measure leaves them open.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.applicant import DeclaredRelation
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.clock import Deadline, deadlines
from core.casework.flow.objection import answer, object_to
from core.casework.flow.stage import complete_stage
from core.casework.flow.transition import verify_case
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.people.recusal import conflicts
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.clients import DEMONSTRATION, again, hung, rural

MONDAY = date(2008, 3, 3)
APRIL = date(2008, 4, 1)


def day(month: int, number: int) -> date:
    """A day of 2008."""
    return date(2008, month, number)


@pytest.fixture
def township(make_bureau: Any) -> Any:
    """The bureau, with the demonstration provisions in force."""
    return make_bureau("610523", plugin_dirs=(DEMONSTRATION,))


def officials(desk: Desk) -> dict[str, int]:
    """Two of the village committee (one a cadre with a brother), two of the township, in office since 2005."""
    found = {}
    for name, role in (("cadre", "village_committee"), ("director", "village_committee"), ("wang", "township_staff"),
                       ("zhao", "township_staff"), ("liu", "village_committee")):  # fmt: skip
        post = Post(role=role, division="610523", unit="示例单位", position="示例职务", since=date(2005, 1, 1))
        found[name] = add_holder(desk, Identity(name=f"示例{name}"), posts=[post]).id
    return found


@pytest.fixture
def three(township: Any) -> tuple[list[AssistanceCase], dict[str, int]]:
    """The three applications, received by the village and by the township on the Monday."""
    with township.desk("clerk.610523") as desk:
        people = officials(desk)
        brother = DeclaredRelation(relation="sibling", holder=people["cadre"])
        cases = [
            apply(desk, rural(4, "2000", day=MONDAY)),
            apply(desk, rural(3, "2000", day=MONDAY)),
            apply(desk, rural(2, "1200", day=MONDAY, relatives=[brother])),
        ]
        for case in cases:
            accept(desk, case, happened_on=MONDAY)
    return cases, people


def limits(township: Any, case: AssistanceCase) -> dict[str, Deadline]:
    with township.desk("clerk.610523") as desk:
        return {one.stage: one for one in deadlines(desk, again(desk, case))}


def enter(township: Any, on: date, do: Callable[[Desk], None], *, login: str = "clerk.610523") -> None:
    """Enter something on the day it happened."""
    township.on(on.isoformat())
    with township.desk(login) as desk:
        do(desk)


def reviewed(township: Any, cases: list[AssistanceCase], people: dict[str, int]) -> None:
    """Survey, appraisal, village opinion and the township's review on the last day of its limit."""
    visitors = [people["director"], people["liu"]]

    def survey(desk: Desk) -> None:
        for one in cases:
            case = again(desk, one)
            hung(desk, case, "application", day(3, 6))
            complete_stage(desk, case, "survey", happened_on=day(3, 7), by=visitors)

    def appraisal(desk: Desk) -> None:
        told = {"participants": {"expected": 30, "present": 24, "for": 23, "against": 1, "abstain": 0}}
        for one in cases:
            complete_stage(desk, again(desk, one), "appraisal", happened_on=day(3, 10), by=visitors, body=told)

    def opinion(desk: Desk) -> None:
        for one in cases:
            case = again(desk, one)
            hung(desk, case, "appraisal", day(3, 13))
            complete_stage(desk, case, "preliminary_opinion", happened_on=day(3, 14), result="recommended")

    def review(desk: Desk) -> None:
        for one in cases:
            complete_stage(
                desk, again(desk, one), "review", happened_on=day(3, 31), by=[people["wang"]], result="recommended"
            )

    enter(township, day(3, 7), survey)
    enter(township, day(3, 10), appraisal)
    enter(township, day(3, 14), opinion)
    enter(township, day(3, 31), review, login="reviewer.610523")


def decided(township: Any, cases: list[AssistanceCase], on: date) -> None:
    """The county decides, when the reviews have hung their week."""

    def decide(desk: Desk) -> None:
        for one in cases:
            case = again(desk, one)
            hung(desk, case, "review", day(4, 7))
            ruling = CountyRuling(happened_on=on)
            approve(desk, case, ruling, from_month=APRIL)

    enter(township, on, decide, login="approver.610523")


def test_township_is_due_on_the_last_of_march(township: Any, three: Any) -> None:
    cases, _ = three
    review = limits(township, cases[0])["review"]
    assert (review.due.day, review.from_event, review.since) == (day(3, 31), "acceptance", MONDAY)
    assert review.due.is_certain and not review.warning and not review.passed


def test_county_is_due_on_29_april_past_the_holiday_of_the_fourth(township: Any, three: Any) -> None:
    cases, people = three
    reviewed(township, cases, people)
    found = limits(township, cases[0])
    assert found["review"].done_on == day(3, 31) and not found["review"].passed
    assert (found["approval"].due.day, found["approval"].from_event) == (day(4, 29), "review")


def test_warning_comes_five_working_days_before_and_late_shows(township: Any, three: Any) -> None:
    cases, _ = three
    township.on("2008-03-21")
    assert not limits(township, cases[0])["review"].warning
    township.on("2008-03-24")
    assert limits(township, cases[0])["review"].warning
    township.on("2008-04-01")
    assert limits(township, cases[0])["review"].passed


def test_three_applications_are_granted_to_the_fen(township: Any, three: Any) -> None:
    cases, people = three
    reviewed(township, cases, people)
    decided(township, cases, day(4, 15))
    with township.desk("auditor.610523") as desk:
        for case, yearly, quarterly in zip(cases, (77200, 7900, 18600), (19300, 1975, 4650), strict=True):
            (row,) = decisions_of(desk.session, case.id)
            assert row.monthly * 12 == yearly and row.monthly * 3 == Fraction(quarterly)
            kept = again(desk, case)
            assert (kept.status, kept.accepted_on, kept.rules_on) == ("in_payment", MONDAY, MONDAY)
            assert verify_case(desk.session, kept) == ()


def test_what_waits_for_a_posting_waits(township: Any, three: Any) -> None:
    cases, people = three
    with township.desk("clerk.610523") as desk, pytest.raises(JiuzhuError) as refused:
        complete_stage(desk, again(desk, cases[0]), "survey", happened_on=MONDAY, by=[people["liu"]])
    assert refused.value.code == "posting_not_over"


def test_objection_blocks_the_decision_until_two_people_have_inquired(township: Any, three: Any) -> None:
    cases, people = three
    reviewed(township, cases, people)

    def neighbour(desk: Desk) -> None:
        object_to(desk, again(desk, cases[2]), "review", happened_on=day(4, 3), by="villager", reason="收入申报不实")

    enter(township, day(4, 3), neighbour)
    with pytest.raises(JiuzhuError) as refused:
        decided(township, [cases[2]], day(4, 15))
    assert refused.value.code == "objection_open"
    assert limits(township, cases[2])["objection_inquiry"].due.day == day(4, 18)

    def inquiry(desk: Desk) -> None:
        answer(
            desk, again(desk, cases[2]), happened_on=day(4, 10), by=[people["wang"], people["zhao"]], result="upheld"
        )

    township.on("2008-04-15")
    with township.desk("clerk.610523") as desk:
        inquiry(desk)
    decided(township, cases, day(4, 15))


def test_objection_without_a_ruled_inquirer_stops_there_alone(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
        object_to(desk, case, "appraisal", happened_on=MONDAY, by="villager", reason="人口不实")
        with pytest.raises(JiuzhuError) as refused:
            answer(desk, case, happened_on=MONDAY, by=[], result="upheld")
    assert refused.value.code == "gap"
    assert "来源未指明由哪一级核实" in refused.value.render("zh") and "修订" in refused.value.render("zh")


def test_declared_relation_is_known_and_only_advised_against(township: Any, three: Any) -> None:
    cases, people = three
    with township.desk("clerk.610523") as desk:
        (found,) = conflicts(desk, again(desk, cases[2]), people["cadre"], stage="appraisal")
    assert found.effect == "advise" and "无规定，建议回避" in found.reason.zh
