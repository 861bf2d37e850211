"""The fund ledgers of a subtree as a screen shows them: their balances side by side, and their entries by key."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.money.fund import SOURCES, UNCOVERED, Balance
from core.casework.scope import inside
from core.store.tables import FundEntry, PayrollRun

PAGE = 50
KINDS = ("budget", "receipt", "spending", "reversal")


def balances_below(desk: Desk, division: str, *, programme: str, year: int) -> list[Balance]:
    """Return every ledger kept at a division or below it, source by source, the higher ones first.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("fund.read", path)
    rows = desk.session.execute(
        select(FundEntry.division, FundEntry.path, FundEntry.source, FundEntry.kind, func.sum(FundEntry.amount))
        .where(inside(FundEntry.path, (path,)), FundEntry.programme == programme, FundEntry.year == year)
        .group_by(FundEntry.division, FundEntry.path, FundEntry.source, FundEntry.kind)
    ).all()
    sums = {(row[1], row[2], row[3]): int(row[4]) for row in rows}
    ledgers = {row.path: row.division for row in rows}
    return [
        _balance(sums, ledgers[at], at, source)
        for at in sorted(ledgers, key=lambda one: (one.count("/"), one))
        for source in (*SOURCES, UNCOVERED)
        if any((at, source, kind) in sums for kind in KINDS)
    ]


def _balance(sums: dict[tuple[str, str, str], int], division: str, path: str, source: str) -> Balance:
    budget, receipt, spending, reversal = (sums.get((path, source, kind), 0) for kind in KINDS)
    return Balance(division=division, source=source, budget=budget, received=receipt, spent=spending + reversal)


def entry_page(
    desk: Desk, division: str, *, programme: str, year: int, after: int | None = None, limit: int = PAGE
) -> tuple[Sequence[tuple[FundEntry, str | None]], int | None]:
    """Return a page of a division's own entries, the newest first, with the payroll each came of.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("fund.read", path)
    query = (
        select(FundEntry, PayrollRun.number)
        .outerjoin(PayrollRun, PayrollRun.id == FundEntry.run_id)
        .where(FundEntry.path == path, FundEntry.programme == programme, FundEntry.year == year)
    )
    if after is not None:
        query = query.where(FundEntry.id < after)
    rows = [(row[0], row[1]) for row in desk.session.execute(query.order_by(FundEntry.id.desc()).limit(limit + 1))]
    return rows[:limit], rows[limit - 1][0].id if len(rows) > limit else None
