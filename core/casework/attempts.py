"""Wrong passwords, counted in the database: however many processes answer, there is one count.

An attempt is kept for an hour as hashes of where it came from and of the login it tried; what was typed is not kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.errors import JiuzhuError, Text
from core.store.tables import FailedAttempt

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many wrong attempts in a span, of what a key names."""

    of: str
    span: timedelta
    most: int


LIMITS = (
    Limit(of="address", span=timedelta(minutes=1), most=10),
    Limit(of="address", span=HOUR, most=60),
    Limit(of="login", span=HOUR, most=20),
)
"""An office behind one address may come in the same minute; a login is guessed at from wherever."""


def require_few(session: Session, *, address: str, login: str, now: datetime) -> None:
    """Refuse a further attempt after too many wrong ones; right ones are not counted.

    Raises:
        JiuzhuError: ``too_many_attempts``.
    """
    keys = _keys(address=address, login=login)
    for one in LIMITS:
        since = _moment(now - one.span)
        counted = select(func.count()).where(FailedAttempt.digest == keys[one.of], FailedAttempt.at > since)
        if (session.scalar(counted) or 0) >= one.most:
            text = Text("尝试次数过多，请稍后再试", "too many attempts; try again later")
            raise JiuzhuError("too_many_attempts", text)


def note_wrong(session: Session, *, address: str, login: str, now: datetime) -> None:
    """Count a wrong attempt, and forget those no limit asks about any more."""
    session.execute(delete(FailedAttempt).where(FailedAttempt.at <= _moment(now - HOUR)))
    session.add_all(_rows(_keys(address=address, login=login).values(), _moment(now)))


def _rows(digests: Iterable[str], moment: str) -> list[FailedAttempt]:
    return [FailedAttempt(digest=one, at=moment) for one in digests]


def _keys(**named: str) -> dict[str, str]:
    return {of: hashlib.sha256(f"{of}:{text}".encode()).hexdigest() for of, text in named.items()}


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
