"""What is sealed opens in its own row alone: values swapped between two persons or two papers are found and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.audit import check_rows
from core.casework.keys import begin_rotation, run_rotation
from core.casework.people.contact import change_contact
from core.casework.people.person import FIELDS, Identity, register_person, shown_name
from core.casework.row_fault import RowFault
from core.casework.sealed_check import sealed_faults
from core.errors import JiuzhuError
from core.store.cipher import load_cipher, new_cipher
from core.store.sealed import seal_in
from core.store.tables import AssistanceCase, CaseMember, CaseNote, Person, Visit, VisitRound
from regions.database import check_database

COUNTY = "610523"
NUMBERS = ("11010519491231002X", "610523197001010014")


@pytest.fixture
def two(shaanxi: Any, make_case: Callable[..., AssistanceCase]) -> Any:
    """Two persons with everything that is sealed, each the head of a case of the county."""
    with shaanxi.desk(f"clerk.{COUNTY}") as desk:
        for number, told in enumerate(NUMBERS):
            whole: dict[str, Any] = dict.fromkeys(FIELDS, f"示例{number}") | {"id_number": told}
            person = register_person(desk, Identity(**whole))
            case = make_case(desk, f"{COUNTY}-{number}", "另一人")
            case.head_id = person.id
            desk.session.add(CaseMember(case_id=case.id, person_id=person.id, relation="head", since=desk.today))
    return shaanxi


def swap(bureau: Any, table: Any, *names: str) -> list[str]:
    """Exchange columns of the first two rows directly in the database; returns what persons are known by."""
    with bureau.platform.database.writing() as session:
        one, other = session.scalars(select(table).order_by(table.id).where(table.id.in_(_of(session, table)))).all()
        for name in names:
            mine, his = getattr(one, name), getattr(other, name)
            setattr(one, name, his)
            setattr(other, name, mine)
        return [getattr(row, "token", "") for row in (one, other)]


def _of(session: Any, table: Any) -> list[int]:
    query = select(table.id).order_by(table.id)
    return list(session.scalars(query.where(Person.id_number.is_not(None)) if table is Person else query))[:2]


def faults(bureau: Any) -> list[RowFault]:
    with bureau.platform.reading_desk("root") as desk:
        return list(sealed_faults(desk.session, desk.cipher))


@pytest.mark.parametrize("name", FIELDS)
def test_values_swapped_between_two_persons_are_found_and_name_the_rows(two: Any, name: str) -> None:
    assert faults(two) == []
    tokens = swap(two, Person, name)
    swapped = [RowFault(table="person", row=f"{token} {name}", what="altered") for token in tokens]
    assert faults(two) == swapped
    with two.desk(f"auditor.{COUNTY}") as desk:
        found = list(check_rows(desk, desk.path(COUNTY)))
    assert [one for one in found if one.table == "person"] == swapped


def test_value_of_another_person_is_refused_where_it_is_read(two: Any) -> None:
    token, _ = swap(two, Person, "name")
    with two.desk(f"clerk.{COUNTY}") as desk:
        person = desk.session.scalars(select(Person).where(Person.token == token)).one()
        with pytest.raises(JiuzhuError) as caught:
            shown_name(desk, person)
    assert (caught.value.code, caught.value.value) == ("altered_secret", f"person.name {token}")


def test_blind_index_of_another_person_is_found(two: Any) -> None:
    tokens = swap(two, Person, "name_index")
    assert faults(two) == [RowFault(table="person", row=f"{one} name_index", what="altered") for one in tokens]


def test_papers_swapped_between_two_cases_are_found(two: Any) -> None:
    with two.desk(f"clerk.{COUNTY}") as desk:
        made = VisitRound(kind="home_visit", stage=None, happened_on=date(2008, 2, 1), division=COUNTY,
                          path=desk.path(COUNTY), visitors=[1, 2], recorded_by=desk.actor.id, recorded_at=desk.moment)  # fmt: skip
        desk.session.add(made)
        desk.session.flush()
        for case in desk.session.scalars(select(AssistanceCase)).all():
            visit = Visit(round_id=made.id, case_id=case.id, at="10:30", signatures=[])
            note = CaseNote(case_id=case.id)
            for row, name in ((visit, "place"), (visit, "finding"), (note, "body")):
                seal_in(row, name, "{}", cipher=desk.cipher)
            desk.session.add_all([visit, note])
    assert faults(two) == []
    swap(two, Visit, "finding")
    swap(two, CaseNote, "body")
    assert [(one.table, one.what) for one in faults(two)] == [("visit", "altered")] * 2 + [("case_note", "altered")] * 2


def test_rotation_keeps_every_value_bound_to_its_row(two: Any, tmp_path: Any) -> None:
    path = two.platform.settings.keys
    with two.platform.desk("root", keys=True) as desk:
        job_id = begin_rotation(desk, path).id
    steps = list(run_rotation(two.platform.database, job_id, path, moment=lambda: "2008-03-03T02:00:00+00:00"))
    assert steps[-1].status == "done" and faults(two) == []


def test_rotation_stops_at_a_swapped_value_and_seals_it_for_nobody_else(two: Any) -> None:
    path = two.platform.settings.keys
    swap(two, Person, "account")
    with two.platform.desk("root", keys=True) as desk:
        job_id = begin_rotation(desk, path).id
    with pytest.raises(JiuzhuError, match="altered_secret"):
        list(run_rotation(two.platform.database, job_id, path, moment=lambda: "2008-03-03T02:00:00+00:00"))
    assert len(faults(two)) == 2


def test_missing_key_is_told_once(two: Any) -> None:
    with two.platform.reading_desk("root") as desk:
        found = list(sealed_faults(desk.session, new_cipher()))
    current = load_cipher(two.platform.settings.keys).current
    assert found == [RowFault(table="key", row=current, what="removed")]


def test_check_of_the_database_names_the_person_whose_value_was_swapped(two: Any) -> None:
    token, _ = swap(two, Person, "account")
    cipher = load_cipher(two.platform.settings.keys)
    said = {one.name: one.said.zh for one in check_database(two.platform.database, cipher, clock=two.clock)}
    assert f"person {token} account" in said["rows"]


def test_older_value_of_his_own_put_back_is_found(two: Any) -> None:
    with two.desk(f"clerk.{COUNTY}") as desk:
        person = desk.session.scalars(select(Person).where(Person.id_number.is_not(None))).first()
        before, token = person.phone, person.token
        change_contact(desk, person, {"phone": "13800000000"}, reason="换号")
    assert faults(two) == []
    with two.platform.database.writing() as session:
        session.scalars(select(Person).where(Person.token == token)).one().phone = before
    assert faults(two) == [RowFault(table="person", row=f"{token} phone", what="altered")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("bank", "另一银行"), ("birth_date", date(1949, 12, 30)), ("sex", "male"), ("died_on", date(2008, 2, 1)),
     ("phone", None)],
)  # fmt: skip
def test_field_of_a_person_is_held_against_the_trail_sealed_or_not(two: Any, name: str, value: Any) -> None:
    with two.platform.database.writing() as session:
        person = session.scalars(select(Person).where(Person.sex == "female")).one()
        setattr(person, name, value)
        token = person.token
    assert faults(two) == [RowFault(table="person", row=f"{token} {name}", what="altered")]


def test_person_the_trail_knows_nothing_of_is_found(two: Any) -> None:
    with two.platform.database.writing() as session:
        session.add(Person(token="0" * 32, name=b"", name_index=""))
    assert faults(two) == [RowFault(table="person", row="0" * 32, what="added")]
