"""Signing in and out. The browser's cookie holds a token, the server's table says whether it still opens anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user, login_user, logout_user

from admin.language import say
from admin.own_address import is_ours
from admin.work import platform
from core.casework.access import Actor
from core.casework.attempts import note_wrong, require_few
from core.casework.signin import needs_note, note_seen, session_of, sign_in, sign_out
from core.casework.staff import acting, actor_of
from core.errors import JiuzhuError

screen = Blueprint("signin", __name__)
WRONG = ("bad_login", "bad_password")
"""Errors that say a password was wrong."""


@dataclass(frozen=True, slots=True)
class Officer:
    """Who is signed in, as pages know him, with his rights; Flask-Login asks for the four names below."""

    token: str
    actor: Actor
    is_active: bool = True
    is_authenticated: bool = True
    is_anonymous: bool = False

    @property
    def login(self) -> str:
        """His login."""
        return self.actor.login

    @property
    def name(self) -> str:
        """His name."""
        return self.actor.name

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
        found = None if row is None else Officer(token, acting(row.user))
    if row is not None and needs_note(row, now=now):
        with platform().database.writing() as work:
            note_seen(work, token, now=now)
    return found


@screen.get("/login")
def page() -> ResponseReturnValue:
    """Show the form, or go on where somebody is signed in."""
    if current_user.is_authenticated:
        return redirect(_onward())
    return render_template("signin.html", onward=request.args.get("next", ""), problem=None, login="")


@screen.post("/login")
def enter() -> ResponseReturnValue:
    """Sign in; a wrong password and an unknown login read alike."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    try:
        with counting(login):
            token = sign_in(platform().database, login, password, now=platform().clock())
        with platform().database.reading() as work:
            who = Officer(token, actor_of(work, login))
    except JiuzhuError as error:
        told = render_template("signin.html", onward=request.form.get("next", ""), problem=error, login=login)
        return told, 429 if error.code == "too_many_attempts" else 401
    language = session.get("language")
    session.clear()
    session.permanent = True
    if language:
        session["language"] = language
    login_user(who)
    return redirect(_onward(), 303)


@contextmanager
def counting(login: str) -> Iterator[None]:
    """Refuse to try a password after too many wrong ones, and count one that turns out to be wrong.

    Raises:
        JiuzhuError: ``too_many_attempts``; what the trying raises.
    """
    named, now = {"address": request.remote_addr or "", "login": login}, platform().clock()
    with platform().database.reading() as work:
        require_few(work, **named, now=now)
    try:
        yield
    except JiuzhuError as error:
        if error.code in WRONG:
            with platform().database.writing() as work:
                note_wrong(work, **named, now=now)
        raise


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
