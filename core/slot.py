"""One slot asked about from outside a policy: what holds there on a day among provisions, and who may rule it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from core.cascade import Ladder, repeals_of, settle, slot_key
from core.kinds.contribution import listed
from core.provision import ANY, Provision


def same_slot(one: Provision, other: Provision) -> bool:
    """Tell whether two provisions compete in one slot of one division: same kind, scope, role and key."""
    return one.kind == other.kind and one.scope == other.scope and slot_key(one) == slot_key(other)


def holding(provisions: Iterable[Provision], like: Provision, *, on: date, ladder: Ladder) -> Provision | None:
    """Return what holds on a day where ``like`` would rule: in its slot, programme and area, from any level above.

    Raises:
        JiuzhuError: ``tie``.
    """
    every = tuple(provisions)
    programmes, areas = (like.scope.programme, ANY), (like.scope.area, ANY)
    rivals = [
        one for one in every
        if one.kind == like.kind and slot_key(one) == slot_key(like) and one.scope.division in ladder.codes
        and one.scope.programme in programmes and one.scope.area in areas
    ]  # fmt: skip
    repealed = repeals_of(one for one in every if one.scope.division in ladder.codes)
    rungs = settle(rivals, ladder=ladder, on=on, repealed=repealed)
    return next((rung.provision for rung in rungs if rung.state == "in_force"), None)


def programme_of(
    provisions: Iterable[Provision], like: Provision, *, on: date, ladder: Ladder
) -> tuple[Provision, ...]:
    """Return the provisions that say what the programme of ``like`` is, on a day: one for each area it rules for."""
    areas = ("urban", "rural") if like.scope.area == ANY else (like.scope.area,)
    every = [one for one in provisions if one.kind == "programme" and one.scope.programme == like.scope.programme]
    repealed = repeals_of(one for one in every if one.scope.division in ladder.codes)
    found: dict[str, Provision] = {}
    for area in areas:
        here = [one for one in every if one.scope.division in ladder.codes and one.scope.area in (area, ANY)]
        rungs = settle(here, ladder=ladder, on=on, repealed=repealed)
        found |= {rung.provision.address: rung.provision for rung in rungs if rung.state == "in_force"}
    return tuple(found.values())


def levels_named(programme: Provision, key: str) -> tuple[str, ...] | None:
    """Return the levels a programme names under ``standard_set_by`` or ``standard_filed_by``, or None."""
    return listed(programme.value[key]) if key in programme.value else None


def rules_a_line(one: Provision) -> bool:
    """Tell whether a provision sets a standard itself, not a floor or ceiling for others, nor a gap."""
    return one.kind == "standard" and not one.is_gap and one.value.get("role", "standard") == "standard"
