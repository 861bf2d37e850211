"""The ledger of a household: what it was entitled to month by month, what was paid, and what the two leave.

Nothing is kept here: it is computed from decisions and payroll lines, so it cannot disagree with them. Arrears (补发)
and recovery (扣回) are shown for each month as it was settled and as decisions have it now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.assumed import ASSUMED, OPENING
from core.casework.deciding.proposal import PARTS
from core.casework.desk import Desk
from core.casework.money.accrual import PayPeriod, Rounding, Span, cumulative, entitled, in_force
from core.casework.money.household import LIVE, load_accounts
from core.casework.money.payslip import Account
from core.casework.money.schedule import rounding_of
from core.casework.money.subsidy import Subsidies
from core.casework.month import add_months, each_month, month_of
from core.errors import Text
from core.kinds.contribution import ASSUMED as BY_CORE
from core.store.tables import AssistanceCase, PayrollLine, PayrollRun, RecoveryEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A month: what was settled for it, what decisions give now, exact fen; ``payroll`` last settled it.

    ``was`` is nothing for a month nobody has paid yet.
    """

    month: date
    was: Fraction
    now: Fraction
    parts: Mapping[str, Fraction]
    decision: int | None
    payroll: str | None

    @property
    def difference(self) -> Fraction:
        """What the month lacks (positive, 补发) or had too much (negative, 扣回)."""
        return self.now - self.was


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A line of a payroll as the household's ledger shows it."""

    payroll: str
    period: PayPeriod
    status: str
    columns: Mapping[str, int]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What came back: a repayment, an offset, or a refund of it."""

    kind: str
    amount: int
    happened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """A household's account. ``balance`` in fen: positive is due to it, negative is what it has had too much."""

    case_id: int
    months: tuple[MonthRow, ...]
    payments: tuple[Payment, ...]
    recoveries: tuple[Recovery, ...]
    balance: int
    assumed: tuple[Text, ...] = ()
    """What it rests on that nothing in hand says."""

    @property
    def differences(self) -> tuple[MonthRow, ...]:
        """The months that are not settled as decisions now have them."""
        return tuple(row for row in self.months if row.difference)


def ledger(desk: Desk, case: AssistanceCase, *, through: date | None = None) -> Ledger:
    """Return a household's ledger through a month (today's, where none is given).

    Raises:
        JiuzhuError: ``not_permitted``; what the rules of the place raise.
    """
    desk.require("payroll.read", case.path)
    last = month_of(through or desk.today)
    policy = desk.policies.rulebook(case.division, on=last, area=case.area, programmes=(case.programme,)).policy
    account = account_of(desk, case.id, until=add_months(last, 1))
    lines = _lines(desk.session, case.id)
    rows = month_rows(account, lines, until=add_months(last, 1))
    rounding = rounding_of(policy, case.programme)
    return Ledger(
        case_id=case.id,
        months=tuple(rows),
        payments=tuple(_payment(line, run) for line, run in lines),
        recoveries=tuple(_recoveries(desk.session, case.id)),
        balance=balance(account, add_months(last, 1), rounding),
        assumed=tuple(_assumed(account, rounding)),
    )


def _assumed(account: Account, rounding: Rounding) -> Iterator[Text]:
    if account.opening is not None and account.opening.assumed:
        yield ASSUMED[OPENING]
    if rounding.assumed:
        yield BY_CORE["core/round_payment"]


def account_of(desk: Desk, case_id: int, *, until: date) -> Account:
    """Return what the ledger knows of a household, its price subsidies before ``until`` by month."""
    decided = load_accounts(desk.session, [case_id])
    return Subsidies().by_month(desk, decided, until=until)[case_id]


def balance(account: Account, until: date, rounding: Rounding) -> int:
    """Return what is due for all months before ``until``, less what was settled, plus what came back; in fen."""
    whole = cumulative(account.spans, until)
    settled = dict(account.settled)
    if account.opening is not None:
        for part, amount in account.opening.settled(rounding).items():
            settled[part] = settled.get(part, 0) + amount
    return sum(rounding.whole(whole[part]) - settled.get(part, 0) for part in PARTS) + account.recovered


def due(desk: Desk, case_id: int, through: date) -> dict[date, dict[str, Fraction]]:
    """Return the exact entitlement of each month through a month, part by part."""
    until = add_months(month_of(through), 1)
    spans = account_of(desk, case_id, until=until).spans
    return {month: entitled(spans, month) for month in _months(spans, until)}


def paid_to(session: Session, case_id: int) -> dict[str, int]:
    """Return what payrolls have settled for a case, part by part, in whole fen."""
    return dict.fromkeys(PARTS, 0) | dict(load_accounts(session, [case_id])[case_id].settled)


def _months(spans: Sequence[Span], until: date) -> list[date]:
    first = min((one.from_month for one in spans), default=until)
    return list(each_month(first, until))


Lines = Sequence[tuple[PayrollLine, PayrollRun]]


def _lines(session: Session, case_id: int) -> Lines:
    rows = session.execute(
        select(PayrollLine, PayrollRun)
        .join(PayrollRun, PayrollRun.id == PayrollLine.run_id)
        .where(PayrollLine.case_id == case_id)
        .order_by(PayrollRun.from_month, PayrollLine.id)
    )
    return [(row[0], row[1]) for row in rows]


def month_rows(account: Account, lines: Lines, *, until: date) -> list[MonthRow]:
    """Return each month as it was settled and as it is now.

    A line settles its own months under the decisions there were when it was made, and, unless the household owed,
    every month before.
    """
    months = _months(account.spans, until)
    known = _settled_under(account, lines, months)
    rows = []
    for month in months:
        number, payroll = known.get(month, (None, None))
        span, parts = in_force(account.spans, month), entitled(account.spans, month)
        before = [one for one in account.spans if number is not None and one.number <= number]
        was = sum(entitled(before, month).values(), Fraction(0))
        rows.append(MonthRow(month=month, was=was, now=sum(parts.values(), Fraction(0)), parts=parts,
                             decision=span.number if span else None, payroll=payroll))  # fmt: skip
    return rows


def _settled_under(account: Account, lines: Lines, months: Sequence[date]) -> dict[date, tuple[int | None, str | None]]:
    """By month: the last decision it was settled under, and the payroll that did."""
    found: dict[date, tuple[int | None, str | None]] = {}
    if account.opening is not None:
        elsewhere = each_month(account.opening.span.from_month, account.opening.paid_until)
        found = dict.fromkeys(elsewhere, (account.opening.span.number, None))
    for line, run in lines:
        if line.status in LIVE:
            start = months[0] if line.settles and months else run.from_month
            for month in each_month(min(start, run.from_month), run.until_month):
                if month >= run.from_month or found.get(month, (None, None))[0] != line.decision:
                    found[month] = line.decision, run.number
    return found


def _payment(line: PayrollLine, run: PayrollRun) -> Payment:
    columns: dict[str, Any] = {part: getattr(line, part) for part in PARTS}
    return Payment(
        payroll=run.number,
        period=PayPeriod(frequency=run.frequency, start=run.from_month),
        status=line.status,
        columns=columns | {"arrears": line.arrears, "recovery": line.recovery},
        total=line.total,
    )


def _recoveries(session: Session, case_id: int) -> list[Recovery]:
    rows = session.scalars(
        select(RecoveryEntry).where(RecoveryEntry.case_id == case_id).order_by(RecoveryEntry.id)
    ).all()
    return [Recovery(kind=one.kind, amount=one.amount, happened_on=one.happened_on) for one in rows]
