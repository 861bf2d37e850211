"""What is in force where a row of an amendment will rule: 原标准 beside the new figure, and 增幅."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from admin import ruled
from admin.asking import programmes
from admin.language import language
from admin.raw_form import Tree
from admin.work import platform
from core.errors import JiuzhuError
from core.narrative import value_line
from core.policy import Line
from core.provision import ANY, Json, Kind
from core.rulebook import Rulebook
from core.slot import levels_named
from regions.amendment_report import rise
from regions.amendment_rollback import as_written

AREAS = ("urban", "rural")


def present_rows(division: str, on: date) -> Iterator[Tree]:
    """Yield a row for every standard in force in a place, with its unit and without its figure."""
    if not division:
        return
    for programme in sorted(programmes(division, on), key=lambda code: code != "dibao"):
        for area in AREAS:
            if not _sets(division, area, programme, on):
                continue
            for line in _lines(division, area, programme, "standard", on):
                if "amount" in line.value and line.value.get("role", "standard") == "standard" and not line.is_gap:
                    name = {"name": line.key} if line.key else {}
                    yield {"programme": programme, "area": area, **name,
                           "amount": {"yuan": "", "per": str(line.value["amount"].get("per", ""))}}  # fmt: skip


def _sets(division: str, area: str, programme: str, on: date) -> bool:
    """Whether a place may set the standard of a programme itself; nothing is offered that would be refused."""
    found = _lines(division, area, programme, "programme", on)
    levels = levels_named(found[0].provision, "standard_set_by") if found else None
    return levels is None or platform().tree.level(division) in levels


def present_value(kind: Kind, row: Tree, division: str, on: date) -> dict[str, Json]:
    """Return what is in force of a kind as a row would write it: the value, or its items."""
    lines = list(_of_row(kind.name, row, division, on))
    if kind.merge == "by_key":
        items = {line.key: as_written(line.value) for line in lines if line.key and not line.is_gap}
        return {"items": items} if items else {}
    line = next((one for one in lines if one.key == str(row.get("name", ""))), None)
    found: dict[str, Json] = as_written(line.value) if line is not None and not line.is_gap else {}
    return found


def rises(row: Tree, division: str, on: date) -> tuple[str, str]:
    """Return 原标准 and 增幅 of a row of the grid."""
    lines = [one for one in _of_row("standard", row, division, on) if one.key == str(row.get("name", ""))]
    texts = dict.fromkeys(value_line(one.value, language()) for one in lines)
    amount = row.get("amount")
    if not lines or not isinstance(amount, dict):
        return " / ".join(texts), ""
    try:
        risen = {rise(one.value, {"amount": {key: part for key, part in amount.items() if part}}) for one in lines}
    except (JiuzhuError, ValueError, KeyError):
        return " / ".join(texts), ""  # not a figure yet
    return " / ".join(texts), next(iter(risen)) or "" if len(risen) == 1 else ""


def before_text(kind: Kind, row: Tree, division: str, on: date) -> str:
    """Return what is in force of a kind on one line."""
    lines = _of_row(kind.name, row, division, on)
    return "；".join(dict.fromkeys(ruled.line(kind.name, one.value) for one in lines if not one.is_gap))[:600]


def _of_row(kind: str, row: Tree, division: str, on: date) -> Iterator[Line]:
    area, programme = str(row.get("area", ANY)), str(row.get("programme", "dibao"))
    for one in (area,) if area in AREAS else AREAS:
        yield from _lines(division, one, "dibao" if programme == ANY else programme, kind, on)


def _lines(division: str, area: str, programme: str, kind: str, on: date) -> tuple[Line, ...]:
    book = _book(division, area, programme, on)
    return () if book is None else book.policy.lines(kind, programme)


def _book(division: str, area: str, programme: str, on: date) -> Rulebook | None:
    try:
        return platform().registry.rulebook(division, on=on, area=area, programmes=(programme,)) if division else None
    except JiuzhuError:
        return None  # rules that cannot be used are told where the place is asked about


def as_parts(kind: str, value: Mapping[str, Any]) -> list[ruled.Part]:
    """Return a value part by part, for old and new side by side."""
    return ruled.parts(kind, value)
