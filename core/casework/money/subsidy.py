"""The price subsidy (物价补贴) of a month is what that month's rules give, not what a decision saw when it was made.

A subsidy is triggered and ended for months by rules that apply to everybody who is paid; nobody decides each household
anew for it. Bounding decisions at the ends of such rules would not do: a trigger that comes later, or an end that is
published later, would wait for a decision on every household. So it accrues by month: each decision that rests on facts
is cut into months, and the amount of each is computed from the facts that were decided on, under the month's own rules.
The decision itself stays as it was made and replays; what payrolls and ledgers add up are the same exact months, so a
rule known later is paid as arrears, or shown as too much, like any other change. A month whose amount cannot be
computed yet accrues none. What people decided apart from the result, and what another system paid, stays as decided.

Only places where such a rule is known, in whatever month, and decisions that gave a subsidy cost anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.place import Move, Place, moves_of, place_in
from core.casework.deciding.proposal import proposed
from core.casework.desk import Desk
from core.casework.money.accrual import Span
from core.casework.money.payslip import Account
from core.casework.month import add_months, each_month
from core.errors import JiuzhuError
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, Decision, FactsVersion
from core.values import Period

PART = "price_subsidy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a decision rests on: the facts, and what casework knew of the case."""

    facts: FactsVersion
    own: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subsidies:
    """The price subsidies of the places that were asked about, looked up once each."""

    _periods: dict[tuple[str, str, str, date], Sequence[Period] | None] = field(default_factory=dict)

    def by_month(self, desk: Desk, accounts: Mapping[int, Account], *, until: date) -> dict[int, Account]:
        """Return the accounts with the subsidy of each month before ``until`` as that month's rules give it."""
        homes = {one.id: one for one in desk.session.execute(
            select(AssistanceCase.id, AssistanceCase.programme, AssistanceCase.division, AssistanceCase.path,
                   AssistanceCase.area)
            .where(AssistanceCase.id.in_(list(accounts)))
        ) if self._concerns(desk, one, accounts[one.id], until)}  # fmt: skip
        if not homes:
            return dict(accounts)
        grounds, moves = _grounds(desk.session, list(homes)), moves_of(desk.session, list(homes))
        found = dict(accounts)
        for case_id, home in homes.items():
            spans = [
                one for span in accounts[case_id].spans
                for one in self._cut(desk, span, grounds.get((case_id, span.number)), home, moves[case_id], until=until)
            ]  # fmt: skip
            found[case_id] = replace(accounts[case_id], spans=tuple(spans))
        return found

    def _concerns(self, desk: Desk, home: Any, account: Account, until: date) -> bool:
        known = self._known(desk, home, home.division, until)
        return bool(known) or (known is not None and any(PART in one.parts for one in account.spans))

    def _known(self, desk: Desk, home: Any, division: str, until: date) -> Sequence[Period] | None:
        """When a subsidy is ruled at a place, as far as is known; None where its rules cannot be read."""
        key = home.programme, division, home.area, until
        if key not in self._periods:
            try:
                ladders = _book(desk, home, division, add_months(until, -1)).policy.ladders
            except JiuzhuError:
                self._periods[key] = None
            else:
                self._periods[key] = [
                    rung.provision.period for (kind, of, _), rungs in ladders.items()
                    for rung in rungs if (kind, of) == (PART, home.programme) and not rung.provision.is_gap
                ]  # fmt: skip
        return self._periods[key]

    def _cut(
        self, desk: Desk, span: Span, ground: Ground | None, home: Any, moves: Sequence[Move], *, until: date
    ) -> Iterator[Span]:
        """Cut a decision into stretches of months that have the same subsidy."""
        end = min(span.until_month or until, until)
        if ground is None or not any(span.parts.values()) or "phase_out" in span.parts or span.from_month >= end:
            yield span
            return
        here = Place(division=home.division, path=home.path)
        nothing, start, amount = Fraction(0), span.from_month, None
        for month in each_month(span.from_month, end):
            division = place_in(moves, month, now=here).division
            ruled = any(one.covers(month) for one in self._known(desk, home, division, until) or ())
            given = _given(desk, ground, home, division=division, month=month) if ruled else nothing
            if amount is not None and given != amount:
                yield _stretch(span, start, month, amount)
                start = month
            amount = given
        yield _stretch(span, start, end, amount or nothing)
        if span.until_month is None or span.until_month > end:
            yield replace(span, from_month=end)


def _book(desk: Desk, home: Any, division: str, month: date) -> Rulebook:
    return desk.policies.rulebook(division, on=month, area=home.area, programmes=(home.programme,))


def _given(desk: Desk, ground: Ground, home: Any, *, division: str, month: date) -> Fraction:
    """What a month's rules give; nothing where it cannot be computed yet."""
    try:
        book = _book(desk, home, division, month)
        found = proposed(home.id, home.programme, book, facts=ground.facts, own=ground.own, month=month)
    except JiuzhuError:
        return Fraction(0)
    return found.parts.get(PART, Fraction(0))


def _stretch(span: Span, start: date, until: date, amount: Fraction) -> Span:
    others = {part: one for part, one in span.parts.items() if part != PART}
    return replace(span, from_month=start, until_month=until, parts=others | ({PART: amount} if amount else {}))


def _grounds(session: Session, case_ids: Sequence[int]) -> dict[tuple[int, int], Ground]:
    """What the decisions rest on that are as computed, by case and number."""
    rows = session.execute(
        select(Decision.case_id, Decision.number, Decision.basis, FactsVersion)
        .join(FactsVersion, FactsVersion.id == Decision.facts_id)
        .where(Decision.case_id.in_(case_ids), Decision.policy_hash.is_not(None))
    )
    return {
        (case_id, number): Ground(facts=facts, own=basis.get("case", {}))
        for case_id, number, basis, facts in rows if "departure" not in basis
    }  # fmt: skip
