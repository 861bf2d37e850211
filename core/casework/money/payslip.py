"""What one household gets in a run, from what is known of it: pure arithmetic, no database.

Arrears come of themselves: what earlier months' decisions now say minus what was settled. An overpayment never does: it
is taken off later payments only by a decision (``RecoveryOrder``), or comes back in cash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.casework.deciding.proposal import PARTS
from core.casework.money.accrual import PayPeriod, Rounding, Span, settle
from core.casework.month import add_months, month_of, months_between


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An existing household taken over (存量转入): the months before ``paid_until`` were paid elsewhere as decided.

    ``assumed``: the decision does not say so (``core.casework.assumed``).
    """

    span: Span
    paid_until: date
    assumed: bool = False

    def settled(self, rounding: Rounding) -> dict[str, int]:
        """Return what counts as settled elsewhere, in whole fen."""
        count = max(months_between(self.span.from_month, self.paid_until), 0)
        return {part: rounding.whole(monthly * count) for part, monthly in self.span.parts.items()}


def opening_of(span: Span, *, decided_on: date, paid_through: str | None) -> Opening:
    """Return an opening; without a word on it, the months before the one it was decided in were paid elsewhere."""
    until = add_months(date.fromisoformat(paid_through), 1) if paid_through else month_of(decided_on)
    return Opening(span=span, paid_until=max(until.replace(day=1), span.from_month), assumed=not paid_through)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the ledger knows of a household: its decisions, what was settled, what came back, what may be taken off.

    ``offset_open`` is what orders still allow to be taken off, ``offset_each`` at most a payment (None: no limit).
    """

    spans: Sequence[Span]
    settled: Mapping[str, int] = field(default_factory=dict)
    recovered: int = 0
    offset_open: int = 0
    offset_each: int | None = None
    opening: Opening | None = None

    @property
    def last_decision(self) -> int:
        """The number of the last decision."""
        return max((one.number for one in self.spans), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payslip:
    """One household's payment. ``owes`` is what it has had too much, before ``recovery`` of this payment.

    ``refund`` is what came back of an overpayment that is none any more; it is part of ``arrears``.
    """

    current: Mapping[str, int]
    arrears: int
    recovery: int
    refund: int
    owes: int
    settles: bool
    settled: Mapping[str, int]

    @property
    def total(self) -> int:
        """What is transferred, in fen."""
        return sum(self.current.values()) + self.arrears - self.recovery

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to pay and nothing to settle."""
        return not (any(self.current.values()) or any(self.settled.values()) or self.arrears or self.refund)


def payslip(account: Account, period: PayPeriod, rounding: Rounding) -> Payslip:
    """Work out a household's payment for a period."""
    start, settled = period.start, dict(account.settled)
    if account.opening is not None:
        start = min(max(start, account.opening.paid_until), period.until)
        for part, amount in account.opening.settled(rounding).items():
            settled[part] = settled.get(part, 0) + amount
    due = settle(account.spans, settled, start=start, until=period.until, rounding=rounding)
    net = due.behind + account.recovered
    if net < 0:
        return _while_it_owes(account, due.current, owes=-net)
    whole = {part: due.current[part] + due.backlog[part] for part in PARTS}
    return Payslip(
        current=due.current, arrears=net, recovery=0, refund=account.recovered, owes=0, settles=True, settled=whole
    )


def _while_it_owes(account: Account, current: Mapping[str, int], *, owes: int) -> Payslip:
    """Pay the period's own; take off what an order allows, never more than there is."""
    limits = [owes, account.offset_open, sum(current.values())]
    if account.offset_each is not None:
        limits.append(account.offset_each)
    taken = max(min(limits), 0)
    return Payslip(current=current, arrears=0, recovery=taken, refund=0, owes=owes, settles=False, settled=current)
