"""What an office looks at in the morning: its caseload, who came and went, averages, the year's money.

A handful of sums the database makes by itself, whatever the size of the caseload; nothing is computed household by
household. What was paid in a month is a report's business (``statistics``): here stands what is decided today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, select

from core.casework.desk import Desk
from core.casework.flow.transition import table
from core.casework.money.fund_page import KINDS as FUND_KINDS
from core.casework.month import month_of
from core.casework.reporting.target import Target, target_of
from core.casework.scope import inside
from core.store.tables import AssistanceCase, Decision, FundEntry

PAID = ("in_payment", "phasing_out")
"""Statuses in which a household is paid every month."""
NEAR = timedelta(days=30)
AREAS = ("urban", "rural")
AVERAGE = "average_benefit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Households, persons and whole fen a month of an area; ``average`` a person and month, exact."""

    households: int = 0
    persons: int = 0
    monthly: int = 0

    @property
    def average(self) -> Fraction | None:
        """What a person gets a month; nothing where nobody is paid."""
        return Fraction(self.monthly, self.persons) if self.persons else None

    def plus(self, other: Count) -> Count:
        """Add another count: an average of the sum is weighted by itself."""
        return Count(households=self.households + other.households, persons=self.persons + other.persons,
                     monthly=self.monthly + other.monthly)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """A place right below the one asked about, or that place itself for cases of its own."""

    division: str
    areas: Mapping[str, Count]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funds:
    """The year's money of the place and below, whole fen."""

    budget: int
    received: int
    spent: int

    @property
    def used(self) -> Fraction | None:
        """The share of the budget that is spent; nothing where none is entered."""
        return Fraction(self.spent, self.budget) if self.budget else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The state of a place's programme today."""

    rows: tuple[PlaceRow, ...]
    areas: Mapping[str, Count]
    targets: Mapping[str, Target]
    pending: int
    reviews_overdue: int
    reviews_near: int
    granted: int
    stopped: int
    funds: Funds


def overview(desk: Desk, division: str, *, programme: str) -> Overview:
    """Return the state of a place.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    places: dict[str, dict[str, Count]] = {}
    pending = overdue = near = 0
    for row in _caseload(desk, path, programme):
        if row.status not in PAID:
            pending += row.households
            continue
        overdue, near = overdue + int(row.overdue), near + int(row.near)
        areas = places.setdefault(_below(row.path, path), {})
        one = Count(households=row.households, persons=int(row.persons or 0), monthly=int(row.monthly or 0))
        areas[row.area] = areas.get(row.area, Count()).plus(one)
    moved = _moved(desk, path, programme)
    return Overview(
        rows=tuple(PlaceRow(division=code, areas=places[code]) for code in sorted(places)),
        areas={area: _sum(places, area) for area in AREAS}, targets=_targets(desk, division, programme),
        pending=pending, reviews_overdue=overdue, reviews_near=near, granted=moved.get("grant", 0),
        stopped=moved.get("stop", 0), funds=_funds(desk, path, programme),
    )  # fmt: skip


def _caseload(desk: Desk, path: str, programme: str) -> list[Any]:
    """Sum the caseload by place, area and status: one walk over an index that holds every column asked for."""
    due, today = AssistanceCase.review_due, desk.today
    query = (
        select(
            AssistanceCase.path, AssistanceCase.area, AssistanceCase.status, func.count().label("households"),
            func.sum(AssistanceCase.entitled).label("persons"), func.sum(AssistanceCase.monthly).label("monthly"),
            func.sum(case((due < today, 1), else_=0)).label("overdue"),
            func.sum(case(((due >= today) & (due <= today + NEAR), 1), else_=0)).label("near"),
        )
        .where(
            inside(AssistanceCase.path, (path,)), AssistanceCase.programme == programme,
            AssistanceCase.status.in_((*PAID, *table()["groups"]["pending"])),
        )
        .group_by(AssistanceCase.path, AssistanceCase.area, AssistanceCase.status)
    )  # fmt: skip
    return list(desk.session.execute(query))


def _below(path: str, root: str) -> str:
    """The code of the place right below a root that a path leads through, or of the root itself."""
    return path.removeprefix(root).strip("/").partition("/")[0] or root.rpartition("/")[2]


def _sum(places: Mapping[str, Mapping[str, Count]], area: str) -> Count:
    found = Count()
    for areas in places.values():
        found = found.plus(areas.get(area, Count()))
    return found


def _moved(desk: Desk, path: str, programme: str) -> dict[str, int]:
    """Count who is granted and who is stopped from this month on."""
    query = (
        select(Decision.kind, func.count(Decision.case_id.distinct()))
        .join(AssistanceCase, AssistanceCase.id == Decision.case_id)
        .where(
            Decision.kind.in_(("grant", "stop")), Decision.from_month == month_of(desk.today),
            inside(AssistanceCase.path, (path,)), AssistanceCase.programme == programme,
        )
        .group_by(Decision.kind)
    )  # fmt: skip
    return {kind: int(number) for kind, number in desk.session.execute(query)}


def _targets(desk: Desk, division: str, programme: str) -> dict[str, Target]:
    """The average the rules of the place want, where they set one."""
    found: dict[str, Target] = {}
    for area in AREAS:
        book = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,))
        line = book.policy.line("target", programme, AVERAGE)
        target = None if line is None or line.is_gap else target_of(line, desk.policies.documents)
        if target is not None:
            found[area] = target
    return found


def _funds(desk: Desk, path: str, programme: str) -> Funds:
    rows = desk.session.execute(
        select(FundEntry.kind, func.sum(FundEntry.amount))
        .where(inside(FundEntry.path, (path,)), FundEntry.programme == programme, FundEntry.year == desk.today.year)
        .group_by(FundEntry.kind)
    )
    sums = {kind: int(amount) for kind, amount in rows}
    budget, received, spending, reversal = (sums.get(kind, 0) for kind in FUND_KINDS)
    return Funds(budget=budget, received=received, spent=spending + reversal)
