"""The filters of the list of cases, and its rows in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from admin.asking import division_in, own_place, programmes
from admin.form import Field, read
from admin.language import language
from admin.work import platform
from core.casework.deciding.shown import shown_in
from core.casework.desk import Desk
from core.casework.flow.case_search import CaseSearch, Row
from core.casework.flow.transition import status_label, table
from core.casework.month import month_of
from core.casework.people.person import shown_name
from core.errors import JiuzhuError, Text
from core.provision import ANY

AREAS = {"urban": Text("城市", "urban"), "rural": Text("农村", "rural"), ANY: Text("不分城乡", "both")}
GROUPS = {
    "pending": Text("全部在办", "all pending"),
    "recipient": Text("全部在保", "all recipients"),
    "ended": Text("全部结束", "all ended"),
}
TONES = {
    "applying": "wait", "in_procedure": "info", "in_payment": "good", "suspended": "wait", "phasing_out": "wait",
    "stopped": "bad",
}  # fmt: skip
"""Colours beside the words of a status; what has ended stays grey."""


def filters(division: str) -> tuple[Field, ...]:
    """Return the fields of the query box but the place; stages and programmes are those ruled there."""
    known = list(programmes(division, _today()).items())
    return (
        Field("programme", Text("项目", "Programme"), kind="choice", options=known),
        Field("area", Text("城乡", "Area"), kind="choice", options=list(AREAS.items())),
        Field("status", Text("状态", "Status"), kind="choice", options=_statuses()),
        Field("stage", Text("最近办结环节", "Last stage done"), kind="choice", options=stages(division)),
        Field("village", Text("村（居）", "Village")),
        Field("review_by", Text("复核到期不晚于", "Review due by"), kind="day"),
        Field("monthly_from", Text("月额自（元）", "Monthly from (yuan)"), kind="money"),
        Field("monthly_to", Text("月额至（元）", "to (yuan)"), kind="money"),
    )


def search_of(given: Mapping[str, str], fields: Sequence[Field]) -> CaseSearch:
    """Read the query box.

    Raises:
        JiuzhuError: ``unknown_division``, ``several_divisions``.
        InvalidInput: every fault of the filters.
    """
    return CaseSearch(division=division_in(given.get("division", "")) or None, **read(fields, given))


def place_asked(given: Mapping[str, str]) -> str:
    """Return the place asked about, else the officer's own: whose programmes and stages the query box offers."""
    try:
        return division_in(given.get("division", "")) or own_place()
    except JiuzhuError:
        return own_place()


def rows(desk: Desk, found: Sequence[Row]) -> list[dict[str, Any]]:
    """Return cases as rows: who reads cases sees the head's name; numbers are in no list."""
    labels = stage_labels(desk, found)
    shown = shown_in(desk.session, [case for case, _ in found], month_of(desk.today))
    return [
        {
            "case": case,
            "head": shown_name(desk, head),
            "monthly": shown[case.id].monthly,
            "status_text": status_label(shown[case.id].status).pick(language()),
            "stage_text": labels.get((case.division, case.programme, case.stage or "")),
            "tone": TONES.get(shown[case.id].status, "secondary"),
        }
        for case, head in found
    ]


def stage_labels(desk: Desk, found: Sequence[Row]) -> dict[tuple[str, str, str], Text]:
    """Return the stages a page shows in words; only the rules of places with a case in one are asked, each once."""
    asked = {(case.division, case.programme, case.area) for case, _ in found if case.stage}
    labels: dict[tuple[str, str, str], Text] = {}
    for division, programme, area in sorted(asked):
        labels |= {
            (division, programme, key): label for key, label in _stages_ruled(desk.today, division, programme, area)
        }
    return labels


def stages(division: str) -> list[tuple[str, Text]]:
    """Return the stages ruled for the place, of town and countryside."""
    ruled = [one for area in ("urban", "rural") for one in _stages_ruled(_today(), division, "dibao", area)]
    return list({key: (key, label) for key, label in ruled}.values())


def _stages_ruled(on: date, division: str, programme: str, area: str) -> list[tuple[str, Text]]:
    try:
        book = platform().registry.rulebook(division, on=on, area=area, programmes=(programme,))
    except JiuzhuError:  # no rules there for it: the list goes on with the code
        return []
    return [(line.key, line.provision.label) for line in book.policy.stages(programme)]


def _statuses() -> list[tuple[str, Text]]:
    one_by_one = [(key, status_label(key)) for key in table()["statuses"] if key != "none"]
    return [*GROUPS.items(), *one_by_one]


def _today() -> date:
    return platform().today
