"""Signing in and out. The browser's cookie holds a token, the server's table says whether it still opens anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from admin.language import say
from admin.own_address import is_ours
from admin.safety import limiter
from admin.work import platform
from core.casework.signin import needs_note, note_seen, session_of, sign_in, sign_out
from core.casework.staff import actor_of
from core.errors import JiuzhuError

screen = Blueprint("signin", __name__)
ATTEMPTS = "10 per minute; 60 per hour"
"""Wrong ones from one address: a whole office behind it may come in the same minute."""
GUESSES = "20 per hour"
"""Wrong ones at one login, from wherever they come."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Who is signed in, as pages know him; Flask-Login asks for the four names below."""

    token: str
    login: str
    name: str
    is_active: bool = True
    is_authenticated: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return self.token


def install(app: Flask, *, secure: bool) -> None:  # noqa: ARG001 - every part is installed alike
    """Set up the sessions and the two pages."""
    manager = LoginManager(app)
    manager.user_loader(_officer)
    app.register_blueprint(screen)


def _officer(token: str) -> Officer | None:
    now = platform().clock()
    with platform().database.reading() as work:
        row = session_of(work, token, now=now)
        found = None if row is None else Officer(token, row.user.login, row.user.name)
    if row is not None and needs_note(row, now=now):
        with platform().database.writing() as work:
            note_seen(work, token, now=now)
    return found


def actor() -> Any:
    """Return the rights of who is signed in."""
    with platform().database.reading() as work:
        return actor_of(work, current_user.login)


@screen.get("/login")
def page() -> ResponseReturnValue:
    """Show the form, or go on where somebody is signed in."""
    if current_user.is_authenticated:
        return redirect(_onward())
    return render_template("signin.html", onward=request.args.get("next", ""), problem=None, login="")


def _is_wrong(answer: Response) -> bool:
    return answer.status_code == 401


def _login() -> str:
    return request.form.get("login", "").strip()


@screen.post("/login")
@limiter.limit(ATTEMPTS, deduct_when=_is_wrong)
@limiter.limit(GUESSES, key_func=_login, deduct_when=_is_wrong)
def enter() -> ResponseReturnValue:
    """Sign in; a wrong password and an unknown login read alike."""
    login, password = _login(), request.form.get("password", "")
    try:
        with platform().database.writing() as work:
            token = sign_in(work, login, password, now=platform().clock())
    except JiuzhuError as error:
        told = render_template("signin.html", onward=request.form.get("next", ""), problem=error, login=login)
        return told, 401
    language = session.get("language")
    session.clear()
    session.permanent = True
    if language:
        session["language"] = language
    login_user(Officer(token, login, login))
    return redirect(_onward(), 303)


@screen.post("/logout")
def leave() -> ResponseReturnValue:
    """Sign out: the token opens nothing any more, also where somebody copied it."""
    if current_user.is_authenticated:
        with platform().database.writing() as work:
            sign_out(work, current_user.token, now=platform().clock())
        logout_user()
    session.clear()
    return redirect(url_for("signin.page"), 303)


def required() -> ResponseReturnValue:
    """Send a visitor to the form and back to where he wanted to go; a fragment is told to reload the page."""
    to = url_for("signin.page", next=request.full_path.rstrip("?") if request.method == "GET" else "/")
    if request.headers.get("HX-Request"):
        return say("登录已结束，请重新登录。", "Your session has ended; sign in again."), 401, {"HX-Redirect": to}
    return redirect(to, 303)


def _onward() -> str:
    """Where to go after signing in: a path of ours, never another site."""
    asked = request.values.get("next", "")
    return asked if is_ours(asked) else url_for("home.page")
