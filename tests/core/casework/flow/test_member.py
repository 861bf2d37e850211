"""Members who come and go, and a household that moves."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from core.casework.desk import Desk
from core.casework.flow.closing import exits
from core.casework.flow.member import Arrival, Leaving, join, leave, relocate
from core.casework.flow.transition import verify_case
from core.casework.people.person import Identity
from core.casework.staff import grant_role
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Person
from tests.core.casework.flow.running import OCTOBER, PLACE, Running, propose


def test_death_of_a_member_is_noted_with_person_class_and_new_facts(running: Running) -> None:
    *_, child = running.tokens()

    def die(desk: Desk, case: AssistanceCase) -> None:
        leave(desk, case, Leaving(member=child, reason="death"), happened_on=date(2008, 9, 1))
        assert case.persons == 3
        person = desk.session.query(Person).filter(Person.token == child).one()
        assert person.died_on == date(2008, 9, 1)
        (one,) = exits(desk, case.path, since=date(2008, 9, 1), until=OCTOBER)
        assert (one.reason.code, one.reason.group, one.member) == ("death", "natural", str(person.id))

    running.do(die)
    assert propose(running).body["kind"] == "reduce"


def test_head_who_leaves_needs_a_successor_and_the_last_one_closes_the_case(running: Running) -> None:
    head, spouse, *children = running.tokens()

    def go(member: str, new_head: str | None = None) -> None:
        gone = Leaving(member=member, reason="moved_away", new_head=new_head)
        running.do(lambda desk, case: leave(desk, case, gone, happened_on=date(2008, 9, 1)))

    with pytest.raises(JiuzhuError) as refused:
        go(head)
    assert refused.value.code == "head_missing"
    for one in children:
        go(one)
    go(head, new_head=spouse)
    with pytest.raises(JiuzhuError) as last:
        go(spouse)
    assert last.value.code == "last_member"


def test_birth_raises_the_gap_by_one_line(running: Running) -> None:
    born = Arrival(why="birth", identity=Identity(name="示例新生儿", birth_date=date(2008, 9, 2)), relation="child")
    running.do(lambda desk, case: join(desk, case, born, happened_on=date(2008, 9, 2)))
    proposed = propose(running)
    assert proposed.body["kind"] == "increase"
    assert Fraction(proposed.body["monthly"]) * 12 == 77200 + 69300


def test_case_moves_with_its_path_where_the_officer_may_act_in_both(running: Running) -> None:
    with pytest.raises(JiuzhuError) as refused:
        running.do(lambda desk, case: relocate(desk, case, "610524", happened_on=date(2008, 9, 1)))
    assert refused.value.code == "not_permitted"
    with running.bureau.desk("root") as desk:
        grant_role(desk, f"clerk.{PLACE}", "clerk", "610500", since=date(2000, 1, 1))

    def go(desk: Desk, case: AssistanceCase) -> None:
        relocate(desk, case, "610524", happened_on=date(2008, 9, 1))
        assert case.path.endswith("/610524") and verify_case(desk.session, case) == ()

    running.do(go)


def test_marriage_brings_a_member_and_a_split_takes_one_away(running: Running) -> None:
    *_, child = running.tokens()
    wed = Arrival(why="marriage", identity=Identity(name="示例媳", birth_date=date(1985, 1, 1)), relation="other")

    def change(desk: Desk, case: AssistanceCase) -> tuple[int, list[tuple[str, str, bool]]]:
        join(desk, case, wed, happened_on=date(2008, 9, 1))
        leave(desk, case, Leaving(member=child, reason="split"), happened_on=date(2008, 9, 5))
        gone = exits(desk, case.path, since=date(2008, 9, 1), until=OCTOBER)
        return case.persons, [(one.reason.code, one.reason.group, one.member is not None) for one in gone]

    assert running.do(change) == (4, [("split", "natural", True)])
    assert child not in running.tokens() and len(running.tokens()) == 4
