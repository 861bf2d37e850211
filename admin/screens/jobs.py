"""Jobs: long work with its progress, taken up again where it stopped, or stopped for good."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.form import Field, read, sorted_faults
from admin.language import language, pick, say
from admin.long_work import is_at_work, start
from admin.sending import workbook
from admin.work import reading, working
from core.casework.desk import Desk
from core.casework.reporting.budget import users_of
from core.errors import JiuzhuError, Text
from core.store.tables import Job
from regions import jobs
from regions.job_sheet import job_sheet

screen = Blueprint("jobs", __name__, url_prefix="/jobs")
SHOWN = 200
REASON = (Field("reason", Text("原因", "reason"), kind="text_long", required=True, wide=True),)


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the jobs of the places one works in, the newest first."""
    everything = request.args.get("show") == "all"
    with reading() as desk:
        found = jobs.list_jobs(desk, everything=everything, most=SHOWN)
        names = users_of(desk, [one.started_by for one in found if one.started_by])
        rows = [job_view(one, names) for one in found]
    return render_template("jobs/page.html", rows=rows, everything=everything)


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the jobs as a workbook: those still running, or all."""
    with reading() as desk:
        return workbook(job_sheet(desk, everything=request.args.get("show") == "all"), say("任务", "jobs"))


@screen.get("/<path:job_id>")
def one(job_id: str) -> ResponseReturnValue:
    """Show a job: what it is for, how far it is, what stopped it."""
    return _one(job_id, None)


@screen.get("/<path:job_id>/progress")
def progress(job_id: str) -> ResponseReturnValue:
    """Answer how far a job is; asked again and again by the pages that show it, which are loaded anew when it is over.

    A page asks only for ``progress``; it is one look at one row.
    """
    with reading() as desk:
        shown = _seen(desk, job_id)
    answer = make_response(render_template("fragments/progress.html", job=shown))
    if not shown["running"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@screen.post("/<path:job_id>/resume")
def go_on(job_id: str) -> ResponseReturnValue:
    """Take a job up again where it stopped."""
    with reading() as desk:
        jobs.find_job(desk, job_id)
    start(job_id)
    flash(say("已从停下处继续。", "It goes on where it stopped."))
    return redirect(url_for(".one", job_id=job_id), 303)


@screen.post("/<path:job_id>/cancel")
def cancel(job_id: str) -> ResponseReturnValue:
    """Stop a job behind its last step; what is done stays."""
    try:
        given = read(REASON, request.form)
        with working() as desk:
            jobs.cancel(desk, job_id, reason=given["reason"])
    except JiuzhuError as error:
        return _one(job_id, error), 422
    flash(say("已取消；已完成的部分保留。", "Cancelled; what was done stays."))
    return redirect(url_for(".one", job_id=job_id), 303)


def _one(job_id: str, error: JiuzhuError | None) -> str:
    with reading() as desk:
        shown = _seen(desk, job_id)
    by_field, rest = sorted_faults(error, REASON)
    return render_template(
        "jobs/one.html", job=shown, fields=REASON, values=request.form, problems=by_field, error=error, rest=rest
    )


def _seen(desk: Desk, job_id: str) -> dict[str, Any]:
    """A job as pages show it.

    Raises:
        JiuzhuError: ``unknown_job``, ``not_permitted``.
    """
    found = jobs.find_job(desk, job_id)
    return job_view(found, users_of(desk, [found.started_by] if found.started_by else []))


def job_view(job: Job, names: dict[int, str]) -> dict[str, Any]:
    """Return a job as pages show it; ``stopped`` where it is not over and nobody is at it."""
    running = job.status == "running"
    zh, _, en = (job.message or "").partition("\n")
    at_work = running and is_at_work(job.id)
    return {
        "id": job.id, "kind": pick(jobs.LABELS.get(job.kind, Text(job.kind, job.kind))), "done": job.done,
        "total": job.total, "running": running, "at_work": at_work, "stopped": running and not at_work,
        "status": pick(jobs.STATUSES[job.status]), "message": (en or zh) if language() == "en" else zh,
        "by": names.get(job.started_by or 0, ""), "started_at": job.started_at, "finished_at": job.finished_at,
        "resumable": running and job.kind in jobs.KINDS, "tone": _tone(job, at_work=at_work),
    }  # fmt: skip


def _tone(job: Job, *, at_work: bool) -> str:
    if job.status == "running":
        return "info" if at_work else "wait"
    return "good" if job.status == "done" else "bad"
