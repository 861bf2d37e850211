"""Reviews: the first household of the three in Shaanxi, from its half-year review to the exit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from core.casework.deciding.decision import decisions_of
from core.casework.flow.transition import verify_case
from core.casework.reviews.review import count_due, due_reviews, undated_reviews
from core.casework.reviews.review_dating import Dated, date_reviews
from core.casework.reviews.review_grid import grid_sheet, read_results
from core.casework.reviews.review_round import Result, decide_results, enter_results, items_of, open_round
from core.casework.staff import grant_role
from core.casework.workbook import as_bytes
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import AssistanceCase

PLACE = "610523"
APRIL = date(2008, 4, 1)


def review(bureau: Any, day: str, facts: dict[str, Any] | None, *, from_month: str) -> tuple[str, Fraction]:
    """A round on a day with one result, entered by the clerk and decided by the approver."""
    bureau.on(day)
    today, month = date.fromisoformat(day), date.fromisoformat(f"{from_month}-01")
    with bureau.desk("clerk.610523") as desk:
        made = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=today, everybody=True)
        result = Result(number="陕-1", reviewed_on=today, from_month=month, facts=facts)
        (item,) = enter_results(desk, made.id, [result])
        outcome = str(item.outcome)
    with bureau.desk("approver.610523") as desk:
        (row,) = decide_results(desk, made.id)
        return outcome, row.monthly


def test_half_year_reviews_lower_the_benefit_and_then_end_it(shaanxi: Any, first: Any) -> None:
    lowered = review(shaanxi, "2008-09-20", first("2600"), from_month="2008-10")
    ended = review(shaanxi, "2008-12-10", first("2772"), from_month="2008-12")
    assert lowered == ("reduce", Fraction(17200, 12))  # 172.00 a year, 43.00 a quarter
    assert ended == ("stop", Fraction(0))
    with shaanxi.desk("auditor.610523") as desk:
        case = desk.session.get_one(AssistanceCase, 1)
        kinds = [one.kind for one in decisions_of(desk.session, 1)]
        assert verify_case(desk.session, case) == ()
    assert (kinds, case.status) == (["opening", "reduce", "stop"], "stopped")


def test_nothing_changed_continues_the_benefit_and_dates_the_next_review(shaanxi: Any, first: Any) -> None:
    assert review(shaanxi, "2008-09-03", None, from_month="2008-10") == ("continue", Fraction(77200, 12))
    with shaanxi.desk("auditor.610523") as desk:
        assert desk.session.get_one(AssistanceCase, 1).review_due == date(2009, 3, 3)


@pytest.mark.usefixtures("first")
def test_due_half_a_year_after_the_decision_and_overdue_the_day_after(shaanxi: Any) -> None:
    found = {}
    for day in ("2008-09-02", "2008-09-03", "2008-09-04"):
        shaanxi.on(day)
        with shaanxi.desk("clerk.610523") as desk:
            listed = due_reviews(desk, PLACE, programme="dibao", by=desk.today)
            found[day] = [(one.number, one.review_class, one.overdue) for one in listed]
    assert found == {
        "2008-09-02": [],
        "2008-09-03": [("陕-1", "all", False)],
        "2008-09-04": [("陕-1", "all", True)],
    }


@pytest.mark.usefixtures("first")
def test_nobody_decides_the_results_he_entered(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        grant_role(desk, "clerk.610523", "approver", PLACE)
    shaanxi.on("2008-09-20")
    with shaanxi.desk("clerk.610523") as desk:
        made = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=date(2008, 9, 30))
        result = Result(number="陕-1", reviewed_on=desk.today, from_month=date(2008, 10, 1))
        enter_results(desk, made.id, [result])
        with pytest.raises(JiuzhuError) as refused:
            decide_results(desk, made.id)
    assert refused.value.code == "maker_is_checker"


@pytest.mark.usefixtures("first")
def test_grid_is_entered_whole_or_not_at_all_with_every_fault(shaanxi: Any) -> None:
    shaanxi.on("2008-09-20")
    with shaanxi.desk("clerk.610523") as desk:
        made = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=desk.today)
        month = date(2008, 10, 1)
        grid = [
            Result(number="陕-1", reviewed_on=desk.today, from_month=month),
            Result(number="陕-1", reviewed_on=desk.today, from_month=month, facts={"members": []}),
            Result(number="陕-9", reviewed_on=desk.today, from_month=month),
        ]
        with pytest.raises(InvalidInput) as refused:
            enter_results(desk, made.id, grid)
    assert [(one.code, str(one.value).split()[0]) for one in refused.value.problems] == [
        ("missing_fact", "陕-1"),
        ("not_in_round", "陕-9"),
    ]


@pytest.mark.usefixtures("first")
def test_case_under_review_is_in_one_round_only(shaanxi: Any) -> None:
    shaanxi.on("2008-09-20")
    with shaanxi.desk("clerk.610523") as desk:
        made = open_round(desk, PLACE, name="一", programme="dibao", due_on=desk.today)
        assert len(items_of(desk, made.id)) == 1
        with pytest.raises(JiuzhuError) as refused:
            open_round(desk, PLACE, name="二", programme="dibao", due_on=desk.today, everybody=True)
    assert refused.value.code == "nothing_to_review"


def test_gap_of_the_interval_lists_only_its_households(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau("430900", day="2018-06-01")
    with bureau.desk("root") as desk:
        households = [
            {"monthly": 36000, "review_class": "stable", "review_due": date(2018, 5, 1)},
            {"monthly": 36000, "review_class": "unstable_without_capacity"},
            {"monthly": 36000},
        ]
        add_roll(desk, households, division="430903", since=date(2017, 1, 1))
    with bureau.desk("clerk.430900") as desk:
        due = due_reviews(desk, "430900", programme="dibao", by=desk.today)
        undated = {one.review_class: one for one in undated_reviews(desk, "430900", programme="dibao")}
    assert [one.number for one in due] == ["430903-000000"]
    gap = undated["unstable_without_capacity"]
    assert (gap.households, gap.provision) == (1, "national/review-2012#unstable_without_capacity")
    assert "未定周期" in gap.because.zh
    assert undated[None].households == 1


def test_due_reviews_come_a_page_at_a_time_and_are_counted_without_being_read(make_bureau: Any, add_roll: Any) -> None:
    bureau = make_bureau("430900", day="2018-06-01")
    days = [date(2018, 5, 1), date(2018, 4, 1), date(2018, 6, 20), date(2018, 4, 1), date(2018, 8, 1)]
    with bureau.desk("root") as desk:
        households = [{"monthly": 36000, "review_class": "stable", "review_due": day} for day in days]
        add_roll(desk, households, division="430903", since=date(2017, 1, 1))
    by = date(2018, 7, 1)
    pages: list[list[Any]] = []
    with bureau.desk("clerk.430900") as desk:
        whole = due_reviews(desk, "430900", programme="dibao", by=by)
        while not pages or pages[-1]:
            after = pages[-1][-1].number if pages else ""
            pages.append(due_reviews(desk, "430900", programme="dibao", by=by, after=after, limit=2))
        counted = count_due(desk, "430900", programme="dibao", by=by)
    assert [len(page) for page in pages] == [2, 2, 0] and [one for page in pages for one in page] == whole
    assert counted == (len(whole), sum(one.overdue for one in whole)) == (4, 3)


def filled(bureau: Any, round_id: int, *cells: str | None) -> bytes:
    """The grid of a round as it comes back: the one row filled in."""
    with bureau.desk("clerk.610523") as desk:
        sheet = grid_sheet(desk, round_id)
        (row,) = sheet.rows
        return as_bytes(replace(sheet, rows=[[*row[:2], *cells]]))


@pytest.mark.usefixtures("first")
def test_grid_goes_out_and_comes_back_as_a_workbook(shaanxi: Any) -> None:
    shaanxi.on("2008-09-20")
    with shaanxi.desk("clerk.610523") as desk:
        number = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=desk.today).id
    content = filled(shaanxi, number, "2008-09-18", "2008-10", "2600", None, None, "养殖增收")
    with shaanxi.desk("clerk.610523") as desk:
        results = read_results(desk, number, content, file="复核.xlsx")
        (item,) = enter_results(desk, number, results)
    assert (item.outcome, item.monthly, item.note) == ("reduce", Fraction(17200, 12), "养殖增收")
    assert results[0].facts is not None
    income = results[0].facts["members"][0]["income"]
    assert income == [{"item": "farming", "amount": "2600", "frequency": "year", "basis": "verified"}]


@pytest.mark.usefixtures("first")
def test_row_of_a_household_that_was_not_reached_is_passed_over(shaanxi: Any) -> None:
    shaanxi.on("2008-09-20")
    with shaanxi.desk("clerk.610523") as desk:
        number = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=desk.today).id
    content = filled(shaanxi, number, None, None, None, None, None, None)
    with shaanxi.desk("clerk.610523") as desk:
        assert read_results(desk, number, content, file="复核.xlsx") == []


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("2008-9-18", "2008-10", None, None, None, None), "bad_date"),
        (("2008-09-18", "2008-10", "许多", None, None, None), "bad_amount"),
        (("2008-09-18", "2008-10", None, None, "张三", None), "bad_number"),
    ],
)
@pytest.mark.usefixtures("first")
def test_cell_that_is_not_what_its_column_wants_is_named(
    shaanxi: Any, cells: tuple[str | None, ...], code: str
) -> None:
    shaanxi.on("2008-09-20")
    with shaanxi.desk("clerk.610523") as desk:
        number = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=desk.today).id
    content = filled(shaanxi, number, *cells)
    with shaanxi.desk("clerk.610523") as desk, pytest.raises(InvalidInput) as refused:
        read_results(desk, number, content, file="复核.xlsx")
    assert [one.code for one in refused.value.problems] == [code]
    assert "陕-1" in str(refused.value.problems[0].value)


@pytest.mark.usefixtures("first")
def test_taken_over_households_get_their_class_and_date_by_the_rules_of_today(shaanxi: Any, add_roll: Any) -> None:
    with shaanxi.desk("root") as desk:
        desk.session.get_one(AssistanceCase, 1).review_due = None
        add_roll(desk, [{"area": "rural", "monthly": 6433}], division=PLACE, since=date(2008, 1, 1))
    with shaanxi.desk("clerk.610523") as desk:
        found = date_reviews(desk, PLACE, programme="dibao")
        case = desk.session.get_one(AssistanceCase, 1)
        kept = (case.review_class, case.review_due)
    assert found == Dated(dated=1, without_facts=1, not_told=0)
    assert kept == ("all", date(2008, 9, 3))


@pytest.mark.usefixtures("first")
def test_suspended_household_is_in_no_round_and_is_not_paid_again_by_a_review(shaanxi: Any) -> None:
    shaanxi.on("2008-09-20")
    with shaanxi.desk("clerk.610523") as desk:
        made = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=desk.today)
        desk.session.get_one(AssistanceCase, 1).status = "suspended"
        result = Result(number="陕-1", reviewed_on=desk.today, from_month=date(2008, 10, 1))
        with pytest.raises(InvalidInput) as refused:
            enter_results(desk, made.id, [result])
    assert refused.value.code == "case_suspended"
