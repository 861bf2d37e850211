"""One's own account: rights, password, sign-ins."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user

from admin.form import Field, read, sorted_faults
from admin.language import language, say
from admin.problems import status_of
from admin.screens.users import at_field
from admin.signin import Officer, counting
from admin.work import platform, reading, working
from core.casework.access import role_label
from core.casework.signin import begin_session, change_password, end_sessions, is_session, try_new_password
from core.casework.staff_list import sessions_of
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import StaffUser

screen = Blueprint("account", __name__, url_prefix="/account")
FIELDS = (
    Field("old", Text("原密码", "present password"), kind="secret", required=True, autocomplete="current-password"),
    Field("new", Text("新密码", "new password"), kind="secret", required=True, autocomplete="new-password",
          help=Text("至少 10 个字符，且不含登录名", "at least 10 characters, without the login")),
    Field("again", Text("再次输入新密码", "new password again"), kind="secret", required=True,
          autocomplete="new-password"),
)  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show one's own rights and sign-ins, and the form for another password."""
    return _page(None)


@screen.post("/password")
def password() -> ResponseReturnValue:
    """Change one's own password; every other session ends."""
    try:
        given = read(FIELDS, request.form)
        if given["new"] != given["again"]:
            said = Text("两次输入不一致", "the two do not agree")
            raise InvalidInput([Problem(code="not_repeated", message=said, where=Where(path="$.again"))])
        with at_field("bad_password", "old"), at_field("weak_password", "new"), counting(current_user.login):
            tried = try_new_password(platform().database, current_user.login, old=given["old"], new=given["new"])
            with working() as desk:
                change_password(desk, tried)
                officer = Officer(begin_session(desk.session, desk.actor.login, now=desk.now), desk.actor)
    except JiuzhuError as error:
        return _page(error), status_of(error)
    login_user(officer)
    flash(say("密码已更改，其他登录已结束。", "The password is changed; other sessions ended."))
    return redirect(url_for(".page"), 303)


@screen.post("/sessions")
def sessions() -> ResponseReturnValue:
    """End one's sessions elsewhere."""
    with working() as desk:
        ended = end_sessions(desk, desk.actor.login, keep=current_user.token)
    flash(say(f"已结束其他 {ended} 处登录。", f"{ended} other sessions ended."))
    return redirect(url_for(".page"), 303)


def _page(error: JiuzhuError | None) -> str:
    problems, rest = sorted_faults(error, FIELDS)
    with reading() as desk:
        user = desk.session.get_one(StaffUser, desk.actor.id)
        rows = [(one, is_session(one, current_user.token)) for one in sessions_of(desk, user)]
        grants = [one for one in user.grants if one.until is None or one.until > platform().today]
        return render_template(
            "account/page.html", user=user, sessions=rows, grants=grants, fields=FIELDS, problems=problems, rest=rest,
            error=None if problems and not rest else error, role_label=role_label, lang=language(),
        )  # fmt: skip
