"""A row altered beside the application is found, whatever the chains of events still say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.audit import check_rows
from core.casework.deciding.facts import add_facts, facts_on
from core.casework.row_check import row_faults
from core.casework.row_fault import RowFault
from core.casework.staff import NATION, add_user, deactivate, end_role, grant_role
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Person
from regions.database import check_database, cipher_of

COUNTY = "610523"


@pytest.fixture
def roll(shaanxi: Any, take_over: Callable[..., str]) -> Any:
    """A county with two households taken over."""
    take_over(2)
    return shaanxi


def faults(bureau: Any, *statements: str) -> list[tuple[str, str]]:
    with bureau.platform.database.writing() as session:
        for one in statements:
            assert session.execute(text(one)).rowcount, one
    with bureau.platform.database.reading() as session:
        return [(one.table, one.what) for one in row_faults(session)]


def test_untouched_rows_are_what_the_trail_says(roll: Any) -> None:
    with roll.desk("root") as desk:
        add_user(desk, "another", "另一人")
        grant_role(desk, "another", "clerk", COUNTY)
        grant_role(desk, "another", "reviewer", COUNTY, until=date(2009, 1, 1))
        grant_role(desk, "another", "approver", COUNTY, since=date(2008, 9, 1))
        end_role(desk, "another", "clerk", COUNTY, reason="调离")
        end_role(desk, "another", "approver", COUNTY, reason="调离")
        deactivate(desk, "another", reason="离职")
    assert faults(roll) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE decision SET monthly = '99999' WHERE id = 1", ("decision", "altered")),
        ("""UPDATE decision SET parts = '{"benefit":"99999"}' WHERE id = 1""", ("decision", "altered")),
        ("DELETE FROM decision WHERE id = 1", ("decision", "removed")),
        ("UPDATE facts_version SET facts = '{\"members\":[]}' WHERE id = 1", ("facts_version", "altered")),
        ("UPDATE facts_version SET effective_on = '2001-01-01' WHERE id = 1", ("facts_version", "altered")),
        ("UPDATE case_member SET until = '2008-01-02' WHERE id = 1", ("case_member", "altered")),
        ("UPDATE case_member SET entitled = FALSE WHERE id = 1", ("case_member", "altered")),
        ("UPDATE assistance_case SET monthly = 99999 WHERE id = 1", ("assistance_case", "altered")),
        ("UPDATE assistance_case SET head_id = 4 WHERE id = 1", ("assistance_case", "altered")),
        ("UPDATE assistance_case SET village = '他村' WHERE id = 1", ("assistance_case", "altered")),
        ("DELETE FROM case_note WHERE id = 1", ("case_note", "removed")),
        ("UPDATE role_grant SET role = 'approver' WHERE role = 'clerk'", ("role_grant", "altered")),
        ("DELETE FROM role_grant WHERE role = 'auditor'", ("role_grant", "removed")),
        ("UPDATE staff_user SET active = FALSE WHERE login = 'root'", ("staff_user", "altered")),
        ("UPDATE staff_user SET password = 'another' WHERE login = 'root'", ("staff_user", "altered")),
    ],
)
def test_row_altered_in_the_database_is_found(roll: Any, statement: str, fault: tuple[str, str]) -> None:
    assert fault in faults(roll, statement)


def test_second_copy_of_a_decision_or_a_right_is_found(roll: Any) -> None:
    copied = (
        "INSERT INTO role_grant (user_id, role, division, path, since) "
        "SELECT id, 'approver', '000000', '000000', '2000-01-01' FROM staff_user WHERE login = 'clerk.610523'"
    )
    assert faults(roll, copied) == [("role_grant", "altered")]


def test_import_in_another_preparers_name_is_found(roll: Any) -> None:
    put = r"""UPDATE job SET arguments = replace(arguments, '"prepared_by"\:', '"prepared_by"\:9')"""
    assert faults(roll, put) == [("job", "altered")]


def test_household_that_changed_by_the_rules_has_no_fault(roll: Any) -> None:
    with roll.desk(f"clerk.{COUNTY}") as desk:
        case = desk.session.get_one(AssistanceCase, 1)
        known = facts_on(desk.session, case.id, desk.today)
        assert known is not None
        head = [one for one in known.facts["members"] if one["relation"] == "head"]
        add_facts(desk, case, {**known.facts, "members": head}, basis="verified", effective_on=date(2008, 2, 1))
    assert faults(roll) == []


def test_person_of_a_roster_is_held_against_what_it_brought(roll: Any) -> None:
    with roll.platform.database.writing() as session:
        assert session.execute(text("UPDATE person SET birth_date = '1940-01-01' WHERE id = 1")).rowcount
    with roll.desk(f"auditor.{COUNTY}") as desk:
        token = desk.session.get_one(Person, 1).token
        found = list(check_rows(desk, desk.path(COUNTY)))
    assert found == [RowFault(table="person", row=f"{token} birth_date", what="altered")]


def test_rows_are_checked_for_who_audits_the_place(roll: Any) -> None:
    with roll.desk(f"auditor.{COUNTY}") as desk:
        assert list(check_rows(desk, desk.path(COUNTY))) == []
        with pytest.raises(JiuzhuError, match="not_permitted"):
            list(check_rows(desk, NATION))


def test_check_of_the_database_names_the_first_altered_row(roll: Any) -> None:
    settings, store = roll.platform.settings, roll.platform.database
    faults(roll, "UPDATE decision SET monthly = '99999' WHERE id = 1")
    (found,) = [one for one in check_database(store, cipher_of(settings), clock=roll.clock) if not one.passed]
    assert found.name == "rows" and "decision" in found.said.zh
