"""The long work of a re-decision batch, in chunks: listing households, writing decisions, restoring what was.

A chunk's rows and the job's cursor are one transaction, so a killed job goes on behind its last chunk and no household
is decided twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import (
    FOLLOWS,
    Kind,
    Ruling,
    decision_digest,
    decision_event,
    decision_row,
    entitled_in,
    note_on_case,
    whole_fen,
)
from core.casework.deciding.span import kind_of
from core.casework.deciding.turn import note_turn
from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.flow.transition import move, moves
from core.casework.job import Step, run_job
from core.casework.month import month_of
from core.casework.trail import Deed, append_events
from core.casework.uprating.redecision import (
    DECIDE,
    PREPARE,
    WITHDRAW,
    digest_of,
    job_id,
    record,
    totals_of,
)
from core.casework.uprating.redecision_bar import BARRED, Bar, bars_of
from core.casework.uprating.redecision_books import Books
from core.casework.uprating.redecision_case import CaseRows, load_cases
from core.casework.uprating.redecision_judge import Verdict, judged_safely
from core.casework.uprating.redecision_reach import case_ids, terms_of
from core.store.engine import Store
from core.store.tables import Decision, Job, RedecisionBatch, RedecisionRow
from core.values import fraction_text, yuan_text

CHUNK = 500


def run(store: Store, desk: Desk, job: Job) -> Iterator[Job]:
    """Do the chunks of a batch's job from where it stopped (see ``regions.jobs``)."""
    work = _Work(desk=desk, batch_id=job.arguments["batch"], kind=job.kind)
    return run_job(store, job.id, work, moment=lambda: desk.moment)


def run_batch(store: Store, desk: Desk, batch_id: str, kind: str, *, chunk: int = CHUNK) -> Iterator[Job]:
    """Do a batch's job of a kind."""
    work = _Work(desk=desk, batch_id=batch_id, kind=kind, chunk=chunk)
    return run_job(store, job_id(batch_id, kind), work, moment=lambda: desk.moment)


@dataclass(slots=True, kw_only=True)
class _Work:
    """The chunks of a batch. Rulebooks are kept between chunks; a new process makes them anew."""

    desk: Desk
    batch_id: str
    kind: str
    chunk: int = CHUNK
    _books: Books | None = field(default=None)

    def __call__(self, session: Session, cursor: Mapping[str, Any]) -> Step:
        desk = self.desk.renew(session)
        batch = session.get_one(RedecisionBatch, self.batch_id, with_for_update=True)
        desk.require("redecision.run", batch.path)
        if self._books is None:
            self._books = Books(desk=desk, terms=terms_of(desk, batch))
        self._books.next_chunk(desk)
        return _CHUNKS[self.kind](_Chunk(desk=desk, batch=batch, books=self._books, cursor=cursor, size=self.chunk))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chunk:
    """One chunk: where it is done, on which batch, from which cursor, at most how many households."""

    desk: Desk
    batch: RedecisionBatch
    books: Books
    cursor: Mapping[str, Any]
    size: int

    @property
    def after(self) -> int:
        """The last id of the chunk before."""
        return int(self.cursor.get("after", 0))


def _prepare(chunk: _Chunk) -> Step:
    """List the next households: what each would get, or why it is an exception."""
    desk, batch, books, cursor = chunk.desk, chunk.batch, chunk.books, chunk.cursor
    ids = list(desk.session.scalars(case_ids(batch, books.terms, after=chunk.after).limit(chunk.size)))
    bars = bars_of(desk, batch)
    verdicts = [_judged(one, books, bars) for one in load_cases(desk.session, ids)]
    rows = [_row(batch, one) for one in verdicts if not one.is_same]
    if rows:
        desk.session.execute(insert(RedecisionRow), rows)
    control = Fraction(cursor.get("control", "0"))
    control += sum((one.control for one in verdicts if one.exception is None and not one.is_same), Fraction(0))
    same = int(cursor.get("same", 0)) + sum(one.is_same for one in verdicts)
    finished = len(ids) < chunk.size
    if finished:
        batch.totals = totals_of(desk, batch, same=same, control=control)
        batch.digest, batch.status = digest_of(desk.session, batch), "prepared"
        record(desk, batch, "prepared", {"digest": batch.digest, "totals": batch.totals})
    moved = {"after": ids[-1] if ids else chunk.after, "same": same, "control": fraction_text(control)}
    return Step(cursor=moved, did=len(ids), finished=finished)


