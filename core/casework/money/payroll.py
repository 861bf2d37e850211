"""Payrolls (发放表): opened for a programme, a subtree and a period, prepared in chunks, approved by a second person.

Statuses: draft → prepared → approved → exported → paid; cancelled before export. What the bank is sent and what comes
back lives in ``bank``; the lines themselves in ``payroll_line``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.job import Step, run_job
from core.casework.money.accrual import PayPeriod
from core.casework.money.ledger import paid_to
from core.casework.money.payroll_approval import Approval, approve, cancel, recheck
from core.casework.money.payroll_digest import told
from core.casework.money.payroll_line import Rules, in_scope, period_of, work_out, write
from core.casework.money.payroll_open import Scope, open_run
from core.casework.money.payroll_run import (
    CHUNK,
    chain,
    count_run,
    exceptions,
    find_run,
    job_of,
    lines,
    require_status,
    runs,
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
    at_work = Preparation(desk=desk, run_id=run_id, size=chunk)
    return run_job(store, job_of(run_id), at_work.chunk, moment=lambda: desk.moment)


def resume(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Go on with the job of a payroll that was stopped.

    Raises:
        JiuzhuError: what :func:`prepare_lines` raises.
    """
    return prepare_lines(store, desk, int(job.arguments["run"]))


@dataclass(slots=True, kw_only=True)
class Preparation:
    """A draft's lines being worked out by one process: the rules it looked up, and the cases it has before it.

    The cases are asked for once: sorting a subtree by id anew for every chunk would cost more than the chunk.
    """

    desk: Desk
    run_id: int
    size: int
    _rules: Rules | None = None
    _ids: list[int] | None = None

    def chunk(self, session: Session, cursor: Mapping[str, Any]) -> Step:
        """Do the cases next behind the cursor; the last chunk closes the draft.

        Raises:
            JiuzhuError: ``not_permitted``: whoever goes on with it prepares it; ``wrong_status`` when the run is no
                draft any more; what the rules of a place raise.
        """
        desk, run = self.desk.renew(session), session.get_one(PayrollRun, self.run_id)
        desk.require("payroll.prepare", run.path)
        require_status(run, "draft")
        self._rules = self._rules or Rules(desk, run.programme, period_of(run))
        after = int(cursor.get("case", 0))
        if self._ids is None:
            self._ids = list(session.scalars(in_scope(run).order_by(AssistanceCase.id)))
        start = bisect_right(self._ids, after)
        ids = self._ids[start : start + self.size]
        if ids:
            write(desk, run, work_out(desk, run, ids, self._rules))
        if start + len(ids) < len(self._ids):
            return Step(cursor={"case": ids[-1]}, did=len(ids))
        _close(desk, run)
        return Step(cursor={"case": ids[-1] if ids else after}, did=len(ids), finished=True)


def _close(desk: Desk, run: PayrollRun) -> None:
    count_run(desk.session, run)
    run.status = "prepared"
    desk.record(chain(run.id), "prepared", told(desk.session, run))
