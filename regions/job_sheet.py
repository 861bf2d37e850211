"""Long work as a sheet: what was begun by whom, how far it is, how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.casework.desk import Desk
from core.casework.reporting.budget import users_of
from core.casework.reporting.exports import china_time
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.store.tables import Job
from regions.jobs import LABELS, STATUSES, list_jobs

COLUMNS = columns(
    "编号:id", "任务", "状态", "已完成:count", "共:count", "发起人", "开始:id", "结束:id", "停下的原因"
)  # fmt: skip


def job_sheet(desk: Desk, *, everything: bool) -> Sheet:
    """Return the jobs of the places one works in, the newest first: those still running, or all.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    found = list_jobs(desk, everything=everything)
    heading = ["任务（全部）" if everything else "任务（进行中）", f"导出日期 {desk.today}"]
    return Sheet(title="任务", columns=COLUMNS, rows=_rows(desk, found), heading=heading)


def _rows(desk: Desk, found: Sequence[Job]) -> Iterator[Sequence[Value]]:
    names = users_of(desk, [one.started_by for one in found if one.started_by])
    for one in found:
        kind = LABELS[one.kind].zh if one.kind in LABELS else one.kind
        stopped = (one.message or "").partition("\n")[0]
        yield (
            one.id, kind, STATUSES[one.status].zh, one.done, one.total, names.get(one.started_by or 0),
            china_time(one.started_at), china_time(one.finished_at), stopped,
        )  # fmt: skip
