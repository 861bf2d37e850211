"""Long work does not die with the request, the page or the worker that began it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from admin.long_work import is_at_work, launch
from core.casework.money.accrual import PayPeriod
from core.casework.money.payroll_open import Scope, open_run
from core.casework.money.payroll_run import job_of
from core.errors import JiuzhuError, Text
from core.store.tables import Job
from regions import jobs
from tests.core.casework.purse import decided, household

CLERK, YIYANG, HESHAN = "clerk.430900", "430900", "430903"


def opened(panel: Any) -> str:
    """A payroll of one household that nobody works out yet; the id of its job."""
    with panel.platform.desk(CLERK) as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
        scope = Scope(programme="dibao", division=YIYANG, period=PayPeriod.parse("2018-06"))
        return job_of(open_run(desk, scope).id)


def job(panel: Any, job_id: str) -> Job:
    with panel.platform.database.reading() as session:
        found: Job = session.get_one(Job, job_id)
        session.expunge(found)
        return found


def test_process_of_its_own_finishes_the_job_and_a_second_is_not_begun(panel: Any) -> None:
    job_id = opened(panel)
    settings = replace(panel.platform.settings, today=date(2018, 6, 1))
    process = launch(settings, CLERK, job_id)
    assert process is not None
    with panel.app.app_context():
        assert is_at_work(job_id) and launch(settings, CLERK, job_id) is None
        assert process.wait(timeout=120) == 0
        assert job(panel, job_id).status == "done" and not is_at_work(job_id)


def test_what_stopped_a_job_stands_with_it_until_it_goes_on(panel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id = opened(panel)

    def stopped(*_: Any) -> Any:
        raise JiuzhuError("disk_full", Text("磁盘已满", "the disk is full"))

    with monkeypatch.context() as patch:
        patch.setattr("core.casework.money.payroll.resume", stopped)
        with pytest.raises(JiuzhuError, match="disk_full"):
            list(jobs.resume(panel.platform, CLERK, job_id))
    assert "磁盘已满" in str(job(panel, job_id).message) and job(panel, job_id).status == "running"

    list(jobs.resume(panel.platform, CLERK, job_id))
    assert job(panel, job_id).message is None and job(panel, job_id).status == "done"
