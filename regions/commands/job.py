"""``jiuzhu job``: long work, listed, taken up again, cancelled."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import Session, command

if TYPE_CHECKING:
    from core.store.tables import Job

STATUSES = {"running": "进行中", "done": "已完成", "cancelled": "已取消", "failed": "已失败"}


@click.group()
def job() -> None:
    """长任务 / long work."""


@job.command("list")
@click.option("--all", "everything", is_flag=True, help="含已结束的 / those that are over too")
@as_json
@command
def job_list(session: Session, everything: bool, json_: bool) -> None:
    """列出任务 / list jobs."""
    from regions.jobs import list_jobs

    with session.platform.reading_desk(session.user) as desk:
        found = [_plain(one) for one in list_jobs(desk, everything=everything)]
    if json_:
        show_json(found)
        return
    rows = [
        [one["id"], one["kind"], session.say(STATUSES[one["status"]], one["status"]), f"{one['done']}/{one['total']}",
         one["started_at"], one["finished_at"]]
        for one in found
    ]  # fmt: skip
    table(rows, heads(session, "编号 种类 状态 进度 开始 结束", "id kind status done started finished"))


@job.command("show")
@click.argument("job_id", metavar="ID")
@as_json
@command
def job_show(session: Session, job_id: str, json_: bool) -> None:
    """一个任务的全部内容 / everything about a job."""
    from regions.jobs import find_job

    with session.platform.reading_desk(session.user) as desk:
        one = find_job(desk, job_id)
        found = {**_plain(one), "arguments": one.arguments, "cursor": one.cursor}
    if json_:
        show_json(found)
        return
    for key, value in found.items():
        click.echo(f"{key}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value}")


@job.command("resume")
@click.argument("job_id", metavar="ID")
@as_json
@command
def job_resume(session: Session, job_id: str, json_: bool) -> None:
    """从停下处继续 / go on where it stopped."""
    from regions.commands.progress import follow
    from regions.jobs import resume

    last = follow(resume(session.platform, session.user, job_id), job_id)
    assert last is not None
    zh, en = f"{STATUSES[last.status]}：{last.done}/{last.total}", f"{last.status}: {last.done}/{last.total}"
    answer(_plain(last), session.say(zh, en), json_=json_)


@job.command("cancel")
@click.argument("job_id", metavar="ID")
@click.option("--reason", required=True, help="原因 / why")
@as_json
@command
def job_cancel(session: Session, job_id: str, reason: str, json_: bool) -> None:
    """停在最近一步，已完成的保留 / stop behind the last step; what is done stays."""
    from regions.jobs import cancel

    with session.platform.desk(session.user) as desk:
        found = _plain(cancel(desk, job_id, reason=reason))
    answer(found, session.say(f"已取消 {job_id}", f"cancelled: {job_id}"), json_=json_)


def _plain(one: Job) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("id", "kind", "status", "done", "total", "started_at", "finished_at")}
