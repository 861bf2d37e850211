"""Users and roles: who works where; adding, granting, ending, passwords, closing, and what was done when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import division_in
from admin.event_words import kind_text
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.access import matrix, role_label
from core.casework.signin import HashedPassword, end_sessions, hash_password, set_password
from core.casework.staff import NATION, add_user, deactivate, end_role, grant_role
from core.casework.staff_list import Wanted, access_history, grants_seen, sessions_of, staff_one, staff_page
from core.casework.staff_sheet import staff_sheet
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where

screen = Blueprint("users", __name__, url_prefix="/users")
PAGE = 50

LOGIN = Field(
    "login", Text("登录名", "login"), required=True, autocomplete="username",
    help=Text("字母、数字、点，不再更改", "letters, digits, dots; kept for good"),
)  # fmt: skip
NAME = Field("name", Text("姓名", "name"), required=True, autocomplete="off")
PASSWORD = Field(
    "password", Text("初始密码", "initial password"), kind="secret", autocomplete="new-password",
    help=Text("至少 10 个字符；不填则暂不能登录", "at least 10 characters; without one nobody can sign in yet"),
)  # fmt: skip
ROLE = Field(
    "role", Text("角色", "role"), kind="choice", required=True,
    options=[(code, role_label(code)) for code in matrix()["roles"]],
)  # fmt: skip
KNOWN = Field("login", Text("登录名", "login"), required=True, autocomplete="off")
SINCE = Field("since", Text("起", "from"), kind="day", help=Text("不填为今天", "today where left empty"))
UNTIL = Field("until", Text("止（不含当日）", "until (that day excluded)"), kind="day")
REASON = Field("reason", Text("原因", "reason"), required=True, wide=True)
PLACE = Field("division", Text("地区", "place"), required=True)
NEW = (NAME, LOGIN, PASSWORD)
GRANT = (ROLE, PLACE, SINCE, UNTIL)
SET = (Field("password", Text("新密码", "new password"), kind="secret", required=True, autocomplete="new-password"),)
END = (ROLE, PLACE, REASON)
STATES = {"active": True, "closed": False}


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the users of the places the officer may see."""
    with reading() as desk:
        found = staff_page(desk, _wanted())
        rows = [{"user": one, "grants": _in_force(grants_seen(desk, one))} for one in found[:PAGE]]
        following = found[PAGE - 1].login if len(found) > PAGE else ""
        whole = desk.actor.may("staff.manage", NATION, desk.today)
        return render_template(
            "users/list.html", rows=rows, asked=request.args, roles=ROLE.options, following=following, whole=whole
        )


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the users asked for as a workbook."""
    with reading() as desk:
        return workbook(staff_sheet(desk, _wanted()), say("用户和角色", "users-and-roles"))


def _wanted() -> Wanted:
    asked = request.args
    return Wanted(
        text=asked.get("q", "").strip(), role=asked.get("role", ""), active=STATES.get(asked.get("state", "")),
        after=asked.get("after", ""), limit=PAGE + 1,
    )  # fmt: skip


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask for a new user."""
    return _new(None)


@screen.post("/new")
def add() -> ResponseReturnValue:
    """Add a user, with a password where one is given; rights are granted on his page."""
    try:
        given = read(NEW, request.form)
        hashed = _hashed(given["login"], given["password"]) if given["password"] else None
        with working() as desk, at_field("login_taken", "login"):
            add_user(desk, given["login"], given["name"])
            if hashed is not None:
                set_password(desk, given["login"], hashed)
    except JiuzhuError as error:
        if error.code == "not_permitted":
            raise
        return _new(error), 422
    flash(
        say("已添加。请授予角色，没有角色的用户什么也看不到。", "Added. Grant a role: a user without one sees nothing.")
    )
    return redirect(url_for(".one", login=given["login"]), 303)


@screen.get("/grant")
def admit() -> ResponseReturnValue:
    """Ask for a role by login: how a user comes into a place whose administrator does not see him yet."""
    return _admit(None)


@screen.post("/grant")
def take_in() -> ResponseReturnValue:
    """Give a user a role in the administrator's own place."""
    try:
        given = read((KNOWN, *GRANT), request.form)
        with (
            working() as desk, at_field("bad_period", "until"), at_field("already_granted", "role"),
            at_field("unknown_user", "login"), at_field("inactive_user", "login"),
        ):  # fmt: skip
            place = _place(given["division"])
            grant_role(desk, given["login"], given["role"], place, since=given["since"], until=given["until"])
    except JiuzhuError as error:
        if error.code == "not_permitted":
            raise
        return _admit(error), 422
    flash(say("已授予。该用户需重新登录。", "Granted. The user signs in anew."))
    return redirect(url_for(".one", login=given["login"]), 303)


def _admit(error: JiuzhuError | None) -> str:
    problems, rest = sorted_faults(error, (KNOWN, *GRANT))
    shown = error if error is not None and (rest or not problems) else None
    return render_template(
        "users/grant.html", login=KNOWN, fields=GRANT, values=_typed(), problems=problems, error=shown, rest=rest
    )


