"""What a month comes to for every household: status and exact amount, as a proposal of a single case has them.

The parts (保障金、分类施保、物价补贴、渐退期保障金) and when they count are those of ``casework.deciding.proposal``; a
test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from operator import add

import numpy as np

from core.formula.columns import Array, Column
from core.formula.schema import HOUSEHOLD
from core.kinds.contribution import settings, suffixed
from core.policy import Policy

STATUS = ("not_eligible", "eligible", "undecided")
NOT, ELIGIBLE, UNDECIDED = range(3)
READ = ("eligible", "member.eligible", "benefit_monthly", "topup", "phase_out_active", "phase_out_amount",
        "price_subsidy", "entitled_size", "review_class")  # fmt: skip
"""The quantities of a programme that are read for this, with its named price subsidies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """How a policy pays a programme: its price subsidies, and whether top-ups are within the benefit already."""

    programme: str
    within: bool
    subsidies: tuple[str, ...]

    @property
    def reads(self) -> tuple[str, ...]:
        """The keys of the quantities read."""
        return tuple(f"{self.programme}.{name}" for name in dict.fromkeys((*READ, *self.subsidies)))


def paid_by(policy: Policy, programme: str) -> Paid:
    """Return how a policy pays a programme."""
    named = (suffixed("price_subsidy", line.key) for line in policy.lines("price_subsidy", programme))
    within = bool(settings(policy, "topup", programme).get("counts_toward_gap", False))
    return Paid(programme=programme, within=within, subsidies=tuple(dict.fromkeys(("price_subsidy", *named))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """Of every household: its status (a place in ``STATUS``) and fen a month, ``numerator / denominator``.

    The amount is 0 where nothing is due or nothing could be computed.
    """

    status: Array
    numerator: Array
    denominator: int | Array


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount of each household, and where it has one."""

    above: Array
    below: int | Array
    there: Array

    def where(self, mask: Array) -> Amount:
        """Return it where a mask says, nothing elsewhere."""
        return Amount(np.where(mask & self.there, self.above, 0), self.below, mask & self.there)

    def __add__(self, other: Amount) -> Amount:
        """Add two amounts of each household."""
        shared = (
            lcm(self.below, other.below) if _are_plain(self.below, other.below) else np.lcm(self.below, other.below)
        )
        above = self.above * (shared // self.below) + other.above * (shared // other.below)
        return Amount(above, shared, self.there | other.there)

    @property
    def exact(self) -> list[Fraction]:
        """Each household's amount by itself; few amounts are many times there."""
        below = np.broadcast_to(np.asarray(self.below, np.int64), len(self.above))
        kinds, at = np.unique(np.stack([self.above, below], axis=1), axis=0, return_inverse=True)
        known = [Fraction(over, under) for over, under in kinds.tolist()]
        return [known[number] for number in at.ravel().tolist()]


def _are_plain(one: int | Array, other: int | Array) -> bool:
    return isinstance(one, int) and isinstance(other, int)


def month_parts(results: Mapping[str, Column], paid: Paid, *, size: int) -> dict[str, Amount]:
    """Return the parts of a month as the rules compute them, whether they are due or not."""
    active = _is_true(results.get(f"{paid.programme}.phase_out_active"), size)
    kinds = {"benefit": ("benefit_monthly",), "topup": () if paid.within else ("topup",),
             "price_subsidy": paid.subsidies}  # fmt: skip
    found = {
        kind: reduce(add, (_amount(results, f"{paid.programme}.{name}", size).where(~active) for name in names))
        for kind, names in kinds.items() if names
    }  # fmt: skip
    if active.any():
        found["phase_out"] = _amount(results, f"{paid.programme}.phase_out_amount", size).where(active)
    return found


def entitlement(
    results: Mapping[str, Column], paid: Paid, *, size: int, offsets: Mapping[str, Array]
) -> Entitlement | None:
    """Return what a month comes to; None where the rules decide on no such programme."""
    status = _status(results, paid.programme, size=size, offsets=offsets)
    if status is None:
        return None
    parts = month_parts(results, paid, size=size)
    total = reduce(add, parts.values())
    active = _is_true(results.get(f"{paid.programme}.phase_out_active"), size)
    fails = _fails(results.get(f"{paid.programme}.benefit_monthly"), size) & ~active
    status = np.where(fails, UNDECIDED, status).astype(np.int8)
    due = (status == ELIGIBLE) | (active & (total.above != 0))
    return Entitlement(status=status, numerator=np.where(due, total.above, 0), denominator=total.below)


def undecided(size: int) -> Entitlement:
    """Return what households get of a programme whose rules do not say who is eligible: nobody knows."""
    nothing = np.zeros(size, np.int64)
    return Entitlement(status=np.full(size, UNDECIDED, np.int8), numerator=nothing, denominator=1)


def _status(results: Mapping[str, Column], programme: str, *, size: int, offsets: Mapping[str, Array]) -> Array | None:
    own, members = results.get(f"{programme}.eligible"), results.get(f"{programme}.member.eligible")
    if members is not None:
        true = _by_household(_is_true(members, len(members)), members.level, offsets)
        fails = _by_household(_fails(members, len(members)), members.level, offsets)
    elif own is not None and own.level == HOUSEHOLD:
        true, fails = _is_true(own, size), _fails(own, size)
    else:
        return None
    return np.where(true, ELIGIBLE, np.where(fails, UNDECIDED, NOT)).astype(np.int8)


def _by_household(flags: Array, level: str, offsets: Mapping[str, Array]) -> Array:
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(flags, dtype=np.int64)])
    found: Array = np.diff(running[offsets[level]]) > 0
    return found


def _fails(one: Column | None, size: int) -> Array:
    return np.zeros(size, np.bool_) if one is None or one.error is None else one.error != 0


def _is_true(one: Column | None, size: int) -> Array:
    return np.zeros(size, np.bool_) if one is None else one.numerator.astype(np.bool_) & ~_fails(one, size)


def _amount(results: Mapping[str, Column], key: str, size: int) -> Amount:
    one = results.get(key)
    if one is None:
        return Amount(np.zeros(size, np.int64), 1, np.zeros(size, np.bool_))
    return Amount(one.numerator, one.denominator, ~_fails(one, size))
