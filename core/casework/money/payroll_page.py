"""Payrolls as a screen shows them: a page at a time by key, with sums counted by the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from core.casework.deciding.proposal import PARTS
from core.casework.desk import Desk
from core.casework.money.payroll_run import STATUS
from core.casework.people.person import shown_name
from core.casework.scope import inside
from core.errors import JiuzhuError, Text, did_you_mean
from core.store.tables import AssistanceCase, PayrollException, PayrollLine, PayrollRun, Person

COLUMNS = (*PARTS, "arrears", "recovery", "total")
"""保障金、家庭分类施保、人员分类施保、物价补贴、渐退期、补发、扣回、实发."""
PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which payrolls: of a subtree, a programme, covering a month, in a status; nothing asks for all."""

    division: str = ""
    programme: str = ""
    month: date | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShown:
    """A household's line with who it is paid to."""

    number: str
    name: str
    line: PayrollLine


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtShown:
    """A household that is not paid, with its name and why."""

    number: str
    name: str
    caught: PayrollException


def run_page(
    desk: Desk, asked: Asked, *, after: int | None = None, limit: int = PAGE
) -> tuple[Sequence[PayrollRun], int | None]:
    """Return a page of the payrolls the officer may see, the newest first, and the key the next one begins after.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``unknown_status``.
    """
    query = select(PayrollRun).where(inside(PayrollRun.path, desk.actor.roots("payroll.read", desk.today)))
    if asked.division:
        path = desk.path(asked.division)
        desk.require("payroll.read", path)
        query = query.where(inside(PayrollRun.path, (path,)))
    if asked.status and asked.status not in STATUS:
        text = Text("没有这种状态", "there is no such status")
        raise JiuzhuError("unknown_status", text, hint=did_you_mean(asked.status, STATUS), value=asked.status)
    if asked.status:
        query = query.where(PayrollRun.status == asked.status)
    if asked.programme:
        query = query.where(PayrollRun.programme == asked.programme)
    if asked.month is not None:
        query = query.where(PayrollRun.from_month <= asked.month, PayrollRun.until_month > asked.month)
    if after is not None:
        query = query.where(PayrollRun.id < after)
    rows = desk.session.scalars(query.order_by(PayrollRun.id.desc()).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def line_page(
    desk: Desk, run: PayrollRun, *, division: str = "", case: str = "", after: int = 0, limit: int = PAGE
) -> tuple[list[LineShown], int | None]:
    """Return a page of a payroll's lines in the order their cases were opened, of a subtree or of one case.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    desk.require("payroll.read", run.path)
    query = (
        select(PayrollLine, AssistanceCase.number, Person)
        .join(AssistanceCase, AssistanceCase.id == PayrollLine.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(PayrollLine.run_id == run.id, PayrollLine.case_id > after)
    )
    if division:
        query = query.where(inside(PayrollLine.path, (desk.path(division),)))
    if case:
        query = query.where(AssistanceCase.number == case)
    rows = desk.session.execute(query.order_by(PayrollLine.case_id).limit(limit + 1)).all()
    found = [LineShown(number=number, name=shown_name(desk, head), line=line) for line, number, head in rows[:limit]]
    return found, found[-1].line.case_id if len(rows) > limit else None


def caught_page(
    desk: Desk, run: PayrollRun, *, after: int = 0, limit: int = PAGE
) -> tuple[list[CaughtShown], int | None]:
    """Return a page of what a payroll caught before money left (例外清单).

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("payroll.read", run.path)
    query = (
        select(PayrollException, AssistanceCase.number, Person)
        .join(AssistanceCase, AssistanceCase.id == PayrollException.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(PayrollException.run_id == run.id, PayrollException.id > after)
    )
    rows = desk.session.execute(query.order_by(PayrollException.id).limit(limit + 1)).all()
    found = [CaughtShown(number=number, name=shown_name(desk, head), caught=one) for one, number, head in rows[:limit]]
    return found, found[-1].caught.id if len(rows) > limit else None


def line_sums(desk: Desk, run: PayrollRun) -> dict[str, int]:
    """Return the sum of each column over the lines that are or were paid, whole fen."""
    sums = [func.coalesce(func.sum(getattr(PayrollLine, name)), 0) for name in COLUMNS]
    counted = select(*sums).where(PayrollLine.run_id == run.id, PayrollLine.status.in_(("due", "paid")))
    found = desk.session.execute(counted).one()
    return {name: int(found[at]) for at, name in enumerate(COLUMNS)}


def returned_count(desk: Desk, run: PayrollRun) -> int:
    """Count the transfers the bank sent back."""
    query = select(func.count()).where(PayrollLine.run_id == run.id, PayrollLine.status == "returned")
    return desk.session.scalar(query) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackShown:
    """A line with back pay (补发) or something taken off (扣回), and the payroll it is in."""

    number: str
    name: str
    payroll: str
    line: PayrollLine


def back_page(
    desk: Desk, *, division: str, month: date, after: int = 0, limit: int = PAGE
) -> tuple[list[BackShown], int | None]:
    """Return a page of the households with arrears or recovery in the payrolls that cover a month.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("payroll.read", path)
    query = (
        select(PayrollLine, AssistanceCase.number, Person, PayrollRun.number)
        .join(PayrollRun, PayrollRun.id == PayrollLine.run_id)
        .join(AssistanceCase, AssistanceCase.id == PayrollLine.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(
            PayrollRun.from_month <= month, PayrollRun.until_month > month, PayrollRun.status != "cancelled",
            inside(PayrollLine.path, (path,)), (PayrollLine.arrears > 0) | (PayrollLine.recovery > 0),
            PayrollLine.id > after,
        )
    )  # fmt: skip
    rows = desk.session.execute(query.order_by(PayrollLine.id).limit(limit + 1)).all()
    found = [
        BackShown(number=number, name=shown_name(desk, head), payroll=payroll, line=line)
        for line, number, head, payroll in rows[:limit]
    ]
    return found, found[-1].line.id if len(rows) > limit else None
