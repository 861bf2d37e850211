"""Chinese first, English by a switch: every text stands in both languages where it is used."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Flask, redirect, request, session
from flask.typing import ResponseReturnValue

from admin.own_address import is_ours
from core.errors import Language, Text

screen = Blueprint("language", __name__)
MARKS = {"：": ": ", "；": "; ", "，": ", ", "、": ", ", "（": " (", "）": ")"}


def install(app: Flask, *, secure: bool) -> None:  # noqa: ARG001 - every part is installed alike
    """Let templates say things."""
    app.jinja_env.globals.update(say=say, pick=pick, mark=mark, language=language)
    app.register_blueprint(screen)


def language() -> Language:
    """Return the language of the page."""
    return cast(Language, session.get("language", "zh"))


def say(zh: str, en: str) -> str:
    """Pick a sentence."""
    return Text(zh, en).pick(language())


def mark(zh: str) -> str:
    """Return a mark that stands between values as the language of the page writes it."""
    return zh if language() == "zh" else MARKS[zh]


def pick(text: Text | None) -> str:
    """Pick the language of a text; nothing for none."""
    return "" if text is None else text.pick(language())


@screen.post("/language")
def switch() -> ResponseReturnValue:
    """Change the language and come back to the same page."""
    asked: Any = request.form.get("language")
    if asked in ("zh", "en"):
        session["language"] = asked
    back = request.form.get("back", "/")
    return redirect(back if is_ours(back) else "/", 303)
