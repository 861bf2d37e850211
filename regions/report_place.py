"""Divisions and plugins as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.errors import JiuzhuError, Language, Text, did_you_mean
from regions.platform import Platform


def known_plugin(platform: Platform, name: str) -> None:
    """Refuse a plugin's name nobody knows, with the nearest one."""
    known = platform.manager.plugins
    if name not in known:
        text = Text(f"没有名为“{name}”的插件", f"there is no plugin '{name}'")
        raise JiuzhuError("unknown_plugin", text, hint=did_you_mean(name, known), value=name)


def plugins(platform: Platform, language: Language) -> list[dict[str, Any]]:
    """Return the plugins with version, state, hooks used, provisions and gaps."""
    rows = []
    for one in platform.manager.plugins.values():
        listed = [p for p in platform.registry.provisions(None) if p.plugin == one.name]
        rows.append({
            "name": one.name,
            "title": one.header.title.pick(language) if one.header else "",
            "version": one.header.version if one.header else "",
            "origin": one.origin,
            "state": one.state,
            "hooks": list(one.hooks),
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
