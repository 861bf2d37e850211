"""Signing in: a password is tried while nothing is locked, and what it opened is still what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from core.casework import signin
from core.casework.signin import change_password, hash_password, set_password, sign_in, try_new_password
from core.errors import JiuzhuError

LOGIN, FIRST, SECOND = "clerk.610523", "long-enough-1", "long-enough-2"


@pytest.fixture
def bureau(shaanxi: Any) -> Any:
    """A bureau whose clerk has a password."""
    with shaanxi.desk("root") as desk:
        set_password(desk, LOGIN, hash_password(LOGIN, FIRST))
    return shaanxi


def test_password_is_tried_while_others_may_write(bureau: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes in the middle of the trying is not kept waiting; and the password he sets counts at once."""
    matches = signin._matches

    def meanwhile(hashed: str, password: str) -> bool:
        with bureau.desk("root") as desk:
            set_password(desk, LOGIN, hash_password(LOGIN, SECOND))
        return matches(hashed, password)

    monkeypatch.setattr(signin, "_matches", meanwhile)
    with pytest.raises(JiuzhuError, match="bad_login"):
        sign_in(bureau.platform.database, LOGIN, FIRST, now=bureau.platform.clock())
    monkeypatch.undo()
    assert sign_in(bureau.platform.database, LOGIN, SECOND, now=bureau.platform.clock())


@pytest.mark.parametrize(("login", "password"), [(LOGIN, SECOND), ("nobody", FIRST), ("root", FIRST)])
def test_wrong_password_and_unknown_login_read_alike(bureau: Any, login: str, password: str) -> None:
    with pytest.raises(JiuzhuError) as refused:
        sign_in(bureau.platform.database, login, password, now=bureau.platform.clock())
    assert (refused.value.code, refused.value.value) == ("bad_login", None)


def test_new_password_is_hashed_while_others_may_write(bureau: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody writes in the middle of the hashing; a password an administrator sets meanwhile is not written over."""
    hashed, store = signin._hashed, bureau.platform.database

    def meanwhile(login: str, password: str) -> str:
        with bureau.desk("root") as desk:
            desk.record("staff", "sessions_ended", {"count": 0})
        return hashed(login, password)

    monkeypatch.setattr(signin, "_hashed", meanwhile)
    tried = try_new_password(store, LOGIN, old=FIRST, new=SECOND)
    monkeypatch.undo()
    with bureau.desk("root") as desk:
        set_password(desk, LOGIN, hash_password(LOGIN, "long-enough-3"))
    with pytest.raises(JiuzhuError, match="bad_password"), bureau.desk(LOGIN) as desk:
        change_password(desk, tried)
    with bureau.desk(LOGIN) as desk:
        change_password(desk, try_new_password(store, LOGIN, old="long-enough-3", new=SECOND))
    assert sign_in(store, LOGIN, SECOND, now=bureau.platform.clock())


def test_old_password_must_be_right_and_the_new_one_strong(bureau: Any) -> None:
    for old, new, code in ((SECOND, SECOND, "bad_password"), (FIRST, "short", "weak_password")):
        with pytest.raises(JiuzhuError, match=code):
            try_new_password(bureau.platform.database, LOGIN, old=old, new=new)
