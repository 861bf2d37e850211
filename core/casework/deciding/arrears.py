"""Back-dated changes: months recomputed under each month's own rules, as spans of new decisions for a second person.

The money follows by itself: the next payroll pays what the months now give minus what was settled (补发), or the ledger
shows what was too much (扣回).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.deciding.decision import decide, decisions_of
from core.casework.deciding.proposal import Proposal, propose
from core.casework.desk import Desk
from core.casework.money.accrual import Span, in_force
from core.casework.money.household import span_of
from core.casework.month import add_months, each_month, month_of
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Decision

OUT = ("refuse", "stop", "suspend")
"""Decisions under which nothing is due: a back-dated change opens no month they closed."""


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
        return _plain(self.was) != _plain(self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A month left as it is, and why: nothing is due in it, or people decided it apart from the computed result."""

    month: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """What a back-dated change makes of a case's months."""

    spans: tuple[NewSpan, ...]
    left: tuple[Left, ...]

    @property
    def changed(self) -> tuple[NewSpan, ...]:
        """The spans to be decided."""
        return tuple(one for one in self.spans if one.changes)


def recompute(desk: Desk, case: AssistanceCase, *, since: date, through: date | None = None) -> Recomputation:
    """Recompute the months from ``since`` through a month (today's), each under its own rules and facts.

    The last span goes on as long as the decision it replaces does.

    Raises:
        JiuzhuError: ``undecided`` where a month has no computable result; ``no_facts``; what the rules raise.
    """
    decisions = decisions_of(desk.session, case.id)
    spans = [span_of(one) for one in decisions]
    by_number = {one.number: one for one in decisions}
    found: list[NewSpan] = []
    left: list[Left] = []
    until = add_months(month_of(through or desk.today), 1)
    for month in each_month(month_of(since), until):
        ruling = in_force(spans, month)
        reason = _left_out(by_number[ruling.number] if ruling else None)
        if ruling is None or reason:
            left.append(Left(month=month, reason=reason))
            continue
        _append(found, ruling, _decidable(desk, case, month))
    return Recomputation(spans=tuple(_open_ended(found, spans, until)), left=tuple(left))


def _left_out(one: Decision | None) -> str:
    if one is None:
        return "no_decision"
    if one.kind in OUT:
        return one.kind
    return "departure" if "departure" in one.basis else "phase_out" if one.kind == "phase_out" else ""


def _decidable(desk: Desk, case: AssistanceCase, month: date) -> Proposal:
    found = propose(desk, case, month=month)
    if found.status == "undecided":
        reasons = [text for _, text in found.assessment.failures]
        hint = Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)) if reasons else None
        text = Text("规则或事实不全，不能重算该月", "rules or facts of the month are missing")
        raise JiuzhuError("undecided", text, hint=hint, value=f"{case.number} {month:%Y-%m}")
    return found


def _append(found: list[NewSpan], ruling: Span, proposal: Proposal) -> None:
    """Add a month: to the span before it where both come to the same, else as a new one."""
    month, last = proposal.month, found[-1] if found else None
    if (
        last is not None and last.until_month == month and _plain(last.was) == _plain(ruling.parts)
        and _plain(last.now) == _plain(proposal.parts) and last.proposal.status == proposal.status
    ):  # fmt: skip
        found[-1] = NewSpan(
            from_month=last.from_month, until_month=add_months(month, 1), was=last.was, proposal=last.proposal
        )
    else:
        found.append(NewSpan(from_month=month, until_month=add_months(month, 1), was=ruling.parts, proposal=proposal))


def _open_ended(found: Sequence[NewSpan], spans: Sequence[Span], until: date) -> list[NewSpan]:
    """Let the last span run to where another decision takes over, or on and on."""
    if not found or found[-1].until_month != until:
        return list(found)
    last = found[-1]
    now = in_force(spans, add_months(until, -1))
    cuts = sorted(
        {day for one in spans for day in (one.from_month, one.until_month) if day is not None and day >= until}
    )
    end = next((day for day in cuts if in_force(spans, day) != now), None)
    return [*found[:-1], NewSpan(from_month=last.from_month, until_month=end, was=last.was, proposal=last.proposal)]


def _plain(parts: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {part: amount for part, amount in parts.items() if amount}


def decide_spans(
    desk: Desk,
    case: AssistanceCase,
    spans: Sequence[NewSpan],
    *,
    prepared_by: int,
    basis: Mapping[str, Any],
    batch: str | None = None,
) -> list[Decision]:
    """Decide recomputed spans, one decision each, as another person than the one who prepared them.

    Raises:
        JiuzhuError: what :func:`core.casework.deciding.decision.decide` raises.
    """
    return [
        decide(
            desk, case, kind=_kind(one), proposal=one.proposal, from_month=one.from_month, until_month=one.until_month,
            prepared_by=prepared_by, basis=basis, batch=batch,
        )
        for one in spans if one.changes
    ]  # fmt: skip


def _kind(one: NewSpan) -> Any:
    if one.proposal.status == "not_eligible":
        return "stop"
    return "increase" if one.difference > 0 else "reduce" if one.difference < 0 else "continue"