def _row(batch: RedecisionBatch, one: Verdict) -> dict[str, Any]:
    decided = one.exception is None
    return {
        "batch": batch.id, "case_id": one.rows.case.id, "persons": one.rows.case.entitled, "before": one.before,
        "after": one.after if decided else None, "arrears_months": one.arrears_months if decided else None,
        "arrears": whole_fen(one.arrears) if decided else None, "spans": one.spans if decided else None,
        "exception": one.exception, "detail": one.detail or None, "decision_id": None,
    }  # fmt: skip


def _decide(chunk: _Chunk) -> Step:
    """Write the decisions of the next households, each judged once more: what has changed since is an exception."""
    desk, batch, books, cursor = chunk.desk, chunk.batch, chunk.books, chunk.cursor
    listed = _listed(chunk, RedecisionRow.exception.is_(None))
    by_case = {row.case_id: row for row in listed}
    deeds: list[tuple[str, Deed]] = []
    written: list[tuple[RedecisionRow, Decision]] = []
    bars = bars_of(desk, batch)
    for rows in load_cases(desk.session, list(by_case)):
        row, verdict = by_case[rows.case.id], _judged(rows, books, bars)
        if verdict.exception is not None or verdict.spans != row.spans:
            row.exception = verdict.exception if verdict.exception in BARRED else "changed_since"
            row.detail = verdict.detail or verdict.exception
            continue
        decisions = _decisions(chunk, verdict)
        written.append((row, decisions[-1]))
        deeds += [(chain_of(rows.case.id), _deed(desk, decision_event(one))) for one in decisions]
    desk.session.flush()
    for row, decision in written:
        row.decision_id = decision.id
    append_events(desk.session, deeds)
    finished = len(listed) < chunk.size
    if finished:
        batch.status = "decided"
        record(desk, batch, "decided", {"decisions": int(cursor.get("written", 0)) + len(written)})
    moved = {
        "after": listed[-1].id if listed else chunk.after,
        "written": int(cursor.get("written", 0)) + len(written),
    }
    return Step(cursor=moved, did=len(listed), finished=finished)


def _judged(rows: CaseRows, books: Books, bars: Iterable[Bar]) -> Verdict:
    found = judged_safely(rows, books.terms, books)
    if found.exception is not None or not found.changes:
        return found
    reason = next((said for bar in bars if (said := bar(rows)) is not None), None)
    if reason is None:
        return found
    detail = found.spans_text if reason == "moved_away" else ""
    return Verdict(rows=rows, before=found.before, exception=reason, detail=detail)


def _listed(chunk: _Chunk, which: ColumnElement[bool]) -> Sequence[RedecisionRow]:
    rows = select(RedecisionRow).where(RedecisionRow.batch == chunk.batch.id, RedecisionRow.id > chunk.after, which)
    return chunk.desk.session.scalars(rows.order_by(RedecisionRow.id).limit(chunk.size)).all()


def _deed(desk: Desk, body: Mapping[str, Any]) -> Deed:
    return Deed(kind="decided", happened_on=desk.today, recorded_at=desk.moment, actor_id=desk.actor.id, body=body)


def _decisions(chunk: _Chunk, verdict: Verdict) -> list[Decision]:
    """One decision a stretch of changed months, in order."""
    desk, batch, books, rows = chunk.desk, chunk.batch, chunk.books, verdict.rows
    made: list[Decision] = []
    number = rows.decisions[-1].number
    assert batch.signed_by is not None
    assert verdict.before is not None
    kind: Kind = "increase" if (verdict.after or 0) >= verdict.before else "reduce"
    basis = {"amendment": batch.amendment, "batch": batch.id}
    for change in verdict.changes:
        number += 1
        ahead = change.start > month_of(desk.today) and bool(made)
        ruling = Ruling(
            kind=cast("Kind", kind_of(change.proposal, made[-1].monthly)) if ahead else kind,
            from_month=change.start, until_month=change.until, prepared_by=batch.prepared_by,
            decided_by=batch.signed_by, batch=batch.id,
            basis=basis | ({FOLLOWS: made[-1].from_month.isoformat()} if ahead else {}),
        )  # fmt: skip
        decision = decision_row(change.proposal, ruling, number=number, on=desk.today, moment=desk.moment)
        books.keep(change.proposal.rulebook)
        desk.session.add(decision)
        made.append(decision)
    _note(desk, rows, made, verdict)
    return made


