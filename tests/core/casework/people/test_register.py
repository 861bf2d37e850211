"""The register of office and of kin: nobody changes it from elsewhere, nor for himself, nor without a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.people.assignment import assign
from core.casework.people.kinship import Link
from core.casework.people.kinship_register import chain_of_kin, links_around, relate, unrelate
from core.casework.people.office import Post, acting_holder, add_holder, end_post, holder, holders, require_in_office
from core.casework.people.person import Identity
from core.casework.people.recusal_demand import decide_demand, demand
from core.errors import JiuzhuError
from core.store.tables import Event, OfficeHolder

DALI, YIYANG = "610523", "430900"
SINCE = date(2005, 1, 1)


@pytest.fixture
def two(make_bureau: Any) -> Any:
    """Two bureaus of one database: Dali and Yiyang."""
    return make_bureau(DALI, YIYANG, day="2008-03-10")


def seat(desk: Desk, name: str, division: str, *, login: str | None = None, **more: Any) -> OfficeHolder:
    post = Post(role="township_staff", division=division, unit="示例", position="示例", since=SINCE, **more)
    return add_holder(desk, Identity(name=name), posts=[post], login=login)


def test_login_is_linked_once_by_right_and_with_a_trace(two: Any) -> None:
    with two.desk(f"approver.{YIYANG}") as desk:
        first = seat(desk, "示例一", YIYANG, login=f"approver.{YIYANG}")
        assert acting_holder(desk) is first
        with pytest.raises(JiuzhuError) as twice:
            seat(desk, "示例二", YIYANG, login=f"approver.{YIYANG}")
    with two.desk(f"clerk.{DALI}") as desk:
        kinds = desk.session.scalars(select(Event.kind).where(Event.chain == "office/users")).all()
        with pytest.raises(JiuzhuError) as foreign:
            seat(desk, "示例三", YIYANG, login=f"clerk.{DALI}")
        with pytest.raises(JiuzhuError) as nothing:
            add_holder(desk, Identity(name="示例四"), posts=[])
    assert list(kinds) == ["login_linked"]
    assert [one.value.code for one in (twice, foreign, nothing)] == ["login_linked", "not_permitted", "no_post"]


def test_relation_is_ended_only_where_it_matters_and_never_by_oneself(two: Any, make_case: Any) -> None:
    with two.desk(f"approver.{YIYANG}") as desk:
        case = make_case(desk, "益-1", "李二", division="430902")
        official = seat(desk, "李大", YIYANG, login=f"approver.{YIYANG}")
        link = relate(
            desk, Link(person=case.head_id, of=official.person_id, link="sibling"), path=case.path, basis="record"
        )
        with pytest.raises(JiuzhuError) as own:
            unrelate(desk, link.id, ended_on=desk.today, reason="示例")
    with two.desk(f"clerk.{DALI}") as desk, pytest.raises(JiuzhuError) as foreign:
        unrelate(desk, link.id, ended_on=date(2000, 1, 1), reason="示例")
    assert (own.value.code, foreign.value.code) == ("own_kin", "unknown_link")


def test_case_is_not_assigned_for_a_day_before_the_last_assignment(two: Any, make_case: Any) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        case, one, other = (
            make_case(desk, "陕-1", "甲", division=DALI),
            seat(desk, "示例一", DALI),
            seat(desk, "示例二", DALI),
        )
        assign(desk, case, one.id, role="clerk", on=date(2008, 3, 5))
        with pytest.raises(JiuzhuError) as refused:
            assign(desk, case, other.id, role="clerk", on=date(2008, 3, 4))
    assert refused.value.code == "assigned_later"


def test_head_decides_on_recusal_where_the_register_knows_one(two: Any, make_case: Any) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        case, about = make_case(desk, "陕-1", "甲", division=DALI), seat(desk, "示例一", DALI)
        seat(desk, "示例负责人", DALI, login=f"approver2.{DALI}", is_head=True)
        asked = demand(desk, case, about.id, by="applicant", reason="示例").id
    with two.desk(f"approver.{DALI}") as desk, pytest.raises(JiuzhuError) as refused:
        decide_demand(desk, asked, granted=True, reason="示例")
    with two.desk(f"approver2.{DALI}") as desk:
        assert decide_demand(desk, asked, granted=True, reason="示例").granted
    assert refused.value.code == "wrong_body"


def village(**said: Any) -> Post:
    given: dict[str, Any] = {"role": "village_committee", "division": DALI, "unit": "东村", "position": "主任"}
    return Post(**given | {"since": SINCE} | said)


def refusal(bureau: Any, act: Any) -> JiuzhuError:
    """What the clerk of Dali is told when he does this."""
    with bureau.desk(f"clerk.{DALI}") as desk, pytest.raises(JiuzhuError) as refused:
        act(desk)
    return refused.value


def test_login_nobody_has_is_not_linked(two: Any) -> None:
    told = refusal(two, lambda desk: seat(desk, "示例", DALI, login="nobody"))
    assert (told.code, told.value) == ("unknown_user", "nobody")


def test_login_said_again_changes_nothing(two: Any) -> None:
    known = Identity(name="示例一", id_number="11010519491231002X")
    with two.desk(f"clerk.{DALI}") as desk:
        add_holder(desk, known, posts=[village()], login=f"clerk.{DALI}")
        found = add_holder(desk, known, posts=[village(since=date(2007, 1, 1))], login=f"clerk.{DALI}")
        kinds = list(desk.session.scalars(select(Event.kind).where(Event.chain == "office/users")))
    assert (len(found.posts), kinds) == (2, ["login_linked"])


def test_login_is_linked_only_by_who_may_manage_every_post_of_the_person(two: Any) -> None:
    known = Identity(name="示例一", id_number="11010519491231002X")
    with two.desk(f"clerk.{YIYANG}") as desk:
        add_holder(desk, known, posts=[village(division=YIYANG)])
    told = refusal(two, lambda desk: add_holder(desk, known, posts=[village()], login=f"clerk.{DALI}"))
    assert told.code == "not_permitted"


@pytest.mark.parametrize("until", [SINCE, date(2004, 12, 31)])
def test_term_does_not_end_before_it_begins(two: Any, until: date) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        post = add_holder(desk, Identity(name="示例"), posts=[village()]).posts[0].id
    entered = refusal(two, lambda desk: add_holder(desk, Identity(name="示例二"), posts=[village(until=until)]))
    ended = refusal(two, lambda desk: end_post(desk, post, until=until, reason="示例"))
    assert (entered.code, ended.code) == ("ends_before_it_begins", "ends_before_it_begins")
    assert (entered.value, entered.message.zh) == (f"2005-01-01 – {until}", "任期在开始前就结束")


def test_post_role_and_holder_that_do_not_exist_are_refused_with_a_way_on(two: Any) -> None:
    told = [
        refusal(two, lambda desk: end_post(desk, 9, until=SINCE, reason="示例")),
        refusal(two, lambda desk: add_holder(desk, Identity(name="示例"), posts=[village(role="village_comittee")])),
        refusal(two, lambda desk: holder(desk, 9)),
    ]
    assert [(one.code, one.value) for one in told] == [
        ("unknown_post", "9"), ("unknown_office_role", "village_comittee"), ("unknown_holder", "9"),
    ]  # fmt: skip
    hints = [one.hint.zh if one.hint is not None else None for one in told]
    assert hints[0] is None and "village_committee" in str(hints[1]) and hints[2] == "请先在公职人员名册中登记"


def test_post_ended_is_held_until_the_day_before(two: Any) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        cadre = add_holder(desk, Identity(name="示例"), posts=[village()])
        end_post(desk, cadre.posts[0].id, until=date(2008, 3, 10), reason="换届")
        in_office = {day: holders(desk, DALI, on=date(2008, 3, day)) for day in (9, 10)}
        with pytest.raises(JiuzhuError) as refused:
            require_in_office(cadre, date(2008, 3, 10))
    assert (in_office, refused.value.code) == ({9: [cadre], 10: []}, "not_in_office")
    assert refused.value.value == f"#{cadre.id} 2008-03-10"


def kin(bureau: Any, *, basis: str = "record", **said: Any) -> JiuzhuError:
    """What the clerk is told who enters a relation between the persons 1 and 2, one of them said otherwise."""
    given: dict[str, Any] = {"person": 1, "of": 2, "link": "sibling"}
    link = Link(**given | said)
    return refusal(bureau, lambda desk: relate(desk, link, path=desk.path(DALI), basis=basis))


def test_relation_of_no_kind_to_nobody_or_to_oneself_is_not_entered(two: Any) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        for name in ("甲", "乙"):
            seat(desk, name, DALI)
    told = [kin(two, link="sibbling"), kin(two, link="self"), kin(two, basis="hearsay"), kin(two, of=1), kin(two, of=9)]
    assert [(one.code, one.value) for one in told] == [
        ("unknown_relation", "sibbling"), ("unknown_relation", "self"), ("unknown_basis", "hearsay"), ("own_kin", "1"),
        ("unknown_person", "9"),
    ]  # fmt: skip
    assert told[0].hint is not None and "sibling" in told[0].hint.zh


def test_relation_ended_by_right_no_longer_holds_and_may_be_entered_anew(two: Any, make_case: Any) -> None:
    with two.desk(f"clerk.{DALI}") as desk:
        case, official = make_case(desk, "陕-1", "甲", division=DALI), seat(desk, "乙", DALI)
        link = Link(person=case.head_id, of=official.person_id, link="spouse")
        row = relate(desk, link, path=case.path, basis="household")
        assert relate(desk, link, path=case.path, basis="record") is row and row.basis == "household"
        unrelate(desk, row.id, ended_on=date(2008, 3, 10), reason="离婚")
        held = [bool(links_around(desk.session, case.head_id, on=date(2008, 3, day))) for day in (9, 10)]
        anew = relate(desk, link, path=case.path, basis="record")
        kinds = list(desk.session.scalars(select(Event.kind).where(Event.chain == chain_of_kin(case.path))))
    assert (held, anew.ended_on) == ([True, False], None)
    assert [one for one in kinds if "relat" in one] == ["related", "relation_ended", "related"]


def test_relation_nobody_entered_cannot_be_ended(two: Any) -> None:
    told = refusal(two, lambda desk: unrelate(desk, 9, ended_on=SINCE, reason="示例"))
    assert (told.code, told.value) == ("unknown_link", "9")
