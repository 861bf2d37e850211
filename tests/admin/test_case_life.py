"""A case led through its forms: from the application to the decision, a change, an exit, each by the officer it takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.rounds.posting import Notice, draw
from core.casework.rounds.posting_board import Hanging, post, take_down
from core.store.tables import AssistanceCase, CaseMember, Certificate, Decision, Event, Person, Referral
from regions.life.yiyang import POSTED
from tests.admin.test_cases import APPROVER, CLERK, NEW, REVIEWER

DISTRICT = "430902"
OFFICERS = (
    ("township_staff", 2), ("county_civil_affairs", 2), ("village_committee", 1), ("villager_representatives", 6),
)  # fmt: skip


class Led:
    """A case under way: forms sent by officers on their days."""

    def __init__(self, panel: Any) -> None:
        self.panel, self.number = panel, ""
        self.visitors: dict[str, Any] = {}
        self.people: dict[str, list[str]] = {}

    def hire(self) -> None:
        """Enter the people in office."""
        with self.panel.platform.desk("root") as desk:
            for role, count in OFFICERS:
                self.people[role] = [
                    str(add_holder(desk, Identity(name=f"示例{role}{n}"), posts=[
                        Post(role=role, division=DISTRICT, unit="示例单位", position="职务", since=date(2015, 1, 1))]).id)
                    for n in range(count)
                ]  # fmt: skip

    def as_(self, login: str) -> Any:
        """The browser of an officer; on a later day he has signed in anew."""
        day = self.panel.clock.moment.date()
        if f"{login} {day}" not in self.visitors:
            self.visitors[f"{login} {day}"] = self.panel.visitor(login)
        return self.visitors[f"{login} {day}"]

    def do(self, step: str, day: str, *, login: str = REVIEWER, **form: Any) -> None:
        """Send the form of a step and see it taken."""
        self.panel.on(day)
        shown = self.as_(login).get(f"/cases/{self.number}/do/{step}")
        assert shown.status_code == 200 and "现在不能办理" not in shown.get_data(as_text=True), (step, why(shown))
        answer = self.as_(login).post(f"/cases/{self.number}/do/{step}", {"happened_on": day, **form})
        assert answer.status_code == 303, (step, why(answer))

    def hung(self, event: str, by: str, since: str, until: str) -> None:
        """Have a sheet hang its days."""
        role = "township_staff" if by == "township" else "county_civil_affairs"
        self.panel.on(since)
        with self.panel.platform.desk(CLERK) as desk:
            notice = Notice(event=event, division=DISTRICT, programme="dibao", area="urban", cases=[self.number],
                            phone="示例", values={self.number: POSTED[event]})  # fmt: skip
            (sheet,) = draw(desk, notice)
            post(desk, sheet.id, Hanging(posted_by=by, posters=[int(self.people[role][0])],
                                         places=["village_notice_board"], happened_on=date.fromisoformat(since)))  # fmt: skip
            sheet_id = sheet.id
        self.panel.on(until)
        with self.panel.platform.desk(CLERK) as desk:
            take_down(desk, sheet_id, happened_on=date.fromisoformat(until))

    def row(self, table: Any) -> Any:
        """The newest row of a table about the case."""
        with self.panel.platform.database.reading() as session:
            return session.scalars(select(table).order_by(table.id.desc()).limit(1)).first()

    @property
    def case(self) -> AssistanceCase:
        """The case as the database holds it."""
        with self.panel.platform.database.reading() as session:
            found: AssistanceCase = session.scalars(
                select(AssistanceCase).where(AssistanceCase.number == self.number)
            ).one()
            return found

    def sequence(self, kind: str) -> int:
        """The number of the newest event of a kind."""
        with self.panel.platform.database.reading() as session:
            query = select(Event.sequence).where(Event.chain == f"case/{self.case.id}", Event.kind == kind)
            return int(max(session.scalars(query)))


def why(answer: Any) -> list[str]:
    """What a page says went wrong, for the message of a failed test."""
    text = answer.get_data(as_text=True).partition("<main")[2]
    return [line.strip() for line in text.splitlines() if "feedback" in line or "<li>" in line or "fw-semibold" in line]


@pytest.fixture
def led(make_panel: Callable[..., Any]) -> Led:
    """An urban application of 2018-02-05, accepted."""
    found = Led(make_panel("2018-02-05"))
    found.hire()
    form = {**NEW, "happened_on": "2018-02-05", "township_on": "2018-02-05", "income-0-amount": "500"}
    answer = found.as_(CLERK).post("/cases/new/", form)
    assert answer.status_code == 303, why(answer)
    found.number = answer.location.rpartition("/")[2]
    return found


def to_the_decision(led: Led) -> None:
    """Fill in the form of every stage up to the county's decision."""
    township, county = led.people["township_staff"], led.people["county_civil_affairs"]
    both = ["investigator", "respondent"]
    led.do("stage/means_verification", "2018-02-08", result="consistent", methods=["tax", "bank"])
    led.do("stage/neighbour_interview", "2018-02-11", login=CLERK, by=township)
    led.do("stage/home_visit", "2018-02-11", login=CLERK, by=township, signatures=both, evidence=["means_survey_form"])
    led.do(
        "stage/community_appraisal", "2018-02-13", login=CLERK, by=township, result="valid", signatures=["appraiser"],
        evidence=["appraisal_record"], role_villager_representatives="6", role_township_staff="1",
        role_village_committee="1", expected="8", present="8", **{"for": "8"},
    )  # fmt: skip
    led.do("stage/review", "2018-02-14", by=township, result="recommended")
    led.hung("review", "township", "2018-02-14", "2018-02-22")
    led.do("stage/review_posting", "2018-02-22")
    papers = ["application_file", "survey_results", "appraisal_record"]
    led.do("stage/submission", "2018-02-23", evidence=papers)
    led.do("stage/county_check", "2018-02-26", by=county)
    led.do("stage/approval_opinion", "2018-02-28", by=county, result="to_be_approved")
    led.hung("approval", "county", "2018-02-28", "2018-03-08")
    led.do("stage/approval_posting", "2018-03-08")


