"""What a review round refuses: results it cannot have, and decisions on what is no longer as it was entered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.people.office import Post, add_holder, end_post
from core.casework.people.person import Identity
from core.casework.reviews.review_round import Result, decide_results, enter_results, open_round, round_of
from core.errors import InvalidInput, JiuzhuError, Problem
from core.store.tables import ReviewRound

PLACE = "610523"
DAY, OCTOBER = date(2008, 9, 20), date(2008, 10, 1)
Facts = Callable[[str], dict[str, Any]]


@pytest.fixture
def opened(shaanxi: Any, first: Facts) -> int:
    """A round of September with the household in it; its number."""
    shaanxi.on(DAY.isoformat())
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        return open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=DAY).id


def enter(bureau: Any, number: int, *results: Result) -> None:
    with bureau.desk(f"clerk.{PLACE}") as desk:
        enter_results(desk, number, results or [Result(number="陕-1", reviewed_on=DAY, from_month=OCTOBER)])


def faults(bureau: Any, number: int, *results: Result) -> list[Problem]:
    with pytest.raises(InvalidInput) as refused:
        enter(bureau, number, *results)
    return list(refused.value.problems)


def refusal(bureau: Any, number: int) -> JiuzhuError:
    """What the approver is told who decides the round."""
    with bureau.desk(f"approver.{PLACE}") as desk, pytest.raises(JiuzhuError) as refused:
        decide_results(desk, number)
    return refused.value


def test_round_nobody_opened_is_unknown(shaanxi: Any) -> None:
    with shaanxi.desk(f"clerk.{PLACE}") as desk, pytest.raises(JiuzhuError) as refused:
        round_of(desk, 9)
    assert (refused.value.code, refused.value.value) == ("unknown_round", "9")


def test_result_is_entered_again_until_it_is_decided(shaanxi: Any, opened: int) -> None:
    enter(shaanxi, opened)
    enter(shaanxi, opened)
    with shaanxi.desk(f"approver.{PLACE}") as desk:
        decide_results(desk, opened)
        assert desk.session.get_one(ReviewRound, opened).closed_on == DAY
    assert [one.code for one in faults(shaanxi, opened)] == ["already_decided"]


def test_visitor_who_held_no_office_that_day_is_named_with_the_household(shaanxi: Any, opened: int) -> None:
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        post = Post(role="township_staff", division=PLACE, unit="镇", position="干部", since=date(2005, 1, 1))
        visitor = add_holder(desk, Identity(name="示例"), posts=[post])
        end_post(desk, visitor.posts[0].id, until=DAY, reason="调离")
    (fault,) = faults(
        shaanxi, opened, Result(number="陕-1", reviewed_on=DAY, from_month=OCTOBER, visited_by=[visitor.id])
    )
    assert (fault.code, fault.value) == ("not_in_office", f"陕-1 #{visitor.id} 2008-09-20")


def test_month_whose_rules_tell_nothing_is_undecided_with_why(shaanxi: Any, opened: int) -> None:
    (fault,) = faults(shaanxi, opened, Result(number="陕-1", reviewed_on=DAY, from_month=date(2009, 1, 1)))
    assert (fault.code, fault.message.zh) == ("undecided", "规则或事实不全，不能得出结果")
    assert fault.hint is not None and "标准" in fault.hint.zh


def test_household_without_facts_on_record_is_entered_with_facts_only(shaanxi: Any, add_roll: Any) -> None:
    with shaanxi.desk("root") as desk:
        add_roll(desk, [{"area": "rural", "monthly": 6433}], division=PLACE, since=date(2008, 1, 1))
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        number = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=desk.today, everybody=True).id
        today = desk.today
    result = Result(number=f"{PLACE}-000000", reviewed_on=today, from_month=OCTOBER)
    (fault,) = faults(shaanxi, number, result)
    assert (fault.code, fault.message.zh) == ("no_facts", "没有家庭情况记录，须录入")


def test_round_without_an_entered_result_is_not_decided(shaanxi: Any, opened: int) -> None:
    assert refusal(shaanxi, opened).code == "nothing_entered"
    enter(shaanxi, opened)
    with shaanxi.desk(f"approver.{PLACE}") as desk, pytest.raises(JiuzhuError) as other:
        decide_results(desk, opened, numbers=["陕-9"])
    assert other.value.code == "nothing_entered"


@pytest.mark.usefixtures("first")
def test_round_stays_open_while_a_household_waits(shaanxi: Any, add_roll: Any) -> None:
    with shaanxi.desk("root") as desk:
        add_roll(desk, [{"area": "rural", "monthly": 6433}], division=PLACE, since=date(2008, 1, 1))
    shaanxi.on(DAY.isoformat())
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        number = open_round(desk, PLACE, name="普查", programme="dibao", due_on=DAY, everybody=True).id
    enter(shaanxi, number)
    with shaanxi.desk(f"approver.{PLACE}") as desk:
        decide_results(desk, number)
        assert desk.session.get_one(ReviewRound, number).closed_on is None


def test_result_that_is_not_what_facts_and_rules_give_is_not_decided(shaanxi: Any, opened: int) -> None:
    enter(shaanxi, opened)
    with shaanxi.platform.database.writing() as session:
        session.execute(text("UPDATE review_item SET monthly = '100'"))
    told = refusal(shaanxi, opened)
    assert (told.code, told.value) == ("result_is_out_of_date", "陕-1")
    assert told.message.zh == "录入后事实或规则已变，须重新录入"


def test_household_of_whom_an_objection_is_open_waits_for_the_answer(shaanxi: Any, opened: int) -> None:
    enter(shaanxi, opened)
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        desk.record("case/1", "objection", {"about": "review"}, reason="人口不实")
    told = refusal(shaanxi, opened)
    assert (told.code, told.value) == ("objection_open", "陕-1")
