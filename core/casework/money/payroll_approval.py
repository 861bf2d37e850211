"""Approving a payroll, and what may happen to it before it goes to the bank: working it out anew, cancelling it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.job import cancel_job
from core.casework.money.caught import candidates
from core.casework.money.fund_charge import Charge, charge_run, reverse_run
from core.casework.money.payroll_digest import locked_digest, require_unaltered, told
from core.casework.money.payroll_line import Rules, in_scope, period_of, work_out, write
from core.casework.money.payroll_run import (
    chain,
    chunks,
    count_run,
    find_run,
    job_of,
    require_status,
    void_entries,
)
from core.casework.process import require_alike
from core.errors import JiuzhuError, Text
from core.store.tables import (
    AssistanceCase,
    Decision,
    Job,
    PayrollClaim,
    PayrollException,
    PayrollLine,
    PayrollRun,
    RecoveryEntry,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approved run and what it was charged to."""

    run: PayrollRun
    charges: tuple[Charge, ...]


def approve(desk: Desk, number: str, *, expected_total: int | None = None) -> Approval:
    """Approve a payroll as the second person: its lines are locked and the fund is charged.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_payroll``, ``wrong_status``; ``conflict`` when another approver was
            first; ``maker_is_checker``; ``altered_payroll`` when the lines are not those that were prepared;
            ``payroll_changed`` when something has happened to a household since (run ``recheck``), or the total is not
            the one that was looked at; ``processes_differ``.
    """
    run = find_run(desk, number, action="payroll.approve", lock=True)
    if run.status == "approved":
        raise JiuzhuError("conflict", Text("已由他人审批", "somebody else has approved it"), value=number)
    require_status(run, "prepared")
    require_alike(desk)
    if run.prepared_by == desk.actor.id:
        text = Text("不能审批本人编制的发放表", "nobody approves the payroll he prepared")
        hint = Text("请由另一位有权限的人员审批", "another person with the right must do it")
        raise JiuzhuError("maker_is_checker", text, hint=hint, value=number)
    require_unaltered(desk, run)
    _refuse_changed(desk, run, expected_total)
    digest = locked_digest(desk.session, run.id)
    run.status, run.approved_by, run.approved_on, run.digest = "approved", desk.actor.id, desk.today, digest
    charges = charge_run(desk, run)
    desk.record(chain(run.id), "approved", {**told(desk.session, run), "digest": run.digest,
                                            "charged": [one.to_json() for one in charges]})  # fmt: skip
    return Approval(run=run, charges=charges)


def _refuse_changed(desk: Desk, run: PayrollRun, expected_total: int | None) -> None:
    changed = changed_since(desk, run)
    if changed:
        text = Text(f"编制后有 {len(changed)} 户情况发生变化", f"{len(changed)} households have changed since")
        hint = Text("请先重新核对发放表", "check the payroll again first")
        raise JiuzhuError("payroll_changed", text, hint=hint, value=run.number)
    if expected_total is not None and expected_total != run.total:
        text = Text("合计与您看到的不一致", "the total is not the one you looked at")
        raise JiuzhuError("payroll_changed", text, value=f"{run.total} ≠ {expected_total}")


def changed_since(desk: Desk, run: PayrollRun) -> list[int]:
    """Return the cases whose line would be another one today: a new decision, or something to be caught."""
    lines = select(PayrollLine.case_id).where(PayrollLine.run_id == run.id, PayrollLine.status == "due")
    newer = (
        select(PayrollLine.case_id)
        .join(Decision, (Decision.case_id == PayrollLine.case_id) & (Decision.number > PayrollLine.decision))
        .where(PayrollLine.run_id == run.id, PayrollLine.status == "due")
    )
    asked = sorted(candidates(desk.session, lines, period_of(run)) | set(desk.session.scalars(newer)))
    known = _known_totals(desk.session, run, asked)
    found = set(asked)
    for ids in chunks(asked):
        for one in work_out(desk, run, ids, Rules(desk, run.programme, period_of(run))):
            same = not one.caught and (one.slip.total, one.household.account.last_decision) == known.get(
                one.household.case_id
            )
            if same:
                found.discard(one.household.case_id)
    return sorted(found)


def _known_totals(session: Session, run: PayrollRun, ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for some in chunks(ids):
        rows = session.execute(
            select(PayrollLine.case_id, PayrollLine.total, PayrollLine.decision)
            .where(PayrollLine.run_id == run.id, PayrollLine.case_id.in_(some))
        )  # fmt: skip
        found |= {row.case_id: (row.total, row.decision) for row in rows}
    return found


def recheck(desk: Desk, number: str) -> int:
    """Work out anew, in a prepared payroll, who has changed, was caught or was decided since; return how many changed.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_payroll``, ``wrong_status``, ``altered_payroll``.
    """
    run = find_run(desk, number, action="payroll.prepare", lock=True)
    require_status(run, "prepared")
    require_unaltered(desk, run)
    changed = changed_since(desk, run)
    asked = sorted({*changed, *_left_out(desk.session, run)})
    for ids in chunks(asked):
        for table in (PayrollLine, PayrollClaim, PayrollException, RecoveryEntry):
            desk.session.execute(delete(table).where(table.run_id == run.id, table.case_id.in_(ids)))
        write(desk, run, work_out(desk, run, ids, Rules(desk, run.programme, period_of(run))))
    count_run(desk.session, run)
    desk.record(chain(run.id), "rechecked", {**told(desk.session, run), "changed": len(changed)})
    return len(changed)


def _left_out(session: Session, run: PayrollRun) -> set[int]:
    """Cases that have no line yet: those caught, and those decided since the run was prepared."""
    lines = select(PayrollLine.case_id).where(PayrollLine.run_id == run.id)
    decided = in_scope(run).where(AssistanceCase.id.not_in(lines)).join(Decision, Decision.case_id == AssistanceCase.id)
    caught = select(PayrollException.case_id).where(PayrollException.run_id == run.id)
    return {*session.scalars(caught), *session.scalars(decided.where(Decision.decided_on >= run.prepared_on))}


def cancel(desk: Desk, number: str, *, reason: str) -> PayrollRun:
    """Cancel a payroll before it goes to the bank: its months are free again, its charge is taken back.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_payroll``, ``wrong_status``.
    """
    # The job before the run: a chunk at work holds the job's row and may be about to close the run.
    job_id = job_of(find_run(desk, number, action="payroll.cancel").id)
    job = desk.session.get(Job, job_id, with_for_update=True, populate_existing=True)
    run = find_run(desk, number, action="payroll.cancel", lock=True)
    require_status(run, "draft", "prepared", "approved")
    if job is not None and job.status == "running":
        cancel_job(desk.session, job_id, moment=desk.moment)
    if run.status == "approved":
        reverse_run(desk, run)
    session = desk.session
    session.execute(update(PayrollLine).where(PayrollLine.run_id == run.id).values(status="cancelled"))
    session.execute(delete(PayrollClaim).where(PayrollClaim.run_id == run.id))
    void_entries(desk, run, select(PayrollLine.case_id).where(PayrollLine.run_id == run.id))
    run.status = "cancelled"
    desk.record(chain(run.id), "cancelled", told(desk.session, run), reason=reason)
    return run
