"""Named sums over caseload and payroll, by place: a few queries each, whatever the size of the caseload.

A row is (subtree path, reporting unit, area). What a month's reports count is who is on the roll in it, what was paid
in it, and what was decided to take effect in it; places are those of the month's first day, persons of its last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased

from core.casework.desk import Desk
from core.casework.reporting.paid_months import person_months, spent
from core.casework.reporting.persons_then import changed_since, persons_changed
from core.casework.reporting.placed import Asked, Found, Place, named, placed
from core.casework.reporting.roll import NOTHING, covering
from core.errors import Text
from core.store.tables import AssistanceCase, CaseMember, Decision, PayrollLine, PayrollRun
from core.values import MONEY, Unit

HOUSEHOLDS = Unit(count=1)
PERSONS = Unit(person=1)
PERSON_MONTHS = Unit(person=1, month=1)

Sums = dict[Place, dict[str, int]]


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
    "current": Aggregate(label=Text("本期应发（不含补发、未扣扣回）", "for its own period"), unit=MONEY, query="paid"),
    "person_months": Aggregate(
        label=Text("所发月份的保障人月", "persons × months paid for"), unit=PERSON_MONTHS, query="person_months"
    ),
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


def sums(desk: Desk, asked: Asked, wanted: Iterable[str]) -> Sums:
    """Return the wanted sums by place, unit and area; a place where nothing is has no row."""
    found: Sums = {}
    for name in dict.fromkeys(AGGREGATES[one].query for one in wanted):
        for place, key, value in _QUERIES[name](desk, asked):
            row = found.setdefault(place, {})
            row[key] = row.get(key, 0) + value
    return found


def _roll(desk: Desk, asked: Asked) -> Found:
    rolled = _in_force(select(), asked).where(Decision.monthly != NOTHING)
    today = (func.count().label("households"), func.sum(AssistanceCase.entitled).label("persons"))
    yield from placed(desk, asked, rolled.add_columns(*today))
    since = rolled.join(CaseMember, CaseMember.case_id == AssistanceCase.id).where(changed_since(asked.month))
    yield from placed(desk, asked, since.add_columns(persons_changed().label("persons")))


def _in_force(query: Select[*tuple[Any, ...]], asked: Asked) -> Select[*tuple[Any, ...]]:
    """Join the cases of the programme with the decision that says what each is entitled to in the month."""
    last = covering(asked.month)
    return (
        query.select_from(AssistanceCase)
        .join(last, last.c.case_id == AssistanceCase.id)
        .join(Decision, (Decision.case_id == last.c.case_id) & (Decision.number == last.c.number))
        .where(AssistanceCase.programme == asked.programme)
    )


def _paid(desk: Desk, asked: Asked) -> Found:
    return named(desk, _spending(asked, asked.month), ("paid", "current", "price_subsidy", "topup", "arrears"))


def _paid_year(desk: Desk, asked: Asked) -> Found:
    for place, key, value in named(desk, _spending(asked, asked.month.replace(month=1)), ("paid",)):
        yield place, f"{key}_year", value


def _spending(asked: Asked, since: date) -> Select[*tuple[Any, ...]]:
    """What runs spent from a day to the end of the month asked about, by the place and area the line was made for."""
    place = (PayrollLine.path, AssistanceCase.unit, PayrollLine.area)
    topup = PayrollLine.household_topup + PayrollLine.member_topup
    current = PayrollLine.total - PayrollLine.arrears + PayrollLine.recovery
    return (
        select(
            *place, func.sum(PayrollLine.total).label("paid"), func.sum(current).label("current"),
            func.sum(PayrollLine.price_subsidy).label("price_subsidy"), func.sum(topup).label("topup"),
            func.sum(PayrollLine.arrears).label("arrears"),
        )
        .join(PayrollRun, PayrollRun.id == PayrollLine.run_id)
        .join(AssistanceCase, AssistanceCase.id == PayrollLine.case_id)
        .where(*spent(asked, since))
        .group_by(*place)
    )  # fmt: skip


def _decided(desk: Desk, asked: Asked) -> Found:
    """Households by the last thing decided for them from the month on, where that is what holds in it.

    What was overridden meanwhile is not counted; a review that went on with the same amount does not hide the rise.
    """
    said = aliased(Decision)
    latest = (
        select(Decision.case_id, func.max(Decision.number).label("number"))
        .where(Decision.from_month == asked.month, Decision.kind.in_(KINDS))
        .group_by(Decision.case_id)
        .subquery()
    )
    holding = (
        _in_force(select(), asked)
        .join(latest, latest.c.case_id == AssistanceCase.id)
        .join(said, (said.case_id == latest.c.case_id) & (said.number == latest.c.number))
        .where(Decision.from_month == asked.month, Decision.monthly == said.monthly)
    )
    counts = (func.sum(case((said.kind == kind, 1), else_=0)).label(name) for kind, name in KINDS.items())
    return placed(desk, asked, holding.add_columns(*counts))


_QUERIES: Mapping[str, Callable[[Desk, Asked], Found]] = {
    "roll": _roll,
    "paid": _paid,
    "person_months": person_months,
    "paid_year": _paid_year,
    "decided": _decided,
}
