"""Divisions and plugins as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import JiuzhuError, Language, Text, did_you_mean
from core.plugin import Registered
from core.store.tables import PluginStep
from regions.discovery import BUNDLED
from regions.platform import Platform
from regions.plugin_package import packaged_version
from regions.plugin_papers import Brought
from regions.plugin_state import Standing, Standings, standings


def known_plugin(platform: Platform, name: str) -> None:
    """Refuse a plugin's name nobody knows, with the nearest one."""
    known = platform.manager.plugins
    if name not in known:
        text = Text(f"没有名为“{name}”的插件", f"there is no plugin '{name}'")
        raise JiuzhuError("unknown_plugin", text, hint=did_you_mean(name, known), value=name)


STATES: Mapping[str, Text] = {
    "accepted": Text("在用", "in use"), "trial": Text("试用", "on trial"), "draft": Text("草稿，未接受", "draft"),
    "proposed": Text("待第二人接受", "waits for a second person"), "waiting": Text("升级待接受", "upgrade waiting"),
    "disabled": Text("已停用", "disabled"), "broken": Text("损坏", "broken"),
}  # fmt: skip
"""What may be said of a plugin in a deployment."""


def decided_now(platform: Platform) -> Standings:
    """Return what people decided of the plugins, as the database has it now."""
    if platform.store is None:
        return platform.registry.standings
    platform.registry.refresh()
    with platform.store.reading() as session:
        return standings(session)


def state_of(one: Registered, standing: Standing, folder: Path | None) -> str:
    """Return a plugin's state: what the process found in its folder, and what people decided (see ``STATES``)."""
    if one.state in ("broken", "disabled"):
        return one.state
    if standing.accepted is None:
        if one.state == "draft":
            return "proposed" if standing.proposal is not None else "draft"
        return "accepted" if one.name in BUNDLED else "trial"
    return "waiting" if standing.proposal is not None or _differs(one, standing.accepted, folder) else "accepted"


def _differs(one: Registered, accepted: PluginStep, folder: Path | None) -> bool:
    """Whether another version lies on the disk than the one that was accepted, or other papers."""
    told = accepted.told or {}
    if one.header is None:
        return False
    installed = [provision.content for provision in one.provisions]
    papers = Brought(plugin=one.name, package=folder).sums() if folder is not None else {}
    known = (accepted.version, told.get("contents"), told.get("papers", {}))
    return (one.header.version, installed, papers) != known


def _who(one: Registered, standing: Standing, language: Language) -> dict[str, Any]:
    """Title, version and hooks: of what is loaded, else of what people last read of it."""
    if one.header is not None:
        return {"title": one.header.title.pick(language), "version": one.header.version, "hooks": list(one.hooks)}
    step = standing.accepted or standing.proposal
    told = step.told if step is not None and step.told is not None else None
    if told is None:
        return {"title": "", "version": packaged_version(one.name), "hooks": []}
    return {"title": Text(*told["title"]).pick(language), "version": told["version"], "hooks": list(told["hooks"])}


def plugins(platform: Platform, language: Language) -> list[dict[str, Any]]:
    """Return the plugins with version, state, hooks used, provisions and gaps."""
    rows = []
    decided = decided_now(platform)
    for one in platform.manager.plugins.values():
        listed = [p for p in platform.registry.provisions(None) if p.plugin == one.name]
        rows.append({
            "name": one.name,
            **_who(one, decided.of(one.name), language),
            "origin": one.origin,
            "state": state_of(one, decided.of(one.name), platform.manager.folder(one.name)),
            "proposed": decided.of(one.name).proposal is not None,
            "provisions": len(listed),
            "gaps": sum(p.is_gap for p in listed),
            "inert": [p.address for p in listed if p.inert is not None],
            "error": one.error.render(language) if one.error else None,
        })  # fmt: skip
    return rows


def plugin(platform: Platform, name: str, language: Language) -> dict[str, Any]:
    """Return one plugin with its provisions.

    Raises:
        JiuzhuError: ``unknown_plugin``, with the nearest one.
    """
    known_plugin(platform, name)
    rows = {row["name"]: row for row in plugins(platform, language)}
    listed = [
        {
            "provision": f"{one.address}@{one.revision}",
            "kind": one.kind,
            "status": one.status,
            "label": one.label.pick(language),
            "cite": str(one.citation) if one.citation else None,
            "inert": one.inert.pick(language) if one.inert else None,
        }
        for one in platform.registry.provisions(None)
        if one.plugin == name
    ]
    return {**rows[name], "listed": listed}


def division(platform: Platform, code: str, *, on: date) -> dict[str, Any]:
    """Return a division with its path and the divisions right below it.

    Raises:
        JiuzhuError: ``unknown_division``.
    """
    found = platform.tree.get(code, on)
    return {
        **division_row(platform, found.code, on),
        "children": [division_row(platform, one.code, on) for one in platform.tree.children(code, on)],
    }


def division_row(platform: Platform, code: str, on: date) -> dict[str, Any]:
    """Return one division as a row."""
    one = platform.tree.get(code, on)
    names = "".join(platform.tree.name(step) for step in platform.tree.ladder(code, on)[1:])
    return {
        "code": one.code,
        "name": one.name,
        "path": names,
        "level": one.level,
        "parent": one.parent,
        "scheme": one.scheme,
        "source": one.source,
        "retrieved": one.retrieved,
        "from": one.start.isoformat() if one.start else None,
        "until": one.until.isoformat() if one.until else None,
    }


def find_divisions(platform: Platform, text: str) -> list[dict[str, Any]]:
    """Return the divisions whose code or name fits."""
    return [division_row(platform, one.code, platform.today) for one in platform.tree.find(text)]
