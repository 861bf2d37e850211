"""What a year costs for the households of a snapshot, month by month under each month's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.caseload.change import Change, Changed
from core.casework.month import each_month
from core.errors import Text
from regions.caseload_rules import StandardAt, with_standard
from regions.caseload_whatif import Asked, Other
from regions.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthlyCost:
    """What a month of a year costs under its own rules: exact fen, and the persons who get it."""

    month: date
    changed: Changed
    planned: bool

    def of(self, *places: int) -> dict[tuple[str, ...], Change]:
        """Return the month's cost by some parts of the group."""
        return self.changed.by(*places)


NOT_RECKONED = (
    Text("新增和退出的家庭", "households that will enter or leave"),
    Text("今后的情况变化（收入、人口按快照日）", "changes of facts: incomes and persons are of the snapshot's day"),
    Text("已定的停发、暂停和渐退何时起止", "when stops, suspensions and phase-outs already decided begin and end"),
    Text("补发和追回", "arrears and recoveries"),
    Text(
        "尚未发布的规则和物价补贴（--standard 除外）",
        "rules and price subsidies not published, but for --standard",
    ),
)
"""What a budget plan holds beside the caseload's own year."""

Upratings = Sequence[tuple[date, StandardAt]]


def year_cost(asked: Asked, year: int, planned: Upratings = ()) -> list[MonthlyCost]:
    """Return every month of a year for the households of the snapshot, each under the rules of its first day.

    ``planned`` are standards at other amounts, each from a month on. Who will enter or leave is not in it.
    """
    months = list(each_month(date(year, 1, 1), date(year + 1, 1, 1)))
    rules = [Other(name=f"{one:%Y-%m}", registry=_in(asked.registry, planned, one), on=one) for one in months]
    found = asked.compare(rules)
    return [
        MonthlyCost(month=month, changed=changed, planned=any(since <= month for since, _ in planned))
        for month, changed in zip(months, found, strict=True)
    ]


def _in(registry: Registry, planned: Upratings, month: date) -> Registry:
    for since, at in planned:
        if since <= month:
            registry = with_standard(registry, at, month)
    return registry