def granted(led: Led) -> None:
    """Lead the case to its grant; whoever decides sees what the rules compute before he does."""
    to_the_decision(led)
    led.panel.on("2018-03-09")
    form = led.as_(APPROVER).get(f"/cases/{led.number}/do/approve/").get_data(as_text=True)
    assert "按本月规则核算：符合条件，每月" in form
    led.do("approve/", "2018-03-09", login=APPROVER, by=led.people["county_civil_affairs"])


def test_application_is_led_to_its_grant_and_certificate_by_forms_alone(led: Led) -> None:
    granted(led)
    led.do("certificate-issue/", "2018-03-09", login=APPROVER, number="示例-0001")

    decision, case = led.row(Decision), led.case
    assert decision.kind == "grant" and case.status == "in_payment"
    assert led.row(Certificate).number == "示例-0001"
    page = led.as_(CLERK).get(f"/cases/{led.number}/money").get_data(as_text=True)
    assert "批准" in page and "怎样算的" in page
    trace = led.as_(CLERK).get(f"/cases/{led.number}/assessment?decision=1").get_data(as_text=True)
    assert "计入的家庭收入" in trace and "《" in trace


def test_whoever_gave_the_township_s_opinion_is_told_that_he_does_not_decide(led: Led) -> None:
    to_the_decision(led)
    led.panel.on("2018-03-09")
    refused = led.as_(REVIEWER).get(f"/cases/{led.number}/do/approve/").get_data(as_text=True)
    assert "没有在该地“审批决定”的权限" in refused and "审批员" in refused


def test_changes_are_proposed_by_one_and_decided_by_another(led: Led) -> None:
    granted(led)
    led.panel.on("2018-04-10")
    told = {
        "happened_on": "2018-04-10", "about": ["income"], "h-assets_meet_local_rule": "true",
        "h-income_stability": "relatively_stable", "income-rows": "1", "income-0-of": "0", "income-0-item": "wage",
        "income-0-amount": "300", "income-0-frequency": "month",
    }  # fmt: skip
    assert led.as_(CLERK).post(f"/cases/{led.number}/report", told).status_code == 303
    led.do("change-propose/", "2018-04-11", login=CLERK, from_month="2018-05")
    waiting = led.sequence("change_proposed")
    page = led.as_(APPROVER).get(f"/cases/{led.number}/do/change-decide/").get_data(as_text=True)
    assert "增发：自2018-05起" in page
    led.do(f"change-drop/{waiting}", "2018-04-12", login=CLERK, reason="月份写错")
    gone = led.as_(APPROVER).get(f"/cases/{led.number}/do/change-decide/{waiting}").get_data(as_text=True)
    assert "没有待决定的变更" in gone
    led.do("stage/change_report", "2018-04-12", login=CLERK)
    led.do("stage/periodic_verification", "2018-04-12", by=led.people["township_staff"])
    led.do("change-propose/", "2018-04-13", login=CLERK, from_month="2018-05")
    waiting = led.sequence("change_proposed")
    own = led.as_(CLERK).get(f"/cases/{led.number}/do/change-decide/{waiting}").get_data(as_text=True)
    assert "没有在该地“审批决定”的权限" in own
    led.do(f"change-decide/{waiting}", "2018-04-20", login=APPROVER, by=led.people["county_civil_affairs"])
    decision = led.row(Decision)
    assert decision.kind == "increase" and decision.from_month == date(2018, 5, 1)
    led.do("suspend/", "2018-05-02", login=CLERK, from_month="2018-06", reason="不配合核查")
    led.do(f"change-decide/{led.sequence('change_proposed')}", "2018-05-03", login=APPROVER)
    assert led.row(Decision).kind == "suspend"


