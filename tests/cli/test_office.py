"""A township's week as typed: register, application, sheet, visits, meeting, relatives; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from core.casework.staff import add_user, first_administrator, grant_role
from core.casework.workbook import Sheet, columns, write_sheet
from core.casework.workbook.sheet import Value
from regions.platform import open_platform
from regions.settings import Settings
from tests.core.casework.purse import household

DALI = "610523"
DEMONSTRATION = Path(str(files("regions").joinpath("data", "demonstration")))
Run = Callable[..., Any]

APPLICATION = """\
division: "610523"
area: rural
happened_on: 2008-03-03
village: 示例村
received_by: village
members:
  - {id: "1", name: 李二, relation: head, relatives: [{relation: sibling, holder: 1}]}
  - {id: "2", name: 李二妻, relation: spouse, relatives: []}
facts:
  shared_income: [{item: farming, amount: "1200", frequency: year}]
"""
ROUND = """\
stage: survey
happened_on: 2008-03-07
division: "610523"
visitors: [2, 3]
visits:
  CASE: {at: "09:30", place: 示例村二组, finding: 三间砖房}
"""
MEETING = """\
kind: appraisal
stage: appraisal
held_on: 2008-03-10
division: "610523"
place: 示例村委会
chair: 2
expected: 5
attendees: [1, 2, 3]
announced_at: "21:30"
"""


@pytest.fixture
def office(run: Run, database_url: str, tmp_path: Path) -> Run:
    """Run a command as an officer of Dali on a day of March 2008, and expect it to succeed."""
    settings = Settings(data_dir=tmp_path / "data", lang="zh", database_url=database_url, today=date(2008, 3, 3))
    platform = open_platform(settings)
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2000-01-01T00:00:00+00:00", today=date(2000, 1, 1))
    with platform.desk("root") as desk:
        for role in ("clerk", "approver"):
            add_user(desk, role, role)
            grant_role(desk, role, role, DALI, since=date(2000, 1, 1))
    platform.database.close()

    def as_user(login: str, day: int, *words: str, code: int = 0) -> str:
        done = run(
            "--as", login, *words, JIUZHU_DATABASE_URL=database_url, JIUZHU_TODAY=f"2008-03-{day:02d}",
            JIUZHU_PLUGIN_DIRS=str(DEMONSTRATION), JIUZHU_LANG="zh",
        )  # fmt: skip
        assert done.exit_code == code, done.output
        return str(done.stdout if code == 0 else done.stderr)

    return as_user


def register(office: Run) -> None:
    for name, role in (
        ("李大", "village_committee"),
        ("张主任", "village_committee"),
        ("王代表", "villager_representatives"),
    ):
        words = ["office", "add", name, "--role", role, "--division", DALI, "--unit", "示例村", "--position", "示例"]
        office("clerk", 3, *words, "--since", "2005-01-01")


def applied(office: Run, tmp_path: Path) -> str:
    (tmp_path / "application.yaml").write_text(APPLICATION, encoding="utf-8")
    number: str = office("clerk", 3, "case", "apply", str(tmp_path / "application.yaml")).strip()
    office("clerk", 3, "case", "accept", number)
    return number


def test_sheet_visits_and_meeting_of_a_week(office: Run, tmp_path: Path) -> None:
    register(office)
    number = applied(office, tmp_path)
    drawn = office(
        "clerk", 3, "posting", "draw", "application", number, "--division", DALI, "--area", "rural", "--phone", "0913-1"
    )
    assert "公示单 1  示例村  1 户" in drawn
    put = ["--posted-by", "village", "--by", "2", "--place", "village_notice_board"]
    assert "公示至 2008-03-06" in office("clerk", 3, "posting", "post", "1", *put)
    assert (
        json.loads(office("clerk", 7, "posting", "list", "--division", DALI, "--overdue", "--json"))[0]["number"] == 1
    )
    assert "1 户中 1 户公示期满" in office("clerk", 7, "posting", "take-down", "1")
    (tmp_path / "round.yaml").write_text(ROUND.replace("CASE", number), encoding="utf-8")
    assert "1 户" in office("clerk", 7, "visit", "record", str(tmp_path / "round.yaml"))
    (tmp_path / "meeting.yaml").write_text(MEETING, encoding="utf-8")
    grid = tmp_path / "grid.xlsx"
    rows: list[list[Value]] = [[number, 2, 0, 0, "同意", "1"]]
    titles = columns("案件编号:id", "同意:count", "不同意:count", "弃权:count", "结果", "回避人员")
    write_sheet(grid, Sheet(title="评议", columns=titles, rows=rows))
    office("clerk", 10, "meeting", "record", str(tmp_path / "meeting.yaml"), "--grid", str(grid))
    (line,) = json.loads(office("clerk", 10, "meeting", "show", "1", "--json"))
    assert (line["主持人"], line["户主"], line["同意"], line["结果"]) == ("张主任", "李二", "2", "同意")


def test_grid_that_does_not_add_up_is_told_by_row(office: Run, tmp_path: Path) -> None:
    register(office)
    number = applied(office, tmp_path)
    (tmp_path / "meeting.yaml").write_text(MEETING, encoding="utf-8")
    grid = tmp_path / "grid.csv"
    grid.write_text(f"案件编号,同意,不同意,结果\n{number},3,x,同意\n{number},3,0,同意\n", encoding="utf-8")
    told = office("clerk", 10, "meeting", "record", str(tmp_path / "meeting.yaml"), "--grid", str(grid), code=1)
    assert "grid.csv:2" in told and "[bad_count]" in told and "grid.csv:3" in told and "[case_twice]" in told


def test_cadres_brother_is_shown_filed_by_name_and_his_recusal_decided(office: Run, tmp_path: Path) -> None:
    register(office)
    number = applied(office, tmp_path)
    assert "无规定，建议回避" in office("clerk", 3, "office", "conflicts", number, "1", "--stage", "appraisal")
    assert "[no_relative]" in office("clerk", 3, "filing", "file", number, code=1)
    office("clerk", 3, "filing", "file", number, "--holder", "1")
    office("clerk", 3, "filing", "opinion", number, "agreed")
    (row,) = json.loads(office("clerk", 3, "filing", "list", "--division", DALI, "--json"))
    assert (row["工作人员姓名"], row["与备案对象关系"], row["对象姓名"], row["人口"], row["乡镇意见"]) == (
        "李大", "兄弟姐妹", "李二", 2, "同意",
    )  # fmt: skip
    asked = office("clerk", 3, "office", "demand", number, "1", "--by", "applicant", "--reason", "是其兄")
    assert "回避申请第 1 号；依据：无规定" in asked
    decided = office("approver", 3, "office", "decide", "1", "grant", "--reason", "自行回避")
    assert "予以回避；可由名册第 2 号接办" in decided
    assert "[recusal_required]" in office("clerk", 3, "office", "assign", number, "1", code=1)
    assert "由名册第 2 号办理" in office("clerk", 3, "office", "assign", number, "2")


def test_sheet_is_shown_as_it_is_printed_and_ended_after_the_objection_is_answered(office: Run, tmp_path: Path) -> None:
    register(office)
    number = applied(office, tmp_path)
    words = ["application", number, "--division", DALI, "--area", "rural", "--phone", "0913-1"]
    (sheet,) = json.loads(office("clerk", 3, "posting", "draw", *words, "--json"))
    assert sheet == {"sheet": 1, "village": "示例村", "cases": 1}
    put = ["--posted-by", "village", "--by", "2", "--place", "village_notice_board"]
    hung = json.loads(office("clerk", 3, "posting", "post", "1", *put, "--json"))
    assert (hung["until"], hung["provisional"]) == ("2008-03-06", False)
    shown = json.loads(office("clerk", 4, "posting", "show", "1", "--json"))
    assert (shown["since"], shown["until"], shown["phone"]) == ("2008-03-03", "2008-03-06", "0913-1")
    assert [len(row) for row in shown["rows"]] == [len(shown["columns"])]
    office("clerk", 5, "case", "object", number, "application", "--reason", "人口不实")
    down = json.loads(office("clerk", 7, "posting", "take-down", "1", "--json"))
    assert (down["cases"], down["ended"]) == (1, 0)
    assert json.loads(office("clerk", 7, "posting", "settle", "1", "--json")) == {"sheet": 1, "ended": 0}
    office("clerk", 7, "case", "answer", number, "--result", "upheld")
    assert "1 户公示期满" in office("clerk", 7, "posting", "settle", "1")
    office("clerk", 7, "posting", "show", "1", "--out", "sheet.xlsx")
    assert Path("sheet.xlsx").read_bytes().startswith(b"PK")


def test_register_lists_who_is_in_office_on_a_day(office: Run) -> None:
    register(office)
    words = ["office", "list", "--division", DALI, "--role", "village_committee"]
    listed = json.loads(office("clerk", 3, *words, "--json"))
    assert [(one["number"], one["name"], one["since"]) for one in listed] == [
        (1, "李大", "2005-01-01"), (2, "张主任", "2005-01-01"),
    ]  # fmt: skip
    assert json.loads(office("clerk", 3, *words, "--on", "2004-12-31", "--json")) == []


def test_relative_of_staff_is_unfiled_until_it_is_filed(make_office: Callable[..., Any]) -> None:
    ruian = make_office("330381", day="2020-03-02")
    post = ["--division", "330381", "--unit", "东村村委会", "--position", "主任", "--since", "2015-01-01"]
    assert ruian("clerk", "office", "add", "李大", "--role", "village_committee", *post) == {"holder": 1}
    with ruian.desk("clerk") as desk:
        household(desk, "瑞-3", division="330381", status="in_procedure")
    assert ruian("clerk", "filing", "unfiled", "--division", "330381") == []
    related = ruian("clerk", "office", "relate", "瑞-3", "1", "sibling")
    assert (related["case"], related["holder"], related["relation"]) == ("瑞-3", 1, "sibling")
    assert ruian.said("clerk", "filing", "unfiled", "--division", "330381") == "瑞-3\n"
    filed = ruian("clerk", "filing", "file", "瑞-3")
    assert (filed["holder"], filed["county_visit_required"]) == (1, True)
    assert ruian("clerk", "filing", "unfiled", "--division", "330381") == []
    assert "[not_a_member]" in ruian("clerk", "office", "relate", "瑞-3", "1", "sibling", "--member", "9", code=1)
