"""What this deployment has decided of its plugins: the fold of their steps, read from the database.

The bundled plugins are accepted with the installation; any other is a draft until two people have accepted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.store.tables import PluginStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Which plugins are not loaded: those switched ``off``, and those found that are not ``accepted`` (None: all are).

    ``bundled`` ones need no acceptance; what the environment names is tried out by one process and needs none either.
    """

    off: frozenset[str] = frozenset()
    accepted: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One plugin's: the step that accepted it, whether it is switched off, and what waits for a second person."""

    accepted: PluginStep | None = None
    off: bool = False
    proposal: PluginStep | None = None

    def after(self, step: PluginStep) -> Standing:
        """Return the standing after one more step."""
        if step.step == "proposed":
            return replace(self, proposal=step)
        if step.step == "refused":
            return replace(self, proposal=None)
        if step.step == "accepted":
            return Standing(accepted=step)
        if step.step == "removed":
            return Standing()
        return replace(self, off=step.step == "disabled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """The standing of every plugin a step was ever taken about."""

    by_name: Mapping[str, Standing] = field(default_factory=dict)

    def of(self, name: str) -> Standing:
        """Return a plugin's standing; one nobody has decided on has an empty one."""
        return self.by_name.get(name, Standing())

    @property
    def accepted(self) -> Mapping[str, PluginStep]:
        """The acceptance of every plugin people have accepted, switched off or not."""
        return {name: one.accepted for name, one in self.by_name.items() if one.accepted is not None}

    @property
    def held(self) -> Held:
        """Which plugins a process is to leave alone."""
        off = frozenset(name for name, one in self.by_name.items() if one.off)
        return Held(off=off, accepted=frozenset(self.accepted))

    @property
    def in_use(self) -> Mapping[str, tuple[str, bool]]:
        """What tells whether a process must load its plugins anew: what is accepted, and what is off."""
        return {
            name: (one.accepted.digest if one.accepted else "", one.off)
            for name, one in self.by_name.items()
            if one.accepted is not None or one.off
        }


def standings(session: Session) -> Standings:
    """Read every step, in order."""
    return folded(session.scalars(select(PluginStep).order_by(PluginStep.id)))


def folded(steps: Iterable[PluginStep]) -> Standings:
    """Return what steps come to."""
    found: dict[str, Standing] = {}
    for step in steps:
        found[step.plugin] = found.get(step.plugin, Standing()).after(step)
    return Standings(by_name=found)
