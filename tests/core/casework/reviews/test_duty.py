"""The work calendar: every dated duty from what stands, with owner and state."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.people.office import Post, add_holder
from core.casework.people.person import Identity
from core.casework.reporting.budget import open_plan, review_plan, submit_plan
from core.casework.reporting.report_close import close_report, prepare_report
from core.casework.reviews.duty import duties, duty_sheet
from core.casework.reviews.duty_kind import Duty
from core.casework.reviews.problem import Finding, register_problem
from core.casework.reviews.review_round import open_round
from core.casework.reviews.sample_population import Span
from core.casework.reviews.sampling import draw_sample
from core.casework.rounds.posting import Notice, draw
from core.casework.rounds.posting_board import Hanging, post
from core.casework.workbook import as_bytes
from core.errors import Text
from core.store.tables import AssistanceCase, CaseAssignment, Decision, OfficeHolder, Person
from tests.core.casework.clients import DEMONSTRATION, rural

CITY, COUNTY = "430900", "610523"


def listed(bureau: Any, place: str, since: str, until: str, holder_id: int | None = None) -> list[Duty]:
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    with bureau.desk(f"auditor.{place}") as desk:
        return duties(desk, place, programme="dibao", since=first, until=last, holder_id=holder_id)


def codes(found: list[Duty]) -> set[str]:
    return {one.code for one in found}


@pytest.fixture
def bureau(yiyang: Any, add_roll: Any) -> Any:
    """Households with a review overdue, due and later, and one in phase-out until the end of June."""
    with yiyang.desk("root") as desk:
        rows = [
            {"monthly": 36000, "review_due": date(2018, 5, 20)},
            {"monthly": 36000, "review_due": date(2018, 5, 25)},
            {"monthly": 36000, "review_due": date(2018, 6, 20)},
            {"monthly": 36000, "review_due": date(2018, 6, 20)},
            {"monthly": 36000, "review_due": date(2018, 9, 1)},
            {"monthly": 39000, "status": "phasing_out", "until_month": date(2018, 7, 1)},
        ]
        add_roll(desk, rows, division="430903", since=date(2018, 1, 1))
        for one in desk.session.scalars(select(Decision).where(Decision.until_month.is_not(None))):
            one.kind = "phase_out"
    return yiyang


def test_reviews_are_one_duty_a_day_and_the_overdue_ones_always_show_together(bureau: Any) -> None:
    found = [one for one in listed(bureau, CITY, "2018-06-01", "2018-06-30") if one.code == "review"]
    assert [(one.due, one.count, one.state(date(2018, 6, 1))) for one in found] == [
        (date(2018, 5, 20), 2, "overdue"),
        (date(2018, 6, 20), 2, "open"),
    ]


def test_phase_out_that_ends_is_told_with_whose_default_the_warning_is(bureau: Any) -> None:
    (found,) = [one for one in listed(bureau, CITY, "2018-06-01", "2018-06-30") if one.code == "phase_out_ends"]
    assert found.due == date(2018, 6, 30)
    assert found.flag is not None
    assert "平台默认" in found.flag.zh


def test_pay_by_day_of_the_rules_is_a_duty_each_month(bureau: Any) -> None:
    found = [one for one in listed(bureau, CITY, "2018-06-01", "2018-07-31") if one.code == "pay"]
    assert [(one.due, one.subject, one.done) for one in found] == [
        (date(2018, 6, 10), "2018-06", False),
        (date(2018, 7, 10), "2018-07", False),
    ]


def test_budget_plan_is_a_duty_until_it_is_reviewed(shaanxi: Any) -> None:
    before = [one for one in listed(shaanxi, COUNTY, "2008-10-01", "2008-10-31") if one.code == "budget_plan"]
    with shaanxi.desk("clerk.610523") as desk:
        number = open_plan(desk, COUNTY, programme="dibao", year=2009).id
        submit_plan(desk, number)
    with shaanxi.desk("approver.610523") as desk:
        review_plan(desk, number, passed=True)
    after = [one for one in listed(shaanxi, COUNTY, "2008-10-01", "2008-10-31") if one.code == "budget_plan"]
    assert [(one.due, one.subject, one.done) for one in (*before, *after)] == [
        (date(2008, 10, 31), "2009", False),
        (date(2008, 10, 31), "2009", True),
    ]


def test_rounds_problems_and_reports_are_duties_too(bureau: Any) -> None:
    with bureau.desk("auditor.430900") as desk:
        finding = Finding(source="督查", division=CITY, finding="公示无照片", found_on=date(2018, 5, 17),
                          due_on=date(2018, 6, 15))  # fmt: skip
        register_problem(desk, finding)
    with bureau.desk("clerk.430900") as desk:
        open_round(desk, CITY, name="上半年", programme="dibao", due_on=date(2018, 6, 25))
        report = prepare_report(desk, "changes", CITY, month=date(2018, 4, 1)).id
    with bureau.desk("approver.430900") as desk:
        close_report(desk, report)
    found = listed(bureau, CITY, "2018-06-01", "2018-06-30")
    assert {"review_round", "problem", "report"} <= codes(found)
    reports = [(one.subject, one.state(date(2018, 6, 1))) for one in found if one.code == "report"]
    assert reports == [("2018-05", "overdue"), ("2018-06", "open")]
    assert [one.about.zh for one in found if one.code == "report"] == ["2018年5月", "2018年6月"]


def test_duties_of_one_officer_are_those_of_his_cases(bureau: Any) -> None:
    with bureau.desk("root") as desk:
        person = desk.session.scalars(select(Person)).first()
        assert person is not None
        officer = OfficeHolder(person_id=person.id, user_id=None)
        desk.session.add(officer)
        desk.session.flush()
        case = desk.session.scalars(select(AssistanceCase).where(AssistanceCase.status == "phasing_out")).one()
        handled = CaseAssignment(case_id=case.id, holder_id=officer.id, role="clerk", since=date(2018, 1, 1))
        desk.session.add(handled)
        number = officer.id
    found = listed(bureau, CITY, "2018-06-01", "2018-06-30", holder_id=number)
    assert codes(found) == {"phase_out_ends"}


def test_work_calendar_goes_out_as_a_workbook(bureau: Any) -> None:
    found = listed(bureau, CITY, "2018-06-01", "2018-06-30")
    with bureau.desk("auditor.430900") as desk:
        sheet = duty_sheet(desk, found)
        assert as_bytes(sheet).startswith(b"PK")
    assert [one.title for one in sheet.columns] == [
        "到期", "事项", "对象", "户数", "责任单位", "状态", "依据", "提示",
    ]  # fmt: skip


def test_yearly_check_is_a_duty_until_it_is_drawn_and_then_until_it_is_checked(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau(CITY, day="2011-12-01")
    with bureau.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}] * 6, division="430903", since=date(2011, 1, 1))
    before = listed(bureau, CITY, "2011-12-01", "2011-12-31")
    with bureau.desk("reviewer.430900") as desk:
        span = Span(division=CITY, programme="dibao", area="urban", since=date(2011, 1, 1), until=date(2012, 1, 1))
        draw_sample(desk, span)
    after = listed(bureau, CITY, "2011-12-01", "2011-12-31")
    kept = [(one.code, one.due, one.count) for one in (*before, *after) if one.code.startswith("sample")]
    assert kept == [("sample_draw", date(2011, 12, 31), 1), ("sample", date(2011, 12, 31), 2)]


@pytest.mark.parametrize("place", [CITY, "430903"])
def test_check_drawn_above_or_below_is_no_duty_to_draw_again(make_bureau: Any, add_roll: Any, place: str) -> None:
    bureau = make_bureau(CITY, "430903", day="2011-12-01")
    with bureau.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}] * 6, division="430903", since=date(2011, 1, 1))
    with bureau.desk(f"reviewer.{place}") as desk:
        draw_sample(
            desk, Span(division=place, programme="dibao", area="urban", since=date(2011, 1, 1), until=date(2012, 1, 1))
        )
    for asked in (CITY, "430903"):
        assert "sample_draw" not in codes(listed(bureau, asked, "2011-12-01", "2011-12-31"))


def test_limit_of_a_pending_case_is_a_duty(shaanxi: Any, make_case: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case = make_case(desk, "陕-1", "甲", status="in_procedure", accepted_on=desk.today)
        place = {"division": COUNTY, "path": case.path}
        desk.record(f"case/{case.id}", "application", place)
        desk.record(f"case/{case.id}", "acceptance", {})
    found = [one for one in listed(shaanxi, COUNTY, "2008-03-03", "2008-04-30") if one.subject == "陕-1"]
    assert found
    assert {one.state(date(2008, 3, 3)) for one in found} == {"open"}


def test_sheet_that_hangs_is_a_duty_the_day_after_its_time(make_bureau: Any) -> None:
    bureau = make_bureau(COUNTY, plugin_dirs=(DEMONSTRATION,))
    with bureau.desk(f"clerk.{COUNTY}") as desk:
        case = apply(desk, rural(4, "2000", day=desk.today))
        accept(desk, case, happened_on=desk.today)
        place = Post(role="village_committee", division=COUNTY, unit="示例村", position="主任", since=date(2005, 1, 1))
        poster = add_holder(desk, Identity(name="示例"), posts=[place]).id
        about = Notice(event="application", cases=[case.number], division=COUNTY, programme="dibao", area="rural",
                       phone="0913-3222222")  # fmt: skip
        (sheet,) = draw(desk, about)
        post(desk, sheet.id, Hanging(posters=[poster], happened_on=desk.today, posted_by="village",
                                     places=["village_notice_board"]))  # fmt: skip
    (found,) = [one for one in listed(bureau, COUNTY, "2008-03-03", "2008-03-31") if one.code == "take_down"]
    assert (found.due, found.subject, found.count, found.flag) == (date(2008, 3, 7), "application 示例村", 1, None)
    assert found.about == Text("申请 示例村", "application, 示例村")


DUE = """
plugin: {name: dali_coverage, title: {zh: 全覆盖期限（虚构示例）, en: Coverage (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 全覆盖的通知（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕8号, issued: 2008-01-10}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, cite: 第一条, from: 2008-02-01}
provisions:
  - id: coverage
    kind: coverage_requirement
    items:
      surveyed: {label: {zh: 全部入户（示例）, en: All surveyed}, stage: survey, share: 100%, due: 2008-04-15}
      appraised: {label: {zh: 全部评议（示例）, en: All appraised}, stage: appraisal, share: 100%, due: 2008-04}
      posted: {stage: application, share: 100%, due: 2008}
      open: {label: {zh: 期限未定（示例）, en: No day}, stage: review, share: 100%}
"""


def test_coverage_is_a_duty_by_its_day_or_the_last_of_its_month_or_year(make_bureau: Any, tmp_path: Path) -> None:
    (tmp_path / "dali_coverage").mkdir()
    (tmp_path / "dali_coverage" / "policy.yaml").write_text(DUE, encoding="utf-8")
    bureau = make_bureau(COUNTY, plugin_dirs=(tmp_path / "dali_coverage",))
    found = [one for one in listed(bureau, COUNTY, "2008-03-03", "2008-12-31") if one.code == "coverage"]
    assert [(one.due, one.label.zh, one.subject) for one in found] == [
        (date(2008, 4, 15), "全部入户（示例）", "survey"), (date(2008, 4, 30), "全部评议（示例）", "appraisal"),
        (date(2008, 12, 31), "posted", "application"),
    ]  # fmt: skip
    assert not [one.about.zh for one in found if one.about.zh.isascii()]


def test_a_yearly_check_of_all_households_is_a_duty_on_its_day_of_every_year(make_bureau: Any) -> None:
    place = "99GAP5"  # the township the bundled plan stands on; its source does not name a real one
    found = [one for one in listed(make_bureau(place), place, "2018-06-01", "2020-06-30") if one.code == "coverage"]
    assert {(one.due, one.label.zh, one.subject) for one in found} == {
        (date(2018, 12, 31), "所有低保家庭每年全面调查一次", "periodic_verification"),
        (date(2019, 12, 31), "所有低保家庭每年全面调查一次", "periodic_verification"),
    }
