"""Facts in words: labels, choices and units as the rules of the place declare them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from admin.language import language, say
from admin.shapes import day, place
from core.errors import Text
from core.provision import Json, text_of
from core.values import MONEY, Unit

WRITTEN: Mapping[Json, Callable[[str], str]] = {"date": day, "division": place}
"""Types whose values are written otherwise on a page."""


def choices_of(declared: Mapping[str, Json]) -> list[tuple[str, Text]]:
    """Return the choices of a fact with their labels."""
    given = declared.get("choices", ())
    if isinstance(given, Mapping):
        return [(key, text_of(one) or Text(key, key)) for key, one in given.items()]
    return [(str(key), Text(str(key), str(key))) for key in given]


def shown(declared: Mapping[str, Json], value: str, items: Mapping[str, Text]) -> str:
    """Return a value of a fact as a reader sees it."""
    if value in ("true", "false") and declared.get("type") == "boolean":
        return say("是", "yes") if value == "true" else say("否", "no")
    if value and declared.get("type") in WRITTEN:
        return WRITTEN[declared["type"]](value)
    choice = dict(choices_of(declared)).get(value)
    if choice is not None:
        return choice.pick(language())
    if value in items and declared.get("type") == "text":
        return items[value].pick(language())
    unit = unit_of(declared)
    return f"{value}{unit}" if unit else value


def unit_of(declared: Mapping[str, Json]) -> str:
    """Return the unit a fact is typed in, in words."""
    if "unit" not in declared and declared.get("type") != "money":
        return ""
    unit = Unit.parse(str(declared["unit"])) if "unit" in declared else MONEY
    if unit.is_money:
        per = (unit / MONEY).label(language()).removeprefix("1")
        return say("元", " yuan") + per
    return unit.label(language())
