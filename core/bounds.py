"""Floors and ceilings: the value in force is max(own, floor) and min(own, ceiling), compared exactly in one unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from operator import gt, lt

from core.cascade import Ladder, Repeals, Rung, settle
from core.provision import Provision
from core.values import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """A bound beside an own value. ``governs``: the bound, not the own value, is in force."""

    role: str
    provision: Provision
    governs: bool
    own_address: str = ""

    @property
    def own_below(self) -> bool:
        """Whether a place's own value lies below a floor from above (低于上级标准)."""
        return self.governs and self.role == "floor" and bool(self.own_address)


def rate(provision: Provision) -> Rate:
    """Return a standard's amount as a rate."""
    amount = provision.value["amount"]
    return Rate.parse(amount["yuan"], amount.get("per"))


def govern(
    own: Provision | None,
    bounds: Sequence[Provision],
    *,
    ladder: Ladder,
    on: date,
    repealed: Repeals,
) -> tuple[Governed | None, tuple[Rung, ...]]:
    """Hold an own value against the floors and ceilings of every level; each level's own bound counts.

    A gap (the place ruled something not in hand) is not replaced by a bound. With no own value a floor stands alone,
    a ceiling does not.
    """
    all_floors, floor_rungs = _in_force(bounds, "floor", ladder=ladder, on=on, repealed=repealed)
    all_ceilings, ceiling_rungs = _in_force(bounds, "ceiling", ladder=ladder, on=on, repealed=repealed)
    floors = [one for one in all_floors if not one.is_gap]
    ceilings = [one for one in all_ceilings if not one.is_gap]
    rungs = floor_rungs + ceiling_rungs
    if own is not None and own.is_gap:
        return None, rungs
    floor = max(floors, key=_yearly, default=None)
    ceiling = min(ceilings, key=_yearly, default=None)
    if own is None:
        alone = floor or next(iter(all_floors), None)  # a floor not in hand is a gap, not the absence of a standard
        return (Governed(role="floor", provision=alone, governs=True) if alone else None), rungs
    if floor is not None and _yearly(own) < _yearly(floor):
        return Governed(role="floor", provision=floor, governs=True, own_address=own.address), rungs
    if ceiling is not None and _yearly(own) > _yearly(ceiling):
        return Governed(role="ceiling", provision=ceiling, governs=True, own_address=own.address), rungs
    beside = floor or ceiling
    role = "floor" if floor else "ceiling"
    return (Governed(role=role, provision=beside, governs=False, own_address=own.address) if beside else None), rungs


def _yearly(provision: Provision) -> Fraction:
    return rate(provision).yearly()


def _in_force(
    bounds: Sequence[Provision], role: str, *, ladder: Ladder, on: date, repealed: Repeals
) -> tuple[list[Provision], tuple[Rung, ...]]:
    found: list[Provision] = []
    rungs: tuple[Rung, ...] = ()
    for division in ladder.codes:
        group = [one for one in bounds if one.value.get("role") == role and one.scope.division == division]
        settled = settle(group, ladder=ladder, on=on, repealed=repealed)
        found += [rung.provision for rung in settled if rung.state == "in_force"]
        rungs += tuple(_as_bound(rung) for rung in settled)
    return found, rungs


def _as_bound(rung: Rung) -> Rung:
    if rung.state not in ("in_force", "merged") or rung.provision.is_gap:
        return rung
    return Rung(provision=rung.provision, state="bound", by=rung.by)


def below_floor_at_start(
    one: Provision, others: Sequence[Provision], *, ladder: Ladder, repealed: Repeals
) -> Provision | None:
    """Return the floor that stood above a new value on the day it was to start and exceeds it, or None.

    Checked when a value is proposed or a plugin registered; a floor raised later is a finding, not a refusal.
    """
    beyond = beyond_bound_at_start(one, others, ladder=ladder, repealed=repealed)
    return next((bound for role, bound in beyond if role == "floor"), None)


def beyond_bound_at_start(
    one: Provision, others: Sequence[Provision], *, ladder: Ladder, repealed: Repeals
) -> tuple[tuple[str, Provision], ...]:
    """Return the floor a new value lies below and the ceiling it lies above on the day it is to start, by role."""
    start = one.period.start.day
    if one.kind != "standard" or one.is_gap or start is None or one.value.get("role", "standard") != "standard":
        return ()
    found: list[tuple[str, Provision]] = []
    for role, governing, beyond in (("floor", max, lt), ("ceiling", min, gt)):
        bounds, _ = _in_force(others, role, ladder=ladder, on=start, repealed=repealed)
        bound = governing((each for each in bounds if not each.is_gap), key=_yearly, default=None)
        if bound is not None and beyond(_yearly(one), _yearly(bound)):
            found.append((role, bound))
    return tuple(found)
