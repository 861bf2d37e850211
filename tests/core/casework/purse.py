"""Households with decisions for the tests about money: made up, entered as rows, so that the amount is the test's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.deciding.decision import decision_digest
from core.casework.desk import Desk
from core.casework.money import bank, payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.people.person import Identity, register_person
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, CaseMember, Decision, PayrollLine, PayrollRun, Person, StaffUser
from core.values import fraction_text

QUARTERLY = Path(str(files("regions").joinpath("data", "demonstration")))
"""The demonstration provisions that ship: Dali pays its quarters at their end."""
ACCOUNT = "6217000000000000000"


def user(desk: Desk, login: str) -> int:
    """Return a user's id."""
    return desk.session.scalars(select(StaffUser.id).where(StaffUser.login == login)).one()


def person(desk: Desk, name: str, *, account: str | None = ACCOUNT, id_number: str | None = None) -> Person:
    """Register somebody."""
    return register_person(
        desk, Identity(name=name, account=account, account_name=name, bank="信用社", id_number=id_number)
    )


def household(
    desk: Desk,
    number: str,
    *,
    division: str,
    area: str = "rural",
    programme: str = "dibao",
    head: Person | None = None,
    account: str | None = ACCOUNT,
    status: str = "in_payment",
) -> AssistanceCase:
    """Enter a household of one with nothing decided yet."""
    head = head or person(desk, f"示例{number}", account=account)
    case = AssistanceCase(
        number=number, programme=programme, area=area, division=division, path=desk.path(division), head_id=head.id,
        status=status, opened_on=date(2007, 1, 1), rules_on=date(2007, 1, 1), persons=1, entitled=1, filed=False,
    )  # fmt: skip
    desk.session.add(case)
    desk.session.flush()
    desk.session.add(CaseMember(case_id=case.id, person_id=head.id, relation="head", since=date(2007, 1, 1)))
    desk.record(f"made/{case.id}", "made", {})
    return case


def decided(
    desk: Desk,
    case: AssistanceCase,
    from_month: str,
    parts: Mapping[str, Fraction | int | str],
    *,
    until: str | None = None,
    kind: str = "grant",
    basis: Mapping[str, Any] | None = None,
    decided_on: date | None = None,
) -> Decision:
    """Decide so many yuan a month from a month on."""
    exact = {part: Fraction(yuan) * 100 for part, yuan in parts.items()}
    numbers = desk.session.scalars(select(Decision.number).where(Decision.case_id == case.id)).all()
    place = desk.actor.login.partition(".")[2]
    row = Decision(
        case_id=case.id, number=max(numbers, default=0) + 1, kind=kind, decided_on=decided_on or desk.today,
        recorded_at=desk.moment, from_month=date.fromisoformat(f"{from_month}-01"),
        until_month=date.fromisoformat(f"{until}-01") if until else None, monthly=sum(exact.values(), Fraction(0)),
        parts={part: fraction_text(fen) for part, fen in exact.items()}, method="gap", basis=dict(basis or {}),
        prepared_by=user(desk, f"clerk.{place}"), decided_by=user(desk, f"approver.{place}"),
    )  # fmt: skip
    row.digest = decision_digest(row)
    desk.session.add(row)
    case.monthly = int(row.monthly)
    desk.session.flush()
    return row


def pay(
    bureau: Any, division: str, period: str, *, programme: str = "dibao", by: str | None = None, **more: Any
) -> str:
    """Prepare a payroll and return its number."""
    scope = Scope(programme=programme, division=division, period=PayPeriod.parse(period), **more)
    desk = partial(bureau.desk, by or f"clerk.{bureau.places[0]}")
    return payroll.prepare(bureau.platform.database, desk, scope, chunk=3)


def send(bureau: Any, number: str, *, failed: dict[str, str] | None = None) -> None:
    """Approve, export and confirm a payroll."""
    place = bureau.places[0]
    with bureau.desk(f"approver.{place}") as desk:
        payroll.approve(desk, number)
    with bureau.desk(f"reviewer.{place}") as desk:
        bank.export(desk, number)
    with bureau.desk(f"clerk.{place}") as desk:
        bank.confirm(desk, number, failed=failed)


def lines(bureau: Any, number: str) -> dict[str, PayrollLine]:
    """Return a payroll's lines by case number."""
    with bureau.platform.database.reading() as session:
        rows = session.execute(
            select(AssistanceCase.number, PayrollLine)
            .join(PayrollLine, PayrollLine.case_id == AssistanceCase.id)
            .join(PayrollRun, PayrollRun.id == PayrollLine.run_id)
            .where(PayrollRun.number == number)
        )
        found = {row[0]: row[1] for row in rows}
        session.expunge_all()
        return found


def reasons(bureau: Any, number: str) -> dict[str, set[str]]:
    """Return why households were caught."""
    found: dict[str, set[str]] = {}
    with bureau.desk(f"auditor.{bureau.places[0]}") as desk:
        for one, case in payroll.exceptions(desk, number):
            found.setdefault(case, set()).add(one.reason)
    return found


def refused(call: Callable[[], Any]) -> str:
    """Return the code with which a call is refused."""
    with pytest.raises(JiuzhuError) as error:
        call()
    return error.value.code
