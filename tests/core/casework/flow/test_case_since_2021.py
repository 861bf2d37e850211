"""One household in Yiyang in 2023, under 民发〔2021〕57号 and the notice of 2022: one of three enters alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of
from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import Application, apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.certificate import issue
from core.casework.flow.clock import deadlines
from core.casework.flow.procedure import course_of
from core.casework.flow.stage import complete_stage
from core.casework.flow.transition import verify_case
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.errors import InvalidInput
from core.store.tables import AssistanceCase
from tests.core.casework.clients import again, household, hung

PLACE = "430900"
PAPERS = ("written_application", "means_declaration", "verification_authorisation", "truth_commitment")
STAGES: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("survey_start", 14, {}),
    ("verification_request", 14, {"body": {"evidence": ["verification_authorisation"]}}),
    ("means_verification", 16, {"result": "consistent", "body": {"methods": ["bank", "vehicle", "internet_finance"]}}),
    ("home_visit", 17, {"two": True, "body": {"evidence": ["means_survey_form"],
                                              "signatures": ["investigator", "respondent"]}}),
    ("review", 20, {"result": "recommended"}),
)  # fmt: skip
"""The township's stages in March 2023, each with its day."""


def march(number: int) -> date:
    """A day of March 2023."""
    return date(2023, 3, number)


def applied(day: date) -> Application:
    """Three of a margin household: one earns 1,500 a month, one is severely disabled and asks alone."""
    members = [
        {"id": "1", "relation": "head", "birth_date": "1970-03-02",
         "income": [{"item": "wage", "amount": "1500", "frequency": "month"}]},
        {"id": "2", "relation": "spouse", "birth_date": "1972-08-15", "disability_level": "1",
         "disability_kind": "physical", "national_2021_applies_alone": "true"},
        {"id": "3", "relation": "child", "birth_date": "2010-05-20"},
    ]  # fmt: skip
    told = {"assets_meet_local_rule": "true", "margin_assets_meet_local_rule": "true", "income_stability": "unchanged"}
    return Application(
        division="430902", programme="dibao", area="urban", happened_on=day, members=household(3),
        facts={"members": members, **told}, evidence=PAPERS,
    )  # fmt: skip


class Walk:
    """The stages of one case, each on its day by somebody of the right office."""

    def __init__(self, bureau: Any) -> None:
        self.bureau = bureau
        with bureau.desk(f"clerk.{PLACE}") as desk:
            post = Post(
                role="township_staff", division="430902", unit="示例街道", position="干部", since=date(2015, 1, 1)
            )
            self.pair = [add_holder(desk, Identity(name=f"示例干部{number}"), posts=[post]).id for number in (1, 2)]
            self.case: AssistanceCase = apply(desk, applied(march(13)))
            accept(desk, self.case, happened_on=march(13))

    def enter(self, act: Any, on: date, *, login: str = "reviewer") -> None:
        self.bureau.on(on.isoformat())
        with self.bureau.desk(f"{login}.{PLACE}") as desk:
            act(desk, again(desk, self.case))

    def do(self, stage: str, on: date, *, two: bool = False, **more: Any) -> None:
        def act(desk: Desk, case: AssistanceCase) -> None:
            complete_stage(desk, case, stage, happened_on=on, by=self.pair if two else (), **more)

        self.enter(act, on)


@pytest.fixture
def walk(make_bureau: Any) -> Walk:
    """A case accepted on 13 March 2023 and brought to the township's opinion."""
    found = Walk(make_bureau(PLACE, day="2023-03-13"))
    for stage, number, more in STAGES:
        found.do(stage, march(number), **more)
    return found


def test_one_of_a_margin_household_is_paid_alone_from_the_month_after(walk: Walk) -> None:
    walk.enter(lambda desk, case: hung(desk, case, "review", march(28)), march(28))
    walk.do("review_posting", march(28))
    walk.do("submission", march(29), body={"evidence": ["application_file", "survey_results"]})
    ruling = CountyRuling(happened_on=march(31))
    walk.enter(lambda desk, case: approve(desk, case, ruling), march(31), login="approver")
    walk.enter(lambda desk, case: issue(desk, case, "示例-0001", happened_on=march(31)), march(31), login="approver")
    with walk.bureau.desk(f"auditor.{PLACE}") as desk:
        case = again(desk, walk.case)
        (row,) = decisions_of(desk.session, case.id)
        limits = {one.stage: one for one in deadlines(desk, case)}
        standings = course_of(desk, case).standings
        assert row.monthly == 43000 and row.from_month == date(2023, 4, 1)
        assert case.status == "in_payment" and verify_case(desk.session, case) == ()
    assert (limits["survey_start"].due.day, limits["means_verification"].due.day) == (march(16), march(17))
    assert (limits["approval"].due.day, limits["total"].due.day) == (date(2023, 4, 13), date(2023, 4, 24))
    assert not any(one.passed for one in limits.values())
    assert standings["county_check"] == standings["objection_recheck"] == standings["procedure_ended"] == "skipped"


def test_the_opinion_hangs_seven_days_before_it_goes_up(walk: Walk) -> None:
    with pytest.raises(InvalidInput):
        walk.do("submission", march(21), body={"evidence": ["application_file", "survey_results"]})
