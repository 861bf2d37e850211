"""Persons: nothing readable at rest, found by blind index, masked by default, revealed by right and on record."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.casework.people.identity import check_character
from core.casework.people.person import Identity, find_person, masked, register_person, reveal
from core.casework.trail import verify
from core.errors import InvalidInput, JiuzhuError
from core.store.tables import Event, Person
from tests.core.casework.race import at_once, two_platforms

NUMBER = "11010519491231002X"
CLEAR = {"name": "张三丰", "id_number": NUMBER, "phone": "13900000001", "address": "示例村一组",
         "account": "6217000000000000001", "account_name": "张三丰"}  # fmt: skip
IDENTITY = Identity(**CLEAR)  # type: ignore[arg-type]


def test_raw_rows_hold_no_clear_text(shaanxi: Any, assert_no_personal_data: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        register_person(desk, IDENTITY)
        row = desk.session.execute(text("SELECT * FROM person")).one()
        raw = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
        assert [one for one in CLEAR.values() if one.encode() in raw] == []
        assert_no_personal_data(desk.session, *CLEAR.values())


def test_equal_texts_are_sealed_differently(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, IDENTITY)
        assert person.name != person.account_name
        one, two = (register_person(desk, Identity(name="李四")) for _ in range(2))
        assert one.name != two.name and one.name_index == two.name_index


def test_ciphertext_moved_to_another_column_does_not_open(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, IDENTITY)
        with pytest.raises(JiuzhuError, match="altered_secret"):
            desk.cipher.open(person.name, "person.account_name", row=person.token)


@pytest.mark.parametrize("typed", [NUMBER, NUMBER.lower(), "110105491231002"])
def test_person_is_found_by_number_in_any_form_and_is_not_entered_twice(shaanxi: Any, typed: str) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, Identity(name="张三丰", id_number=NUMBER))
        found = find_person(desk, typed)
        assert found is person and found is not None
        assert register_person(desk, Identity(name="张三丰", id_number=typed, phone="13900000001")) is person
        assert desk.cipher.open(person.phone, "person.phone", row=person.token) == "13900000001"


def test_number_two_clerks_enter_at_once_is_one_person_and_the_second_is_told(shaanxi: Any) -> None:
    with two_platforms(shaanxi) as (one, two):
        for turn in range(10):
            number = f"11010519491231{turn:03}"
            number += check_character(number)

            def enter(platform: Any, login: str, number: str = number) -> None:
                with platform.desk(login) as desk:
                    register_person(desk, Identity(name="张三丰", id_number=number))

            ends = at_once(lambda: enter(one, "clerk.610523"), lambda: enter(two, "clerk2.610523"))
            assert ends in (["conflict", "done"], ["done", "done"]), (turn, ends)
    with shaanxi.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 10
        taken = session.scalars(select(Person.id_number_index)).first()
    with pytest.raises(JiuzhuError, match="conflict"), shaanxi.desk("clerk.610523") as desk:
        desk.session.add(Person(token="0" * 32, name=b"", name_index="", id_number_index=taken))


def test_number_nobody_has_finds_nobody(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        assert find_person(desk, NUMBER) is None


def test_birth_date_and_sex_come_from_the_number(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, Identity(name="张三丰", id_number=NUMBER))
        assert (person.birth_date, person.sex) == (date(1949, 12, 31), "female")


@pytest.mark.parametrize("told", [{"sex": "male"}, {"birth_date": date(1950, 1, 1)}])
def test_birth_date_and_sex_are_never_written_over(shaanxi: Any, told: dict[str, Any]) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, Identity(name="张三丰", id_number=NUMBER))
        with pytest.raises(JiuzhuError) as caught:
            register_person(desk, Identity(name="张三丰", id_number=NUMBER, **told))
        assert (caught.value.code, caught.value.value) == (f"another_{next(iter(told))}", person.token)
        assert (person.birth_date, person.sex) == (date(1949, 12, 31), "female")


def test_faulty_number_enters_nobody(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        with pytest.raises(InvalidInput, match="id_number_check"):
            register_person(desk, Identity(name="张三丰", id_number="110105194912310021"))
        assert desk.session.scalars(select(Person)).all() == []


def test_number_of_another_name_is_refused_and_keeps_its_name(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, IDENTITY)
        with pytest.raises(JiuzhuError) as caught:
            register_person(desk, Identity(name="李四", id_number=NUMBER))
        told = caught.value.render("zh")
        assert caught.value.code == "another_name" and "张三丰" not in told and NUMBER not in told
        assert desk.cipher.open(person.name, "person.name", row=person.token) == "张三丰"


def test_revealing_needs_the_right_and_leaves_an_event(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        token = register_person(desk, IDENTITY).token
    with shaanxi.desk("auditor.610523") as desk:
        person = desk.session.scalars(select(Person)).one()
        with pytest.raises(JiuzhuError, match="not_permitted"):
            reveal(desk, person, "id_number", path=desk.path("610523"), reason="核对")
    with shaanxi.desk("clerk.610523") as desk:
        person = desk.session.scalars(select(Person)).one()
        assert reveal(desk, person, "id_number", path=desk.path("610523"), reason="核对") == NUMBER
        left = desk.session.scalars(select(Event).where(Event.kind == "revealed")).all()
        assert [(one.actor_id, one.reason, one.body) for one in left] == [
            (desk.actor.id, "核对", {"person": token, "field": "id_number"})
        ]
        assert verify(desk.session).sound


def test_name_of_no_field_is_not_revealed(shaanxi: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        person = register_person(desk, IDENTITY)
        for name in ("token", "bank", "metadata", "nothing"):
            with pytest.raises(JiuzhuError, match="unknown_field"):
                reveal(desk, person, name, path=desk.path("610523"), reason="核对")


def test_identity_is_not_printed() -> None:
    assert [one for one in CLEAR.values() if one in repr(IDENTITY)] == []


@pytest.mark.parametrize(
    ("whole", "head", "tail", "shown"),
    [
        (NUMBER, 6, 4, "110105********002X"),
        ("1234", 6, 4, "****"),
        ("", 6, 4, ""),
        ("张三丰", 1, 0, "张**"),
        ("123456789", 4, 4, "*****6789"),
        ("110105491231002", 6, 4, "***********1002"),
        ("12345", 4, 4, "*****"),
        ("62170000000000001", 4, 4, "6217*********0001"),
    ],
)
def test_middle_is_masked_and_a_short_text_wholly(whole: str, head: int, tail: int, shown: str) -> None:
    assert masked(whole, head=head, tail=tail) == shown


def test_helper_finds_what_an_event_tells(shaanxi: Any, assert_no_personal_data: Any) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        desk.record("case/1", "noted", {"told": "张三丰来访"})
        with pytest.raises(AssertionError, match=r"event\.body"):
            assert_no_personal_data(desk.session, "张三丰")
