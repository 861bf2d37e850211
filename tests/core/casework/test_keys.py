"""Rotating keys in chunks, resumable, and retiring what nothing is sealed under."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.keys import begin_rotation, key_states, retire_keys, run_rotation
from core.casework.people.person import FIELDS, Identity, find_person, register_person
from core.casework.trail import verify
from core.errors import JiuzhuError
from core.store import rotation
from core.store.cipher import load_cipher, save_cipher
from core.store.tables import Event, Job, Person

NUMBER = "11010519491231002X"


def moment() -> str:
    return "2008-03-03T02:00:00+00:00"


@pytest.fixture
def office(shaanxi: Any, tmp_path: Any) -> Any:
    """A bureau with keys of its own and seven persons, the first with an ID number and a phone."""
    with shaanxi.desk("clerk.610523") as desk:
        register_person(desk, Identity(name="示例0", id_number=NUMBER, phone="13900000001"))
        for number in range(1, 7):
            register_person(desk, Identity(name=f"示例{number}"))
    return shaanxi


def names(office: Any) -> list[str]:
    """Every name, opened."""
    with office.desk("clerk.610523") as desk:
        persons = desk.session.scalars(select(Person).order_by(Person.id)).all()
        return [desk.cipher.open(one.name, "person.name", row=one.token) for one in persons]


def rotate(office: Any, *, chunks: int | None = None) -> str:
    """Begin or go on with a rotation, and do so many chunks of it."""
    path = office.platform.settings.keys
    with office.desk("root") as desk:
        job_id: str = begin_rotation(desk, path).id
    for done, _ in enumerate(run_rotation(office.platform.database, job_id, path, moment=moment), 1):
        if done == chunks:
            break
    return job_id


def states(office: Any) -> list[tuple[bool, bool, int]]:
    """Every key: held, current, values; the current one last."""
    with office.desk("root") as desk:
        found = key_states(desk)
    return sorted((one.held, one.current, one.values) for one in found)


def test_rotation_seals_everything_again_and_loses_nothing(office: Any) -> None:
    before = names(office)
    assert states(office) == [(True, True, 9)]
    rotate(office)
    assert states(office) == [(True, False, 0), (True, True, 9)] and names(office) == before
    with office.desk("clerk.610523") as desk:
        found = find_person(desk, NUMBER)
        assert found is not None and desk.cipher.open(found.phone, "person.phone", row=found.token) == "13900000001"


def test_rotation_broken_off_is_gone_on_with(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "CHUNK", 2)
    first = rotate(office, chunks=3)  # the first finds no note of a case
    assert [one[2] for one in states(office)] == [3, 6] and names(office)[6] == "示例6"
    assert rotate(office) == first
    assert states(office) == [(True, False, 0), (True, True, 9)]
    with office.desk("root") as desk:
        assert [(one.status, one.done) for one in desk.session.scalars(select(Job))] == [("done", 7)]


def test_what_somebody_sealed_under_the_old_key_meanwhile_is_found(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "CHUNK", 4)
    path = office.platform.settings.keys
    old = load_cipher(path)
    with office.desk("root") as desk:
        job_id = begin_rotation(desk, path).id
    steps = run_rotation(office.platform.database, job_id, path, moment=moment)
    next(steps)
    with office.platform.database.writing() as session:
        person = session.scalars(select(Person).order_by(Person.id)).first()
        person.phone = old.seal("1", "person.phone", row=person.token)
    assert [one.status for one in steps][-1] == "done"
    assert states(office) == [(True, False, 0), (True, True, 9)]


def test_only_keys_nothing_is_sealed_under_are_retired(office: Any) -> None:
    path = office.platform.settings.keys
    old = load_cipher(path).current
    with office.desk("root") as desk:
        assert retire_keys(desk, path) == ()
    rotate(office)
    with office.desk("root") as desk:
        assert retire_keys(desk, path) == (old,)
    assert states(office) == [(True, True, 9)] and names(office)[0] == "示例0"


def test_no_key_is_retired_while_a_rotation_is_under_way(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "CHUNK", 2)
    rotate(office, chunks=1)
    with office.desk("root") as desk, pytest.raises(JiuzhuError, match="rotation_running"):
        retire_keys(desk, office.platform.settings.keys)


def test_key_that_is_used_and_not_there_is_named(office: Any) -> None:
    path = office.platform.settings.keys
    cipher = load_cipher(path)
    save_cipher(cipher.rotated().without(frozenset({cipher.current})), path)
    assert [one[:2] for one in states(office)] == [(False, False), (True, True)]
    for attempt in (lambda: names(office), lambda: rotate(office)):
        with pytest.raises(JiuzhuError) as caught:
            attempt()
        assert (caught.value.code, caught.value.value) == ("missing_key", cipher.current)


def test_keys_are_the_administrators_and_what_he_does_is_on_record(office: Any) -> None:
    path = office.platform.settings.keys
    with office.desk("approver.610523") as desk:
        for service in (begin_rotation, retire_keys):
            with pytest.raises(JiuzhuError, match="not_permitted"):
                service(desk, path)
    old = load_cipher(path).current
    rotate(office)
    with office.desk("root") as desk:
        retire_keys(desk, path)
        events = desk.session.scalars(select(Event).where(Event.chain == "keys").order_by(Event.sequence)).all()
        new = desk.cipher.current
        assert [(one.kind, one.body) for one in events] == [
            ("rotation_begun", {"from": old, "to": new}), ("keys_retired", {"keys": [old]}),
        ]  # fmt: skip
        assert verify(desk.session).sound


def test_every_encrypted_column_is_sealed_again(office: Any) -> None:
    with office.desk("clerk.610523") as desk:
        whole = dict.fromkeys(set(FIELDS) - {"id_number"}, "1")
        register_person(desk, Identity(**whole))  # type: ignore[arg-type]
    rotate(office)
    assert [one[2] for one in states(office)] == [0, 14]


def test_two_rotations_at_once_are_one_after_the_other(office: Any) -> None:
    path, start = office.platform.settings.keys, threading.Barrier(2)

    def begin() -> str:
        start.wait(20)
        with office.platform.desk("root", keys=True) as desk:
            return begin_rotation(desk, path).id

    with ThreadPoolExecutor(2) as pool:
        one, two = (pool.submit(begin) for _ in range(2))
        assert one.result(timeout=60) == two.result(timeout=60)


def test_rotation_does_not_wait_for_ever(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "WAITING", 1)

    def begin() -> None:
        with office.platform.desk("root", keys=True):
            pass

    if office.platform.database.dialect == "postgresql":
        with office.desk("clerk.610523"), pytest.raises(JiuzhuError, match="database_busy"):
            begin()
    begin()
    assert states(office) == [(True, True, 9)]
