"""The fund ledgers of a place as a sheet (资金台账): 预算、到位、支出、结余 by division and source, with their sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.casework.desk import Desk
from core.casework.money.fund import SOURCES, UNCOVERED, Balance
from core.casework.money.fund_page import balances_below
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value

COLUMNS = columns("地区", "来源", "预算:money", "到位:money", "支出:money", "结余:money")
BEYOND = "未落实"


def fund_sheet(desk: Desk, division: str, *, programme: str, year: int) -> Sheet:
    """Return the ledgers kept at a division or below it.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    found = balances_below(desk, division, programme=programme, year=year)
    heading = [f"{desk.tree.name(division)} {year}年度 资金台账"]
    return Sheet(title="资金台账", columns=COLUMNS, rows=_rows(desk, found), heading=heading)


def _rows(desk: Desk, found: Sequence[Balance]) -> Iterator[Sequence[Value]]:
    for one in found:
        source = BEYOND if one.source == UNCOVERED else SOURCES[one.source].zh
        yield desk.tree.name(one.division), source, one.budget, one.received, one.spent, one.left
    sums = [sum(getattr(one, part) for one in found) for part in ("budget", "received", "spent", "left")]
    yield "合计", "", *sums
