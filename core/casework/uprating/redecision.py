"""Re-decision batches (批量调标): one for each amendment and county, prepared, signed by another person, carried out.

The person signs a list: its digest covers every household, the totals and the exceptions. The long work is a job
(``core.casework.uprating.redecision_work``); every household gets a decision of its own that points to the batch.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.job import start_job
from core.casework.scope import upwards
from core.casework.uprating.redecision_reach import case_ids, first_payment, from_month, terms_of
from core.errors import JiuzhuError, Text
from core.store.base import canonical
from core.store.tables import (
    Amendment,
    Decision,
    Job,
    PayrollLine,
    RedecisionBatch,
    RedecisionRow,
)
from core.values import fraction_text

PREPARE, DECIDE, WITHDRAW = "redecision_prepare", "redecision_decide", "redecision_withdraw"
IN_FORCE = ("published", "superseded")
"""Statuses of an amendment that is law."""
STATUS = {
    "preparing": Text("编制中", "being prepared"),
    "prepared": Text("待签批", "to be signed"),
    "signed": Text("已签批", "signed"),
    "decided": Text("已决定", "decided"),
    "withdrawing": Text("撤回中", "being withdrawn"),
    "withdrawn": Text("已撤回", "withdrawn"),
}


def prepare(desk: Desk, amendment: str, division: str) -> RedecisionBatch:
    """Open the batch of a published amendment for a county, and the job that lists its households.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_amendment``, ``not_published``; ``batch_exists`` when there is one
            that was not withdrawn; ``outside_division`` when the amendment does not rule there.
    """
    path = desk.path(division)
    desk.require("redecision.prepare", path)
    found = _published(desk, amendment, path)
    attempt = _next_attempt(desk, found.uuid, division)
    batch = RedecisionBatch(
        id=f"redecision-{found.uuid[:12]}-{division}-{attempt}", amendment=found.uuid, division=division, path=path,
        attempt=attempt, status="preparing", from_month=from_month(found), first_payment_month=first_payment(found),
        totals={}, prepared_by=desk.actor.id, prepared_at=desk.moment,
    )  # fmt: skip
    desk.session.add(batch)
    desk.session.flush()
    reached = case_ids(batch, terms_of(desk, batch))
    total = desk.session.scalar(select(func.count()).select_from(reached.subquery())) or 0
    _start(desk, batch, PREPARE, total)
    record(desk, batch, "prepared_opened", {"amendment": found.uuid, "cases": total})
    return batch


def _published(desk: Desk, amendment: str, path: str) -> Amendment:
    """Return the amendment a batch follows. One in force is public law; any other is known where it would rule."""
    known = or_(Amendment.status.in_(IN_FORCE), Amendment.path.in_(upwards(path)))
    query = select(Amendment).where(Amendment.uuid.startswith(amendment, autoescape=True), known)
    found = desk.session.scalars(query.limit(2)).all()
    if len(found) != 1 or not amendment:
        raise JiuzhuError("unknown_amendment", Text("没有这项修订", "there is no such amendment"), value=amendment)
    if found[0].status not in IN_FORCE:
        text = Text("修订尚未发布，不能批量调标", "the amendment is not published")
        raise JiuzhuError("not_published", text, value=found[0].status)
    if not (path == found[0].path or path.startswith(f"{found[0].path}/")):
        text = Text("该修订不适用于这一地区", "the amendment does not rule there")
        raise JiuzhuError("outside_division", text, value=path)
    return found[0]


def _next_attempt(desk: Desk, uuid: str, division: str) -> int:
    earlier = desk.session.scalars(
        select(RedecisionBatch).where(RedecisionBatch.amendment == uuid, RedecisionBatch.division == division)
    ).all()
    standing = [one for one in earlier if one.status != "withdrawn"]
    if standing:
        text = Text("该修订在该地已有批次", "there is a batch of this amendment for the place")
        raise JiuzhuError("batch_exists", text, value=f"{standing[0].id} {standing[0].status}")
    return len(earlier) + 1


# Signing -------------------------------------------------------------------------------------------------------------


def sign(desk: Desk, batch_id: str, *, digest: str) -> RedecisionBatch:
    """Sign the list one has seen: its digest, totals and exceptions. From here on the job writes decisions.

    Raises:
        JiuzhuError: ``not_permitted``, ``batch_state``, ``maker_is_checker``; ``other_list`` when the list is not the
            one seen, or was altered since it was prepared.
    """
    batch = batch_of(desk, batch_id, "redecision.sign")
    require_status(batch, "prepared")
    if desk.actor.id == batch.prepared_by:
        text = Text("不能签批本人编制的批次", "nobody signs a batch he prepared himself")
        raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)
    if digest != batch.digest or digest != digest_of(desk.session, batch):
        text = Text("名单与所见不同，未签批", "the list is not the one seen: it was not signed")
        hint = Text("请重新查看名单、合计和例外", "look at list, totals and exceptions again")
        raise JiuzhuError("other_list", text, hint=hint, value=digest)
    batch.status, batch.signed_by, batch.signed_at = "signed", desk.actor.id, desk.moment
    _start(desk, batch, DECIDE, int(batch.totals["households"]))
    record(desk, batch, "signed", {"digest": digest, "totals": batch.totals})
    return batch


def digest_of(session: Session, batch: RedecisionBatch) -> str:
    """Return SHA-256 over the batch's terms, every row in order and the totals."""
    found = hashlib.sha256(canonical([batch.id, batch.amendment, batch.from_month.isoformat(), batch.totals]))
    for row in rows_of(session, batch.id):
        found.update(canonical(_said(row)))
    return found.hexdigest()


