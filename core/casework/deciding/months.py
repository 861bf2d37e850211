"""What a decision from a month on comes to, each month under its own rules, through the last published change.

The months to come are judged as if those before were decided already, so that a phase-out ends when its months are over
and what follows it is what the rules of that month give. The last month that can be computed holds on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

from core.casework.deciding.case_facts import Said, known_case_facts, read_events
from core.casework.deciding.decision import (
    FOLLOWS,
    NOTHING_DUE,
    Departure,
    Kind,
    decide,
    decisions_of,
    refuse_uncomputed,
)
from core.casework.deciding.facts import facts_on
from core.casework.deciding.horizon import decided_months, facts_months, months_to_judge, rule_months
from core.casework.deciding.proposal import Proposal, propose, value
from core.casework.deciding.span import NewSpan, assumed, joined, kind_of, undecided
from core.casework.deciding.standing import entitled_in
from core.casework.desk import Desk
from core.casework.money.household import span_of
from core.casework.month import add_months, last_day, month_of
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Decision

OVER = "phase_out_over"
"""The exit a stop after a phase-out is."""
LONGEST_PHASE_OUT = 60
"""Months: a phase-out that the rules do not end by then has no end they tell."""


@dataclass(slots=True, kw_only=True)
class _Course:
    """A case on its way through the months: what stands, and what was judged so far."""

    desk: Desk
    case: AssistanceCase
    first: Proposal
    decisions: Sequence[Decision]
    events: Sequence[tuple[str, date]]
    judged: list[NewSpan] = field(default_factory=list)

    @property
    def present(self) -> date:
        """The later of this month and the first one: what is after it has not come yet."""
        return max(month_of(self.desk.today), self.first.month)

    def months(self) -> Iterator[date]:
        """Yield the months to judge; after a month of phase-out always the next."""
        policy, desk = self.first.rulebook.policy, self.desk
        changes = rule_months(policy, desk.policies.documents, today=desk.today)
        changes |= decided_months(self.decisions) | facts_months(desk.session, self.case.id)
        last = self.first.month
        for month in months_to_judge(self.first.month, self.present, sorted(changes)):
            yield from self._phase_out(last, month)
            yield (last := month)
        yield from self._phase_out(last, date.max)

    def _phase_out(self, last: date, until: date) -> Iterator[date]:
        for count in range(1, LONGEST_PHASE_OUT + 2):
            month = add_months(last, count)
            if month >= until or not self.going_on or "phase_out" not in self.judged[-1].now:
                return
            yield month
        text = Text("渐退期没有规定几个月", "nothing rules for how many months a phase-out is paid")
        hint = Text(
            "由有权机关规定；有依据的，以修订登入", "who may rule must; a cited provision is entered by an amendment"
        )
        raise JiuzhuError("gap", text, hint=hint, value="phase_out.months")

    def propose(self, month: date) -> Proposal:
        """Judge a month as if those before it were decided."""
        facts = facts_on(self.desk.session, self.case.id, last_day(month))
        if facts is None or facts.effective_on <= last_day(self.first.month):
            facts = self.first.facts
        return propose(self.desk, self.case, month=month, facts=facts, own=self.own_facts(month))

    def own_facts(self, month: date) -> dict[str, str]:
        """Return what casework will know of the case in a month."""
        before: list[Said] = [*self.decisions, *map(assumed, self.judged)]
        return known_case_facts(before, self.events, month)

    def end_at(self, month: date) -> None:
        """Let what was judged last, where it still runs, end before a month."""
        if self.going_on:
            self.judged[-1] = replace(self.judged[-1], until_month=month)

    def hold_on(self, month: date) -> None:
        """Let what ended before a month run on."""
        if self.judged and self.judged[-1].until_month == month:
            self.judged[-1] = replace(self.judged[-1], until_month=None)

    @property
    def going_on(self) -> bool:
        """Whether what was judged last still runs."""
        return bool(self.judged) and self.judged[-1].until_month is None


def judged_months(desk: Desk, case: AssistanceCase, first: Proposal) -> list[NewSpan]:
    """Judge the months from that of ``first`` on, with its facts until newer ones take effect.

    Later months that another decision closed, or that people decided apart from the result, stay as they are. Rules
    that stop the benefit in a month to come end it there; no rule of a later month opens it again.

    Raises:
        JiuzhuError: ``undecided`` where a month through the present one has no computable result; ``gap`` where
            nothing ends a phase-out; what the rules raise.
    """
    course = _Course(
        desk=desk, case=case, first=first, decisions=decisions_of(desk.session, case.id),
        events=read_events(desk.session, case.id),
    )  # fmt: skip
    standing = entitled_in(course.decisions, first.month)
    for month in course.months():
        course.end_at(month)
        ruling = entitled_in(course.decisions, month)
        if ruling is not standing and _stays(ruling):
            continue
        proposal = first if month == first.month else _next(course, month)
        if proposal is None:
            course.hold_on(month)
            continue
        was = dict(span_of(ruling).parts) if ruling is not None else {}
        course.judged.append(NewSpan(from_month=month, until_month=None, was=was, proposal=proposal))
        if month > course.present and proposal.status == "not_eligible" and not proposal.parts:
            break
    return joined(course.judged, by_was=False)


def _stays(ruling: Decision | None) -> bool:
    """Whether a later decision keeps its months; a stop that only followed from earlier months is judged again."""
    if ruling is None or FOLLOWS in ruling.basis or ruling.basis.get("exit") == OVER:
        return False
    return ruling.kind in NOTHING_DUE or "departure" in ruling.basis


def _next(course: _Course, month: date) -> Proposal | None:
    """Judge a later month; None in a month to come that cannot be computed yet."""
    found: Proposal | None = None
    try:
        found = course.propose(month)
    except JiuzhuError:
        if month <= course.present:
            raise
    if found is not None and found.status != "undecided":
        return found
    if found is not None and month <= course.present:
        raise undecided(course.case, found)
    return _after_phase_out(course, month)


def _after_phase_out(course: _Course, month: date) -> Proposal | None:
    """Say that nothing is due once the months of a phase-out are over, where the rules of that month say nothing."""
    last = course.judged[-1].proposal if course.judged else None
    if last is None or "phase_out" not in last.parts:
        return None
    longest = value(last.assessment, f"{course.case.programme}.phase_out_months")
    used = int(course.own_facts(month)["months_in_phase_out"])
    if not isinstance(longest, Fraction) or used < longest:
        return None
    return replace(last, parts={}, status="not_eligible")


def settle(  # noqa: PLR0913 - what a decision is, each said by name
    desk: Desk,
    case: AssistanceCase,
    *,
    kind: Kind,
    proposal: Proposal,
    from_month: date,
    prepared_by: int,
    basis: Mapping[str, Any],
    departure: Departure | None = None,
) -> Decision:
    """Decide a grant or a change for the months from one on, each under its own rules; return the first decision.

    Where nothing is due any more, or people depart from the computed result, one decision holds for all of them.

    Raises:
        JiuzhuError: as :func:`judged_months` and :func:`decide_months`.
    """
    if kind in NOTHING_DUE or departure is not None:
        return decide(
            desk, case, kind=kind, proposal=proposal, from_month=from_month, prepared_by=prepared_by, basis=basis,
            departure=departure,
        )  # fmt: skip
    if proposal.status != "eligible":
        refuse_uncomputed(proposal, kind)
    words = Words(kind=kind, prepared_by=prepared_by, basis=basis)
    return decide_months(desk, case, judged_months(desk, case, proposal), words)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """How months are decided: the kind the first ones are called, who prepared it, on what basis."""

    kind: Kind
    prepared_by: int
    basis: Mapping[str, Any]


def decide_months(desk: Desk, case: AssistanceCase, spans: Sequence[NewSpan], words: Words) -> list[Decision]:
    """Decide judged months, one decision a span, as another person than who prepared them.

    A span of months to come says in its basis from which decision it follows.

    Raises:
        JiuzhuError: what :func:`core.casework.deciding.decision.decide` raises.
    """
    present = max(month_of(desk.today), spans[0].from_month)
    made: list[Decision] = []
    for one, kind in zip(spans, kinds(spans, words.kind), strict=True):
        basis = dict(words.basis)
        if one.from_month > present:
            basis[FOLLOWS] = spans[0].from_month.isoformat()
        if kind == "stop" and made and made[-1].kind == "phase_out":
            basis["exit"] = OVER
        made.append(decide(
            desk, case, kind=kind, proposal=one.proposal, from_month=one.from_month, until_month=one.until_month,
            prepared_by=words.prepared_by, basis=basis, present=present,
        ))  # fmt: skip
    return made


def kinds(spans: Sequence[NewSpan], first: Kind) -> list[Kind]:
    """Return what each span is called: the first as said, the others beside the one before."""
    later = [kind_of(one.proposal, before.proposal.monthly) for before, one in pairwise(spans)]
    return [first, *cast("list[Kind]", later)]