@screen.get("/<login>")
def one(login: str) -> ResponseReturnValue:
    """Show a user: his rights, his sign-ins, and what was done to his access."""
    return _one(login)


@screen.post("/<login>/grant")
def grant(login: str) -> ResponseReturnValue:
    """Give a role over a place and all below it."""
    return _done(login, "grant", say("已授予。该用户需重新登录。", "Granted. The user signs in anew."))


@screen.post("/<login>/end")
def end(login: str) -> ResponseReturnValue:
    """Take a role away from today on."""
    return _done(login, "end", say("已收回。该用户的登录已结束。", "Ended. The user's sessions ended."))


@screen.post("/<login>/password")
def password(login: str) -> ResponseReturnValue:
    """Set a password."""
    return _done(login, "password", say("已设置密码，原登录已结束。", "The password is set; earlier sessions ended."))


@screen.post("/<login>/sessions")
def sessions(login: str) -> ResponseReturnValue:
    """End every session of a user."""
    return _done(login, "sessions", say("已结束该用户的全部登录。", "All sessions of the user ended."))


@screen.post("/<login>/deactivate")
def close(login: str) -> ResponseReturnValue:
    """Close a user's access."""
    return _done(login, "close", say("已停用。", "Deactivated."))


def _done(login: str, what: str, told: str) -> ResponseReturnValue:
    try:
        _do(login, what)
    except JiuzhuError as error:
        if error.code in ("not_permitted", "unknown_user"):
            raise
        return _one(login, error, form=what), 422
    flash(told)
    return redirect(url_for(".one", login=login), 303)


def _do(login: str, what: str) -> None:
    form = request.form
    with reading() as desk:
        staff_one(desk, login)
    if what == "grant":
        given = read(GRANT, form)
        with working() as desk, at_field("bad_period", "until"), at_field("already_granted", "role"):
            place = _place(given["division"])
            grant_role(desk, login, given["role"], place, since=given["since"], until=given["until"])
    elif what == "end":
        given = read(END, form)
        with working() as desk:
            end_role(desk, login, given["role"], given["division"], reason=given["reason"])
    elif what == "password":
        given = read(SET, form)
        hashed = _hashed(login, given["password"])
        with working() as desk:
            set_password(desk, login, hashed)
    elif what == "close":
        given = read((REASON,), form)
        with working() as desk:
            deactivate(desk, login, reason=given["reason"])
    else:
        with working() as desk:
            end_sessions(desk, login)


def _hashed(login: str, password: str) -> HashedPassword:
    with at_field("weak_password", "password"):
        return hash_password(login, password)


def _place(typed: str) -> str:
    with at_field("unknown_division", "division"), at_field("several_divisions", "division"):
        return division_in(typed)


class at_field:  # noqa: N801 - reads as a statement of its block
    """Turn an error of one code into a fault of a field."""

    def __init__(self, code: str, field: str) -> None:
        self._code, self._field = code, field

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Say it at the field."""
        if isinstance(error, JiuzhuError) and error.code == self._code:
            where = Where(path=f"$.{self._field}")
            raise InvalidInput(
                [Problem(code=error.code, message=error.message, hint=error.hint, where=where)]
            ) from error


def _new(error: JiuzhuError | None) -> str:
    problems, rest = sorted_faults(error, NEW)
    shown = error if error is not None and (rest or not problems) else None
    return render_template(
        "users/new.html", fields=NEW, values=_typed(), problems=problems, error=shown, rest=rest
    )  # fmt: skip


def _one(login: str, error: JiuzhuError | None = None, *, form: str = "") -> str:
    fields = {"grant": GRANT, "password": SET, "end": END, "close": (REASON,)}.get(form, ())
    problems, rest = sorted_faults(error, fields)
    rest += [fault for name in problems if form in ("end", "close") for fault in problems[name]]
    with reading() as desk:
        user = staff_one(desk, login)
        whole = desk.actor.may("staff.manage", NATION, desk.today)
        return render_template(
            "users/one.html", user=user, grants=[_grant(one, _today(), desk.actor) for one in grants_seen(desk, user)],
            history=access_history(desk, user)[:100], sessions=sessions_of(desk, user) if whole else [], whole=whole,
            forms={"grant": GRANT, "password": SET}, form=form, problems=problems, rest=rest, values=_typed(),
            error=error if rest or (error is not None and not problems) else None, kind_text=kind_text,
            role_label=role_label, own=user.id == desk.actor.id,
        )  # fmt: skip


def _typed() -> dict[str, Any]:
    return {name: value for name, value in request.form.items() if "password" not in name}


def _today() -> Any:
    return platform().today


def _in_force(grants: list[Any]) -> list[dict[str, Any]]:
    return [
        {"role": role_label(one.role), "division": one.division, "until": one.until}
        for one in grants
        if one.until is None or one.until > _today()
    ]


def _grant(one: Any, today: Any, actor: Any) -> dict[str, Any]:
    over = one.until is not None and one.until <= today
    state = "ended" if over else "later" if one.since > today else "holds"
    return {
        "code": one.role, "role": role_label(one.role), "division": one.division,
        "since": one.since, "until": one.until,
        "state": state, "mine": not over and actor.may("staff.manage", one.path, today),
    }  # fmt: skip
