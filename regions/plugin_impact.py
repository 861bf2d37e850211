"""What a deployment would lose or gain by switching a plugin, found by trying it in memory; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, or_, select

from core.casework.desk import Desk
from core.casework.flow.transition import table
from core.casework.staff import NATION
from core.errors import JiuzhuError
from core.plugin import Registered
from core.provision import ANY, Provision
from core.store.tables import AssistanceCase
from regions.platform import Platform, open_platform
from regions.report_place import known_plugin


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceImpact:
    """What one division loses or gains: provisions by kind, the programmes they are about, and its open cases."""

    division: str
    kinds: Mapping[str, int]
    programmes: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The consequences of a switch. ``broken`` are plugins that could not work then, with the reason."""

    name: str
    enable: bool
    places: tuple[PlaceImpact, ...]
    broken: tuple[Registered, ...]
    error: JiuzhuError | None
    setting: str


def switched(platform: Platform, desk: Desk, name: str) -> Impact:
    """Return what switching a plugin off (or on, where it is off) would do.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_plugin``.
    """
    desk.require("plugin.manage", NATION)
    known_plugin(platform, name)
    enable = platform.manager.plugins[name].state == "disabled"
    off = {*platform.settings.disabled} - {name} if enable else {*platform.settings.disabled, name}
    tried = open_platform(replace(platform.settings, disabled=tuple(sorted(off))), in_memory=True)
    changed = (tried if enable else platform).registry.manager.plugins[name]
    broken = tuple(
        one for one in tried.manager.plugins.values()
        if one.state == "broken" and platform.manager.plugins[one.name].state == "active"
    )  # fmt: skip
    return Impact(
        name=name, enable=enable, broken=broken, error=tried.manager.plugins[name].error,
        places=tuple(_places(desk, changed.provisions)), setting=_setting(sorted(off)),
    )  # fmt: skip


def _places(desk: Desk, provisions: Iterable[Provision]) -> Iterable[PlaceImpact]:
    by_place: dict[str, list[Provision]] = {}
    for one in provisions:
        by_place.setdefault(one.scope.division, []).append(one)
    for division, held in sorted(by_place.items()):
        kinds: dict[str, int] = {}
        for one in held:
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        path = _path(desk, division)
        yield PlaceImpact(
            division=division, kinds=kinds, cases=_cases(desk, {path}) if path else 0,
            programmes=tuple(sorted({one.scope.programme for one in held} - {ANY})),
        )  # fmt: skip


def _path(desk: Desk, division: str) -> str | None:
    try:
        return desk.path(division)
    except JiuzhuError:
        return None  # a place the plugin itself brings, or one that is no more: no case stands there


def _cases(desk: Desk, paths: set[str]) -> int:
    groups: Mapping[str, Any] = table()["groups"]
    open_ = [status for name in ("pending", "recipient") for status in groups[name]]
    query = select(func.count()).select_from(AssistanceCase).where(AssistanceCase.status.in_(open_))
    if NATION not in paths:
        query = query.where(or_(
            *(or_(AssistanceCase.path == path, AssistanceCase.path.startswith(f"{path}/")) for path in sorted(paths))
        ))  # fmt: skip
    return desk.session.scalar(query) or 0


def _setting(off: list[str]) -> str:
    return "disabled = [" + ", ".join(f'"{one}"' for one in off) + "]"
