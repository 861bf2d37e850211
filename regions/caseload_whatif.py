"""What-if questions on a snapshot: other rules, and a standard in steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from core.caseload.change import Changed
from core.caseload.in_order import Progress
from core.caseload.kernel import Books
from core.caseload.snapshot import Snapshot
from core.caseload.whatif import Variant, open_whatif
from core.errors import JiuzhuError, Text
from core.values import exact
from regions.caseload import books, other_books
from regions.caseload_rules import StandardAt, standard_in_force, with_standard
from regions.registry import Registry

MOST_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Other rules, their day, and the divisions something differs in; None where that is not known."""

    name: str
    registry: Registry
    on: date
    divisions: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What all questions share: the snapshot, the rules as they are, the day, the programmes decided on."""

    snapshot: Snapshot
    registry: Registry
    on: date
    programmes: tuple[str, ...] = ()
    workers: int | None = None
    progress: Progress | None = None

    def compare(self, others: Sequence[Other]) -> tuple[Changed, ...]:
        """Return what each of some other rules changes."""
        base = books(self.registry, self.on, self.programmes)
        found = [Variant(name=one.name, books=self._books(base, one)) for one in others]
        prepared = open_whatif(self.snapshot, base, found, on=self.on, programmes=self.programmes)
        return prepared.run(workers=self.workers, progress=self.progress)

    def _books(self, base: Books, other: Other) -> Books:
        """Other rules; where they are of the same day, only the places below a changed division have others."""
        found = books(other.registry, other.on, self.programmes)
        if other.on != self.on or other.divisions is None:
            return found
        changed = set(other.divisions)
        return other_books(base, found, lambda code: not changed.isdisjoint(self.registry.ladder(code, self.on).codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A standard at one amount, in yuan, and what that changes."""

    yuan: Fraction
    changed: Changed

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {"yuan": yuan_text(self.yuan), **self.changed.total.to_json()}


def yuan_text(amount: Fraction) -> str:
    """Return yuan as a rule writes them.

    >>> yuan_text(Fraction(450)), yuan_text(Fraction(901, 2))
    ('450', '450.50')
    """
    return str(amount.numerator) if amount.denominator == 1 else f"{float(amount):.2f}"


def what_if(asked: Asked, other: Registry, divisions: tuple[str, ...] | None = None) -> Changed:
    """Return what other rules change; ``divisions`` are those something differs in, where that is known."""
    return asked.compare([Other(name="", registry=other, on=asked.on, divisions=divisions)])[0]


def steps_between(low: str, high: str, step: str) -> tuple[Fraction, ...]:
    """Return the amounts of a sweep, both ends with it.

    Raises:
        JiuzhuError: ``bad_range``.
    """
    first, last, by = exact(low), exact(high), exact(step)
    if by <= 0 or last < first or (last - first) / by > MOST_STEPS:
        text = Text(f"{low} 至 {high}、步长 {step} 不成区间", f"{low} to {high} by {step} is no range")
        hint = Text(f"步长须大于 0，最多 {MOST_STEPS} 步", f"a step above 0, at most {MOST_STEPS} of them")
        raise JiuzhuError("bad_range", text, hint=hint, value=step)
    return tuple(first + by * at for at in range(int((last - first) / by) + 1))


def sweep(asked: Asked, at: StandardAt, amounts: Sequence[Fraction]) -> list[Step]:
    """Return what a standard at each of some amounts changes, all of them in one pass."""
    origin = standard_in_force(asked.registry, at, asked.on).scope.division
    found = asked.compare([
        Other(name=yuan_text(one), registry=_at(asked, at, one), on=asked.on, divisions=(origin,)) for one in amounts
    ])  # fmt: skip
    return [Step(yuan=yuan, changed=changed) for yuan, changed in zip(amounts, found, strict=True)]


def _at(asked: Asked, at: StandardAt, yuan: Fraction) -> Registry:
    return with_standard(asked.registry, replace(at, yuan=yuan_text(yuan)), asked.on)
