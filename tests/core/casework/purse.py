"""Households with decisions for the tests about money: made up, entered as rows, so that the amount is the test's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.casework.decision import decision_digest
from core.casework.desk import Desk
from core.casework.person import Identity, register_person
from core.store.tables import AssistanceCase, CaseMember, Decision, Person, StaffUser
from core.values import fraction_text

QUARTERLY = Path(__file__).with_name("plugins") / "dali_payment"
"""A provision made up for the tests: when Dali pays its quarters."""
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
    desk.session.flush()
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
