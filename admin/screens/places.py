"""Finding a place while typing: the suggestions of every field that asks for one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from admin.work import platform
from core.casework.access import within
from regions.division import Division

screen = Blueprint("places", __name__, url_prefix="/places")
SHOWN = 12
MOST = 200
"""Places looked through when only some may be shown."""


@screen.get("/find")
def find() -> ResponseReturnValue:
    """Answer the places that fit what was typed, as options of a list."""
    given = request.args.to_dict()
    action = given.pop("action", "")
    typed = next(iter(given.values()), "").strip()  # the field has whatever name its form gives it
    found = platform().tree.find(typed, platform().today, limit=MOST if action else SHOWN) if typed else ()
    return render_template("fragments/places.html", found=_allowed(found, action)[:SHOWN])


def _allowed(found: Sequence[Division], action: str) -> Sequence[Division]:
    """The places where the officer may do an action; all of them where none is named."""
    if not action:
        return found
    roots = g.actor.roots(action, platform().today)
    paths = {one.code: platform().tree.path(one.code, platform().today) for one in found}
    return [one for one in found if any(within(paths[one.code], root) for root in roots)]
