"""What a payroll's chain keeps of its lines: a digest of the whole of them at every step, so that none changes between.

Approval locks what is to be paid, to whom and what it settles; where each line stands (due, held, paid, returned) moves
on and is told by every later event.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.proposal import PARTS
from core.casework.desk import Desk
from core.casework.money.payroll_run import chain, totals
from core.errors import JiuzhuError, Text
from core.store.base import canonical
from core.store.tables import Event, PayrollLine, PayrollRun

LOCKED = (
    "case_id", "path", "area", "persons", *PARTS, "arrears", "recovery", "total",
    *(f"settled_{part}" for part in PARTS), "decision", "settles",
)  # fmt: skip
"""What of a line nothing may change once it is approved."""
STANDING = (*LOCKED, "status", "status_reason")


def locked_digest(session: Session, run_id: int) -> str:
    """Return SHA-256 over a run's lines as they are to be paid: what approval locks."""
    return _digest(session, run_id, LOCKED)


def standing_digest(session: Session, run_id: int) -> str:
    """Return SHA-256 over a run's lines and where each stands."""
    return _digest(session, run_id, STANDING)


def _digest(session: Session, run_id: int, columns: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    query = select(*(getattr(PayrollLine, name) for name in columns)).where(PayrollLine.run_id == run_id)
    for row in session.execute(query.order_by(PayrollLine.case_id).execution_options(yield_per=2000)):
        digest.update(canonical(list(row)))
    return digest.hexdigest()


def told(session: Session, run: PayrollRun) -> dict[str, Any]:
    """Return what every event of a run from its preparation on keeps: the totals, and the digest of the lines."""
    session.flush()
    return {**totals(run), "lines": standing_digest(session, run.id)}


def last_told(session: Session, run: PayrollRun) -> Event | None:
    """Return the last event that told a run's lines; None for a draft."""
    events = session.scalars(select(Event).where(Event.chain == chain(run.id)).order_by(Event.sequence.desc()))
    return next((one for one in events if "lines" in one.body), None)


def require_unaltered(desk: Desk, run: PayrollRun) -> None:
    """Refuse to go on with lines that are not those of the step before.

    Raises:
        JiuzhuError: ``altered_payroll``.
    """
    event = last_told(desk.session, run)
    approved = run.digest is None or locked_digest(desk.session, run.id) == run.digest
    if event is None or not approved or event.body["lines"] != standing_digest(desk.session, run.id):
        text = Text("发放表明细与上一环节登记的不一致，不能继续办理", "the lines are not those of the step before")
        hint = Text(
            "请核查：jiuzhu audit rows；送银行前可取消重编", "see 'jiuzhu audit rows'; cancel it if not yet sent"
        )
        raise JiuzhuError("altered_payroll", text, hint=hint, value=run.number)
