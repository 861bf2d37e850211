"""Months of a case judged one by one under their own rules and facts, put together where they come to the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.deciding.proposal import Proposal
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSpan:
    """Consecutive months that come to the same: to be decided, or already as decided (``changes`` tells)."""

    from_month: date
    until_month: date | None
    was: Mapping[str, Fraction]
    proposal: Proposal

    @property
    def now(self) -> Mapping[str, Fraction]:
        """What each month comes to, part by part."""
        return self.proposal.parts

    @property
    def difference(self) -> Fraction:
        """What a month gains or loses, in exact fen."""
        return self.proposal.monthly - sum(self.was.values(), Fraction(0))

    @property
    def changes(self) -> bool:
        """Whether anything is to be decided."""
        return plain(self.was) != plain(self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed:
    """A decision not made yet, as the case's own facts of later months read it."""

    kind: str
    from_month: date
    until_month: date | None
    monthly: Fraction
    basis: Mapping[str, Any] = field(default_factory=dict)


def assumed(one: NewSpan) -> Assumed:
    """Return what a span will have been, once it is decided as proposed."""
    return Assumed(
        kind=kind_of(one.proposal, None), from_month=one.from_month, until_month=one.until_month,
        monthly=one.proposal.monthly,
    )  # fmt: skip


def kind_of(proposal: Proposal, before: Fraction | None) -> str:
    """Return what a proposal means beside what stood before, in exact fen a month."""
    if "phase_out" in proposal.parts:
        return "phase_out"
    if proposal.status == "not_eligible":
        return "stop"
    was = before or Fraction(0)
    return "increase" if proposal.monthly > was else "reduce" if proposal.monthly < was else "continue"


def plain(parts: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return the parts that are not nothing."""
    return {part: amount for part, amount in parts.items() if amount}


def joined(found: Sequence[NewSpan], *, by_was: bool) -> list[NewSpan]:
    """Put spans together that follow upon each other and come to the same; ``by_was``: and had come to the same."""
    made: list[NewSpan] = []
    for one in found:
        last = made[-1] if made else None
        if last is not None and last.until_month == one.from_month and _alike(last, one, by_was=by_was):
            made[-1] = replace(last, until_month=one.until_month)
        else:
            made.append(one)
    return made


def _alike(one: NewSpan, other: NewSpan, *, by_was: bool) -> bool:
    same = plain(one.now) == plain(other.now) and one.proposal.status == other.proposal.status
    return same and (not by_was or plain(one.was) == plain(other.was))


def undecided(case: AssistanceCase, found: Proposal) -> JiuzhuError:
    """Build the refusal of a month whose rules or facts are missing."""
    reasons = [text for _, text in found.assessment.failures]
    hint = Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)) if reasons else None
    text = Text("规则或事实不全，不能重算该月", "rules or facts of the month are missing")
    return JiuzhuError("undecided", text, hint=hint, value=f"{case.number} {found.month:%Y-%m}")
