"""Facts in a review: what a grid may replace, and whom the rules of today cannot date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.casework.deciding.facts import add_facts, facts_on
from core.casework.reviews.review_dating import Dated, date_reviews
from core.casework.reviews.review_grid import grid_sheet, read_results
from core.casework.reviews.review_round import Result, enter_results, open_round
from core.casework.workbook import as_bytes
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, FactsVersion

PLACE = "610523"
DAY = date(2008, 9, 20)
Facts = Callable[[str], dict[str, Any]]
EARNS = ("2008-09-18", "2008-10", "2600")
"""Day of the review, first month, yearly income."""


def read(bureau: Any, *cells: str | None) -> list[Result]:
    """Open a round with everybody, fill in its first row and read the grid again."""
    bureau.on(DAY.isoformat())
    with bureau.desk(f"clerk.{PLACE}") as desk:
        number = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=DAY, everybody=True).id
        sheet = grid_sheet(desk, number)
        row, *_ = sheet.rows
        width = len(sheet.columns) - 2 - len(cells)
        content = as_bytes(replace(sheet, rows=[[*row[:2], *cells, *[None] * width]]))
        return read_results(desk, number, content, file="复核.xlsx")


def put(bureau: Any, facts: dict[str, Any]) -> None:
    with bureau.desk(f"clerk.{PLACE}") as desk:
        case = desk.session.get_one(AssistanceCase, 1)
        add_facts(desk, case, facts, basis="review", effective_on=desk.today)


def test_income_of_a_household_with_several_items_needs_the_item(shaanxi: Any, first: Facts) -> None:
    told = first("2000")
    told["members"][0]["income"].append({"item": "wage", "amount": "100", "frequency": "year"})
    put(shaanxi, told)
    with pytest.raises(JiuzhuError) as refused:
        read(shaanxi, *EARNS)
    assert refused.value.code == "which_income"
    (fault,) = refused.value.problems
    assert fault.where is not None and (fault.where.file, fault.where.path) == ("复核.xlsx", "item")


def test_item_that_is_named_takes_the_place_of_all(shaanxi: Any, first: Facts) -> None:
    told = first("2000")
    told["members"][0]["income"].append({"item": "wage", "amount": "100", "frequency": "year"})
    put(shaanxi, told)
    (result,) = read(shaanxi, *EARNS, "wage")
    assert result.facts is not None
    assert [one["item"] for one in result.facts["members"][0]["income"]] == ["wage"]


def test_income_without_facts_on_record_or_without_a_head_cannot_be_entered_by_grid(
    shaanxi: Any, first: Facts, add_roll: Any
) -> None:
    headless = first("2000")
    headless["members"][0]["relation"] = "other"
    put(shaanxi, headless)
    with pytest.raises(JiuzhuError) as no_head:
        read(shaanxi, *EARNS)
    with shaanxi.desk("root") as desk:
        add_roll(desk, [{"area": "rural", "monthly": 6433}], division=PLACE, since=date(2008, 1, 1))
        desk.session.get_one(AssistanceCase, 1).status = "closed"
    with pytest.raises(JiuzhuError) as no_facts:
        read(shaanxi, *EARNS)
    assert (no_head.value.code, no_facts.value.code) == ("no_head", "no_facts")


def test_people_who_visited_are_read_whatever_stands_between_them(shaanxi: Any, first: Facts) -> None:
    assert first("2000")
    (result,) = read(shaanxi, "2008-09-18", "2008-10", None, None, "3、 12，5")
    assert result.visited_by == (3, 12, 5)


@pytest.mark.parametrize(("day", "classed"), [("2008-05-05", "all"), ("2022-03-01", None)])
def test_household_is_dated_where_facts_and_rules_tell_its_class(
    shaanxi: Any, first: Facts, *, day: str, classed: str | None
) -> None:
    """In 2022 the class depends on how steady income is, which the facts of 2008 do not say."""
    assert first("2000")
    with shaanxi.desk("root") as desk:
        case = desk.session.get_one(AssistanceCase, 1)
        case.review_due = case.review_class = None
    shaanxi.on(day)
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        found = date_reviews(desk, PLACE, programme="dibao")
        assert desk.session.get_one(AssistanceCase, 1).review_class == classed
    assert found == Dated(dated=int(classed is not None), without_facts=0, not_told=int(classed is None))


def test_facts_that_no_longer_fit_the_rules_leave_a_household_undated_and_only_it(shaanxi: Any, first: Facts) -> None:
    told = first("2000")
    told["members"][0]["income"][0]["item"] = "no_such_item"
    with shaanxi.desk("root") as desk:
        case = desk.session.get_one(AssistanceCase, 1)
        case.review_due = None
        desk.session.query(FactsVersion).update({"facts": told})
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        assert date_reviews(desk, PLACE, programme="dibao") == Dated(dated=0, without_facts=0, not_told=1)


def test_what_a_review_found_is_not_undone_by_facts_known_of_the_same_month_already(shaanxi: Any, first: Facts) -> None:
    shaanxi.on("2008-09-10")
    put(shaanxi, first("2000"))
    shaanxi.on("2008-09-20")
    earns_more = first("2600")
    with shaanxi.desk(f"clerk.{PLACE}") as desk:
        number = open_round(desk, PLACE, name="半年复核", programme="dibao", due_on=DAY, everybody=True).id
        case = desk.session.get_one(AssistanceCase, 1)
        found = Result(number=case.number, reviewed_on=DAY, from_month=date(2008, 9, 1), facts=earns_more)
        enter_results(desk, number, [found])
        now = facts_on(desk.session, 1, DAY)
    assert now is not None and now.facts["members"][0]["income"][0]["amount"] == "2600"
