"""Back-dated changes: months recomputed under each month's own rules, as spans of new decisions for a second person.

The money follows by itself: the next payroll pays what the months now give minus what was settled (补发), or the ledger
shows what was too much (扣回).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, cast

from core.casework.deciding.decision import FOLLOWS, NOTHING_DUE, Kind, decide, decisions_of
from core.casework.deciding.horizon import decided_months, facts_months, months_to_judge, rule_months
from core.casework.deciding.proposal import Proposal, propose
from core.casework.deciding.span import NewSpan, joined, kind_of, undecided
from core.casework.deciding.standing import entitled_in
from core.casework.desk import Desk
from core.casework.money.household import span_of
from core.casework.month import add_months, each_month, month_of
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Decision


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
    """Recompute the months from ``since`` through a month, each under its own rules and facts.

    Without ``through``: every month to this one, and beyond it each in which something changes that is published,
    decided or known by now, as far as it can be computed. The last span goes on as long as the decision it replaces.

    Raises:
        JiuzhuError: ``not_permitted``; ``undecided`` where a month has no computable result; ``no_facts``; what the
            rules raise.
    """
    desk.require("case.read", case.path)
    decisions = decisions_of(desk.session, case.id)
    found: list[NewSpan] = []
    left: list[Left] = []
    for month in _months(desk, case, decisions, since=month_of(since), through=through):
        if found and found[-1].until_month is None:
            found[-1] = replace(found[-1], until_month=month)
        ruling = entitled_in(decisions, month)
        reason = _left_out(ruling)
        if ruling is None or reason:
            left.append(Left(month=month, reason=reason))
            continue
        proposal = _decidable(desk, case, month)
        if proposal is None:
            break
        was = dict(span_of(ruling).parts)
        found.append(NewSpan(from_month=month, until_month=None, was=was, proposal=proposal))
    spans = joined(_as_long_as_before(found, decisions), by_was=True)
    return Recomputation(spans=tuple(spans), left=tuple(left))


def _months(
    desk: Desk, case: AssistanceCase, decisions: Sequence[Decision], *, since: date, through: date | None
) -> Iterator[date]:
    present = month_of(through or desk.today)
    if through is not None:
        return each_month(since, add_months(present, 1))
    book = desk.policies.rulebook(case.division, on=present, area=case.area, programmes=(case.programme,))
    changes = rule_months(book.policy, desk.policies.documents, today=desk.today)
    changes |= decided_months(decisions) | facts_months(desk.session, case.id)
    return months_to_judge(since, present, sorted(changes))


def _left_out(one: Decision | None) -> str:
    if one is None:
        return "no_decision"
    if one.kind in NOTHING_DUE:
        return one.kind
    return "departure" if "departure" in one.basis else "phase_out" if one.kind == "phase_out" else ""


def _decidable(desk: Desk, case: AssistanceCase, month: date) -> Proposal | None:
    """Judge a month; None in a month to come that cannot be computed yet."""
    found: Proposal | None = None
    ahead = month > month_of(desk.today)
    try:
        found = propose(desk, case, month=month)
    except JiuzhuError:
        if not ahead:
            raise
    if found is not None and found.status == "undecided":
        if not ahead:
            raise undecided(case, found)
        return None
    return found


def _as_long_as_before(found: Sequence[NewSpan], decisions: Sequence[Decision]) -> list[NewSpan]:
    """Let the last span run to where another decision takes over, or on and on."""
    if not found or (found[-1].until_month is not None and found[-1].until_month in decided_months(decisions)):
        return list(found)
    last = found[-1]
    now = entitled_in(decisions, last.from_month)
    later = sorted(day for day in decided_months(decisions) if day > last.from_month)
    end = next((day for day in later if entitled_in(decisions, day) is not now), None)
    return [*found[:-1], replace(last, until_month=end)]


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
    decisions, present = decisions_of(desk.session, case.id), month_of(desk.today)
    if entitled_in(decisions, present) is None:
        present = max(present, min(one.from_month for one in decisions))
    made = []
    for one in spans:
        if one.changes:
            ahead = {FOLLOWS: spans[0].from_month.isoformat()} if one.from_month > present else {}
            made.append(decide(
                desk, case, kind=_kind(one), proposal=one.proposal, from_month=one.from_month,
                until_month=one.until_month, prepared_by=prepared_by, basis={**basis, **ahead}, batch=batch,
                present=present,
            ))  # fmt: skip
    return made


def _kind(one: NewSpan) -> Kind:
    return cast("Kind", kind_of(one.proposal, sum(one.was.values(), Fraction(0))))