def _said(row: RedecisionRow) -> list[Any]:
    amounts = [fraction_text(one) if one is not None else None for one in (row.before, row.after)]
    return [row.case_id, row.persons, *amounts, row.arrears, row.arrears_months, row.spans, row.exception]


def rows_of(session: Session, batch_id: str) -> Iterator[RedecisionRow]:
    """Yield the rows of a batch in order of case."""
    query = select(RedecisionRow).where(RedecisionRow.batch == batch_id).order_by(RedecisionRow.case_id)
    yield from session.scalars(query.execution_options(yield_per=2000))


def left_to_a_person(desk: Desk, batch_id: str) -> dict[str, int]:
    """Return how many households are exceptions by now, by reason: running and withdrawing a batch may add some."""
    query = select(RedecisionRow.exception, func.count()).where(
        RedecisionRow.batch == batch_id, RedecisionRow.exception.is_not(None)
    )
    counted = desk.session.execute(query.group_by(RedecisionRow.exception).order_by(RedecisionRow.exception))
    return {str(reason): count for reason, count in counted}


def totals_of(desk: Desk, batch: RedecisionBatch, *, same: int, control: Fraction) -> dict[str, Any]:
    """Return what a batch adds up to: exact fen a month before and after, arrears, exceptions by reason.

    ``control`` is persons × the rise of the line: if every case is a pure gap it equals the rise of the month.
    """
    before = after = Fraction(0)
    households = persons = arrears = 0
    exceptions: Counter[str] = Counter()
    for row in rows_of(desk.session, batch.id):
        if row.exception is not None:
            exceptions[row.exception] += 1
            continue
        households, persons = households + 1, persons + row.persons
        before, after = before + (row.before or 0), after + (row.after or 0)
        arrears += row.arrears or 0
    return {
        "households": households, "persons": persons, "before": fraction_text(before), "after": fraction_text(after),
        "rise": fraction_text(after - before), "control": fraction_text(control), "arrears": arrears, "same": same,
        "exceptions": dict(sorted(exceptions.items())),
    }  # fmt: skip


# Taking back ---------------------------------------------------------------------------------------------------------


