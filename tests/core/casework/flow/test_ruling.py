"""Who decides on what whose opinion, who may be refused by whom, and what a household can do about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of
from core.casework.desk import Desk
from core.casework.flow.acceptance import PROTECTED, accept, refuse_acceptance
from core.casework.flow.appeal import answer_appeal, appeal
from core.casework.flow.application import apply, withdraw
from core.casework.flow.approval import CountyRuling, refuse
from core.casework.flow.certificate import current, issue, register, renew, take_back
from core.casework.flow.history import history
from core.casework.flow.maker import propose_ruling
from core.casework.flow.transition import verify_case
from core.casework.staff import grant_role
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.clients import hung, rural, urban, user
from tests.core.casework.flow.running import MONDAY, PLACE, Running, grant, to_the_county


def test_county_decides_on_what_another_recorded_never_on_a_name_given_by_the_approver(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    with township.desk("root") as desk:
        grant_role(desk, f"approver.{PLACE}", "clerk", PLACE, since=date(2000, 1, 1))
    found = Running(township, case)
    found.do(to_the_county, login="reviewer", on="2008-03-31")

    def ask(desk: Desk, one: AssistanceCase) -> int:
        return propose_ruling(desk, one, "approved", happened_on=date(2008, 4, 14)).sequence

    found.do(ask, login="approver", on="2008-04-14")
    with pytest.raises(JiuzhuError) as own:
        found.do(grant, login="approver", on="2008-04-15")
    assert own.value.code == "maker_is_checker"
    asked = found.do(ask, login="clerk2", on="2008-04-15")
    found.do(grant, login="approver", on="2008-04-15")

    def signed(desk: Desk, one: AssistanceCase) -> None:
        (made,) = decisions_of(desk.session, one.id)
        assert made.prepared_by == user(desk, f"clerk2.{PLACE}") and made.basis["prepared"] == asked

    found.do(signed)


def test_maker_of_a_grant_is_who_gave_the_opinion_of_the_township(running: Running) -> None:
    def signed(desk: Desk, case: AssistanceCase) -> None:
        (made,) = decisions_of(desk.session, case.id)
        (review,) = [one for one in history(desk.session, case.id) if one.body.get("stage") == "review"]
        assert made.prepared_by == review.actor_id == user(desk, f"reviewer.{PLACE}")
        assert made.basis["prepared"] == review.sequence

    running.do(signed)


def test_certificate_is_issued_once_renewed_and_taken_back(running: Running) -> None:
    def issued(desk: Desk, case: AssistanceCase) -> None:
        hung(desk, case, "approval", date(2008, 4, 23))
        issue(desk, case, "陕低-1", happened_on=date(2008, 4, 25))
        with pytest.raises(JiuzhuError) as twice:
            issue(desk, case, "陕低-2", happened_on=date(2008, 4, 25))
        assert twice.value.code == "certificate_out"
        renew(desk, case, "陕低-2", happened_on=date(2008, 5, 1))
        take_back(desk, case, happened_on=date(2008, 6, 1))
        assert current(desk, case) is None
        ends = [(one.number, one.end_reason) for one, _ in register(desk, case.path)]
        assert ends == [("陕低-1", "renewed"), ("陕低-2", "taken_back")]

    running.do(issued, login="approver")


def test_appeal_that_wins_takes_the_refused_case_up_again(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2772", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    found = Running(township, case)
    found.do(to_the_county, login="reviewer", on="2008-03-31")

    def turn_down(desk: Desk, one: AssistanceCase) -> None:
        hung(desk, one, "review", date(2008, 4, 7))
        refuse(desk, one, CountyRuling(happened_on=date(2008, 4, 15)))

    found.do(turn_down, login="approver", on="2008-04-15")

    def win(desk: Desk, one: AssistanceCase) -> None:
        day, reason = date(2008, 6, 1), "收入认定有误"
        for way, against, code in (("petition", 1, "bad_way"), ("reconsideration", 9, "unknown_decision")):
            with pytest.raises(JiuzhuError, match=code):
                appeal(desk, one, way, happened_on=day, against=against)
        made = appeal(desk, one, "reconsideration", happened_on=date(2008, 5, 1), against=1).sequence
        for appealed, outcome, code in ((made, "won", "bad_value"), (made - 1, "revoked", "unknown_appeal")):
            with pytest.raises(JiuzhuError, match=code):
                answer_appeal(desk, one, appealed, happened_on=day, outcome=outcome, reason=reason)
        answer_appeal(desk, one, made, happened_on=day, outcome="revoked", reason=reason)
        with pytest.raises(JiuzhuError, match="unknown_appeal"):
            answer_appeal(desk, one, made, happened_on=day, outcome="revoked", reason=reason)
        assert one.status == "in_procedure" and verify_case(desk.session, one) == ()

    found.do(win, on="2008-06-02")


PROTECTED_IN_WORDS = {
    "laid_off_bankrupt": "破产改制企业下岗职工",
    "uninsured_collective_retiree": "未参保集体企业退休人员",
    "land_lost_farmer": "失地农民",
}


def test_protected_applicant_is_not_turned_away_others_are(make_bureau: Any) -> None:
    assert set(PROTECTED_IN_WORDS) == set(PROTECTED)
    bureau, day = make_bureau("430900", day="2018-06-01"), date(2018, 6, 1)
    with bureau.desk("clerk.430900") as desk:
        for category, words in PROTECTED_IN_WORDS.items():
            case = apply(desk, urban(3, "900", day=day, category=category))
            with pytest.raises(JiuzhuError, match="may_not_refuse") as refused:
                refuse_acceptance(desk, case, happened_on=day, reason="不符合")
            assert words in refused.value.render("zh") and "二(四)" in refused.value.render("zh")
            assert case.status == "applying"
        other = apply(desk, urban(3, "900", day=day))
        refuse_acceptance(desk, other, happened_on=day, reason="不符合")
        assert other.status == "refused"


def test_village_may_not_refuse_but_the_township_may(make_bureau: Any) -> None:
    bureau = make_bureau("430900", day="2011-06-01")
    papers = ("written_application", "supporting_documents", "approval_form")
    with bureau.desk("clerk.430900") as desk:
        case = apply(desk, urban(3, "900", day=date(2011, 6, 1), evidence=papers, received_by="village"))
        with pytest.raises(JiuzhuError) as refused:
            refuse_acceptance(desk, case, happened_on=date(2011, 6, 1), reason="不符合", decided_by="village")
        assert refused.value.code == "may_not_refuse" and "三(一)" in refused.value.render("zh")
        refuse_acceptance(desk, case, happened_on=date(2011, 6, 1), reason="不在本市户籍")
        assert case.status == "refused"


def test_household_takes_its_application_back(township: Any) -> None:
    with township.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        withdraw(desk, case, happened_on=MONDAY, reason="本人要求")
        assert case.status == "withdrawn" and verify_case(desk.session, case) == ()
        with pytest.raises(JiuzhuError) as refused:
            accept(desk, case, happened_on=MONDAY)
    assert refused.value.code == "wrong_status"