def test_members_come_and_go_and_a_household_splits(led: Led) -> None:
    granted(led)
    led.do("member-join/", "2018-04-01", login=CLERK, why="birth", name="示例丙", relation="child",
           birth_date="2018-03-20")  # fmt: skip
    assert led.case.persons == 3
    with led.panel.platform.database.reading() as session:
        query = select(Person.token).join(CaseMember, CaseMember.person_id == Person.id).order_by(CaseMember.id)
        tokens = list(session.scalars(query))
    head = led.as_(CLERK).post(
        f"/cases/{led.number}/do/member-leave/",
        {"happened_on": "2018-04-02", "member": tokens[0], "reason": "marriage"},
    )
    assert head.status_code == 422 and 'id="f-new_head-fault-1"' in head.get_data(as_text=True)
    led.do("member-split/", "2018-04-03", login=CLERK, member=tokens[1])
    assert led.case.persons == 2
    page = led.as_(CLERK).get(f"/cases/{led.number}/family").get_data(as_text=True)
    assert "已离开" in page and "示例丙" in page


def test_exit_is_proposed_for_a_coded_reason_and_decided_by_another(led: Led) -> None:
    granted(led)
    led.do("close-propose/", "2018-05-10", login=CLERK, reason="given_up", from_month="2018-06")
    asked = led.sequence("exit_proposed")
    own = led.as_(CLERK).get(f"/cases/{led.number}/do/close-decide/{asked}").get_data(as_text=True)
    assert "没有在该地“办理退出”的权限" in own
    led.do(f"close-decide/{asked}", "2018-05-11", login=APPROVER)
    assert led.case.status == "closed" and led.case.exit_reason == "given_up"
    led.do("follow-up/", "2018-06-11", login=CLERK, found="stable")
    led.do("refer/temporary_assistance", "2018-06-12", login=CLERK)
    led.do(f"refer-answer/{led.row(Referral).id}", "2018-06-13", login=CLERK, outcome="granted")
    led.do("reopen/", "2018-06-14", login=APPROVER, reason="误办")
    assert led.case.status == "in_procedure"


def test_finding_that_needs_a_second_person_is_confirmed_by_him(led: Led) -> None:
    led.do("find/departure", "2018-02-06", value="departure", reason="支出型困难")
    own = led.as_(REVIEWER).post(
        f"/cases/{led.number}/do/confirm/{led.sequence('finding_proposed')}", {"happened_on": "2018-02-06"}
    )
    assert own.status_code == 422 and "第二人" in own.get_data(as_text=True)
    led.do(f"confirm/{led.sequence('finding_proposed')}", "2018-02-07", login=APPROVER)
    assert "没有待复核的认定" in led.as_(CLERK).get(f"/cases/{led.number}/do/confirm/").get_data(as_text=True)


def test_decision_can_be_gone_against_and_the_outcome_takes_the_case_up_again(led: Led) -> None:
    granted(led)
    led.do("appeal/1", "2018-03-20", way="reconsideration")
    led.do(f"appeal-answer/{led.sequence('appeal')}", "2018-04-20", outcome="upheld", reason="维持原决定")
    page = led.as_(CLERK).get(f"/cases/{led.number}/story").get_data(as_text=True)
    assert "维持" in page


def test_case_is_assigned_to_an_officer_of_its_place(led: Led) -> None:
    led.do("assign/", "2018-02-06", holder=led.people["township_staff"][0], role="clerk", on="2018-02-06")
    assert "示例township_staff0" in led.as_(CLERK).get(f"/cases/{led.number}").get_data(as_text=True)