def withdraw(desk: Desk, batch_id: str, *, reason: str) -> RedecisionBatch:
    """Take a batch back before any payroll has used it; decisions it wrote are answered by decisions that restore.

    Raises:
        JiuzhuError: ``not_permitted``, ``batch_state``, ``maker_is_checker``, ``already_in_payroll``.
    """
    batch = batch_of(desk, batch_id, "redecision.sign")
    require_status(batch, "preparing", "prepared", "signed", "decided")
    if desk.actor.id == batch.prepared_by:
        text = Text("不能撤回本人编制的批次", "nobody takes back a batch he prepared himself")
        raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)
    written = _written(desk, batch)
    _refuse_paid(desk, batch)
    _stop_jobs(desk, batch)
    batch.status = "withdrawing" if written else "withdrawn"
    if written:
        _start(desk, batch, WITHDRAW, written)
    record(desk, batch, "withdrawn", {"decisions": written}, reason=reason)
    return batch


def _written(desk: Desk, batch: RedecisionBatch) -> int:
    query = select(func.count()).where(RedecisionRow.batch == batch.id, RedecisionRow.decision_id.is_not(None))
    return desk.session.scalar(query) or 0


def _refuse_paid(desk: Desk, batch: RedecisionBatch) -> None:
    used = (
        select(PayrollLine.run_id)
        .join(Decision, (Decision.case_id == PayrollLine.case_id) & (Decision.number <= PayrollLine.decision))
        .where(Decision.batch == batch.id, PayrollLine.status != "cancelled")
        .limit(1)
    )
    run = desk.session.scalar(used)
    if run is not None:
        text = Text("已有发放表按本批次编制，不能撤回", "a payroll was made by this batch: it cannot be withdrawn")
        hint = Text("先撤销发放表，或以新的修订调整", "cancel that payroll first, or amend anew")
        raise JiuzhuError("already_in_payroll", text, hint=hint, value=str(run))


def _stop_jobs(desk: Desk, batch: RedecisionBatch) -> None:
    for kind in (PREPARE, DECIDE):
        job = desk.session.get(Job, job_id(batch.id, kind), with_for_update=True)
        if job is not None and job.status == "running":
            job.status, job.finished_at = "cancelled", desk.moment


# What every step shares ----------------------------------------------------------------------------------------------


def batch_of(desk: Desk, batch_id: str, action: str, *, hold: bool = True) -> RedecisionBatch:
    """Return a batch for an action, its row held unless only looked at.

    Raises:
        JiuzhuError: ``unknown_batch``, ``not_permitted``.
    """
    batch = desk.session.get(RedecisionBatch, batch_id, with_for_update=hold, populate_existing=True)
    text = Text("没有这个批次", "there is no such batch")
    batch = desk.found(batch, JiuzhuError("unknown_batch", text, value=batch_id))
    desk.require(action, batch.path)
    return batch


def require_status(batch: RedecisionBatch, *allowed: str) -> None:
    """Refuse a step in another state.

    Raises:
        JiuzhuError: ``batch_state``.
    """
    if batch.status not in allowed:
        now = STATUS[batch.status]
        text = Text(f"批次{now.zh}，不能这样办理", f"the batch is {now.en}: this cannot be done")
        raise JiuzhuError("batch_state", text, value=batch.status)


def job_id(batch_id: str, kind: str) -> str:
    """Return the id of a batch's job of a kind: the same batch, the same work."""
    return f"{batch_id}/{kind.removeprefix('redecision_')}"


def _start(desk: Desk, batch: RedecisionBatch, kind: str, total: int) -> None:
    start_job(
        desk.session, job_id(batch.id, kind), kind, arguments={"batch": batch.id}, total=total, actor_id=desk.actor.id,
        moment=desk.moment,
    )  # fmt: skip


def record(desk: Desk, batch: RedecisionBatch, event: str, body: dict[str, Any], *, reason: str | None = None) -> None:
    """Record an event on the batch's own chain."""
    desk.record(f"redecision/{batch.id}", f"redecision_{event}", {"division": batch.division, **body}, reason=reason)
