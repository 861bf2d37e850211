"""Long work that can be taken up again: which kind of job is run by what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pkgutil import resolve_name

from sqlalchemy import select, update

from core.casework.access import denied
from core.casework.desk import Desk
from core.casework.job import cancel_job
from core.casework.roster.retention import FOLDER, sweep
from core.casework.staff import NATION
from core.errors import JiuzhuError, Text
from core.store.engine import Store
from core.store.tables import Job, PayrollRun, RedecisionBatch
from regions.platform import Platform

Runner = Callable[[Store, Desk, Job], Iterator[Job]]
"""Does the chunks of a job from its cursor on. The desk lends its officer, day and rules; chunks have own sessions."""

LONGEST_MESSAGE = 1000
MOST_AT_ONCE = 200

KINDS: Mapping[str, str] = {
    "budget_caseload": "regions.budget_reckoning:run",
    "impact_preview": "regions.impact_preview:run",
    "payroll": "core.casework.money.payroll:resume",
    "redecision_decide": "core.casework.uprating.redecision_work:run",
    "redecision_prepare": "core.casework.uprating.redecision_work:run",
    "redecision_withdraw": "core.casework.uprating.redecision_work:run",
    "roster_check": "core.casework.roster.check_job:resume",
    "roster_examination": "core.casework.roster.upload:resume",
    "roster_import": "core.casework.roster.importing:resume",
}
"""Kind of job → the function that goes on with it, imported when needed."""

LABELS: Mapping[str, Text] = {
    "budget_caseload": Text("测算预算计划", "reckoning a budget plan"),
    "impact_preview": Text("影响测算", "impact preview"),
    "payroll": Text("编制发放表", "preparing a payroll"),
    "redecision_decide": Text("批量调标：逐户决定", "re-decision batch: deciding"),
    "redecision_prepare": Text("批量调标：逐户测算", "re-decision batch: preparing"),
    "redecision_withdraw": Text("批量调标：逐户撤回", "re-decision batch: withdrawing"),
    "roster_check": Text("花名册首次复算", "first recompute of a roster"),
    "roster_examination": Text("校验花名册", "examining a roster"),
    "roster_import": Text("导入花名册", "importing a roster"),
    "rotate_keys": Text("轮换密钥", "rotating the keys"),
}
"""Kinds of jobs in words."""
STATUSES: Mapping[str, Text] = {
    "running": Text("进行中", "running"),
    "done": Text("已完成", "done"),
    "cancelled": Text("已取消", "cancelled"),
    "failed": Text("已失败", "failed"),
}


def resume(platform: Platform, login: str, job_id: str) -> Iterator[Job]:
    """Go on with a job where it stopped, yielding it after each chunk.

    Raises:
        JiuzhuError: ``unknown_job``, ``job_is_over``, ``no_runner``; whatever the work raises.
    """
    with platform.reading_desk(login) as desk:
        job = find_job(desk, job_id)
        desk.session.expunge(job)  # it is read after this view is over
    if job.status != "running":
        raise JiuzhuError("job_is_over", Text("任务已经结束", "the job is over"), value=f"{job_id} {job.status}")
    if job.kind not in KINDS:
        raise JiuzhuError("no_runner", Text("这类任务不能在此继续", "this kind cannot be resumed here"), value=job.kind)
    runner: Runner = resolve_name(KINDS[job.kind])
    _note(platform, job_id, None)
    try:
        yield from runner(platform.database, desk, job)
    except JiuzhuError as error:
        _note(platform, job_id, f"{error.render('zh')}\n{error.render('en')}")
        raise
    finally:
        with platform.database.reading() as session:  # a roster is kept no longer than its work
            sweep(session, platform.settings.data_dir / FOLDER, now=platform.clock())


def _note(platform: Platform, job_id: str, message: str | None) -> None:
    """Keep with the job what stopped it, for who did not see it stop."""
    with platform.database.writing() as session:
        session.execute(update(Job).where(Job.id == job_id).values(message=message and message[:LONGEST_MESSAGE]))


def find_job(desk: Desk, job_id: str) -> Job:
    """Return a job, for who works where it is done.

    Raises:
        JiuzhuError: ``unknown_job``, ``not_permitted``.
    """
    _require_officer(desk)
    job = desk.session.get(Job, job_id)
    if job is None or not _is_seen(desk, job):
        hint = Text("请在任务列表中查看", "see the list of jobs")
        raise JiuzhuError("unknown_job", Text("没有这个任务", "there is no such job"), hint=hint, value=job_id)
    return job


def list_jobs(desk: Desk, *, everything: bool, kinds: Sequence[str] = (), most: int | None = None) -> list[Job]:
    """Return the jobs of the places one works in, the newest first: those still running, or all; of some kinds.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    _require_officer(desk)
    query = select(Job).order_by(Job.started_at.desc(), Job.id)
    if not everything:
        query = query.where(Job.status == "running")
    if kinds:
        query = query.where(Job.kind.in_(kinds))
    found = desk.session.scalars(query.execution_options(yield_per=MOST_AT_ONCE))
    return list(islice((one for one in found if _is_seen(desk, one)), most))


def cancel(desk: Desk, job_id: str, *, reason: str) -> Job:
    """Stop a job behind its last chunk; who started it may, and the administrator.

    Raises:
        JiuzhuError: ``unknown_job``, ``job_is_over``, ``not_permitted``, ``reason_missing``.
    """
    job = find_job(desk, job_id)
    if job.started_by != desk.actor.id:
        desk.require("job.cancel", NATION)
    if not reason.strip():
        raise JiuzhuError("reason_missing", Text("请写明原因", "say why"))
    cancelled = cancel_job(desk.session, job_id, moment=desk.moment)
    desk.record("job", "cancelled", {"job": job_id, "kind": job.kind, "done": job.done}, reason=reason)
    return cancelled


def _is_seen(desk: Desk, job: Job) -> bool:
    """Whether one has to do with a job: its place, where it has one, lies in one's own; or one has begun it."""
    path = path_of(desk, job)
    return path is None or job.started_by == desk.actor.id or desk.actor.may("job.read", path, desk.today)


def path_of(desk: Desk, job: Job) -> str | None:
    """Return where a job is done, by its arguments; None for work on the whole installation.

    A place that is no more (its plugin is switched off) is the whole country's: one job hides no list of jobs.
    """
    if "division" in job.arguments:
        try:
            return desk.path(job.arguments["division"])
        except JiuzhuError:
            return NATION
    for name, table in (("run", PayrollRun), ("batch", RedecisionBatch)):
        if name in job.arguments:
            return desk.session.scalars(select(table.path).where(table.id == job.arguments[name])).one()
    return None


def _require_officer(desk: Desk) -> None:
    if not desk.actor.roots("job.read", desk.today):
        raise denied(desk.actor, "job.read", NATION)
