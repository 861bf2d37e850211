"""Whose months are whose: a household's month belongs to one payroll, the one whose line settles it.

A line that settles earlier months too (补发) claims them as well: paid with a later payroll, a month is not paid again
by one opened for that month afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.casework.money.accrual import PayPeriod
from core.casework.money.payslip import Account
from core.casework.month import each_month, months_between
from core.store.tables import PayrollClaim, PayrollRun


def claimed_by(session: Session, case_ids: Sequence[int], period: PayPeriod, apart_from: int | None) -> dict[int, str]:
    """Return which run has claimed months of the period, by case."""
    query = (
        select(PayrollClaim.case_id, PayrollRun.number)
        .join(PayrollRun, PayrollRun.id == PayrollClaim.run_id)
        .where(PayrollClaim.case_id.in_(case_ids), PayrollClaim.month >= period.start,
               PayrollClaim.month < period.until)
    )  # fmt: skip
    if apart_from is not None:
        query = query.where(PayrollClaim.run_id != apart_from)
    return {row.case_id: row.number for row in session.execute(query)}


def claim_rows(
    session: Session, settling: Mapping[int, Account], others: Sequence[int], *, period: PayPeriod, run_id: int
) -> list[dict[str, Any]]:
    """Return the claims of a run's lines: the period's months, and of those that settle them the months before.

    Months are looked up one by one only for who has one that no payroll claimed: most have none.
    """
    months = list(each_month(period.start, period.until))
    found = [(case_id, month) for case_id in (*settling, *others) for month in months]
    first = {case_id: since for case_id, one in settling.items() if (since := _since(one)) < period.start}
    lacking = _lacking(session, first, period.start)
    taken = _claimed_before(session, lacking, period.start)
    for case_id in lacking:
        found += [(case_id, one) for one in each_month(first[case_id], period.start) if one not in taken[case_id]]
    return [{"case_id": case_id, "month": month, "run_id": run_id} for case_id, month in found]


def _lacking(session: Session, first: Mapping[int, date], until: date) -> list[int]:
    """Who has a month since his first (or since his first claim, where that is earlier) that nobody claimed."""
    query = (
        select(PayrollClaim.case_id, func.min(PayrollClaim.month), func.count())
        .where(PayrollClaim.case_id.in_(list(first)), PayrollClaim.month < until)
        .group_by(PayrollClaim.case_id)
    )
    known = {row[0]: (row[1], row[2]) for row in session.execute(query)} if first else {}
    counts = {case_id: known.get(case_id, (since, 0)) for case_id, since in first.items()}
    return [one for one, (start, count) in counts.items() if count < months_between(min(start, first[one]), until)]


def _since(account: Account) -> date:
    """The first month a household is owed by payrolls of ours."""
    if account.opening is not None:
        return account.opening.paid_until
    return min(one.from_month for one in account.spans)


def _claimed_before(session: Session, case_ids: Sequence[int], month: date) -> Mapping[int, set[date]]:
    found: dict[int, set[date]] = defaultdict(set)
    if case_ids:
        query = select(PayrollClaim.case_id, PayrollClaim.month)
        for row in session.execute(query.where(PayrollClaim.case_id.in_(case_ids), PayrollClaim.month < month)):
            found[row.case_id].add(row.month)
    return found
