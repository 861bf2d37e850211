"""The story of a case: in order, both dates, marks, articles, amounts, reasons, clocks; no name of the household."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.desk import Desk
from core.casework.flow.acceptance import accept
from core.casework.flow.application import apply
from core.casework.flow.approval import CountyRuling, approve
from core.casework.flow.correction import correct
from core.casework.flow.history import history
from core.casework.flow.stage import complete_stage
from core.casework.flow.story import Story, story_of
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.clients import DEMONSTRATION, again, hung, rural

MONDAY = date(2008, 3, 3)
PLACE = "610523"


@pytest.fixture
def told(make_bureau: Any) -> Story:
    """The first household to its grant: the survey entered a day late, the opinion's day corrected."""
    bureau = make_bureau(PLACE, plugin_dirs=(DEMONSTRATION,))
    with bureau.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
        accept(desk, case, happened_on=MONDAY)
    bureau.on("2008-03-31")
    with bureau.desk(f"reviewer.{PLACE}") as desk:
        walk(desk, again(desk, case))
    bureau.on("2008-04-15")
    with bureau.desk(f"approver.{PLACE}") as desk:
        case = again(desk, case)
        hung(desk, case, "review", date(2008, 4, 8))
        ruling = CountyRuling(happened_on=date(2008, 4, 15))
        approve(desk, case, ruling, from_month=date(2008, 4, 1))
    with bureau.desk(f"auditor.{PLACE}") as desk:
        return story_of(desk, again(desk, case))


def walk(desk: Desk, case: AssistanceCase) -> None:
    hung(desk, case, "application", date(2008, 3, 6))
    complete_stage(desk, case, "survey", happened_on=date(2008, 3, 7))
    numbers = {"participants": {"expected": 30, "present": 24, "for": 23, "against": 1, "abstain": 0}}
    complete_stage(desk, case, "appraisal", happened_on=date(2008, 3, 10), body=numbers)
    hung(desk, case, "appraisal", date(2008, 3, 13))
    opinion = complete_stage(desk, case, "preliminary_opinion", happened_on=date(2008, 3, 14), result="recommended")
    complete_stage(desk, case, "review", happened_on=date(2008, 3, 31), result="recommended")
    correct(desk, case, opinion.sequence, happened_on=date(2008, 3, 17), reason="日期录入有误")


def test_story_is_told_in_order_with_articles_and_amounts(told: Story) -> None:
    text = told.text("zh")
    order = [
        "户主提出申请",
        "乡镇接到申请",
        "村委会调查家庭经济状况",
        "民主评议",
        "村委会初步意见",
        "乡镇核查并上报",
        "县级民政部门审批",
        "第1号决定",
    ]
    assert [text.index(one) for one in order] == sorted(text.index(one) for one in order)
    assert (
        "《陕西省农村居民最低生活保障暂行办法》第十条(一)" in text
        and "全年 772.00 元" in text
        and "应到30，实到24，同意23" in text
    )
    assert "乡镇核查并上报：自2008-03-03起，应于2008-03-31前办结；2008-03-31办结，按期" in text


def test_late_entries_and_corrections_are_marked(told: Story) -> None:
    lines = told.text("zh").splitlines()
    survey = next(one for one in lines if "村委会调查家庭经济状况" in one)
    opinion = next(one for one in lines if "村委会初步意见" in one)
    assert "补录" in survey and "2008-03-31录入" in survey
    assert opinion.startswith("2008-03-17") and "已更正" in opinion
    assert any("日期录入有误" in one for one in lines)


def test_what_the_source_leaves_open_is_said(told: Story) -> None:
    assert "来源未载：参加人数" in told.text("zh")


def test_story_in_english_and_as_json_say_the_same(told: Story) -> None:
    json = told.to_json("en")
    assert [one["number"] for one in json["events"]] == list(range(1, len(json["events"]) + 1))
    assert json["decisions"][0]["monthly_fen"] == "19300/3" and json["differences"] == []
    review = next(one for one in json["clocks"] if one["stage"] == "review")
    assert (review["due"], review["done_on"], review["passed"]) == ("2008-03-31", "2008-03-31", False)
    assert "Decision of the county civil affairs department" in told.text("en")


def test_no_name_of_the_household_is_told(told: Story) -> None:
    assert "示例1" not in told.text("zh") and "示例1" not in str(told.to_json("zh"))


def test_story_is_for_those_who_may_read_the_case(make_bureau: Any) -> None:
    bureau = make_bureau(PLACE, "610524")
    with bureau.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(4, "2000", day=MONDAY))
    with bureau.desk("auditor.610524") as desk, pytest.raises(JiuzhuError) as refused:
        story_of(desk, again(desk, case))
    assert refused.value.code == "not_permitted"


def test_history_survives_reading_in_another_transaction(make_bureau: Any) -> None:
    bureau = make_bureau(PLACE)
    with bureau.desk(f"clerk.{PLACE}") as desk:
        case = apply(desk, rural(2, "1200", day=MONDAY))
    with bureau.platform.reading_desk(f"auditor.{PLACE}") as desk:
        assert [one.kind for one in history(desk.session, case.id)] == ["application", "facts_recorded"]
