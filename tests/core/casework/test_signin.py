"""Signing in: a password is tried while nothing is locked, and what it opened is still what is kept."""

from __future__ import annotations

from typing import Any

import pytest

from core.casework import signin
from core.casework.signin import set_password, sign_in
from core.errors import JiuzhuError

LOGIN, FIRST, SECOND = "clerk.610523", "long-enough-1", "long-enough-2"


@pytest.fixture
def bureau(shaanxi: Any) -> Any:
    """A bureau whose clerk has a password."""
    with shaanxi.desk("root") as desk:
        set_password(desk, LOGIN, FIRST)
    return shaanxi


def test_password_is_tried_while_others_may_write(bureau: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes in the middle of the trying is not kept waiting; and the password he sets counts at once."""
    matches = signin._matches

    def meanwhile(hashed: str, password: str) -> bool:
        with bureau.desk("root") as desk:
            set_password(desk, LOGIN, SECOND)
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
