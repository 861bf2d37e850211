"""Households as a payroll needs them, many at once: a few queries for a whole chunk, never one a household."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.casework.deciding.proposal import PARTS
from core.casework.desk import Desk
from core.casework.money.accrual import PayPeriod, Span
from core.casework.money.claim import claimed_by
from core.casework.money.payslip import Account, Opening, opening_of
from core.casework.money.subsidy import Subsidies
from core.store.tables import (
    AssistanceCase,
    CaseMember,
    Decision,
    PayrollLine,
    Person,
    RecoveryEntry,
    RecoveryOrder,
)

LIVE = ("due", "paid")
"""Statuses of a line that counts as settled; held, returned and cancelled lines go back to due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An entitled member: opaque ids only."""

    person_id: int
    token: str
    died_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A case with everything a payslip and its checks ask."""

    case_id: int
    number: str
    programme: str
    division: str
    path: str
    area: str
    status: str
    closed_on: date | None
    persons: int
    head: Member
    has_account: bool
    members: tuple[Member, ...] = ()
    account: Account = field(default_factory=lambda: Account(spans=()))
    claimed_by: str | None = None


def load_households(
    desk: Desk, case_ids: Sequence[int], *, subsidies: Subsidies, period: PayPeriod, apart_from: int | None = None
) -> list[Household]:
    """Return the households of some cases, by id, and who claims the months of a period.

    ``apart_from`` leaves out what a run itself has settled and claimed.
    """
    session = desk.session
    members, decided = _members(session, case_ids), load_accounts(session, case_ids, apart_from=apart_from)
    accounts = subsidies.by_month(desk, decided, until=period.until)
    claims = claimed_by(session, case_ids, period, apart_from)
    rows = session.execute(
        select(
            AssistanceCase.id, AssistanceCase.number, AssistanceCase.programme, AssistanceCase.division,
            AssistanceCase.path, AssistanceCase.area, AssistanceCase.status, AssistanceCase.closed_on,
            AssistanceCase.persons, AssistanceCase.head_id, Person.token, Person.died_on,
            Person.account.is_not(None).label("has_account"),
        )
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(AssistanceCase.id.in_(case_ids))
        .order_by(AssistanceCase.id)
    )  # fmt: skip
    return [
        Household(
            case_id=row.id, number=row.number, programme=row.programme, division=row.division, path=row.path,
            area=row.area, status=row.status, closed_on=row.closed_on, persons=row.persons,
            head=Member(person_id=row.head_id, token=row.token, died_on=row.died_on),
            has_account=bool(row.has_account), members=tuple(members.get(row.id, ())), account=accounts[row.id],
            claimed_by=claims.get(row.id),
        )
        for row in rows
    ]  # fmt: skip


def load_accounts(session: Session, case_ids: Sequence[int], *, apart_from: int | None = None) -> dict[int, Account]:
    """Return what the ledger knows of each case, subsidies as decided (``subsidy`` tells them month by month)."""
    spans, openings = _decisions(session, case_ids)
    settled = _settled(session, case_ids, apart_from)
    back = _recovered(session, case_ids, apart_from)
    orders = _orders(session, case_ids)
    found = {}
    for case_id in case_ids:
        account = Account(spans=tuple(spans.get(case_id, ())), settled=settled.get(case_id, {}),
                          opening=openings.get(case_id))  # fmt: skip
        if case_id in back or case_id in orders:
            recovered, offset = back.get(case_id, (0, 0))
            ordered, each = orders.get(case_id, (0, None))
            account = replace(account, recovered=recovered, offset_open=ordered - offset, offset_each=each)
        found[case_id] = account
    return found


def _members(session: Session, case_ids: Sequence[int]) -> Mapping[int, list[Member]]:
    found: dict[int, list[Member]] = defaultdict(list)
    rows = session.execute(
        select(CaseMember.case_id, Person.id, Person.token, Person.died_on)
        .join(Person, Person.id == CaseMember.person_id)
        .where(CaseMember.case_id.in_(case_ids), CaseMember.until.is_(None), CaseMember.entitled)
    )
    for case_id, person_id, token, died_on in rows:
        found[case_id].append(Member(person_id=person_id, token=token, died_on=died_on))
    return found


