"""A payroll's lines, a chunk of households at a time: loaded in a few queries, worked out, caught or written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, insert, select

from core.casework.deciding.proposal import PARTS
from core.casework.desk import Desk
from core.casework.money.accrual import DEFAULT_ROUNDING, PayPeriod, Rounding
from core.casework.money.caught import Catch, catches, doubled
from core.casework.money.claim import claim_rows
from core.casework.money.double_receipt import double_receipts
from core.casework.money.household import Household, load_households
from core.casework.money.payslip import Account, Payslip, payslip
from core.casework.money.schedule import PaymentSchedule, rounding_of, schedule_of
from core.casework.money.subsidy import Subsidies
from core.casework.scope import inside
from core.errors import JiuzhuError
from core.store.tables import (
    AssistanceCase,
    Decision,
    PayrollClaim,
    PayrollException,
    PayrollLine,
    PayrollRun,
    RecoveryEntry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run has to say of a household: its payslip, and what keeps it from being paid."""

    household: Household
    slip: Payslip
    caught: tuple[Catch, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Schedule and rounding by place on a period's first day, and price subsidies by month, looked up once each."""

    desk: Desk
    programme: str
    period: PayPeriod
    subsidies: Subsidies = field(default_factory=Subsidies)
    _known: dict[tuple[str, str], tuple[PaymentSchedule, Rounding]] = field(default_factory=dict)

    def at(self, division: str, area: str) -> tuple[PaymentSchedule, Rounding]:
        """Return what rules there.

        Raises:
            JiuzhuError: ``nothing_in_force``, ``gap``; what the rules of the place raise.
        """
        key = division, area
        if key not in self._known:
            book = self.desk.policies.rulebook(division, on=self.period.start, area=area, programmes=(self.programme,))
            self._known[key] = schedule_of(book.policy, self.programme), rounding_of(book.policy, self.programme)
        return self._known[key]


def period_of(run: PayrollRun) -> PayPeriod:
    """Return the period a run is for."""
    return PayPeriod(frequency=run.frequency, start=run.from_month)


def in_scope(run: PayrollRun) -> Select[Any]:
    """Select the ids of the cases a run is about: of its programme and subtree, with a decision of any month in it."""
    decided = (
        select(Decision.id)
        .where(Decision.case_id == AssistanceCase.id, Decision.from_month < run.until_month)
        .correlate(AssistanceCase)
    )
    query = select(AssistanceCase.id).where(
        AssistanceCase.programme == run.programme, inside(AssistanceCase.path, (run.path,)), decided.exists()
    )
    return query if run.area == "any" else query.where(AssistanceCase.area == run.area)


def work_out(desk: Desk, run: PayrollRun, case_ids: Sequence[int], rules: Rules) -> list[Result]:
    """Work out what a run has to say of some cases; those with nothing due, or of another rhythm, are left out."""
    period = period_of(run)
    found = [
        one
        for household in load_households(desk, case_ids, subsidies=rules.subsidies, period=period, apart_from=run.id)
        if (one := _result(household, run, period, rules)) is not None
    ]
    doubles = double_receipts(desk, [one.household for one in found], period)
    return [
        replace(one, caught=(*one.caught, *doubled(doubles[one.household.case_id])))
        if one.household.case_id in doubles else one
        for one in found
    ]  # fmt: skip


def _result(household: Household, run: PayrollRun, period: PayPeriod, rules: Rules) -> Result | None:
    """Work out one household; one whose place has no rules to pay by is caught, and does not stop the others."""
    try:
        schedule, rounding = rules.at(household.division, household.area)
    except JiuzhuError as error:
        slip = payslip(household.account, period, DEFAULT_ROUNDING)
        catch = Catch(reason="no_rules", detail={"error": error.code, "division": household.division})
        return None if slip.is_empty else Result(household=household, slip=slip, caught=(catch,))
    slip = payslip(household.account, period, rounding)
    if slip.is_empty or not schedule.allows(run.frequency):
        return None
    return Result(
        household=household, slip=slip, caught=tuple(catches(household, slip, period, by_bank=schedule.by_bank))
    )


def write(desk: Desk, run: PayrollRun, results: Iterable[Result]) -> None:
    """Write lines and claims of those to be paid, and the exceptions."""
    lines, entries, held = [], [], []
    settling: dict[int, Account] = {}
    others: list[int] = []
    for one in results:
        if one.caught:
            held += exception_rows(desk, run, one)
            continue
        lines.append(_line(run, one))
        entries += _entries(desk, run, one)
        if one.slip.settles:
            settling[one.household.case_id] = one.household.account
        else:
            others.append(one.household.case_id)
    claims = claim_rows(desk.session, settling, others, period=period_of(run), run_id=run.id)
    for table, rows in ((PayrollLine, lines), (PayrollClaim, claims), (RecoveryEntry, entries),
                        (PayrollException, held)):  # fmt: skip
        if rows:
            desk.session.execute(insert(table), rows)


def exception_rows(desk: Desk, run: PayrollRun, one: Result) -> list[dict[str, Any]]:
    """Return the rows that say why a household is not paid, one a reason."""
    return [
        {"run_id": run.id, "case_id": one.household.case_id, "reason": catch.reason, "detail": dict(catch.detail),
         "amount": one.slip.total, "found_at": desk.moment}
        for catch in one.caught
    ]  # fmt: skip


def _line(run: PayrollRun, one: Result) -> dict[str, Any]:
    slip, household = one.slip, one.household
    return {
        "run_id": run.id,
        "case_id": household.case_id,
        "path": household.path,
        "area": household.area,
        "persons": household.persons,
        **{part: slip.current[part] for part in PARTS},
        "arrears": slip.arrears,
        "recovery": slip.recovery,
        "total": slip.total,
        **{f"settled_{part}": slip.settled[part] for part in PARTS},
        "decision": household.account.last_decision,
        "settles": slip.settles,
        "status": "due",
    }


def _entries(desk: Desk, run: PayrollRun, one: Result) -> list[dict[str, Any]]:
    moved = {"offset": one.slip.recovery, "refund": -one.slip.refund}
    return [
        {"case_id": one.household.case_id, "kind": kind, "amount": amount, "happened_on": desk.today,
         "run_id": run.id}
        for kind, amount in moved.items() if amount
    ]  # fmt: skip