def _note(desk: Desk, rows: CaseRows, made: Sequence[Decision], verdict: Verdict) -> None:
    """Let the case's row say what holds today: the last stretch written need not be that."""
    case, review = rows.case, rows.case.review_due
    in_force = entitled_in([*rows.decisions, *made], month_of(desk.today)) or made[-1]
    move(case, f"decision.{(in_force if in_force in made else made[-1]).kind}")
    if in_force in made:
        note_on_case(case, in_force, verdict.changes[made.index(in_force)].proposal)
    case.monthly, case.review_due = whole_fen(in_force.monthly), review  # a new standard is no review
    note_turn(desk.session, case, [*rows.decisions, *made])


def _restore(chunk: _Chunk) -> Step:
    """Answer the batch's decisions with decisions that say again what held before it.

    A case decided again since is left to a person: what was ruled later must not be undone by the way.
    """
    desk, batch, cursor = chunk.desk, chunk.batch, chunk.cursor
    listed = _listed(chunk, RedecisionRow.decision_id.is_not(None))
    by_case = {row.case_id: row for row in listed}
    deeds: list[tuple[str, Deed]] = []
    left = int(cursor.get("left", 0))
    for rows in load_cases(desk.session, list(by_case)):
        since = rows.decisions[-1]
        if since.batch != batch.id:
            row, left = by_case[rows.case.id], left + 1
            row.exception = "decided_since"
            row.detail = f"第{since.number}号决定，自{since.from_month:%Y-%m}起，月额{yuan_text(since.monthly)}元"
            continue
        restored, told = _put_back(desk, batch, rows)
        deeds += [(chain_of(rows.case.id), _deed(desk, decision_event(one) | told)) for one in restored]
    desk.session.flush()
    append_events(desk.session, deeds)
    finished = len(listed) < chunk.size
    if finished:
        batch.status = "withdrawn"
        record(desk, batch, "restored", {"left": left})
    moved = {"after": listed[-1].id if listed else chunk.after, "left": left}
    return Step(cursor=moved, did=len(listed), finished=finished)


def _put_back(desk: Desk, batch: RedecisionBatch, rows: CaseRows) -> tuple[list[Decision], dict[str, Any]]:
    """Restore a household's decisions; where the case has been suspended or left, beside its row, which stays."""
    case, restored = rows.case, _restored(desk, batch, rows)
    desk.session.add_all(restored)
    note_turn(desk.session, case, [*rows.decisions, *restored])
    event = f"decision.{restored[-1].kind}"
    if (case.status, event) not in moves():
        return restored, {"beside": True}
    move(case, event)
    in_force = entitled_in([*rows.decisions, *restored], month_of(desk.today)) or restored[-1]
    case.monthly = whole_fen(in_force.monthly)
    return restored, {}


def _restored(desk: Desk, batch: RedecisionBatch, rows: CaseRows) -> list[Decision]:
    """The decisions before the batch, said again for the months the batch had covered, in their order."""
    assert batch.signed_by is not None
    ours = [one for one in rows.decisions if one.batch == batch.id]
    first, number = min(one.from_month for one in ours), rows.decisions[-1].number
    earlier = [one for one in rows.decisions if one.number < ours[0].number]
    made = []
    for one in earlier:
        if one.until_month is not None and one.until_month <= first:
            continue
        number += 1
        kind: Kind = "reduce" if ours[-1].kind == "increase" else "increase"
        made.append(_again(desk, batch, one, number=number, first=first, kind=kind))
    return made


def _again(desk: Desk, batch: RedecisionBatch, one: Decision, *, number: int, first: date, kind: Kind) -> Decision:
    row = Decision(
        case_id=one.case_id, number=number, kind=kind, decided_on=desk.today, recorded_at=desk.moment,
        from_month=max(one.from_month, first), until_month=one.until_month, monthly=one.monthly, parts=one.parts,
        method=one.method, policy_hash=one.policy_hash, facts_id=one.facts_id, trace=one.trace,
        basis={**one.basis, "restores": one.number, "withdrawn_batch": batch.id}, batch=f"{batch.id}/withdrawn",
        prepared_by=batch.prepared_by, decided_by=batch.signed_by,
    )  # fmt: skip
    row.digest = decision_digest(row)
    return row


_CHUNKS: Mapping[str, Callable[[_Chunk], Step]] = {
    PREPARE: _prepare,
    DECIDE: _decide,
    WITHDRAW: _restore,
}
