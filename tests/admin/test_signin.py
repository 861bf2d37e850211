from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from admin.app import create_app
from core.casework.signin import IDLE, WHOLE, hash_password, set_password
from core.casework.staff import deactivate, end_role, grant_role
from core.errors import JiuzhuError
from core.store.tables import FailedAttempt

CLERK = "clerk.430900"


def test_right_password_opens_the_page_that_was_asked_for(panel: Any) -> None:
    visitor = panel.visitor()
    asked = visitor.get("/standards/?division=430903")
    assert asked.status_code == 303 and "/login?next=" in asked.location

    form = {"login": CLERK, "password": "long-enough-1", "next": "/standards/?division=430903"}
    assert visitor.post("/login", form, at="/login").location == "/standards/?division=430903"


@pytest.mark.parametrize(
    ("login", "password"), [(CLERK, "wrong-password"), ("nobody", "long-enough-1"), ("", ""), ("root", "x" * 5000)]
)
def test_wrong_password_and_unknown_login_read_alike(panel: Any, login: str, password: str) -> None:
    answer = panel.visitor().post("/login", {"login": login, "password": password}, at="/login")

    assert answer.status_code == 401
    assert "登录名或密码不正确" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "onward",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "/a\nb"],
)
def test_signing_in_leads_to_no_other_site(panel: Any, onward: str) -> None:
    form = {"login": CLERK, "password": "long-enough-1", "next": onward}
    assert panel.visitor().post("/login", form, at="/login").location == "/"


def test_copied_cookie_opens_nothing_after_signing_out(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    cookie = visitor.client.get_cookie("jiuzhu")
    assert visitor.post("/logout").status_code == 303

    thief = panel.visitor()
    thief.client.set_cookie("jiuzhu", cookie.value)
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize("span", [IDLE, WHOLE])
def test_session_ends_by_lying_idle_and_with_the_working_day(panel: Any, span: timedelta) -> None:
    visitor = panel.visitor(CLERK)
    assert visitor.get("/").status_code == 200

    panel.clock.moment += span
    assert visitor.get("/").status_code == 303


def test_session_in_use_lasts_longer_than_an_idle_one(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    for _ in range(4):
        panel.clock.moment += IDLE / 2
        assert visitor.get("/").status_code == 200


@pytest.mark.parametrize("change", ["granted", "ended", "deactivated", "password"])
def test_session_ends_when_rights_or_password_change(panel: Any, change: str) -> None:
    visitor = panel.visitor(CLERK)
    with panel.platform.desk("root") as desk:
        if change == "granted":
            grant_role(desk, CLERK, "reviewer", "430900")
        elif change == "ended":
            end_role(desk, CLERK, "clerk", "430900", reason="调离")
        elif change == "deactivated":
            deactivate(desk, CLERK, reason="调离")
        else:
            set_password(desk, CLERK, hash_password(CLERK, "quite-another-1"))
    assert visitor.get("/").status_code == 303


@pytest.mark.parametrize("password", ["short", "my-clerk.430900-word"])
def test_weak_password_is_refused(panel: Any, password: str) -> None:
    with panel.platform.desk("root") as desk, pytest.raises(JiuzhuError) as refused:
        set_password(desk, CLERK, hash_password(CLERK, password))
    assert refused.value.code == "weak_password"


def test_only_an_administrator_sets_the_password_of_another(panel: Any) -> None:
    with panel.platform.desk(CLERK) as desk:
        set_password(desk, CLERK, hash_password(CLERK, "my-own-secret-1"))
        with pytest.raises(JiuzhuError) as refused:
            set_password(desk, "root", hash_password("root", "taken-over-1"))
    assert refused.value.code == "not_permitted"


def attempts(panel: Any, count: int, login: str, password: str, **more: Any) -> list[int]:
    """Try to sign in so often and return the answers' statuses."""
    statuses = []
    for _ in range(count):
        visitor = panel.visitor()
        form = {"login": login, "password": password}
        statuses.append(visitor.post("/login", form, at="/login", **more).status_code)
    return statuses


def test_wrong_attempts_from_one_address_are_counted(panel: Any) -> None:
    assert attempts(panel, 12, "root", "guessed") == [401] * 10 + [429] * 2


def test_wrong_attempts_at_one_login_are_counted_from_wherever_they_come(panel: Any) -> None:
    from_everywhere = [
        attempts(panel, 1, CLERK, "guessed", environ_overrides={"REMOTE_ADDR": f"10.0.0.{n}"})[0] for n in range(22)
    ]
    assert from_everywhere == [401] * 20 + [429] * 2


def test_office_behind_one_address_signs_in_within_a_minute(panel: Any) -> None:
    assert attempts(panel, 12, CLERK, "long-enough-1") == [303] * 12


def test_wrong_attempts_are_counted_once_for_all_workers_and_forgotten_after_an_hour(panel: Any) -> None:
    assert attempts(panel, 6, CLERK, "guessed") == [401] * 6
    panel.app = create_app(panel.platform, secure=False)  # another worker on the same database
    assert attempts(panel, 5, CLERK, "guessed") == [401] * 4 + [429]

    panel.clock.moment += timedelta(hours=1, minutes=1)
    assert attempts(panel, 1, CLERK, "guessed") == [401]
    with panel.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FailedAttempt)) == 2  # by address and by login


def test_guessing_ones_password_on_the_account_page_is_limited_like_signing_in(panel: Any) -> None:
    visitor = panel.visitor(CLERK)
    given = {"old": "guessed-wrong", "new": "another-long-1", "again": "another-long-1"}
    statuses = [visitor.post("/account/password", given, at="/account/").status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]
    refused = visitor.post("/account/password", given | {"old": "long-enough-1"}, at="/account/")
    assert refused.status_code == 429 and "尝试次数过多" in refused.get_data(as_text=True)


def test_door_and_desk_each_look_up_the_officer_and_his_rights_once(panel: Any) -> None:
    visitor, asked = panel.visitor(CLERK), []

    def note(*words: Any) -> None:
        if "FROM role_grant" in words[2]:
            asked.append(words[2])

    engine = panel.platform.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert visitor.get("/standards/").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(asked) == 2
