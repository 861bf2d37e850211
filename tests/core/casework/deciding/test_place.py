"""Moving changes no month gone by: each has the rules of the place the household lived in then."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.casework.deciding.arrears import recompute
from core.casework.deciding.facts import add_facts
from core.casework.deciding.place import Place, moved_away, place_on
from core.casework.deciding.proposal import propose
from core.casework.flow.member import relocate
from core.store.tables import AssistanceCase
from tests.core.casework.purse import decided, household, person, refused

CLERK = "clerk.430900"
HESHAN, ZIYANG = "430903", "430902"


def moved(bureau: Any, on: date) -> int:
    """A household of Heshan, in payment since January 2018, that moved to Ziyang on a day."""
    with bureau.desk(CLERK) as desk:
        head = person(desk, "示例")
        case = household(desk, "A", division=HESHAN, area="urban", head=head)
        members = [{"id": head.token, "relation": "head", "birth_date": "1975-03-02"}]
        facts = {"assets_meet_local_rule": "true", "members": members}
        add_facts(desk, case, facts, basis="import", effective_on=date(2018, 1, 1))
        decided(desk, case, "2018-01", {"benefit": "360"})
        relocate(desk, case, ZIYANG, happened_on=on)
        return case.id


def ruled_by(bureau: Any, case_id: int, *months: int) -> list[str]:
    """By whose rules the months of 2018 are assessed."""
    with bureau.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        found = [propose(desk, case, month=date(2018, month, 1)) for month in months]
    return [one.rulebook.policy.division for one in found]


def test_household_that_moved_in_june_keeps_the_rules_of_its_old_district_for_february(yiyang: Any) -> None:
    case_id = moved(yiyang, date(2018, 6, 1))
    assert ruled_by(yiyang, case_id, 2, 5, 6) == [HESHAN, HESHAN, ZIYANG]


def test_month_in_which_it_moved_keeps_the_rules_of_its_first_day(yiyang: Any) -> None:
    yiyang.on("2018-08-01")
    case_id = moved(yiyang, date(2018, 6, 12))
    assert ruled_by(yiyang, case_id, 6, 7) == [HESHAN, ZIYANG]


def test_months_recomputed_after_a_move_are_those_of_each_place(yiyang: Any) -> None:
    case_id = moved(yiyang, date(2018, 6, 1))
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        found = recompute(desk, case, since=date(2018, 5, 1), through=date(2018, 6, 1))
        places = {one.from_month.month: one.proposal.rulebook.policy.division for one in found.spans}
    assert places[5] == HESHAN


def test_household_that_left_is_still_found_for_the_months_it_lived_there(yiyang: Any) -> None:
    case_id = moved(yiyang, date(2018, 6, 1))
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        heshan = Place(division=HESHAN, path=desk.path(HESHAN))
        assert place_on(desk.session, case, date(2018, 2, 1)) == heshan
        assert moved_away(desk.session, heshan.path, since=date(2018, 2, 1)) == [case_id]
        assert moved_away(desk.session, heshan.path, since=date(2018, 6, 1)) == []
        assert moved_away(desk.session, desk.path(ZIYANG), since=date(2018, 2, 1)) == []


def test_move_is_not_entered_before_a_later_one(yiyang: Any) -> None:
    case_id = moved(yiyang, date(2018, 6, 1))
    with yiyang.desk(CLERK) as desk:
        case = desk.session.get_one(AssistanceCase, case_id)
        assert refused(lambda: relocate(desk, case, HESHAN, happened_on=date(2018, 4, 1))) == "moved_later"
        relocate(desk, case, HESHAN, happened_on=date(2018, 6, 1))
    assert ruled_by(yiyang, case_id, 2, 6) == [HESHAN, HESHAN]
