"""Holding payrolls against their chains: lines and claims by the digests of every step, the run by who did what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.money.payroll_digest import locked_digest, wrong_in
from core.casework.money.payroll_run import chain, totals
from core.casework.row_fault import RowFault
from core.casework.scope import inside
from core.store.tables import Event, PayrollRun

LEADS_TO = {
    "opened": "draft", "prepared": "prepared", "rechecked": "prepared", "approved": "approved", "exported": "exported",
    "paid": "paid", "cancelled": "cancelled",
}  # fmt: skip
"""The status a run has after each kind of event."""

COUNTED = ("households", "persons", "total", "exceptions")


def payroll_faults(session: Session, path: str) -> Iterator[RowFault]:
    """Yield the runs of a subtree, and those whose lines, are not what their chains say."""
    for run in session.scalars(select(PayrollRun).where(inside(PayrollRun.path, (path,))).order_by(PayrollRun.id)):
        events = session.scalars(select(Event).where(Event.chain == chain(run.id)).order_by(Event.sequence)).all()
        if not events:
            yield RowFault(table="payroll_run", row=run.number, what="added")
            continue
        if _kept(run) != _said(list(events)):
            yield RowFault(table="payroll_run", row=run.number, what="altered")
        last = next((one for one in reversed(events) if "lines" in one.body), None)
        wrong = set(wrong_in(session, run, last)) if last is not None else set()
        locked = next((one.body["digest"] for one in events if one.kind == "approved"), None)
        if locked not in (None, locked_digest(session, run.id)):
            wrong.add("payroll_line")
        yield from (RowFault(table=one, row=run.number, what="altered") for one in sorted(wrong))


def _kept(run: PayrollRun) -> dict[str, Any]:
    return {"status": run.status, "prepared_by": run.prepared_by, "approved_by": run.approved_by,
            "digest": run.digest, **({} if run.status == "draft" else totals(run))}  # fmt: skip


def _said(events: list[Event]) -> dict[str, Any]:
    """The run as its events say it; the totals of a draft are counted when it is prepared."""
    moving = [one for one in events if one.kind in LEADS_TO]
    approved = next((one for one in events if one.kind == "approved"), None)
    last = moving[-1]
    counted: dict[str, Any] = {name: last.body[name] for name in COUNTED if name in last.body}
    return {
        "status": LEADS_TO[last.kind],
        "prepared_by": events[0].actor_id,
        "approved_by": approved.actor_id if approved else None,
        "digest": approved.body["digest"] if approved else None,
        **counted,
    }
