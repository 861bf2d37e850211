"""Long work: an id is one piece of work; it stops behind a chunk, and an over one is neither done again nor cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.casework.job import Step, cancel_job, run_job, start_job
from core.errors import JiuzhuError, Text
from core.store.engine import Store
from core.store.tables import Job

NOW = "2018-06-01T01:00:00+00:00"


def start(store: Store, *, total: int = 3, kind: str = "count") -> Job:
    with store.writing() as session:
        return start_job(session, "count-1", kind, arguments={"total": total}, total=total, actor_id=None, moment=NOW)


def count(_session: Session, cursor: Mapping[str, Any]) -> Step:
    """One at a time, to three."""
    done = int(cursor.get("at", 0)) + 1
    return Step(cursor={"at": done}, did=1, finished=done == 3)


def run(store: Store, work: Any = count) -> list[tuple[str, int]]:
    return [(job.status, job.done) for job in run_job(store, "count-1", work, moment=lambda: NOW)]


def test_work_is_told_chunk_by_chunk_until_it_is_done_and_is_not_done_again(store: Store) -> None:
    start(store)
    assert run(store) == [("running", 1), ("running", 2), ("done", 3)]
    assert start(store).finished_at == NOW
    assert run(store) == [("done", 3)]


def test_chunk_that_fails_leaves_no_trace_and_is_taken_up_again(store: Store) -> None:
    start(store)

    def fail_once(session: Session, cursor: Mapping[str, Any]) -> Step:
        step = count(session, cursor)
        if step.cursor["at"] == 2 and not failed:
            failed.append(2)
            raise JiuzhuError("no_room", Text("没有空间", "no room"))
        return step

    failed: list[int] = []
    with pytest.raises(JiuzhuError, match="no_room"):
        run(store, fail_once)
    assert run(store, fail_once) == [("running", 2), ("done", 3)]


@pytest.mark.parametrize("other", [{"total": 4}, {"kind": "sum"}])
def test_id_of_other_work_is_not_taken_over(store: Store, other: dict[str, Any]) -> None:
    start(store)
    with pytest.raises(JiuzhuError) as refused:
        start(store, **other)
    assert (refused.value.code, refused.value.value) == ("another_job", "count-1")
    assert refused.value.message.zh == "同一编号的任务内容不同"


def test_cancelled_work_stops_behind_its_last_chunk_and_is_cancelled_once(store: Store) -> None:
    start(store)
    walk = run_job(store, "count-1", count, moment=lambda: NOW)
    assert next(walk).done == 1
    with store.writing() as session:
        cancel_job(session, "count-1", moment=NOW)
    assert [(job.status, job.done) for job in walk] == [("cancelled", 1)]
    with pytest.raises(JiuzhuError) as refused, store.writing() as session:
        cancel_job(session, "count-1", moment=NOW)
    assert (refused.value.code, refused.value.value) == ("job_is_over", "count-1 cancelled")


def test_work_nobody_started_is_neither_run_nor_cancelled(store: Store) -> None:
    with pytest.raises(JiuzhuError) as not_run:
        run(store)
    with pytest.raises(JiuzhuError) as not_cancelled, store.writing() as session:
        cancel_job(session, "count-1", moment=NOW)
    assert [one.value.code for one in (not_run, not_cancelled)] == ["unknown_job"] * 2
