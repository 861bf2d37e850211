"""What a payroll's chain keeps of its lines: a digest of the whole of them at every step, so that none changes between.

The months it claims are kept the same way: one set free in the database would be paid again by another payroll; so are
those it caught, and what it took off for earlier overpayments.
Approval locks what is to be paid, to whom and what it settles; where each line stands (due, held, paid, returned) moves
on and is told by every later event.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.casework.deciding.proposal import PARTS
from core.casework.desk import Desk
from core.casework.money.payroll_run import chain, totals
from core.errors import JiuzhuError, Text
from core.store.base import canonical
from core.store.tables import Event, PayrollClaim, PayrollException, PayrollLine, PayrollRun, RecoveryEntry

LOCKED = (
    "case_id", "path", "area", "persons", *PARTS, "arrears", "recovery", "total",
    *(f"settled_{part}" for part in PARTS), "decision", "settles",
)  # fmt: skip
"""What of a line nothing may change once it is approved."""
STANDING = (*LOCKED, "status", "status_reason")


def locked_digest(session: Session, run_id: int) -> str:
    """Return SHA-256 over a run's lines as they are to be paid: what approval locks."""
    return _digest(session, _lines(run_id, LOCKED))


def standing_digest(session: Session, run_id: int) -> str:
    """Return SHA-256 over a run's lines and where each stands."""
    return _digest(session, _lines(run_id, STANDING))


def claims_digest(session: Session, run_id: int) -> str:
    """Return SHA-256 over the months of households a run claims."""
    query = select(PayrollClaim.case_id, PayrollClaim.month).where(PayrollClaim.run_id == run_id)
    return _digest(session, query.order_by(PayrollClaim.case_id, PayrollClaim.month))


def caught_digest(session: Session, run_id: int) -> str:
    """Return SHA-256 over the households a run caught, each with why and how much."""
    columns = (PayrollException.case_id, PayrollException.reason, PayrollException.amount, PayrollException.detail,
               PayrollException.found_at)  # fmt: skip
    query = select(*columns).where(PayrollException.run_id == run_id)
    return _digest(session, query.order_by(PayrollException.case_id, PayrollException.id))


def recovered_digest(session: Session, run_id: int) -> str:
    """Return SHA-256 over what a run's lines took off or refunded."""
    columns = (RecoveryEntry.case_id, RecoveryEntry.kind, RecoveryEntry.amount, RecoveryEntry.happened_on,
               RecoveryEntry.note)  # fmt: skip
    query = select(*columns).where(RecoveryEntry.run_id == run_id)
    return _digest(session, query.order_by(RecoveryEntry.case_id, RecoveryEntry.id))


DIGESTS = {
    "payroll_line": ("lines", standing_digest),
    "payroll_claim": ("claims", claims_digest),
    "payroll_exception": ("caught", caught_digest),
    "recovery_entry": ("recovered", recovered_digest),
}
"""What every event tells of a run's rows, by table: under which name, and the digest."""


def _lines(run_id: int, columns: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    query = select(*(getattr(PayrollLine, name) for name in columns)).where(PayrollLine.run_id == run_id)
    return query.order_by(PayrollLine.case_id)


def _digest(session: Session, query: Select[*tuple[Any, ...]]) -> str:
    digest = hashlib.sha256()
    for row in session.execute(query.execution_options(yield_per=2000)):
        digest.update(canonical([one.isoformat() if isinstance(one, date) else one for one in row]))
    return digest.hexdigest()


def wrong_in(session: Session, run: PayrollRun, event: Event) -> tuple[str, ...]:
    """Return which tables of a run are not what an event told of them."""
    return tuple(table for table, (name, digest) in DIGESTS.items() if event.body[name] != digest(session, run.id))


def told(session: Session, run: PayrollRun) -> dict[str, Any]:
    """Return what every event of a run from its preparation on keeps: the totals, and digests of its rows by table."""
    session.flush()
    return {**totals(run), **{name: digest(session, run.id) for name, digest in DIGESTS.values()}}


def last_told(session: Session, run: PayrollRun) -> Event | None:
    """Return the last event that told a run's lines; None for a draft."""
    events = session.scalars(select(Event).where(Event.chain == chain(run.id)).order_by(Event.sequence.desc()))
    return next((one for one in events if "lines" in one.body), None)


def require_unaltered(desk: Desk, run: PayrollRun) -> None:
    """Refuse to go on with lines or claims that are not those of the step before.

    Raises:
        JiuzhuError: ``altered_payroll``.
    """
    event = last_told(desk.session, run)
    approved = run.digest is None or locked_digest(desk.session, run.id) == run.digest
    if event is None or not approved or wrong_in(desk.session, run, event):
        text = Text("发放表明细与上一环节登记的不一致，不能继续办理", "the lines are not those of the step before")
        hint = Text(
            "请在审计日志中核对登记；送银行前可取消重编", "hold the rows against the trail; cancel it if not yet sent"
        )
        raise JiuzhuError("altered_payroll", text, hint=hint, value=run.number)
