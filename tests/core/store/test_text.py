"""Texts no column takes are refused alike on both databases, and no error ever shows a text."""

from __future__ import annotations

import traceback

import pytest
from sqlalchemy import insert, text

from core.errors import JiuzhuError
from core.store.engine import Store
from core.store.tables import StaffUser


def refusal(store: Store, *, bulk: bool, **given: str) -> JiuzhuError:
    row = {"login": "wang", "name": "王某", **given}

    def work() -> None:
        with store.writing() as session:
            if bulk:
                session.execute(insert(StaffUser.__table__), [{**row, "active": True, "password": None}] * 2)  # type: ignore[arg-type]
            else:
                session.add(StaffUser(**row, password=None))

    with pytest.raises(JiuzhuError) as refused:
        work()
    return refused.value


@pytest.mark.parametrize("bulk", [False, True])
@pytest.mark.parametrize(
    ("login", "code"), [("秘" * 61, "too_long"), ("秘\0密", "bad_text"), ("秘\ud800密", "bad_text")]
)
def test_text_no_column_takes_is_refused_by_its_column_alone(store: Store, login: str, code: str, bulk: bool) -> None:
    error = refusal(store, bulk=bulk, login=login)
    assert error.code == code and str(error.value).startswith("staff_user.login")
    assert "秘" not in "".join(traceback.format_exception(error))


def test_text_that_just_fits_is_kept(store: Store) -> None:
    with store.writing() as session:
        session.add(StaffUser(login="王" * 60, name="王某", password=None))
    with store.reading() as session:
        assert session.execute(text("SELECT length(login) FROM staff_user")).scalar() == 60


def test_error_of_the_driver_shows_no_parameter(store: Store) -> None:
    told = {"one": "".join(reversed("密秘"))}  # the line itself is shown
    with pytest.raises(Exception) as caught, store.writing() as session:  # noqa: PT011 - whatever the driver raises
        session.execute(text("INSERT INTO nowhere VALUES (:one)"), told)
    assert "秘密" not in "".join(traceback.format_exception(caught.value))


def test_refused_row_shows_no_value(store: Store) -> None:
    def work() -> None:
        with store.writing() as session:
            session.add_all([StaffUser(login="秘密", name="王某", password=None) for _ in range(2)])

    with pytest.raises(JiuzhuError, match="conflict") as caught:
        work()
    assert "秘密" not in "".join(traceback.format_exception(caught.value))
