"""Which right each page needs, all of it in ``access.yaml``; a page that is not named there opens for nobody.

This is the outer door: it asks whether the officer has the right anywhere. Whether he has it *there* is asked by the
services at the case, the place or the amendment itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from admin import signin
from admin.work import platform
from core.casework.access import Actor, denied
from core.provision import Json
from core.source import read_text

OPEN = "open"
"""What anybody may see: the form to sign in, the health page, styles and scripts."""
SIGNED_IN = "signed_in"
"""What everybody who is signed in may do."""


def install(app: Flask, *, secure: bool) -> None:  # noqa: ARG001 - every part is installed alike
    """Ask at every request; let templates ask too."""
    app.before_request(_ask)
    app.jinja_env.globals.update(may=may, me=lambda: g.get("actor"))


@cache
def needs() -> Mapping[str, Json]:
    """Return, by endpoint, ``needs`` (an action, ``open`` or ``signed_in``) and ``of`` (what the page is about)."""
    text = files("admin").joinpath("access.yaml").read_text(encoding="utf-8")
    data: Mapping[str, Json] = read_text(text, "admin/access.yaml").data
    return data


def may(action: str) -> bool:
    """Tell whether the officer has a right anywhere: whether a menu or a button is worth showing."""
    actor: Actor | None = g.get("actor")
    return actor is not None and bool(actor.roots(action, platform().today))


def _ask() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: told as such
    needed = needs().get(request.endpoint, {}).get("needs", "nobody")
    if needed == OPEN:
        return None
    if not current_user.is_authenticated:
        return signin.required()
    g.actor = current_user.actor
    if needed != SIGNED_IN and not any(may(one) for one in needed.split()):
        raise denied(g.actor, needed.split()[0], "")
    return None
