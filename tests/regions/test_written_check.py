"""No row of a whole life is altered, removed or put in past the audit trail without being found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.casework.staff import NATION
from core.casework.written_check import written_faults
from core.store.base import Base
from core.store.engine import Store, open_store
from core.store.written import HELD_OTHERWISE, PASSING
from regions.life.run import TALES, tell

ALTERED = {
    "amendment": "title = 'x'", "amendment_row": "position = position + 7", "assistance_case": "village = 'x'",
    "certificate": "issued_on = '2001-01-01'", "kinship_link": "nature = 'step'", "meeting": "present = present - 1",
    "meeting_attendance": "signed = NOT signed", "meeting_result": "agree = agree - 1", "office_holder": "user_id = 1 WHERE id = 1",
    "office_post": "unit = 'x'", "payroll_run": "from_month = '2001-01-01'", "posting": "places = '[]'",
    "posting_line": "masked = NOT masked", "recusal_demand": "granted = NOT granted",
    "redecision_batch": "first_payment_month = '2001-01-01'", "review_item": "outcome = 'x'",
    "review_round": "name = 'x'", "staff_user": "password = 'x'", "stored_policy": "body = x'00'", "visit": "at = '00:00'",
    "visit_round": "visitors = '[]'",
}  # fmt: skip
"""What is done to all rows of a table the two lives leave rows in."""
COPIED = ("kinship_link", "office_post", "recusal_demand")


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, ...]]:
    """The databases of the two lives; nothing is wrong with any row of theirs."""
    stores = []
    for tale in TALES:
        folder = tmp_path_factory.mktemp("life")
        url = f"sqlite:///{folder / 'lived.db'}"
        assert tell(tale, url=url, folder=Path(folder)).wrong == ()
        stores.append(open_store(url))
    yield tuple(stores)
    for one in stores:
        one.close()


def faults_after(store: Store, statements: dict[str, str]) -> set[tuple[str, str]]:
    """What is found once somebody has been at a database's tables; nothing of it stays."""
    with store.engine.connect() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for one in statements.values():
            connection.execute(text(one))
        with Session(connection, autoflush=False) as session:
            found = {(one.table, one.what) for one in written_faults(session, NATION)}
        connection.rollback()
    return found


def found_in_any(lives: tuple[Store, ...], statements: dict[str, str]) -> set[tuple[str, str]]:
    return {fault for store in lives for fault in faults_after(store, statements)}


def test_altered_row_is_found_in_every_table(lives: tuple[Store, ...]) -> None:
    done = {table: f"UPDATE {table} SET {change}" for table, change in ALTERED.items()}  # noqa: S608 - the test's own
    assert {table for table, what in found_in_any(lives, done) if what == "altered"} == set(ALTERED)


def test_removed_row_is_found_in_every_table(lives: tuple[Store, ...]) -> None:
    done = {table: f"DELETE FROM {table}" for table in ALTERED}  # noqa: S608
    assert {table for table, what in found_in_any(lives, done) if what == "removed"} == set(ALTERED)


def test_row_put_in_past_the_trail_is_found(lives: tuple[Store, ...]) -> None:
    done = {}
    for table in COPIED:
        kept = ", ".join(one.key for one in Base.metadata.tables[table].columns if one.key != "id")
        copy = kept.replace("link,", "'copied',") if table == "kinship_link" else kept
        done[table] = f"INSERT INTO {table} ({kept}) SELECT {copy} FROM {table}"  # noqa: S608
    assert {table for table, what in found_in_any(lives, done) if what == "added"} == set(COPIED)


def test_tables_held_by_something_else_are_tables() -> None:
    named = {*HELD_OTHERWISE, *PASSING}
    assert named <= Base.metadata.tables.keys() and len(named) == len(HELD_OTHERWISE) + len(PASSING)
