"""Clocks: what starts, stops, resumes, extends and excludes days is what the rule says; nothing by default."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.calendar import WorkingCalendar
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.clock import Clock, deadlines, without
from core.casework.flow.extension import extend
from core.casework.flow.history import Happening
from core.casework.flow.procedure import Procedure, course_of
from core.casework.flow.stage_rule import Special, Stage, TimeLimit, limit_of
from core.casework.flow.state import CaseState
from core.errors import JiuzhuError, Text
from tests.core.casework.clients import again, rural, urban

CALENDAR = WorkingCalendar.load()
MONDAY = date(2008, 3, 3)


def happened(kind: str, on: date, sequence: int, **body: Any) -> Happening:
    return Happening(
        id=sequence, sequence=sequence, kind=kind, happened_on=on, recorded_on=on, actor_id=1, reason=None, body=body
    )


def due(limit: TimeLimit, *happenings: Happening, today: date = date(2008, 4, 30)) -> tuple[date, bool]:
    """The day a stage ``review`` is due that starts with the acceptance, and whether its clock stands still."""

    state = CaseState()
    state.take(happened("application", MONDAY, 1))
    state.take(happened("acceptance", MONDAY, 2))
    for one in happenings:
        state.take(one)
    stage = Stage(
        key="review", label=Text("审核", "review"), address="x", citation="", waits=("acceptance",), within=limit
    )
    procedure = Procedure(rulebook=None, stages=())  # type: ignore[arg-type]  # a clock asks no rulebook
    clock = Clock(calendar=CALENDAR, procedure=procedure, state=state, today=today)
    found = clock.of_stage(stage, today)
    assert found is not None
    return found.due.day, found.paused


TWENTY = TimeLimit(days=20, day_kind="working", since="acceptance")


def test_a_clock_may_start_with_a_members_death() -> None:
    """The 2022 notice 1(3): what follows from a death is done within three months."""
    gone = happened("member_left", date(2008, 3, 10), 3, why="death")
    assert due(TimeLimit(months=3, since="death"), gone) == (date(2008, 6, 10), False)


@pytest.mark.parametrize(("deciders", "days", "more"), [(["county"], 30, 15), (["township"], 20, 25)])
def test_a_limit_reaches_so_many_days_in_all_whoever_decides(deciders: list[str], days: int, more: int) -> None:
    ruled = {"days": 30, "decided_by": {"township": 20}, "extended": [{"up_to": 45, "day_kind": "working"}]}
    limit = limit_of(ruled, deciders=deciders)
    assert (limit.days, limit.extended[0].days) == (days, more)


def test_working_days_of_the_township_and_of_the_county() -> None:
    assert CALENDAR.add(MONDAY, 20, "working").day == date(2008, 3, 31)
    assert CALENDAR.add(date(2008, 3, 31), 20, "working").day == date(2008, 4, 29)


def test_nothing_stops_a_clock_where_no_rule_says_so() -> None:
    notice, papers = happened("deficiency_notice", date(2008, 3, 5), 3), happened("evidence", date(2008, 3, 12), 4)
    assert due(TWENTY, notice, papers) == (date(2008, 3, 31), False)


def test_days_between_stop_and_resume_do_not_count_where_the_rule_says_so() -> None:
    limit = limit_of(
        {"days": 20, "day_kind": "working", "from": "acceptance", "stops": "deficiency_notice", "resumes": "evidence"}
    )
    notice, papers = happened("deficiency_notice", date(2008, 3, 5), 3), happened("evidence", date(2008, 3, 12), 4)
    assert due(limit, notice, papers) == (date(2008, 4, 8), False)
    assert due(limit, notice, today=date(2008, 3, 12)) == (date(2008, 4, 8), True)


def test_special_case_extends_only_when_it_is_invoked() -> None:
    limit = TimeLimit(
        days=20, day_kind="working", since="acceptance",
        extended=(Special(label=Text("情况复杂", "complicated"), days=10, day_kind="working"),),
    )  # fmt: skip
    assert due(limit)[0] == date(2008, 3, 31)
    assert due(limit, happened("extension", date(2008, 3, 20), 3, stage="review", case=0))[0] == date(2008, 4, 15)


def test_first_day_may_count_and_months_run_by_date() -> None:
    assert due(TimeLimit(days=5, since="acceptance"))[0] == date(2008, 3, 8)
    assert due(TimeLimit(days=5, since="acceptance", first_day="same_day"))[0] == date(2008, 3, 7)
    assert due(TimeLimit(months=2, since="acceptance"))[0] == date(2008, 5, 3)


def test_without_a_named_start_the_clock_runs_from_the_stage_before() -> None:
    assert due(TimeLimit(days=5))[0] == date(2008, 3, 8)


def test_year_that_is_not_loaded_makes_the_day_provisional() -> None:
    found = without(CALENDAR, date(2026, 12, 28), 10, kind="working", spans=[])
    assert not found.is_certain and found.unknown_years == (2027,)
    paused = without(CALENDAR, date(2026, 12, 28), 5, kind="working", spans=[(date(2026, 12, 29), date(2027, 1, 4))])
    assert paused.unknown_years == (2027,)


def test_whole_has_a_limit_of_its_own_from_the_application(yiyang: Any) -> None:
    with yiyang.desk("clerk.430900") as desk:
        case = apply(desk, urban(3, "900", day=date(2018, 6, 1)))
        accept(desk, case, happened_on=date(2018, 6, 1))
        found = {one.stage: one for one in deadlines(desk, case)}
    assert found["total"].due.day == date(2018, 7, 1) and found["total"].from_event == "application"
    assert found["means_verification"].due.day == date(2018, 6, 15)


def test_receipt_by_the_village_starts_no_clock_of_the_township(shaanxi: Any) -> None:
    shaanxi.on("2008-03-06")
    with shaanxi.desk("clerk.610523") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        assert deadlines(desk, case) == []
        accept(desk, case, happened_on=date(2008, 3, 6))
        (found,) = deadlines(desk, case)
    assert (case.opened_on, case.accepted_on) == (MONDAY, date(2008, 3, 6))
    assert (found.since, found.due.day) == (date(2008, 3, 6), date(2008, 4, 3))


@pytest.mark.parametrize("day", ["2018-06-01", "2021-08-01"])
def test_case_keeps_the_procedure_of_its_acceptance(make_bureau: Any, day: str) -> None:
    """A later procedure (2021, without a county check) reaches a running case only where it says so."""
    bureau = make_bureau("430900", day="2018-06-01")
    with bureau.desk("clerk.430900") as desk:
        case = apply(desk, urban(3, "900", day=date(2018, 6, 1)))
        accept(desk, case, happened_on=date(2018, 6, 1))
    bureau.on(day)
    with bureau.desk("clerk.430900") as desk:
        course = course_of(desk, again(desk, case))
    assert "county_check" in course.procedure.by_key and course.procedure.rulebook.policy.on == date(2018, 6, 1)


def test_procedure_that_says_so_reaches_running_cases(make_bureau: Any, tmp_path: Path) -> None:
    folder = tmp_path / "following"
    folder.mkdir()
    (folder / "policy.yaml").write_text(FOLLOWING, encoding="utf-8")
    bureau = make_bureau("610523", plugin_dirs=(folder,))
    with bureau.desk("clerk.610523") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
        assert deadlines(desk, case)[0].due.day == date(2008, 3, 31)
    bureau.on("2008-03-10")
    with bureau.desk("clerk.610523") as desk:
        (found,) = deadlines(desk, again(desk, case))
    assert found.due.day == date(2008, 3, 17)


def test_limit_is_extended_only_where_its_rule_names_a_case(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
        with pytest.raises(JiuzhuError) as refused:
            extend(desk, case, "review", 0, happened_on=MONDAY, reason="忙")
    assert refused.value.code == "no_extension"


def delegated(folder: Path) -> Path:
    """A county of Yiyang whose townships confirm dibao themselves."""
    folder.mkdir()
    (folder / "policy.yaml").write_text(DELEGATED, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("confirms", "due"), [("county", date(2023, 4, 24)), ("township", date(2023, 4, 11))])
def test_the_whole_is_shorter_where_the_township_decides_and_longer_in_a_special_case(
    make_bureau: Any, tmp_path: Path, *, confirms: str, due: date
) -> None:
    """The 2022 notice 4(1): 30 working days, 20 where the township confirms, 45 in special cases."""
    folders = (delegated(tmp_path / "delegated"),) if confirms == "township" else ()
    bureau = make_bureau("430900", day="2023-03-13", plugin_dirs=folders)
    with bureau.desk("clerk.430900") as desk:
        case = apply(desk, urban(3, "900", day=date(2023, 3, 13)))
        accept(desk, case, happened_on=date(2023, 3, 13))
        found = {one.stage: one for one in deadlines(desk, case)}
        assert found["total"].due.day == due
        assert found["survey_start"].due.day == date(2023, 3, 16)
    with bureau.desk("clerk.430900" if confirms == "township" else "reviewer.430900") as desk:
        special = again(desk, case)
        extend(desk, special, "total", 0, happened_on=date(2023, 3, 13), reason="人户分离")
        longer = {one.stage: one for one in deadlines(desk, special)}["total"]
    assert longer.due.day == date(2023, 5, 17)


DELEGATED = """
plugin: {name: delegated, title: {zh: 审核确认权限下放（虚构示例）, en: Confirmation delegated (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {national_2021: ">=0.1"}}}
documents: {rules: {title: 审核确认权限下放的通知（虚构示例）, issuer: 益阳市民政局, number: 示民发〔2023〕1号, issued: 2023-01-03}}
defaults: {division: "430900", programme: dibao, document: rules, from: 2023-01-03}
provisions:
  - id: delegated
    kind: procedure
    cite: 第一条
    items:
      approval: {label: {zh: 乡镇审核确认, en: Confirmation by the township}, actor: township, after: submission, result: [approved, refused]}
"""


FOLLOWING = """
plugin: {name: following, title: {zh: 缩短时限（虚构示例）, en: Shorter limits (made up)}, version: 0.1.0,
         requires: {core: ">=0.1,<0.2", plugins: {shaanxi_rural: ">=0.1"}}}
documents: {rules: {title: 缩短时限的通知（虚构示例）, issuer: 大荔县民政局, number: 示民发〔2008〕3号, issued: 2008-03-05}}
defaults: {division: "610523", programme: dibao, area: rural, document: rules, from: 2008-03-05}
provisions:
  - id: faster
    kind: procedure
    cite: 全文
    transition: running_cases_follow
    items:
      review:
        label: {zh: 乡镇核查并上报（示例）, en: Review (made up)}
        actor: township
        after: [preliminary_opinion]
        within: {days: 10, day_kind: working, from: acceptance}
        result: [recommended, not_recommended]
        cite: 第一条
"""
