"""Named sums over caseload and payroll, by place: one query each, whatever the size of the caseload.

A row is (subtree path, reporting unit, area). What a month's reports count is who is on the roll in it, what was paid
in it, and what was decided to take effect in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from core.casework.month import add_months
from core.casework.reporting.roll import NOTHING, covering
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import AssistanceCase, Decision, PayrollLine, PayrollRun
from core.values import MONEY, Unit

HOUSEHOLDS = Unit(count=1)
PERSONS = Unit(person=1)
SPENT = ("approved", "exported", "paid")
"""Statuses of a run whose money is spent."""
LEFT = ("due", "paid")
"""Statuses of a line whose money left, or is leaving: neither held back, returned nor cancelled."""

Place = tuple[str, str | None, str]
"""Subtree path, reporting unit, area."""
Sums = dict[Place, dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is summed: a month, a programme, and the subtree of a path."""

    month: date
    programme: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A named sum: its words, its unit, and the query that gives it together with others."""

    label: Text
    unit: Unit
    query: str


AGGREGATES: Mapping[str, Aggregate] = {
    "households": Aggregate(label=Text("在册户数", "households on the roll"), unit=HOUSEHOLDS, query="roll"),
    "persons": Aggregate(label=Text("在册人数", "persons on the roll"), unit=PERSONS, query="roll"),
    "paid": Aggregate(label=Text("本月支出", "paid this month"), unit=MONEY, query="paid"),
    "price_subsidy": Aggregate(label=Text("其中物价补贴", "of it price subsidy"), unit=MONEY, query="paid"),
    "topup": Aggregate(label=Text("其中分类施保", "of it top-ups"), unit=MONEY, query="paid"),
    "arrears": Aggregate(label=Text("其中补发", "of it arrears"), unit=MONEY, query="paid"),
    "paid_year": Aggregate(label=Text("本年累计支出", "paid this year"), unit=MONEY, query="paid_year"),
    "granted": Aggregate(label=Text("新增户数", "granted"), unit=HOUSEHOLDS, query="decided"),
    "increased": Aggregate(label=Text("增发户数", "raised"), unit=HOUSEHOLDS, query="decided"),
    "reduced": Aggregate(label=Text("减发户数", "lowered"), unit=HOUSEHOLDS, query="decided"),
    "phased_out": Aggregate(label=Text("进入渐退期户数", "in phase-out"), unit=HOUSEHOLDS, query="decided"),
    "stopped": Aggregate(label=Text("停发户数", "stopped"), unit=HOUSEHOLDS, query="decided"),
}
"""Every sum a report may name."""

KINDS = {"grant": "granted", "increase": "increased", "reduce": "reduced", "phase_out": "phased_out", "stop": "stopped"}


def sums(session: Session, asked: Asked, wanted: Iterable[str]) -> Sums:
    """Return the wanted sums by place, unit and area; a place where nothing is has no row."""
    found: Sums = {}
    for name in dict.fromkeys(AGGREGATES[one].query for one in wanted):
        for place, key, value in _QUERIES[name](session, asked):
            row = found.setdefault(place, {})
            row[key] = row.get(key, 0) + value
    return found


Found = Iterator[tuple[Place, str, int]]


def _roll(session: Session, asked: Asked) -> Found:
    last = covering(asked.month)
    query = (
        select(*_place(), func.count().label("households"), func.sum(AssistanceCase.entitled).label("persons"))
        .join(last, last.c.case_id == AssistanceCase.id)
        .join(Decision, (Decision.case_id == last.c.case_id) & (Decision.number == last.c.number))
        .where(*_here(asked), Decision.monthly != NOTHING)
        .group_by(*_place())
    )
    return _named(session, query, ("households", "persons"))


def _paid(session: Session, asked: Asked) -> Found:
    return _named(session, _spending(asked, asked.month), ("paid", "price_subsidy", "topup", "arrears"))


def _paid_year(session: Session, asked: Asked) -> Found:
    for place, key, value in _named(session, _spending(asked, asked.month.replace(month=1)), ("paid",)):
        yield place, f"{key}_year", value


def _spending(asked: Asked, since: date) -> Select[*tuple[Any, ...]]:
    """What runs spent from a day to the end of the month asked about, by the place and area the line was made for."""
    spent_on = func.coalesce(PayrollRun.paid_on, PayrollRun.approved_on)
    place = (PayrollLine.path, AssistanceCase.unit, PayrollLine.area)
    topup = PayrollLine.household_topup + PayrollLine.member_topup
    return (
        select(
            *place, func.sum(PayrollLine.total).label("paid"),
            func.sum(PayrollLine.price_subsidy).label("price_subsidy"), func.sum(topup).label("topup"),
            func.sum(PayrollLine.arrears).label("arrears"),
        )
        .join(PayrollRun, PayrollRun.id == PayrollLine.run_id)
        .join(AssistanceCase, AssistanceCase.id == PayrollLine.case_id)
        .where(inside(PayrollLine.path, [asked.path]), PayrollRun.programme == asked.programme)
        .where(PayrollRun.status.in_(SPENT), PayrollLine.status.in_(LEFT))
        .where(spent_on >= since, spent_on < add_months(asked.month, 1))
        .group_by(*place)
    )  # fmt: skip


def _decided(session: Session, asked: Asked) -> Found:
    query = (
        select(*_place(), Decision.kind, func.count().label("households"))
        .join(Decision, Decision.case_id == AssistanceCase.id)
        .where(*_here(asked), Decision.from_month == asked.month, Decision.kind.in_(KINDS))
        .group_by(*_place(), Decision.kind)
    )
    for row in session.execute(query):
        yield (row.path, row.unit, row.area), KINDS[row.kind], int(row.households)


def _place() -> tuple[Any, Any, Any]:
    return AssistanceCase.path, AssistanceCase.unit, AssistanceCase.area


def _here(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return AssistanceCase.programme == asked.programme, inside(AssistanceCase.path, [asked.path])


def _named(session: Session, query: Select[*tuple[Any, ...]], names: tuple[str, ...]) -> Found:
    for row in session.execute(query):
        for name in names:
            yield (row.path, row.unit, row.area), name, int(getattr(row, name) or 0)


_QUERIES: Mapping[str, Callable[[Session, Asked], Found]] = {
    "roll": _roll,
    "paid": _paid,
    "paid_year": _paid_year,
    "decided": _decided,
}
