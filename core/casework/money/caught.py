"""What is caught before money leaves: death, exit, double receipt, no account, a case not in payment.

Each is named with its cause and never paid; what is cleared up later comes with the next payment as arrears.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.casework.flow.transition import status_label
from core.casework.money.accrual import PayPeriod, entitled, owed_from, stopped_from
from core.casework.money.double_receipt import Other, shared_persons
from core.casework.money.household import Household
from core.casework.money.payslip import Payslip
from core.casework.month import add_months, each_month, month_of
from core.errors import Text
from core.store.tables import AssistanceCase, CaseMember, Person

REASONS: dict[str, Text] = {
    "death": Text("户主或者保障对象已死亡", "the head or an entitled member has died"),
    "exit": Text("已退出，仍有其后月份的应发额", "left, and still entitled to later months"),
    "double_receipt": Text("同一人在两个案件中领取", "the same person receives in two cases"),
    "no_account": Text("没有收款账号", "no account to pay to"),
    "not_in_payment": Text("案件不在发放状态", "the case is not in payment"),
    "due_less": Text("审批后应发额减少", "due less than when it was approved"),
    "no_rules": Text("所在地没有可以据以发放的规定", "its place has no rules to pay by"),
    "claimed": Text("本期月份已列入另一发放表", "a month of the period is in another payroll"),
}

PAYING = ("in_payment", "phasing_out")
LEFT = ("stopped", "closed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """One reason why a household is not paid, with codes and tokens that say what was found."""

    reason: str
    detail: Mapping[str, Any]


def told(detail: Mapping[str, Any]) -> Text:
    """Return what was found as a user reads it: a case's status in words; a token tells nobody who it is."""
    said = {key: one for key, one in detail.items() if key != "person"}
    words = [status_label(one) if key == "status" else Text(str(one), str(one)) for key, one in said.items()]
    return Text("；".join(one.zh for one in words), "; ".join(one.en for one in words))


def catches(household: Household, slip: Payslip, period: PayPeriod, *, by_bank: bool) -> list[Catch]:
    """Return what of the household itself keeps it from being paid."""
    found = [*_deaths(household, period), *_exit(household, period)]
    if by_bank and slip.total and not household.has_account:
        found.append(Catch(reason="no_account", detail={"person": household.head.token}))
    if any(slip.current.values()) and household.status not in (*PAYING, *LEFT):
        found.append(Catch(reason="not_in_payment", detail={"status": household.status}))
    if household.claimed_by is not None:
        found.append(Catch(reason="claimed", detail={"payroll": household.claimed_by}))
    return found


def doubled(others: Sequence[Other]) -> list[Catch]:
    """Return what other cases of its persons keep it from being paid."""
    return [Catch(reason="double_receipt", detail=_double(one)) for one in others]


def _deaths(household: Household, period: PayPeriod) -> list[Catch]:
    """Nothing is paid while months after a death are owed; once they are not, those up to it go to the account kept."""
    spans = household.account.spans
    dead = {one.token: one.died_on for one in (household.head, *household.members)
            if one.died_on is not None and one.died_on < period.until
            and owed_from(spans, add_months(month_of(one.died_on), 1))}  # fmt: skip
    return [
        Catch(reason="death", detail={"person": token, "died_on": day.isoformat()})
        for token, day in dead.items()
    ]  # fmt: skip


def _exit(household: Household, period: PayPeriod) -> list[Catch]:
    """A closed case may be owed months up to its stop (or, with none decided, its exit), none behind it."""
    if household.closed_on is None or household.status not in LEFT:
        return []
    gone = stopped_from(household.account.spans) or add_months(month_of(household.closed_on), 1)
    for month in each_month(max(gone, period.start), period.until):
        if any(entitled(household.account.spans, month).values()):
            return [Catch(reason="exit", detail={"closed_on": household.closed_on.isoformat(),
                                                 "month": month.isoformat()})]  # fmt: skip
    return []


def _double(one: Other) -> dict[str, Any]:
    return {"person": one.token, "case": one.number, "programme": one.programme, "division": one.division}


def candidates(session: Session, case_ids: Select[Any], period: PayPeriod) -> set[int]:
    """Return which of some cases could be caught now, by a few set queries: more than are, never fewer."""
    case = AssistanceCase
    dead_member = (
        select(CaseMember.case_id)
        .join(Person, Person.id == CaseMember.person_id)
        .where(CaseMember.case_id.in_(case_ids), CaseMember.until.is_(None), Person.died_on < period.until)
    )
    of_case = (
        select(case.id)
        .join(Person, Person.id == case.head_id)
        .where(
            case.id.in_(case_ids),
            (Person.died_on < period.until) | Person.account.is_(None) | case.status.not_in(PAYING),
        )
    )
    found = set(session.scalars(dead_member)) | set(session.scalars(of_case))
    return found | shared_persons(session, case_ids).keys()
