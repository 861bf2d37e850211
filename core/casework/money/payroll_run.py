"""A payroll run as a row: finding it by right, its status in words, its totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.scope import inside
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, PayrollException, PayrollLine, PayrollRun, RecoveryEntry

CHUNK = 500
"""Households a transaction."""

JOB = "payroll"

STATUS: Mapping[str, Text] = {
    "draft": Text("编制中", "being prepared"),
    "prepared": Text("已编制，待审批", "prepared"),
    "approved": Text("已审批", "approved"),
    "exported": Text("已送银行", "sent to the bank"),
    "paid": Text("已发放", "paid"),
    "cancelled": Text("已取消", "cancelled"),
}

LINE_STATUS: Mapping[str, Text] = {
    "due": Text("应发", "due"),
    "held": Text("暂扣未发", "held back"),
    "paid": Text("已发放", "paid"),
    "returned": Text("银行退回", "returned by the bank"),
    "cancelled": Text("已取消", "cancelled"),
}


def job_of(run_id: int) -> str:
    """Return the id of the job that prepares a run."""
    return f"{JOB}/{run_id}"


def chain(run_id: int) -> str:
    """Return the name of a run's audit chain."""
    return f"payroll/{run_id}"


def find_run(desk: Desk, number: str, *, action: str, lock: bool = False) -> PayrollRun:
    """Return the run of a number, for who may do an action with it.

    Raises:
        JiuzhuError: ``unknown_payroll``, ``not_permitted``.
    """
    query = select(PayrollRun).where(PayrollRun.number == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    run = desk.session.scalars(query).first()
    text = Text("没有这张发放表", "there is no such payroll")
    run = desk.found(run, JiuzhuError("unknown_payroll", text, value=number))
    desk.require(action, run.path)
    return run


def require_status(run: PayrollRun, *allowed: str) -> None:
    """Refuse what a run's status does not allow.

    Raises:
        JiuzhuError: ``wrong_status``, naming the statuses that do.
    """
    if run.status not in allowed:
        named = [STATUS[one] for one in allowed]
        text = Text(f"发放表{STATUS[run.status].zh}，不能这样办理", f"the payroll is {STATUS[run.status].en}")
        hint = Text(f"须为：{'、'.join(one.zh for one in named)}", f"it must be: {', '.join(one.en for one in named)}")
        raise JiuzhuError("wrong_status", text, hint=hint, value=f"{run.number} {run.status}")


def runs(desk: Desk, *, programme: str | None = None) -> list[PayrollRun]:
    """Return the payrolls the officer may see, newest first."""
    roots = desk.actor.roots("payroll.read", desk.today)
    query = select(PayrollRun).where(inside(PayrollRun.path, roots))
    if programme is not None:
        query = query.where(PayrollRun.programme == programme)
    return list(desk.session.scalars(query.order_by(PayrollRun.from_month.desc(), PayrollRun.id.desc())))


def count_run(session: Session, run: PayrollRun) -> None:
    """Count a run's lines and exceptions anew."""
    session.flush()
    lines = session.execute(
        select(func.count(), func.coalesce(func.sum(PayrollLine.persons), 0),
               func.coalesce(func.sum(PayrollLine.total), 0))
        .where(PayrollLine.run_id == run.id, PayrollLine.status.in_(("due", "paid")))
    ).one()  # fmt: skip
    run.households, run.persons, run.total = int(lines[0]), int(lines[1]), int(lines[2])
    held = select(func.count(PayrollException.case_id.distinct())).where(PayrollException.run_id == run.id)
    run.exceptions = session.scalar(held) or 0


def totals(run: PayrollRun) -> dict[str, Any]:
    """Return a run's totals as events keep them."""
    return {"households": run.households, "persons": run.persons, "total": run.total, "exceptions": run.exceptions}


def chunks(ids: Sequence[int], size: int = CHUNK) -> Iterator[Sequence[int]]:
    """Cut ids into chunks."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def void_entries(desk: Desk, run: PayrollRun, case_ids: Any) -> None:
    """Take back what a run's lines took off or refunded, by opposite entries."""
    rows = desk.session.execute(
        select(RecoveryEntry.case_id, RecoveryEntry.kind, func.sum(RecoveryEntry.amount))
        .where(RecoveryEntry.run_id == run.id, RecoveryEntry.case_id.in_(case_ids))
        .group_by(RecoveryEntry.case_id, RecoveryEntry.kind)
    ).all()
    opposite = [
        {"case_id": case_id, "kind": kind, "amount": -int(amount), "happened_on": desk.today, "run_id": run.id}
        for case_id, kind, amount in rows if amount
    ]  # fmt: skip
    if opposite:
        desk.session.execute(insert(RecoveryEntry), opposite)


def exceptions(desk: Desk, number: str) -> list[tuple[PayrollException, str]]:
    """Return what a run caught, with the case's number.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_payroll``.
    """
    run = find_run(desk, number, action="payroll.read")
    rows = desk.session.execute(
        select(PayrollException, AssistanceCase.number)
        .join(AssistanceCase, AssistanceCase.id == PayrollException.case_id)
        .where(PayrollException.run_id == run.id)
        .order_by(AssistanceCase.number, PayrollException.id)
    )
    return [(row[0], row[1]) for row in rows]


def lines(desk: Desk, number: str) -> list[tuple[str, PayrollLine]]:
    """Return a payroll's lines with their case's number.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_payroll``.
    """
    run = find_run(desk, number, action="payroll.read")
    rows = desk.session.execute(
        select(AssistanceCase.number, PayrollLine)
        .join(PayrollLine, PayrollLine.case_id == AssistanceCase.id)
        .where(PayrollLine.run_id == run.id)
        .order_by(PayrollLine.path, AssistanceCase.number)
    )
    return [(row[0], row[1]) for row in rows]