def _decisions(session: Session, case_ids: Sequence[int]) -> tuple[Mapping[int, list[Span]], Mapping[int, Opening]]:
    spans: dict[int, list[Span]] = defaultdict(list)
    openings: dict[int, Opening] = {}
    rows = session.execute(
        select(Decision.case_id, Decision.number, Decision.kind, Decision.decided_on, Decision.from_month,
               Decision.until_month, Decision.parts, Decision.monthly)
        .where(Decision.case_id.in_(case_ids))
        .order_by(Decision.case_id, Decision.number)
    ).all()  # fmt: skip
    opened = {row.case_id for row in rows if row.kind == "opening"}
    paid = _paid_through(session, opened)
    for row in rows:
        span = span_of(row)
        spans[row.case_id].append(span)
        if row.kind == "opening" and row.case_id not in openings:
            openings[row.case_id] = opening_of(span, decided_on=row.decided_on, paid_through=paid.get(row.case_id))
    return spans, openings


def load_spans(session: Session, case_ids: Sequence[int]) -> Mapping[int, Sequence[Span]]:
    """Return what was decided on each case."""
    return _decisions(session, case_ids)[0]


def span_of(row: Any) -> Span:
    """Return a decision's row as accrual sees it; an amount without parts is all benefit."""
    parts = {part: exact(text) for part, text in row.parts.items()}
    if not parts and row.monthly:
        parts = {"benefit": Fraction(row.monthly)}
    return Span(number=row.number, from_month=row.from_month, until_month=row.until_month, parts=parts)


@lru_cache(maxsize=4096)
def exact(text: str) -> Fraction:
    """Read an exact amount; the same few amounts come again and again in a caseload."""
    return Fraction(text)


def _paid_through(session: Session, case_ids: Iterable[int]) -> dict[int, str]:
    """Which opening decisions say through which month another system has paid (``basis.paid_through``)."""
    ids = sorted(case_ids)
    if not ids:
        return {}
    rows = session.execute(
        select(Decision.case_id, Decision.basis).where(Decision.case_id.in_(ids), Decision.kind == "opening")
    )
    return {case_id: basis["paid_through"] for case_id, basis in rows if "paid_through" in basis}


def _settled(session: Session, case_ids: Sequence[int], apart_from: int | None) -> dict[int, dict[str, int]]:
    sums = [func.sum(getattr(PayrollLine, f"settled_{part}")) for part in PARTS]
    query = select(PayrollLine.case_id, *sums).where(PayrollLine.case_id.in_(case_ids), PayrollLine.status.in_(LIVE))
    if apart_from is not None:
        query = query.where(PayrollLine.run_id != apart_from)
    rows = session.execute(query.group_by(PayrollLine.case_id))
    return {row[0]: dict(zip(PARTS, (int(one) for one in row[1:]), strict=True)) for row in rows}


def _recovered(session: Session, case_ids: Sequence[int], apart_from: int | None) -> dict[int, tuple[int, int]]:
    """What came back of each case, and how much of it by offsetting."""
    query = select(RecoveryEntry.case_id, RecoveryEntry.kind, func.sum(RecoveryEntry.amount)).where(
        RecoveryEntry.case_id.in_(case_ids)
    )
    if apart_from is not None:
        query = query.where((RecoveryEntry.run_id.is_(None)) | (RecoveryEntry.run_id != apart_from))
    found: dict[int, tuple[int, int]] = {}
    for case_id, kind, amount in session.execute(query.group_by(RecoveryEntry.case_id, RecoveryEntry.kind)):
        whole, offset = found.get(case_id, (0, 0))
        found[case_id] = whole + int(amount), offset + (int(amount) if kind == "offset" else 0)
    return found


def _orders(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[int, int | None]]:
    """What the orders of each case allow in all, and at most a payment by the newest."""
    rows = session.execute(
        select(RecoveryOrder.case_id, RecoveryOrder.amount, RecoveryOrder.per_payment)
        .where(RecoveryOrder.case_id.in_(case_ids))
        .order_by(RecoveryOrder.id)
    )
    found: dict[int, tuple[int, int | None]] = {}
    for case_id, amount, each in rows:
        found[case_id] = found.get(case_id, (0, None))[0] + amount, each
    return found
