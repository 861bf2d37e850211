"""Payrolls (发放表): opened for a programme, a subtree and a period, prepared in chunks, approved by a second person.

Statuses: draft → prepared → approved → exported → paid; cancelled before export. What the bank is sent and what comes
back lives in ``bank``; the lines themselves in ``payroll_line``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from core.casework.accrual import PayPeriod
from core.casework.desk import Desk
from core.casework.job import Step, run_job
from core.casework.ledger import paid_to
from core.casework.payroll_approval import Approval, approve, cancel, recheck
from core.casework.payroll_line import Rules, in_scope, period_of, work_out, write
from core.casework.payroll_open import Scope, open_run
from core.casework.payroll_run import (
    CHUNK,
    chain,
    count_run,
    exceptions,
    find_run,
    job_of,
    lines,
    require_status,
    runs,
    totals,
)
from core.store.engine import Store
from core.store.tables import AssistanceCase, Job, PayrollRun

__all__ = [
    "Approval",
    "PayPeriod",
    "Scope",
    "approve",
    "cancel",
    "exceptions",
    "find_run",
    "lines",
    "open_run",
    "paid_to",
    "prepare",
    "prepare_chunk",
    "prepare_lines",
    "recheck",
    "resume",
    "runs",
]

OpenDesk = Callable[[], AbstractContextManager[Desk]]


def prepare(
    store: Store,
    open_desk: OpenDesk,
    scope: Scope,
    *,
    progress: Callable[[Job], None] | None = None,
    chunk: int = CHUNK,
) -> str:
    """Open a payroll and prepare its lines; return its number.

    Raises:
        JiuzhuError: what :func:`open_run` and :func:`prepare_lines` raise.
    """
    with open_desk() as desk:
        run = open_run(desk, scope)
    for job in prepare_lines(store, desk, run.id, chunk=chunk):
        if progress is not None:
            progress(job)
    return run.number


def prepare_lines(store: Store, desk: Desk, run_id: int, *, chunk: int = CHUNK) -> Iterator[Job]:
    """Work out a draft's lines, a chunk a transaction; killed, it goes on where it was.

    The desk lends its officer, its day and its rules; each chunk has a session of its own.

    Raises:
        JiuzhuError: ``unknown_job``, and what the rules of a place raise; the run stays a draft and can go on.
    """
    kept: dict[str, Rules] = {}

    def work(session: Session, cursor: Mapping[str, Any]) -> Step:
        own = replace(desk, session=session)
        run = session.get_one(PayrollRun, run_id)
        rules = kept.setdefault("rules", Rules(own, run.programme, period_of(run)))
        return prepare_chunk(own, run, cursor, rules=rules, size=chunk)

    return run_job(store, job_of(run_id), work, moment=lambda: desk.moment)


def resume(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Go on with the job of a payroll that was stopped.

    Raises:
        JiuzhuError: what :func:`prepare_lines` raises.
    """
    return prepare_lines(store, desk, int(job.arguments["run"]))


def prepare_chunk(desk: Desk, run: PayrollRun, cursor: Mapping[str, Any], *, rules: Rules, size: int) -> Step:
    """Do one chunk: the cases behind the cursor; the last one closes the draft.

    Raises:
        JiuzhuError: ``wrong_status`` when the run is no draft any more.
    """
    require_status(run, "draft")
    after = int(cursor.get("case", 0))
    query = in_scope(run).where(AssistanceCase.id > after).order_by(AssistanceCase.id).limit(size)
    ids = list(desk.session.scalars(query))
    if ids:
        write(desk, run, work_out(desk, run, ids, rules))
    if len(ids) == size:
        return Step(cursor={"case": ids[-1]}, did=len(ids))
    count_run(desk.session, run)
    run.status = "prepared"
    desk.record(chain(run.id), "prepared", totals(run))
    return Step(cursor={"case": ids[-1] if ids else after}, did=len(ids), finished=True)
