"""The first page after signing in."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

screen = Blueprint("home", __name__)


@screen.get("/")
def page() -> ResponseReturnValue:
    """Greet the officer with what he may do where."""
    return render_template("home.html")
