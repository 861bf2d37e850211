"""What is to change in a place: rules that begin later, and amendments approved for a later day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from admin import ruled
from admin.language import language, say
from admin.work import platform, reading
from core.casework.access import within
from core.provision import ANY
from core.store.tables import Amendment
from regions import report
from regions.amendment_state import STATUS

WAITING = ("submitted", "approved")


def changes(ask: report.Ask, kinds: Iterable[str] = ("standard", "target", "price_subsidy")) -> list[dict[str, Any]]:
    """Return the changes to come after the day asked about, soonest first."""
    rows = [*_rules(ask, frozenset(kinds)), *_amendments(ask)]
    return sorted(rows, key=lambda row: (row["on"], row["what"]))


def _rules(ask: report.Ask, kinds: frozenset[str]) -> Iterable[dict[str, Any]]:
    """Accepted rules of the place's ladder that have not begun."""
    codes = set(platform().tree.ladder(ask.division, ask.on))
    for one in platform().registry.provisions(None):
        begins = one.period.start.day
        if one.kind in kinds and one.scope.division in codes and begins is not None and begins > ask.on:
            yield {
                "on": begins, "what": ruled.label(one.value) or ruled.kind_title(one.kind),
                "value": ruled.line(one.kind, one.value), "division": one.scope.division,
                "programme": one.scope.programme, "area": one.scope.area,
                "cite": ruled.cited(str(one.citation)) if one.citation else "—", "state": "", "amendment": None,
                "assumed": one.period.start.assumed,
            }  # fmt: skip


def _amendments(ask: report.Ask) -> Iterable[dict[str, Any]]:
    """Amendments of the place's ladder that wait for approval or publication, for who may read them there."""
    here = platform().tree.path(ask.division, ask.on)
    with reading() as desk:
        query = select(Amendment).where(Amendment.status.in_(WAITING), Amendment.effective > ask.on)
        found = [
            one for one in desk.session.scalars(query)
            if within(here, one.path) and desk.actor.may("amendment.read", one.path, desk.today)
        ]  # fmt: skip
        return [_shown(one, row.raw, value) for one in found for row in one.rows for value in _values(row.raw)]


def _values(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """What a row rules: its items where it has some, else the row itself."""
    items = raw.get("items")
    if isinstance(items, dict):
        return list(items.values())
    known = {*ruled.properties(str(raw.get("kind", ""))), "label"}
    return [{name: part for name, part in raw.items() if name in known}]


def _shown(one: Amendment, raw: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    kind, effective = str(raw.get("kind", "")), one.effective
    gap = raw.get("status") == "gap"
    return {
        "on": effective, "what": ruled.label(value) or ruled.kind_title(kind),
        "value": say("登记为空缺", "recorded as a gap") if gap else ruled.line(kind, value),
        "division": raw.get("division", one.division), "programme": raw.get("programme", ANY),
        "area": raw.get("area", ANY), "cite": f"《{one.title}》" + (f"（{one.number}）" if one.number else ""),
        "state": STATUS[one.status].pick(language()), "amendment": one.uuid, "assumed": False,
    }  # fmt: skip
