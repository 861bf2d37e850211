"""How amounts, days and months look on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import Flask
from jinja2 import Undefined, UndefinedError

from admin.asking import day_of, with_query
from admin.form import ticked
from admin.grid_faults import told
from admin.language import language, say
from admin.menu import menu
from admin.work import platform
from core.errors import JiuzhuError
from core.narrative import value_line
from core.values import yuan_text
from regions.platform import CHINA

ISO = re.compile(r"(?<![\d-])\d{4}-\d{2}(?:-\d{2})?(?![\d-])")


def install(app: Flask, *, secure: bool) -> None:  # noqa: ARG001 - every part is installed alike
    """Give templates the filters."""
    app.jinja_env.filters.update(
        yuan=yuan, day=day, days=days, month=month, moment=moment, place=place, bound=bound, value_line=value_text,
        told=told,
    )  # fmt: skip
    app.jinja_env.globals.update(
        menu=menu, ticked=ticked, with_query=with_query, today=lambda: platform().today, demonstration=demonstration
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.undefined = Missing


class Missing(Undefined):
    """What no view gave: a template may ask whether it is there, but neither print it nor make an address of it."""

    __slots__ = ()

    def __str__(self) -> str:
        """Refuse to be nothing on a page."""
        raise UndefinedError(self._undefined_message)


def yuan(fen: int | Fraction | None) -> str:
    """Write fen as yuan with thousands: ``12,098,784.00``; a dash for nothing.

    >>> yuan(1209878400), yuan(None)
    ('12,098,784.00', '—')
    """
    if fen is None:
        return "—"
    text = yuan_text(fen)
    whole, dot, rest = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{dot}{rest}" if digits.isdigit() else text


def day(on: date | str | None) -> str:
    """Write a day: 2018年4月27日, or 27 Apr 2018; a dash for none."""
    if not on:
        return "—"
    found = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{found.year}年{found.month}月{found.day}日" if language() == "zh" else f"{found:%d %b %Y}".lstrip("0")


def days(text: str) -> str:
    """Write the days and months a sentence of the core names as a page writes them."""

    def written(found: re.Match[str]) -> str:
        text = found[0]
        if day_of(text) is not None:
            return day(text)
        return month(text) if day_of(f"{text}-01") is not None else text

    return ISO.sub(written, text)


def month(on: date | str | None) -> str:
    """Write a month: 2018年4月, or Apr 2018; a dash for none."""
    if not on:
        return "—"
    found = date.fromisoformat(f"{on}-01" if len(on) == 7 else on) if isinstance(on, str) else on
    return f"{found.year}年{found.month}月" if language() == "zh" else f"{found:%b %Y}"


def moment(at: str | None) -> str:
    """Write a moment by the Chinese clock: 2018年4月27日 09:02."""
    if not at:
        return "—"
    local = datetime.fromisoformat(at).astimezone(CHINA)
    return f"{day(local.date())} {local:%H:%M}"


def place(division: str) -> str:
    """Name a division, or give its code where the table does not know it."""
    try:
        return platform().tree.name(division)
    except (JiuzhuError, KeyError, ValueError):
        return division


def bound(given: Any) -> str:
    """Write where a period begins or ends; an assumed day says so."""
    if isinstance(given, dict):
        return say(f"{day(given['assumed'])}（推定）", f"{day(given['assumed'])} (assumed)")
    return say("至今", "open") if given == "open" else day(given)


def value_text(value: Mapping[str, Any]) -> str:
    """Write a ruled value on one line."""
    return value_line(value, language())


def demonstration() -> str:
    """Say that the day is a demonstration's, where it is."""
    set_day = platform().settings.today
    return "" if set_day is None else say(f"演示日期 {day(set_day)}", f"demonstration date {day(set_day)}")
