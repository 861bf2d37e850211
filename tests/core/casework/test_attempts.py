"""Wrong passwords are counted by where they come from and by the login they try, each for its own span."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.attempts import note_wrong, require_few
from core.errors import JiuzhuError
from core.store.engine import Store
from core.store.tables import FailedAttempt

NOON = datetime(2018, 6, 1, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def wrong(session: Session, number: int, *, address: str = "10.0.0.1", login: str = "甲", every: timedelta) -> None:
    """So many wrong attempts, the last at noon."""
    for at in range(number):
        note_wrong(session, address=address, login=login, now=NOON - every * (number - 1 - at))


def refused(session: Session, *, address: str = "10.0.0.1", login: str = "甲", now: datetime = NOON) -> bool:
    try:
        require_few(session, address=address, login=login, now=now)
    except JiuzhuError as error:
        return error.code == "too_many_attempts"
    return False


def test_ten_from_an_address_in_a_minute_are_the_most_whatever_they_try(store: Store) -> None:
    with store.writing() as session:
        wrong(session, 9, every=SECOND)
        assert not refused(session)
        note_wrong(session, address="10.0.0.1", login="乙", now=NOON)
        assert refused(session, login="丙")
        assert not refused(session, address="10.0.0.2"), "the login itself was tried nine times only"
        assert not refused(session, login="丙", now=NOON + MINUTE)


def test_twenty_at_a_login_in_an_hour_are_the_most_wherever_they_come_from(store: Store) -> None:
    with store.writing() as session:
        for at in range(20):
            assert not refused(session, address=f"10.0.1.{at}")
            note_wrong(session, address=f"10.0.1.{at}", login="甲", now=NOON - MINUTE)
        assert refused(session, address="10.0.2.1")
        assert not refused(session, address="10.0.2.1", login="乙")
        assert not refused(session, address="10.0.2.1", now=NOON + 59 * MINUTE)


def test_sixty_from_an_address_in_an_hour_are_the_most_however_slowly(store: Store) -> None:
    with store.writing() as session:
        for at in range(60):
            assert not refused(session, login=f"guess-{at}", now=NOON + at * timedelta(seconds=45))
            note_wrong(session, address="10.0.0.1", login=f"guess-{at}", now=NOON + at * timedelta(seconds=45))
        assert refused(session, login="another", now=NOON + 50 * MINUTE)
        assert not refused(session, login="another", now=NOON + 61 * MINUTE)


def test_attempt_is_kept_for_an_hour_and_says_neither_address_nor_login(store: Store) -> None:
    with store.writing() as session:
        note_wrong(session, address="10.0.0.1", login="甲", now=NOON)
        kept = session.scalars(select(FailedAttempt)).all()
        assert len(kept) == 2 and all(len(one.digest) == 64 for one in kept)
        note_wrong(session, address="10.0.0.2", login="乙", now=NOON + timedelta(hours=1))
        assert {one.at for one in session.scalars(select(FailedAttempt))} == {"2018-06-01T13:00:00+00:00"}


def test_moments_are_compared_in_one_zone(store: Store) -> None:
    with store.writing() as session:
        wrong(session, 10, every=SECOND)
        eastern = datetime.fromisoformat("2018-06-01T20:00:01+08:00")
        with pytest.raises(JiuzhuError, match="too_many_attempts"):
            require_few(session, address="10.0.0.1", login="乙", now=eastern)
