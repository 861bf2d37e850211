"""The fund ledger (资金台账): 预算、到位、支出、结余 per division and source; approved payroll is charged to it.

A payroll is charged to the nearest division at or above each household that keeps a ledger, source by source in the
order set there. What no source covers is charged to ``uncovered`` and said out loud (Shaanxi Art. 12, 14): it warns, it
does not stop a household's money.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.scope import inside
from core.errors import JiuzhuError, Text, did_you_mean
from core.store.tables import FundEntry, FundOrder

SOURCES: dict[str, Text] = {
    "nation": Text("中央", "central"),
    "province": Text("省", "province"),
    "prefecture": Text("市", "prefecture"),
    "county": Text("县", "county"),
    "donation": Text("捐助", "donations"),
}
UNCOVERED = "uncovered"
DEFAULT_ORDER = tuple(SOURCES)
"""Technical default: from the centre down, donations last (未见列支顺序规定，按中央、省、市、县、捐助)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """A source's year: budget, receipts, spending, in fen."""

    division: str
    source: str
    budget: int
    received: int
    spent: int

    @property
    def left(self) -> int:
        """What is left of what was received (结余)."""
        return self.received - self.spent


@dataclass(frozen=True, slots=True, kw_only=True)
class FundItem:
    """A budget (预算) or a receipt (到位) of a source for a year, in fen; a correction is one of a negative amount."""

    programme: str
    source: str
    kind: str
    year: int
    amount: int
    document: str | None = None
    happened_on: date | None = None


def enter(desk: Desk, division: str, item: FundItem) -> FundEntry:
    """Enter a budget or a receipt in a division's ledger.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_source``, ``bad_amount``.
    """
    path = desk.path(division)
    desk.require("fund.enter", path)
    _require_sources([item.source])
    if item.kind not in ("budget", "receipt") or item.amount == 0:
        text = Text("只能登记预算或者到位，金额不为零", "enter a budget or a receipt, of an amount other than 0")
        raise JiuzhuError("bad_amount", text, value=f"{item.kind} {item.amount}")
    day = item.happened_on or desk.today
    said = {"programme": item.programme, "source": item.source, "year": item.year, "amount": item.amount}
    row = FundEntry(
        **said, division=division, path=path, kind=item.kind, document=item.document, happened_on=day,
        recorded_at=desk.moment, recorded_by=desk.actor.id,
    )  # fmt: skip
    desk.session.add(row)
    desk.record(chain(division), item.kind, {**said, "document": item.document}, happened_on=day)
    return row


def set_order(desk: Desk, division: str, *, programme: str, sources: Sequence[str], reason: str) -> FundOrder:
    """Say in which order a division's sources are charged, from today on.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_source``.
    """
    path = desk.path(division)
    desk.require("fund.order", path)
    _require_sources(sources)
    row = FundOrder(path=path, programme=programme, since=desk.today, sources=list(dict.fromkeys(sources)))
    desk.session.add(row)
    desk.session.flush()
    desk.record(chain(division), "order", {"programme": programme, "sources": row.sources}, reason=reason)
    return row


def chain(division: str) -> str:
    """Return the name of a fund's audit chain."""
    return f"fund/{division}"


def _require_sources(sources: Iterable[str]) -> None:
    for one in sources:
        if one not in SOURCES:
            named = "、".join(f"{code} {text.zh}" for code, text in SOURCES.items())
            hint = did_you_mean(one, SOURCES) or Text(f"可用：{named}", f"allowed: {', '.join(SOURCES)}")
            raise JiuzhuError(
                "unknown_source", Text("没有这个资金来源", "there is no such source"), hint=hint, value=one
            )


def balances(desk: Desk, division: str, *, programme: str, year: int) -> list[Balance]:
    """Return the ledger of a division (not of those below it) for a year, source by source.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    path = desk.path(division)
    desk.require("fund.read", path)
    return ledger_of(desk, division, path=path, programme=programme, year=year)


def ledger_of(desk: Desk, division: str, *, path: str, programme: str, year: int) -> list[Balance]:
    """Return a ledger, whoever asks: for services that have asked for permission already."""
    rows = desk.session.execute(
        select(FundEntry.source, FundEntry.kind, func.sum(FundEntry.amount))
        .where(FundEntry.path == path, FundEntry.programme == programme, FundEntry.year == year)
        .group_by(FundEntry.source, FundEntry.kind)
    )
    sums = {(source, kind): int(amount) for source, kind, amount in rows}
    known = [one for one in (*SOURCES, UNCOVERED) if any(source == one for source, _ in sums)]
    return [
        Balance(division=division, source=one, budget=sums.get((one, "budget"), 0),
                received=sums.get((one, "receipt"), 0),
                spent=sums.get((one, "spending"), 0) + sums.get((one, "reversal"), 0))
        for one in known
    ]  # fmt: skip


def order_of(desk: Desk, path: str, programme: str) -> tuple[str, ...]:
    """Return the order in which a ledger's sources are charged today."""
    row = desk.session.scalars(
        select(FundOrder)
        .where(FundOrder.path == path, FundOrder.programme == programme, FundOrder.since <= desk.today)
        .order_by(FundOrder.id.desc())
    ).first()
    return tuple(row.sources) if row is not None else DEFAULT_ORDER


def overspent(desk: Desk, *, programme: str, year: int) -> list[Balance]:
    """Return the ledgers the officer may see that spent beyond what they received, for warnings and reports."""
    roots = desk.actor.roots("fund.read", desk.today)
    rows = desk.session.execute(
        select(FundEntry.division, FundEntry.path)
        .where(FundEntry.programme == programme, FundEntry.year == year, inside(FundEntry.path, roots))
        .distinct()
    ).all()
    found = [one for division, path in rows
             for one in ledger_of(desk, division, path=path, programme=programme, year=year)]  # fmt: skip
    return [one for one in found if one.left < 0]
