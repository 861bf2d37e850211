"""Signing in: passwords, sessions kept by the server, and when they end.

The browser holds a random token, the database only its hash. A session ends by signing out, by lying idle, with the
working day, and the moment the user's password, rights or access change: it carries a stamp of what he was then.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from core.store.engine import Store
from core.store.tables import StaffSession, StaffUser

SHORTEST = 10
"""Characters of a password."""
IDLE = timedelta(minutes=60)
WHOLE = timedelta(hours=12)
NOTED = timedelta(minutes=1)
"""How exactly it is noted when a session was last seen: not every look is a write."""

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedPassword:
    """What is kept of a password. Hashing takes long on purpose: it is done while no transaction is open."""

    kept: str = field(repr=False)


def hash_password(login: str, password: str) -> HashedPassword:
    """Return what is to be kept of a password for a login, before a transaction is opened to set it.

    Raises:
        JiuzhuError: ``weak_password``.
    """
    return HashedPassword(kept=_hashed(login, password))


def set_password(desk: Desk, login: str, hashed: HashedPassword) -> None:
    """Give a user a password, or yourself another one; his sessions end.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_user``.
    """
    if login != desk.actor.login:
        desk.require("staff.manage", "000000")
    user = desk.session.scalars(select(StaffUser).where(StaffUser.login == login)).first()
    if user is None:
        raise JiuzhuError("unknown_user", Text("没有这个用户", "there is no such user"), value=login)
    _write(desk, user, hashed.kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """Another password of one's own, tried and hashed: the hash it takes the place of, and its own."""

    kept: str = field(repr=False)
    hashed: str = field(repr=False)


def try_new_password(store: Store, login: str, *, old: str, new: str) -> NewPassword:
    """Try the old password and hash the new one, both while no transaction is open, as in :func:`sign_in`.

    Raises:
        JiuzhuError: ``bad_password`` when the old one is not his, ``weak_password``.
    """
    with store.reading() as session:
        kept = _kept(session, login)
    if not _matches(kept or _nobody(), old) or kept is None:
        raise _bad_password()
    return NewPassword(kept=kept, hashed=_hashed(login, new))


def change_password(desk: Desk, tried: NewPassword) -> None:
    """Give yourself the password that was tried; all your sessions end.

    Raises:
        JiuzhuError: ``bad_password`` when another one has been set meanwhile.
    """
    user = desk.session.get_one(StaffUser, desk.actor.id)
    if user.password != tried.kept:
        raise _bad_password()
    _write(desk, user, tried.hashed)


def end_sessions(desk: Desk, login: str, *, keep: str | None = None) -> int:
    """End a user's sessions, or your own but the one of the token ``keep``; return how many.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_user``.
    """
    if login != desk.actor.login:
        desk.require("staff.manage", "000000")
    user = desk.session.scalars(select(StaffUser).where(StaffUser.login == login)).first()
    if user is None:
        raise JiuzhuError("unknown_user", Text("没有这个用户", "there is no such user"), value=login)
    query = select(StaffSession).where(StaffSession.user_id == user.id, StaffSession.ended_at.is_(None))
    ending = [row for row in desk.session.scalars(query) if keep is None or row.digest != _digest(keep)]
    for row in ending:
        row.ended_at = _moment(desk.now)
    desk.session.flush()
    desk.record("staff", "sessions_ended", {"user": user.id, "count": len(ending)})
    return len(ending)


def is_session(row: StaffSession, token: str) -> bool:
    """Tell whether a session is that of a token."""
    return row.digest == _digest(token)


def sign_in(store: Store, login: str, password: str, *, now: datetime) -> str:
    """Begin a session and return its token.

    The password is tried while no transaction is open: that takes long on purpose, and nobody who writes waits for it.

    Raises:
        JiuzhuError: ``bad_login``, the same whatever was wrong, and after the same work.
    """
    with store.reading() as session:
        kept = _kept(session, login)
    if not _matches(kept or _nobody(), password) or kept is None:
        raise _bad_login()
    with store.writing() as session:
        if _kept(session, login) != kept:
            raise _bad_login()
        return begin_session(session, login, now=now)


def begin_session(session: Session, login: str, *, now: datetime) -> str:
    """Begin a session of somebody who has just shown who he is; return its token."""
    user = session.scalars(select(StaffUser).where(StaffUser.login == login)).one()
    token, moment = secrets.token_urlsafe(32), _moment(now)
    row = StaffSession(digest=_digest(token), user_id=user.id, stamp=_stamp(user), started_at=moment, seen_at=moment)
    session.add(row)
    session.flush()
    return token


def _kept(session: Session, login: str) -> str | None:
    """What is kept of the password of a user who may sign in."""
    return session.scalar(select(StaffUser.password).where(StaffUser.login == login, StaffUser.active))


def _hashed(login: str, password: str) -> str:
    if len(password) < SHORTEST or login.casefold() in password.casefold():
        text = Text(f"密码至少 {SHORTEST} 个字符，且不含登录名", f"at least {SHORTEST} characters, without the login")
        raise JiuzhuError("weak_password", text)
    return _hasher.hash(password)


def _write(desk: Desk, user: StaffUser, hashed: str) -> None:
    user.password = hashed
    desk.session.flush()
    desk.record("staff", "password_set", {"user": user.id})


def _bad_password() -> JiuzhuError:
    return JiuzhuError("bad_password", Text("原密码不正确", "the old password is wrong"))


def _bad_login() -> JiuzhuError:
    return JiuzhuError("bad_login", Text("登录名或密码不正确", "login or password is wrong"))


def session_of(session: Session, token: str, *, now: datetime) -> StaffSession | None:
    """Return the session of a token while it holds, with its user; else None."""
    row = session.scalars(select(StaffSession).where(StaffSession.digest == _digest(token))).first()
    if row is None or row.ended_at is not None or not row.user.active or row.stamp != _stamp(row.user):
        return None
    if now - datetime.fromisoformat(row.seen_at) > IDLE or now - datetime.fromisoformat(row.started_at) > WHOLE:
        return None
    return row


def needs_note(row: StaffSession, *, now: datetime) -> bool:
    """Tell whether it is time to note that the session was seen."""
    return now - datetime.fromisoformat(row.seen_at) > NOTED


def note_seen(session: Session, token: str, *, now: datetime) -> None:
    """Note that a session was seen."""
    query = update(StaffSession).where(StaffSession.digest == _digest(token), StaffSession.ended_at.is_(None))
    session.execute(query.values(seen_at=_moment(now)))


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End a session: its token opens nothing any more."""
    query = update(StaffSession).where(StaffSession.digest == _digest(token), StaffSession.ended_at.is_(None))
    session.execute(query.values(ended_at=_moment(now)))


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    """A hash that nothing matches: an unknown login costs as long as a wrong password."""
    return _hasher.hash(secrets.token_urlsafe(32))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _stamp(user: StaffUser) -> str:
    grants = sorted(f"{one.role} {one.path} {one.since} {one.until}" for one in user.grants)
    return hashlib.sha256("\n".join([user.password or "", *grants]).encode()).hexdigest()


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="seconds")
