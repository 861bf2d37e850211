"""Finding a place while typing: the suggestions of every field that asks for one."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from admin.work import platform

screen = Blueprint("places", __name__, url_prefix="/places")
SHOWN = 12


@screen.get("/find")
def find() -> ResponseReturnValue:
    """Answer the places that fit what was typed, as options of a list."""
    typed = next(iter(request.args.values()), "").strip()  # the field has whatever name its form gives it
    found = platform().tree.find(typed, platform().today, limit=SHOWN) if typed else ()
    return render_template("fragments/places.html", found=found)
