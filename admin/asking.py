"""Questions about a place, an area, a programme and a day, as pages ask them; all in the address, to be sent on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from flask import g, request

from admin.language import pick
from admin.work import platform
from core.errors import JiuzhuError, Text
from core.provision import ANY
from regions.report import Ask

AREAS = {"urban": ("城市", "urban"), "rural": ("农村", "rural")}
YEARS = range(1800, 3000)
"""Years somebody can mean: from and to a day beyond them no months are counted."""


def asked(given: Mapping[str, str]) -> Ask:
    """Read a question; without a place it is the officer's own, without a day today.

    Raises:
        JiuzhuError: ``unknown_division``, ``bad_date``.
    """
    division = division_in(given.get("division", "")) or own_place()
    area = given.get("area", "any")
    return Ask(
        division=division,
        area=area if area in AREAS else "any",
        on=day_in(given.get("on", "")) or platform().today,
        programmes=(given.get("programme") or "dibao",),
        known_at=given.get("known_at") or None,
    )


def division_in(text: str) -> str:
    """Return the code of a typed place: ``430903``, ``430903 赫山区``, or a name that fits one place only.

    Raises:
        JiuzhuError: ``unknown_division``, ``several_divisions``.
    """
    word = text.strip()
    if not word:
        return ""
    first = word.split()[0]
    if first.isdecimal():
        return platform().tree.get(first).code
    found = platform().tree.find(word, platform().today, limit=8)
    exact = [one for one in found if one.name == word]
    if len(exact or found) == 1:
        return (exact or found)[0].code
    if not found:
        raise JiuzhuError("unknown_division", Text("没有这个地区", "there is no such place"), value=word)
    text_ = Text("有多个地区符合，请选择一个", "several places fit; choose one")
    listed = "、".join(f"{one.code} {one.name}" for one in found)
    raise JiuzhuError("several_divisions", text_, hint=Text(listed, listed), value=word)


def own_place() -> str:
    """Return the place of the officer's first right: where his pages begin."""
    roots = sorted((one.path for one in g.actor.grants if one.covers(one.path, platform().today)), key=len)
    return roots[-1].rpartition("/")[2] if roots else "000000"


def programmes(division: str, on: date) -> dict[str, str]:
    """Return the programmes that have rules on a place's ladder, with their names."""
    codes = set(platform().tree.ladder(division, on))
    named: dict[str, str] = {}
    for one in platform().registry.provisions(None):
        if one.scope.programme != ANY and one.scope.division in codes:
            named.setdefault(one.scope.programme, one.scope.programme)
            if one.kind == "programme":
                named[one.scope.programme] = pick(one.label)
    return named


def day_in(text: str) -> date | None:
    """Read a day from an address; None where none is named.

    Raises:
        JiuzhuError: ``bad_date``.
    """
    found = day_of(text)
    if text and found is None:
        raise JiuzhuError("bad_date", Text("日期应为 2018-06-01 的形式", "a day looks like 2018-06-01"), value=text)
    return found


def day_of(text: str) -> date | None:
    """Return the day a text is; None for what is none, or one that nobody can mean."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def whole(text: str) -> int | None:
    """Read a key or a count from an address or a form: None for what is none, or more than any database holds."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def with_query(**changes: str) -> str:
    """Return the present address with some parts of its query changed."""
    held = {**request.args.to_dict(), **changes}
    return f"{request.path}?{urlencode({key: value for key, value in held.items() if value})}"
