"""Users and rights: one first administrator, one who stays, terms that begin and end on their day."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.staff import add_user, deactivate, end_role, first_administrator, grant_role, list_staff
from core.errors import JiuzhuError
from core.store.engine import Store
from core.store.tables import RoleGrant, StaffUser

MOMENT = "2008-03-03T01:00:00+00:00"
TODAY = date(2008, 3, 3)


def test_of_two_first_administrators_at_once_one_is_made(store: Store) -> None:
    barrier = threading.Barrier(2)
    codes: list[str] = []

    def make(login: str) -> None:
        barrier.wait()
        try:
            with store.writing() as session:
                first_administrator(session, login, login, moment=MOMENT, today=TODAY)
            codes.append("made")
        except JiuzhuError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=make, args=(login,)) for login in ("one", "two")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(codes) == ["made", "users_exist"]
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(StaffUser)) == 1
        assert session.scalar(select(func.count()).select_from(RoleGrant)) == 1


def test_grant_holds_from_its_first_day_until_the_day_it_ends(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        add_user(desk, "li", "李某")
        grant_role(desk, "li", "clerk", "610523", since=date(2008, 3, 10), until=date(2008, 3, 20))
    for day, holds in (("2008-03-09", False), ("2008-03-10", True), ("2008-03-19", True), ("2008-03-20", False)):
        shaanxi.on(day)
        with shaanxi.desk("li") as desk:
            assert desk.actor.may("case.apply", desk.path("610523"), desk.today) is holds


def test_ended_grant_holds_no_more_today_and_one_to_come_never_begins(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        end_role(desk, "clerk.610523", "clerk", "610523", reason="调离")
        grant_role(desk, "clerk.610523", "clerk", "610523", since=date(2008, 4, 1))
        end_role(desk, "clerk.610523", "clerk", "610523", reason="不再调入")
    for day in ("2008-03-03", "2008-04-01", "2009-01-01"):
        shaanxi.on(day)
        with shaanxi.desk("clerk.610523") as desk, pytest.raises(JiuzhuError, match="not_permitted"):
            desk.require("case.apply", desk.path("610523"))


def test_administrator_of_a_part_grants_nothing_beyond_it(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        add_user(desk, "local", "县管理员")
        grant_role(desk, "local", "administrator", "610523")
    with shaanxi.desk("local") as desk:
        grant_role(desk, "clerk2.610523", "reviewer", "610523")
        for division in ("610500", "000000"):
            with pytest.raises(JiuzhuError, match="not_permitted"):
                grant_role(desk, "local", "approver", division)
        with pytest.raises(JiuzhuError, match="not_permitted"):
            add_user(desk, "more", "再一人")


def test_last_administrator_of_the_whole_stays(shaanxi: Any) -> None:
    def leave() -> None:
        with shaanxi.desk("root") as desk:
            deactivate(desk, "root", reason="离职")

    with shaanxi.desk("root") as desk:
        add_user(desk, "second", "另一人")
        grant_role(desk, "second", "administrator", "000000", since=date(2008, 4, 1))
    with pytest.raises(JiuzhuError, match="last_administrator"):
        leave()
    shaanxi.on("2008-04-01")
    leave()
    with shaanxi.desk("second") as desk:
        assert [one.login for one in list_staff(desk) if not one.active] == ["root"]


def test_two_administrators_who_deactivate_each_other_at_once_leave_one(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        add_user(desk, "second", "另一人")
        grant_role(desk, "second", "administrator", "000000")
    barrier = threading.Barrier(2)
    codes: list[str] = []

    def leave(who: str, other: str) -> None:
        barrier.wait()
        try:
            with shaanxi.desk(who) as desk:
                deactivate(desk, other, reason="离职")
            codes.append("done")
        except JiuzhuError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=leave, args=pair) for pair in (("root", "second"), ("second", "root"))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with shaanxi.platform.database.reading() as session:
        left = session.scalars(select(StaffUser.login).where(StaffUser.active, StaffUser.login.in_(["root", "second"])))
        assert codes.count("done") == 1 and len(left.all()) == 1, codes
