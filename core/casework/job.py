"""Durable long work. A job is a row; each chunk commits its effect and the job's cursor together.

So a killed job goes on behind its last committed chunk, and no chunk's effect is there twice or without its cursor. The
same id is the same work: starting it again resumes it, or returns it when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from core.errors import JiuzhuError, Text
from core.store.engine import Store
from core.store.tables import Job

Status = Literal["running", "done", "cancelled", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a chunk achieved: where the next begins, how much it did, and whether that was the last."""

    cursor: Mapping[str, Any]
    did: int
    finished: bool = False


Work = Callable[[Session, Mapping[str, Any]], Step]
"""One chunk: a session in a write transaction and the cursor → a step."""


def start_job(
    session: Session,
    job_id: str,
    kind: str,
    *,
    arguments: Mapping[str, Any],
    total: int,
    actor_id: int | None,
    moment: str,
) -> Job:
    """Create the job of an id, or return the one there is.

    Raises:
        JiuzhuError: ``another_job`` when the id belongs to work of other arguments.
    """
    job = session.get(Job, job_id)
    if job is None:
        job = Job(id=job_id, kind=kind, status="running", arguments=dict(arguments), cursor={}, done=0, total=total,
                  started_by=actor_id, started_at=moment, finished_at=None, message=None)  # fmt: skip
        session.add(job)
        session.flush()
    elif job.kind != kind or job.arguments != dict(arguments):
        text = Text("同一编号的任务内容不同", "the job of this id is other work")
        raise JiuzhuError("another_job", text, value=job_id)
    return job


def run_job(store: Store, job_id: str, work: Work, *, moment: Callable[[], str]) -> Iterator[Job]:
    """Do the chunks of a job until it is done or cancelled, yielding the job after each commit.

    An error of a chunk rolls that chunk back and is raised; the job stays resumable.

    Raises:
        JiuzhuError: ``unknown_job``, and whatever a chunk raises.
    """
    while True:
        with store.writing() as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is None:
                raise JiuzhuError("unknown_job", Text("没有这个任务", "there is no such job"), value=job_id)
            if job.status == "running":
                step = work(session, job.cursor)
                job.cursor = dict(step.cursor)
                job.done += step.did
                if step.finished:
                    job.status, job.finished_at = "done", moment()
        yield job
        if job.status != "running":
            return


def cancel_job(session: Session, job_id: str, *, moment: str) -> Job:
    """Stop a running job behind its last chunk; what is done stays done.

    Raises:
        JiuzhuError: ``unknown_job``, ``job_is_over``.
    """
    job = _running(session, job_id)
    job.status, job.finished_at = "cancelled", moment
    return job


def note_progress(store: Store, job_id: str, done: int, total: int) -> None:
    """Say how far a job is that is one piece: it begins anew when it was killed, and has nothing to go back to.

    Raises:
        JiuzhuError: ``unknown_job``; ``job_is_over`` when somebody has cancelled it meanwhile.
    """
    with store.writing() as session:
        job = _running(session, job_id)
        job.done, job.total = done, max(total, done)


def finish_job(session: Session, job_id: str, result: Mapping[str, Any], *, moment: str) -> Job:
    """Close a job that is one piece with what it found, in the transaction that keeps it.

    Raises:
        JiuzhuError: ``unknown_job``, ``job_is_over``.
    """
    job = _running(session, job_id)
    job.cursor, job.status, job.done, job.finished_at = dict(result), "done", job.total, moment
    return job


def fail_job(store: Store, job_id: str, *, moment: str) -> None:
    """Close a job that can never succeed; what was wrong is said by whoever raised it."""
    with store.writing() as session:
        job = _running(session, job_id)
        job.status, job.finished_at = "failed", moment


def _running(session: Session, job_id: str) -> Job:
    job = session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise JiuzhuError("unknown_job", Text("没有这个任务", "there is no such job"), value=job_id)
    if job.status != "running":
        raise JiuzhuError("job_is_over", Text("任务已经结束", "the job is over"), value=f"{job_id} {job.status}")
    return job
