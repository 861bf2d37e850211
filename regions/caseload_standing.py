"""What figures over a place's caseload rest on: the rules, the day, the newest of its cases; what has moved on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import AssistanceCase, Decision, FactsVersion
from regions.amendment_state import registry_of

MOVED: Mapping[str, Text] = {
    "amendment": Text("修订已改动", "the amendment has changed"),
    "rules": Text("规则已更新", "rules have changed"),
    "day": Text("测算日期已过", "it was computed on another day"),
    "cases": Text("在册家庭有增减", "households came or left"),
    "changed": Text("案件有变化", "cases have changed"),
    "decisions": Text("有新的决定", "there are new decisions"),
    "facts": Text("有新的家庭情况", "there are new facts"),
}


def caseload_standing(desk: Desk, path: str) -> dict[str, Any]:
    """Return what is asked before figures of a subtree are shown again; a few counts, however many cases there are."""
    here = inside(AssistanceCase.path, [path])
    cases = select(func.count(), func.coalesce(func.sum(AssistanceCase.version), 0)).where(here)
    count, changed = desk.session.execute(cases.select_from(AssistanceCase)).one()
    newest = {
        name: desk.session.scalar(
            select(func.max(column)).select_from(AssistanceCase).join(table, table.case_id == AssistanceCase.id)
            .where(here)
        ) or 0
        for name, table, column in (("decisions", Decision, Decision.id), ("facts", FactsVersion, FactsVersion.id))
    }  # fmt: skip
    return {
        "rules": str(registry_of(desk).log.version(None)), "day": desk.today.isoformat(), "cases": int(count),
        "changed": int(changed), **newest,
    }  # fmt: skip


def moved(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Text]:
    """Return what has moved on between two of them; nothing while the figures hold."""
    return [text for name, text in MOVED.items() if name in now and then.get(name) != now[name]]
