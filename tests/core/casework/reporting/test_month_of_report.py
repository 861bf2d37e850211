"""What a month's report counts is that month's: what its payments were for, who was where, what holds in it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import event, select

from core.casework.flow.member import relocate
from core.casework.reporting.statistics import report
from core.store.tables import AssistanceCase, CaseMember
from tests.core.casework.purse import QUARTERLY, decided, household, pay, person, send

CITY, HESHAN, ZIYANG = "430900", "430903", "430902"
JUNE = date(2018, 6, 1)
Values = dict[str, Any]


def row(bureau: Any, name: str, month: date, *, place: str = CITY, key: str = "total") -> Values:
    with bureau.desk(f"auditor.{place}") as desk:
        found = report(desk, name, place, month=month)
    return next(dict(one.values) for one in found.rows if one.key == key)


@pytest.fixture
def paid(yiyang: Any) -> Any:
    """A household of one at 390 from May, first paid in June: 390 and 390 of arrears."""
    with yiyang.desk("clerk.430900") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-05", {"benefit": 390})
    send(yiyang, pay(yiyang, CITY, "2018-06"))
    return yiyang


def the_case(desk: Any) -> AssistanceCase:
    found: AssistanceCase = desk.session.get_one(AssistanceCase, 1)
    return found


def test_quarter_paid_in_one_month_is_an_average_of_the_months_it_is_for(make_bureau: Any) -> None:
    bureau = make_bureau("610523", day="2008-03-20", plugin_dirs=(QUARTERLY,))
    with bureau.desk("clerk.610523") as desk:
        decided(desk, household(desk, "A", division="610523"), "2008-01", {"benefit": "772/12"})
        decided(desk, household(desk, "B", division="610523"), "2008-02", {"benefit": "772/12"})
    send(bureau, pay(bureau, "610523", "2008Q1"))
    march = row(bureau, "progress", date(2008, 3, 1), place="610523")
    assert march["rural_paid"] == 19300 + 12867
    average = march["rural_average"]
    assert average is not None and abs(average - Fraction(77200, 12)) < Fraction(1, 3)
    assert row(bureau, "progress", date(2008, 2, 1), place="610523")["rural_average"] is None


def test_months_another_system_has_paid_are_not_among_those_paid_for(make_bureau: Any) -> None:
    bureau = make_bureau("610523", day="2008-03-20", plugin_dirs=(QUARTERLY,))
    with bureau.desk("clerk.610523") as desk:
        for number, basis in (("A", {"paid_through": "2008-01-01"}), ("B", {})):
            case = household(desk, number, division="610523")
            decided(desk, case, "2007-09", {"benefit": 60}, kind="opening", basis=basis, decided_on=date(2008, 2, 1))
    send(bureau, pay(bureau, "610523", "2008Q1"))
    march = row(bureau, "progress", date(2008, 3, 1), place="610523")
    assert (march["rural_paid"], march["rural_average"]) == (24000, 6000)


def test_arrears_are_no_part_of_the_average_a_month(paid: Any) -> None:
    found = row(paid, "progress", JUNE)
    assert (found["urban_paid"], found["urban_average"]) == (78000, 39000)


def test_member_who_joins_later_changes_no_earlier_month(paid: Any) -> None:
    with paid.desk("clerk.430900") as desk:
        case = the_case(desk)
        for name in ("乙", "丙"):
            joined = person(desk, name)
            desk.session.add(
                CaseMember(case_id=case.id, person_id=joined.id, relation="child", since=date(2018, 7, 10))
            )
        case.persons = case.entitled = 3
    assert (row(paid, "progress", JUNE)["urban_persons"], row(paid, "progress", JUNE)["urban_average"]) == (1, 39000)
    assert row(paid, "progress", date(2018, 7, 1))["urban_persons"] == 3


def test_member_who_has_left_since_still_counts_in_the_months_before(paid: Any) -> None:
    with paid.desk("clerk.430900") as desk:
        case, gone, short = the_case(desk), person(desk, "乙"), person(desk, "丙")
        for one, since, until in ((gone, date(2007, 1, 1), date(2018, 7, 5)),
                                  (short, date(2018, 7, 2), date(2018, 7, 20))):  # fmt: skip
            desk.session.add(CaseMember(case_id=case.id, person_id=one.id, relation="child", since=since, until=until))
    found = row(paid, "progress", JUNE)
    assert (found["urban_persons"], found["urban_average"]) == (2, 19500)
    assert row(paid, "progress", date(2018, 7, 1))["urban_persons"] == 1


def test_household_taken_over_has_its_members_from_ever(yiyang: Any) -> None:
    with yiyang.desk("clerk.430900") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        for member in desk.session.scalars(select(CaseMember)):
            member.since = date(2018, 6, 1)
        decided(desk, case, "2018-01", {"benefit": 390}, kind="opening")
    assert row(yiyang, "progress", date(2018, 3, 1))["urban_persons"] == 1


def test_household_that_has_moved_is_counted_where_it_was(paid: Any) -> None:
    paid.on("2018-07-20")
    with paid.desk("clerk.430900") as desk:
        relocate(desk, the_case(desk), ZIYANG, happened_on=date(2018, 7, 5))
    places = {month: [row(paid, "progress", month, key=one)["urban_households"] for one in (HESHAN, ZIYANG)]
              for month in (JUNE, date(2018, 8, 1))}  # fmt: skip
    assert places == {JUNE: [1, 0], date(2018, 8, 1): [0, 1]}
    assert row(paid, "changes", date(2018, 5, 1), key=HESHAN)["granted"] == 1


def test_household_raised_twice_for_a_month_is_one_household(paid: Any) -> None:
    with paid.desk("clerk.430900") as desk:
        for amount in (400, 420):
            decided(desk, the_case(desk), "2018-06", {"benefit": amount}, kind="increase")
    assert row(paid, "changes", JUNE)["increased"] == 1


def test_stop_that_was_overridden_is_no_stop(paid: Any) -> None:
    with paid.desk("clerk.430900") as desk:
        decided(desk, the_case(desk), "2018-09", {}, kind="stop")
        decided(desk, the_case(desk), "2018-06", {"benefit": 420}, kind="increase")
    assert row(paid, "changes", date(2018, 9, 1))["stopped"] == 0
    assert row(paid, "changes", JUNE)["increased"] == 1


def test_review_that_goes_on_with_a_rise_does_not_hide_it(paid: Any) -> None:
    with paid.desk("clerk.430900") as desk:
        decided(desk, the_case(desk), "2018-06", {"benefit": 420}, kind="increase")
        decided(desk, the_case(desk), "2018-06", {"benefit": 420}, kind="continue")
    assert row(paid, "changes", JUNE)["increased"] == 1


def test_number_of_queries_does_not_grow_with_the_caseload(yiyang: Any, add_roll: Any) -> None:
    def counted() -> int:
        asked: list[str] = []
        with yiyang.desk("auditor.430900") as desk:
            report(desk, "progress", CITY, month=JUNE)  # the rules are read once
            bind = desk.session.get_bind()
            event.listen(bind, "before_cursor_execute", lambda *given: asked.append(given[2]))
            report(desk, "progress", CITY, month=JUNE)
        return len(asked)

    with yiyang.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}] * 3, division=HESHAN, since=date(2018, 1, 1))
    few = counted()
    with yiyang.desk("root") as desk:
        add_roll(desk, [{"monthly": 36000}] * 300, division=HESHAN, since=date(2018, 1, 1))
    assert counted() == few
