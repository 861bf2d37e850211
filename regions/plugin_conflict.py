"""What stands in the way of accepting a plugin: what it requires and does not find, and slots that are taken."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import SpecifierSet

from core.cascade import same_meaning, slot_key
from core.casework.desk import Desk
from core.errors import InvalidInput, Problem, Text, Where
from core.plugin import API_VERSION
from core.provision import Provision
from regions.amendment_state import registry_of
from regions.plugin_reading import Reading
from regions.registry import AMENDMENT, Registry


def refuse_conflicts(desk: Desk, reading: Reading) -> None:
    """Refuse a version that could not rule beside what is in use.

    Raises:
        InvalidInput: ``unmet_requirement``, ``slot_taken``: every one of them.
    """
    problems = [*_unmet(desk, reading), *_slots_taken(registry_of(desk), reading)]
    if problems:
        raise InvalidInput(problems)


def _unmet(desk: Desk, reading: Reading) -> Iterator[Problem]:
    """What it requires was there when it was read; somebody may have switched that off since."""
    versions = {one.name: one.header.version for one in desk.plugins.active if one.header is not None}
    for name, wanted in reading.requires.items():
        have = API_VERSION if name == "core" else versions.get(name)
        if have is None or not SpecifierSet(wanted).contains(have, prereleases=True):
            text = Text(
                f"需要 {name} {wanted}，现为 {have or '未启用'}", f"requires {name} {wanted}, found {have or 'none'}"
            )
            yield Problem(code="unmet_requirement", message=text, where=Where(file=reading.name))


def _slots_taken(registry: Registry, reading: Reading) -> Iterator[Problem]:
    """Two plugins that rule one slot alike in rank and differently in value: no day could choose between them."""
    others: dict[object, list[Provision]] = {}
    for one in registry.provisions():
        if one.plugin not in (reading.name, AMENDMENT.rstrip("/")):
            others.setdefault(_slot(one), []).append(one)
    for one in reading.provisions:
        for other in others.get(_slot(one), ()):
            if not same_meaning(one, other):
                text = Text(
                    f"“{one.address}”与“{other.address}”占用同一位置而内容不同",
                    f"'{one.address}' and '{other.address}' claim the same slot and differ",
                )
                hint = Text(
                    f"两个插件只能用其一，或改用不同的地区、项目或起始日：{reading.name}、{other.plugin}",
                    f"use one of the two, or another place, programme or start: {reading.name}, {other.plugin}",
                )
                yield Problem(code="slot_taken", message=text, hint=hint, where=Where(file=reading.name))


def _slot(one: Provision) -> object:
    return (one.kind, one.scope, slot_key(one), one.period.start.day, one.issued)
