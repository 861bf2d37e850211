from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from core.casework import signin
from core.casework.staff import add_user, grant_role
from core.store.tables import Event, RoleGrant, StaffSession, StaffUser

ROOT, LOCAL, CLERK = "root", "administrator.430900", "clerk.430900"


def body(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def user(panel: Any, login: str) -> StaffUser | None:
    with panel.platform.database.reading() as session:
        found: StaffUser | None = session.scalars(select(StaffUser).where(StaffUser.login == login)).first()
        return found


def test_administrator_adds_a_user_who_signs_in_with_the_initial_password(panel: Any) -> None:
    visitor = panel.visitor(ROOT)
    form = {"login": "wang.fang", "name": "王芳", "password": "first-secret-1"}
    answer = visitor.post("/users/new", form)
    assert answer.status_code == 303 and answer.location == "/users/wang.fang"

    granted = {"role": "clerk", "division": "430903 赫山区", "since": "", "until": ""}
    assert visitor.post("/users/wang.fang/grant", granted).status_code == 303
    entered = panel.visitor().post("/login", {"login": "wang.fang", "password": "first-secret-1"}, at="/login")
    assert entered.status_code == 303
    page = body(visitor.get("/users/wang.fang"))
    assert "赫山区" in page and "授予角色" in page and "2018年6月1日" in page
    assert "<td>管理员</td>" in page  # who did it goes by name


def test_faults_of_a_new_user_stand_at_their_fields_and_what_was_typed_stays(panel: Any) -> None:
    answer = panel.visitor(ROOT).post("/users/new", {"login": CLERK, "name": "王芳", "password": ""})
    page = body(answer)
    assert answer.status_code == 422
    assert "登录名已被使用" in page and 'value="王芳"' in page

    page = body(panel.visitor(ROOT).post("/users/new", {"login": "new.one", "name": "", "password": "short"}))
    assert "必填" in page and user(panel, "new.one") is None


def test_list_is_by_name_role_and_state_and_shows_a_local_administrator_only_his_places(panel: Any) -> None:
    local = panel.visitor(LOCAL)
    page = body(local.get("/users/"))
    assert CLERK in page and "clerk.610523" not in page and "新增用户" not in page
    assert local.get("/users/clerk.610523").status_code == 404
    page = body(panel.visitor(ROOT).get("/users/?role=auditor"))
    assert "auditor.610523" in page and "clerk.610523" not in page


def test_local_administrator_grants_only_in_his_places(panel: Any) -> None:
    local = panel.visitor(LOCAL)
    inside = {"role": "reviewer", "division": "430903", "since": "", "until": ""}
    assert local.post(f"/users/{CLERK}/grant", inside).status_code == 303
    outside = inside | {"division": "610523"}
    assert local.post(f"/users/{CLERK}/grant", outside).status_code == 403
    assert local.post("/users/new", {"login": "x", "name": "x"}).status_code == 403
    with panel.platform.database.reading() as session:
        held = session.scalars(select(RoleGrant).where(RoleGrant.role == "reviewer", RoleGrant.division == "610523"))
        assert [one.user.login for one in held] == ["reviewer.610523"]


def test_local_administrator_takes_in_a_user_by_his_login(panel: Any) -> None:
    with panel.platform.desk(ROOT) as desk:
        add_user(desk, "new.one", "新人")
    local = panel.visitor(LOCAL)
    assert local.get("/users/new.one").status_code == 404
    form = {"login": "new.one", "role": "clerk", "division": "430903", "since": "", "until": ""}
    unknown = local.post("/users/grant", form | {"login": "nobody"})
    assert unknown.status_code == 422 and "没有这个用户" in body(unknown) and 'value="430903"' in body(unknown)
    assert local.post("/users/grant", form | {"division": "610523"}).status_code == 403
    assert local.post("/users/grant", form).status_code == 303
    assert "新人" in body(local.get("/users/new.one"))


def test_places_offered_for_a_grant_are_those_one_may_grant_in(panel: Any) -> None:
    local = panel.visitor(LOCAL)
    assert "430903" in body(local.get("/places/find?action=staff.manage&division=赫山"))
    assert "610523" not in body(local.get("/places/find?action=staff.manage&division=大荔"))
    assert "610523" in body(local.get("/places/find?division=大荔")), "rules are public: elsewhere every place is found"


def test_ended_role_says_why_and_ends_the_sessions(panel: Any) -> None:
    clerk, root = panel.visitor(CLERK), panel.visitor(ROOT)
    refused = root.post(f"/users/{CLERK}/end", {"role": "clerk", "division": "430900", "reason": ""})
    assert refused.status_code == 422 and "必填" in body(refused)

    root.post(f"/users/{CLERK}/end", {"role": "clerk", "division": "430900", "reason": "调离"})
    assert clerk.get("/").status_code == 303
    page = body(root.get(f"/users/{CLERK}"))
    assert "已结束" in page and "调离" in page


def test_last_administrator_is_told_why_he_stays(panel: Any) -> None:
    answer = panel.visitor(ROOT).post(
        "/users/root/end", {"role": "administrator", "division": "000000", "reason": "离职"}
    )
    assert answer.status_code == 422 and "最后一名全国管理员" in body(answer)


def test_deactivated_user_is_out_and_stays_on_record(panel: Any) -> None:
    clerk, root = panel.visitor(CLERK), panel.visitor(ROOT)
    root.post(f"/users/{CLERK}/deactivate", {"reason": "退休"})
    assert clerk.get("/").status_code == 303
    held = user(panel, CLERK)
    assert held is not None and not held.active
    assert "已停用" in body(root.get(f"/users/{CLERK}"))


def test_sessions_of_a_user_are_ended_by_who_manages_all_users(panel: Any) -> None:
    clerk, root = panel.visitor(CLERK), panel.visitor(ROOT)
    assert panel.visitor(LOCAL).post(f"/users/{CLERK}/sessions").status_code == 403
    assert root.post(f"/users/{CLERK}/sessions").status_code == 303
    assert clerk.get("/").status_code == 303
    with panel.platform.database.reading() as session:
        assert session.scalars(select(Event).where(Event.kind == "sessions_ended")).one().body["count"] == 1


def test_own_password_needs_the_old_one_and_ends_sessions_elsewhere(panel: Any) -> None:
    here, elsewhere = panel.visitor(CLERK), panel.visitor(CLERK)
    wrong = {"old": "not-mine-at-all", "new": "another-secret-1", "again": "another-secret-1"}
    answer = here.post("/account/password", wrong)
    assert answer.status_code == 422 and "原密码不正确" in body(answer)
    right = wrong | {"old": "long-enough-1"}
    assert "两次输入不一致" in body(here.post("/account/password", right | {"again": "other"}))
    assert "密码至少 10 个字符" in body(here.post("/account/password", right | {"new": "short", "again": "short"}))

    assert here.post("/account/password", right).status_code == 303
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 303
    assert (
        panel.visitor().post("/login", {"login": CLERK, "password": "another-secret-1"}, at="/login").status_code == 303
    )


def test_own_sessions_elsewhere_are_ended_and_this_one_goes_on(panel: Any) -> None:
    here, elsewhere = panel.visitor(CLERK), panel.visitor(CLERK)
    assert here.post("/account/sessions").status_code == 303
    assert here.get("/account/").status_code == 200 and elsewhere.get("/").status_code == 303
    with panel.platform.database.reading() as session:
        assert len(session.scalars(select(StaffSession).where(StaffSession.ended_at.is_(None))).all()) == 1


def test_users_come_a_page_at_a_time(panel: Any) -> None:
    with panel.platform.desk(ROOT) as desk:
        for number in range(60):
            add_user(desk, f"u{number:02}", f"用户{number}")
        grant_role(desk, "u00", "clerk", "430903")
    visitor = panel.visitor(ROOT)
    assert "after=" in body(visitor.get("/users/?q=用户"))
    assert "u59" in body(visitor.get("/users/?q=用户&after=u49"))


@pytest.mark.parametrize("path", ["/users/new", f"/users/{CLERK}/password"])
def test_password_an_administrator_gives_is_hashed_while_others_may_write(
    panel: Any, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    hashed, written = signin._hashed, []

    def meanwhile(login: str, password: str) -> str:
        with panel.platform.desk(ROOT) as desk:
            written.append(desk.record("staff", "sessions_ended", {"user": desk.actor.id, "count": 0}).sequence)
        return hashed(login, password)

    visitor = panel.visitor(ROOT)
    monkeypatch.setattr(signin, "_hashed", meanwhile)
    form = {"login": "wang.fang", "name": "王芳", "password": "first-secret-1"}
    assert visitor.post(path, form).status_code == 303 and written
