"""The register of office and of kin: nobody changes it from elsewhere, nor for himself, nor without a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.people.assignment import assign
from core.casework.people.kinship import Link
from core.casework.people.kinship_register import relate, unrelate
from core.casework.people.office import Post, acting_holder, add_holder
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
    assert (own.value.code, foreign.value.code) == ("own_kin", "not_permitted")


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
