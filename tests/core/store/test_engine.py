"""Opening and working in a database: one view or all of a write, and what goes wrong told in the user's words."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from core.errors import JiuzhuError
from core.store import engine
from core.store.address import without_password
from core.store.engine import Store, open_store
from core.store.migration import create
from core.store.tables import Attachment, ProblemEntry, StaffUser


def user(login: str) -> StaffUser:
    return StaffUser(login=login, name="王某", password=None)


def finding(**given: Any) -> ProblemEntry:
    day, moment = date(2008, 3, 3), "2008-03-03T01:00:00+00:00"
    return ProblemEntry(division="610523", path="610000/610500/610523", source="x", finding="x", found_on=day, due_on=day,
                        status="open", recorded_at=moment, **given)  # fmt: skip


def count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(StaffUser)) or 0


def code(store: Store, *statements: str, rows: Any = ()) -> str:
    """Add a user and then whatever breaks; return the code, nothing being kept."""

    def work() -> None:
        with store.writing() as session:
            session.add(user("half"))
            session.flush()
            for statement in statements:
                session.execute(text(statement))
            session.add_all(rows)

    before = count(store)
    with pytest.raises(JiuzhuError) as caught:
        work()
    assert count(store) == before and "王某" not in caught.value.render("zh")
    return caught.value.code


def fail(store: Store) -> None:
    """Write, and break off."""
    with store.writing() as session:
        session.add(user("three"))
        session.flush()
        raise RuntimeError


def test_writing_keeps_all_of_it_or_nothing(store: Store) -> None:
    with store.writing() as session:
        session.add_all([user("one"), user("two")])
    with pytest.raises(RuntimeError):
        fail(store)
    assert count(store) == 2


def test_reading_is_one_view_whatever_others_commit(store: Store) -> None:
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(StaffUser)) == 0
        with store.writing() as other:
            other.add(user("one"))
        assert session.scalar(select(func.count()).select_from(StaffUser)) == 0
    assert count(store) == 1


def test_what_was_read_may_be_shown_after_the_view(store: Store) -> None:
    with store.writing() as session:
        session.add(user("one"))
    with store.reading() as session:
        found = session.scalars(select(StaffUser)).one()
    assert (found.login, found.grants) == ("one", [])


def test_who_is_second_is_told_of_a_conflict_and_of_nobodys_data(store: Store) -> None:
    with store.writing() as session:
        session.add(user("one"))
    assert code(store, rows=[user("one")]) == "conflict"


def test_row_that_breaks_a_rule_of_its_table_is_no_conflict(store: Store) -> None:
    with pytest.raises(JiuzhuError) as refused, store.writing() as session:
        session.add(finding(recorded_by=1, rectified_by=1, verified_by=1))
    assert refused.value.code == "refused_by_database"
    assert refused.value.value == "ck_problem_maker_is_not_checker"


def test_key_that_is_not_there_is_a_conflict(store: Store) -> None:
    assert code(store, rows=[finding(recorded_by=999)]) == "conflict"


def test_two_writers_queue(store: Store) -> None:
    barrier = threading.Barrier(8)
    failed: list[BaseException] = []

    def work(number: int) -> None:
        barrier.wait()
        try:
            with store.writing() as session:
                session.add(user(f"user{number}"))
        except BaseException as error:  # noqa: BLE001 - told in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == [] and count(store) == 8


def test_full_disk_is_named_and_nothing_is_kept(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/a.db")  # a page limit stands for the disk; PostgreSQL has none
    create(store)
    large = Attachment(subject="case/1", name="x", media_type="image/jpeg", size=1, digest="x", recorded_at="x",
                       content=bytes(1 << 20))  # fmt: skip
    assert code(store, "PRAGMA max_page_count=1", rows=[large]) == "disk_full"
    store.close()


def test_busy_database_is_named(bases: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if bases.dialect == "sqlite":
        monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    url = bases.fresh()
    store, other = open_store(url), open_store(url)

    def be_second() -> None:
        with other.writing() as session:
            if bases.dialect == "postgresql":
                session.execute(text("SET LOCAL lock_timeout = '1ms'"))
            session.add(user("two"))

    with store.writing() as session:
        session.add(user("one"))
        session.flush()
        if bases.dialect == "postgresql":
            session.execute(text("LOCK TABLE staff_user IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(JiuzhuError, match="database_busy"):
            be_second()
    assert count(store) == 1
    store.close()
    other.close()


def test_database_that_goes_away_is_named_and_comes_back(postgresql: Any) -> None:
    if postgresql is None:
        pytest.skip("no PostgreSQL on this machine")
    url = postgresql.fresh()
    store, other = open_store(url), open_store(url)

    def work() -> None:
        with store.writing() as session:
            session.add(user("half"))
            session.flush()
            process = session.scalar(text("SELECT pg_backend_pid()"))
            with other.writing() as killer:
                killer.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
            session.execute(text("SELECT 1"))

    with pytest.raises(JiuzhuError, match="database_gone"):
        work()
    assert count(store) == 0
    store.close()
    other.close()
    postgresql.drop(url)


def test_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError, match="database_gone"):
        count(open_store(f"sqlite:///{tmp_path}/none/a.db"))


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/base", "sqlite://", "sqlite:///:memory:", "postgresql://host"]
)
def test_other_address_is_refused(url: str) -> None:
    with pytest.raises(JiuzhuError, match="bad_database_url"):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [("postgresql://me:secret@host/base", "postgresql://…@host/base"), ("sqlite:///a.db", "sqlite:///a.db"),
     ("postgresql+psycopg://me:p@ss@host/base", "postgresql+psycopg://…@host/base")],
)  # fmt: skip
def test_password_of_an_address_is_not_shown(url: str, shown: str) -> None:
    assert without_password(url) == shown
