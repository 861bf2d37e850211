"""Members are those of the version in effect, whatever was entered late; entitled are those the rules or a roster name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.audit import check_rows
from core.casework.deciding.facts import add_facts, facts_on
from core.casework.desk import Desk
from core.casework.flow.member import Arrival, Leaving, join, leave
from core.casework.people.person import Identity
from core.store.tables import AssistanceCase, CaseMember, Person
from tests.core.casework.purse import household, person

CITY, HESHAN = "430900", "430903"
CLERK = f"clerk.{CITY}"
JANUARY, MARCH, JUNE = date(2018, 1, 1), date(2018, 3, 1), date(2018, 6, 1)
RELATIONS = ("head", "spouse", "child")
Rows = list[tuple[str, date, date | None]]


class Household:
    """A household of Heshan whose facts are of January, seen in September."""

    def __init__(self, bureau: Any, persons: int) -> None:
        self.bureau = bureau
        bureau.on("2018-09-10")
        with bureau.desk(CLERK) as desk:
            people = [person(desk, f"示例{number}") for number in range(persons)]
            case = household(desk, "A", division=HESHAN, area="urban", head=people[0])
            self.case_id, self.tokens = case.id, [one.token for one in people]
            add_facts(desk, case, self.facts(*self.tokens), basis="import", effective_on=JANUARY)

    def facts(self, *tokens: str) -> dict[str, Any]:
        members = [
            {"id": one, "relation": RELATIONS[self.tokens.index(one)], "birth_date": "1975-03-02"} for one in tokens
        ]
        return {"assets_meet_local_rule": "true", "members": members}

    def add(self, *tokens: str, on: date, basis: Any = "declared") -> None:
        with self.bureau.desk(CLERK) as desk:
            add_facts(desk, self.case(desk), self.facts(*tokens), basis=basis, effective_on=on)

    def case(self, desk: Desk) -> AssistanceCase:
        return desk.session.get_one(AssistanceCase, self.case_id)

    def known(self, day: date) -> list[str]:
        with self.bureau.desk(CLERK) as desk:
            found = facts_on(desk.session, self.case_id, day)
            assert found is not None
            return [one["id"] for one in found.facts["members"]]

    def rows(self) -> Rows:
        with self.bureau.desk(CLERK) as desk:
            query = (
                select(Person.token, CaseMember.since, CaseMember.until)
                .join(CaseMember, CaseMember.person_id == Person.id)
                .where(CaseMember.case_id == self.case_id)
                .order_by(CaseMember.since, CaseMember.id)
            )
            return [(token, since, until) for token, since, until in desk.session.execute(query)]

    def counted(self) -> tuple[int, int]:
        with self.bureau.desk(CLERK) as desk:
            case = self.case(desk)
            return case.persons, case.entitled


@pytest.fixture
def couple(yiyang: Any) -> Household:
    return Household(yiyang, 2)


@pytest.fixture
def family(yiyang: Any) -> Household:
    return Household(yiyang, 3)


def test_correction_of_march_brings_nobody_back_whom_june_let_go(couple: Household) -> None:
    head, spouse = couple.tokens
    couple.add(head, on=JUNE)
    couple.add(head, spouse, on=MARCH, basis="correction")
    assert couple.counted() == (1, 1)
    assert [(token, until) for token, _, until in couple.rows()] == [(head, None), (spouse, JUNE)]


def test_correction_of_the_same_day_leaves_no_row_of_a_departure_that_was_none(couple: Household) -> None:
    head, spouse = couple.tokens
    couple.add(head, on=JUNE)
    couple.add(head, spouse, on=JUNE, basis="correction")
    assert couple.counted() == (2, 2)
    assert [(token, until) for token, _, until in couple.rows()] == [(head, None), (spouse, None)]


def test_member_away_for_a_time_has_two_memberships(couple: Household) -> None:
    head, spouse = couple.tokens
    couple.add(head, on=MARCH)
    couple.add(head, spouse, on=JUNE)
    assert [one[1:] for one in couple.rows() if one[0] == spouse] == [(JANUARY, MARCH), (JUNE, None)]


def test_birth_entered_late_is_in_the_facts_recorded_for_later_days(couple: Household) -> None:
    head, spouse = couple.tokens
    couple.add(head, spouse, on=JUNE)
    born = Arrival(why="birth", identity=Identity(name="示例新生儿"), relation="child")
    with couple.bureau.desk(CLERK) as desk:
        event = join(desk, couple.case(desk), born, happened_on=MARCH)
    child = event.body["joined"]
    assert (event.body["facts"], event.body["rebased"]) == (3, [4])
    assert couple.known(MARCH) == couple.known(JUNE) == [head, spouse, child]
    assert couple.counted() == (3, 3) and (child, MARCH, None) in couple.rows()


def test_death_entered_late_is_in_the_facts_recorded_for_later_days(family: Household) -> None:
    head, spouse, child = family.tokens
    family.add(head, spouse, child, on=JUNE)
    with family.bureau.desk(CLERK) as desk:
        leave(desk, family.case(desk), Leaving(member=spouse, reason="death"), happened_on=MARCH)
        ended = desk.session.scalars(select(CaseMember).where(CaseMember.until == MARCH)).one()
        assert ended.end_reason == "death"
    assert family.known(JUNE) == [head, child] and family.counted() == (2, 2)


def test_head_who_left_late_is_followed_in_later_facts_too(couple: Household) -> None:
    head, spouse = couple.tokens
    couple.add(head, spouse, on=JUNE)
    gone = Leaving(member=head, reason="death", new_head=spouse)
    with couple.bureau.desk(CLERK) as desk:
        leave(desk, couple.case(desk), gone, happened_on=MARCH)
        known = facts_on(desk.session, couple.case_id, JUNE)
        assert known is not None
        assert [(one["id"], one["relation"]) for one in known.facts["members"]] == [(spouse, "head")]


def test_facts_of_a_day_to_come_change_no_member_today(couple: Household) -> None:
    head, _ = couple.tokens
    couple.add(head, on=date(2018, 10, 1))
    assert couple.counted() == (2, 2)


def test_only_the_one_the_roster_names_stays_entitled_when_a_child_is_born(couple: Household) -> None:
    _, spouse = couple.tokens
    with couple.bureau.desk(CLERK) as desk:
        token = select(Person.id).where(Person.token == spouse).scalar_subquery()
        desk.session.scalars(select(CaseMember).where(CaseMember.person_id == token)).one().entitled = False
        couple.case(desk).entitled = 1
        born = Arrival(why="birth", identity=Identity(name="示例新生儿"), relation="child")
        join(desk, couple.case(desk), born, happened_on=JUNE)
    assert couple.counted() == (3, 2)


def test_rows_of_members_are_those_that_the_audit_reads_from_the_facts(couple: Household) -> None:
    head, spouse = couple.tokens
    couple.add(head, on=JUNE)
    couple.add(head, spouse, on=MARCH, basis="correction")
    with couple.bureau.desk(CLERK) as desk:
        for row in desk.session.scalars(select(CaseMember).where(CaseMember.since < JANUARY)):
            row.since = JANUARY
    with couple.bureau.desk(f"auditor.{CITY}") as desk:
        found = [one for one in check_rows(desk, desk.path(CITY)) if one.table == "case_member"]
    assert found == []


def test_entitled_are_those_whom_the_rules_name_by_their_hukou(make_bureau: Any) -> None:
    place = "230500"
    bureau = make_bureau(place, day="2013-03-01")
    with bureau.desk(f"clerk.{place}") as desk:
        people = [person(desk, f"示例{number}") for number in range(3)]
        case = household(desk, "A", division=place, area="urban", head=people[0])
        members = [
            {"id": one.token, "relation": relation, "birth_date": "2005-06-20", "hukou": hukou}
            for one, relation, hukou in zip(
                people, RELATIONS, ("non_agricultural", "agricultural", "non_agricultural"), strict=True
            )
        ]
        facts = {"assets_meet_local_rule": "true", "national_split_by_hukou": "true", "members": members}
        add_facts(desk, case, facts, basis="declared", effective_on=date(2013, 3, 1))
        assert (case.persons, case.entitled) == (3, 2)
