"""Charging an approved payroll to the funds it is paid from, and taking back what did not leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.money.fund import UNCOVERED, chain, ledger_of, order_of
from core.store.tables import FundEntry, PayrollLine, PayrollRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What a payroll took from a source of a division's fund; ``uncovered`` where nothing was left."""

    division: str
    source: str
    amount: int
    year: int

    def to_json(self) -> dict[str, Any]:
        """Return it as events keep it."""
        return {"division": self.division, "source": self.source, "amount": self.amount}


def charge_run(desk: Desk, run: PayrollRun) -> tuple[Charge, ...]:
    """Charge an approved payroll to the funds it is paid from; nothing where nobody keeps a ledger."""
    charged: list[Charge] = []
    for (division, path), parts in _planned(desk, run).items():
        for one in parts:
            _spend(desk, run, one, path=path, kind="spending")
        charged += parts
        whole = sum(one.amount for one in parts)
        desk.record(chain(division), "charged", {"payroll": run.number, "amount": whole})
    return tuple(charged)


def would_charge(desk: Desk, run: PayrollRun) -> tuple[Charge, ...]:
    """Return what a prepared payroll would be charged to if it were approved now: the warning before it is."""
    return tuple(one for parts in _planned(desk, run).values() for one in parts)


def _planned(desk: Desk, run: PayrollRun) -> dict[tuple[str, str], list[Charge]]:
    """By ledger: how a run's money spreads over its sources, in their order."""
    year = desk.today.year
    planned: dict[tuple[str, str], list[Charge]] = {}
    for (division, path), amount in sorted(_by_ledger(desk, run, year).items()):
        left = {one.source: one.left for one in
                ledger_of(desk, division, path=path, programme=run.programme, year=year)}  # fmt: skip
        planned[division, path] = [
            Charge(division=division, source=source, amount=part, year=year)
            for source, part in _spread(amount, left, order_of(desk, path, run.programme))
        ]
    return planned


def _by_ledger(desk: Desk, run: PayrollRun, year: int) -> dict[tuple[str, str], int]:
    """Sum a run's lines by the nearest ledger at or above each household."""
    kept = desk.session.execute(
        select(FundEntry.division, FundEntry.path)
        .where(FundEntry.programme == run.programme, FundEntry.year == year, FundEntry.kind.in_(("budget", "receipt")))
        .distinct()
    ).all()
    ledgers = {path: division for division, path in kept}
    rows = desk.session.execute(
        select(PayrollLine.path, func.sum(PayrollLine.total))
        .where(PayrollLine.run_id == run.id, PayrollLine.status == "due")
        .group_by(PayrollLine.path)
    )
    found: dict[tuple[str, str], int] = {}
    for path, amount in rows:
        near = _nearest(path, ledgers)
        if near is not None and amount:
            found[ledgers[near], near] = found.get((ledgers[near], near), 0) + int(amount)
    return found


def _nearest(path: str, ledgers: Iterable[str]) -> str | None:
    above = [one for one in ledgers if path == one or path.startswith(f"{one}/")]
    return max(above, key=len, default=None)


def _spread(amount: int, left: dict[str, int], order: Sequence[str]) -> list[tuple[str, int]]:
    parts = []
    for source in order:
        taken = min(amount, max(left.get(source, 0), 0))
        if taken:
            parts.append((source, taken))
            amount -= taken
    return [*parts, (UNCOVERED, amount)] if amount else parts


def _spend(desk: Desk, run: PayrollRun, charge: Charge, *, path: str, kind: str) -> None:
    row = FundEntry(division=charge.division, path=path, programme=run.programme, source=charge.source, kind=kind,
                    year=charge.year, amount=charge.amount, happened_on=desk.today, recorded_at=desk.moment,
                    recorded_by=desk.actor.id, run_id=run.id)  # fmt: skip
    desk.session.add(row)
    desk.session.flush()


def reverse_run(desk: Desk, run: PayrollRun, *, amounts: dict[str, int] | None = None) -> tuple[Charge, ...]:
    """Take a payroll's charge back, whole or (``amounts`` by household path) what did not leave; last source first.

    It goes back to the year it was charged to, whenever the money comes back: a closed year's account must not keep an
    expenditure nobody had, nor the new year get money nobody gave it.
    """
    rows = desk.session.execute(
        select(FundEntry.division, FundEntry.path, FundEntry.source, FundEntry.year, func.sum(FundEntry.amount))
        .where(FundEntry.run_id == run.id)
        .group_by(FundEntry.division, FundEntry.path, FundEntry.source, FundEntry.year)
        .order_by(func.min(FundEntry.id).desc())
    ).all()
    ledgers = {row.path: row.division for row in rows}
    back = {path: sum(int(row[4]) for row in rows if row.path == path) for path in ledgers}
    if amounts is not None:
        back = dict.fromkeys(ledgers, 0)
        for path, amount in amounts.items():
            near = _nearest(path, ledgers)
            if near is not None:
                back[near] += amount
    reversed_: list[Charge] = []
    for division, path, source, year, amount in rows:
        taken = min(int(amount), back[path])
        if taken:
            back[path] -= taken
            reversed_.append(Charge(division=division, source=source, amount=-taken, year=year))
            _spend(desk, run, reversed_[-1], path=path, kind="reversal")
    for division, year in sorted({(one.division, one.year) for one in reversed_}):
        whole = sum(one.amount for one in reversed_ if (one.division, one.year) == (division, year))
        desk.record(chain(division), "reversed", {"payroll": run.number, "amount": whole, "year": year})
    return tuple(reversed_)
