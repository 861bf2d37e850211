from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from admin.safety import limiter
from core.casework.signin import IDLE, WHOLE, set_password
from core.casework.staff import deactivate, end_role, grant_role
from core.errors import JiuzhuError

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
            set_password(desk, CLERK, "quite-another-1")
    assert visitor.get("/").status_code == 303


@pytest.mark.parametrize("password", ["short", "my-clerk.430900-word"])
def test_weak_password_is_refused(panel: Any, password: str) -> None:
    with panel.platform.desk("root") as desk, pytest.raises(JiuzhuError) as refused:
        set_password(desk, CLERK, password)
    assert refused.value.code == "weak_password"


def test_only_an_administrator_sets_the_password_of_another(panel: Any) -> None:
    with panel.platform.desk(CLERK) as desk:
        set_password(desk, CLERK, "my-own-secret-1")
        with pytest.raises(JiuzhuError) as refused:
            set_password(desk, "root", "taken-over-1")
    assert refused.value.code == "not_permitted"


@pytest.fixture
def counting(make_panel: Any) -> Any:
    """A panel that counts wrong attempts."""
    limiter.enabled = True
    try:
        yield make_panel()
        limiter.reset()
    finally:
        limiter.enabled = False


def attempts(panel: Any, count: int, login: str, password: str, **more: Any) -> list[int]:
    """Try to sign in so often and return the answers' statuses."""
    statuses = []
    for _ in range(count):
        visitor = panel.visitor()
        form = {"login": login, "password": password}
        statuses.append(visitor.post("/login", form, at="/login", **more).status_code)
    return statuses


def test_wrong_attempts_from_one_address_are_counted(counting: Any) -> None:
    assert attempts(counting, 12, "root", "guessed") == [401] * 10 + [429] * 2


def test_wrong_attempts_at_one_login_are_counted_from_wherever_they_come(counting: Any) -> None:
    from_everywhere = [
        attempts(counting, 1, CLERK, "guessed", environ_overrides={"REMOTE_ADDR": f"10.0.0.{n}"})[0] for n in range(22)
    ]
    assert from_everywhere == [401] * 20 + [429] * 2


def test_office_behind_one_address_signs_in_within_a_minute(counting: Any) -> None:
    assert attempts(counting, 12, CLERK, "long-enough-1") == [303] * 12
