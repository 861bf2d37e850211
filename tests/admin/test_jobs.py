"""Jobs: seen where one works, gone on with, cancelled with a reason."""

from __future__ import annotations

from typing import Any

from core.casework.money.accrual import PayPeriod
from core.casework.money.payroll_open import Scope, open_run
from core.casework.money.payroll_run import job_of
from core.store.tables import Job
from tests.core.casework.purse import decided, household

CLERK, OTHER = "clerk.430900", "clerk.610523"


def opened(panel: Any) -> str:
    """A payroll that waits to be worked out; the id of its job."""
    panel.app.config["LONG_WORK"] = "here"
    with panel.platform.desk(CLERK) as desk:
        decided(desk, household(desk, "A", division="430903", area="urban"), "2018-06", {"benefit": 390})
        scope = Scope(programme="dibao", division="430900", period=PayPeriod.parse("2018-06"))
        return job_of(open_run(desk, scope).id)


def status(panel: Any, job_id: str) -> str:
    with panel.platform.database.reading() as session:
        return str(session.get_one(Job, job_id).status)


def test_stopped_job_shows_where_it_stands_and_goes_on(panel: Any) -> None:
    job_id, visitor = opened(panel), panel.visitor(CLERK)
    listed = visitor.get("/jobs/").get_data(as_text=True)
    assert "编制发放表" in listed and "0 / 1" in listed and "停下了" in listed
    asked = visitor.get(f"/jobs/{job_id}/progress")
    assert "every 2s" in asked.get_data(as_text=True) and "HX-Refresh" not in asked.headers

    assert visitor.post(f"/jobs/{job_id}/resume").location == f"/jobs/{job_id}"
    assert status(panel, job_id) == "done"
    asked = visitor.get(f"/jobs/{job_id}/progress")
    assert asked.headers["HX-Refresh"] == "true" and "every 2s" not in asked.get_data(as_text=True)
    assert job_id not in visitor.get("/jobs/").get_data(as_text=True)
    assert job_id in visitor.get("/jobs/?show=all").get_data(as_text=True)


def test_job_of_another_area_is_neither_listed_nor_found_nor_touched(panel: Any) -> None:
    job_id, stranger = opened(panel), panel.visitor(OTHER)
    assert job_id not in stranger.get("/jobs/?show=all").get_data(as_text=True)
    assert [stranger.get(f"/jobs/{job_id}{part}").status_code for part in ("", "/progress")] == [404, 404]
    for part, form in (("resume", {}), ("cancel", {"reason": "x"})):
        assert stranger.post(f"/jobs/{job_id}/{part}", form).status_code in (403, 404, 422)
    assert status(panel, job_id) == "running"


def test_job_is_cancelled_with_a_reason_by_who_began_it(panel: Any) -> None:
    job_id = opened(panel)
    assert panel.visitor("clerk2.430900").post(f"/jobs/{job_id}/cancel", {"reason": "重复"}).status_code in (403, 422)
    visitor = panel.visitor(CLERK)
    refused = visitor.post(f"/jobs/{job_id}/cancel", {"reason": " "})
    assert refused.status_code == 422 and "必填" in refused.get_data(as_text=True)
    assert status(panel, job_id) == "running"
    assert visitor.post(f"/jobs/{job_id}/cancel", {"reason": "重复"}).status_code == 303
    assert status(panel, job_id) == "cancelled"
