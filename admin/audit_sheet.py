"""The audit log as a sheet: what was asked for, the newest first, with what each event holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from admin.event_words import kind_words, subject_words
from core.casework.audit_search import Found, Sought, search
from core.casework.desk import Desk
from core.casework.every_page import every
from core.casework.reporting.exports import BATCH, china_time, place_name
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value

MOST = 100_000
"""Events of one workbook: a sheet holds a million rows, and a trail more; days narrow what is asked for."""
COLUMNS = columns(
    "记录时间:id", "发生日期:date", "对象", "案件:id", "地区", "事项", "经手人", "登录名:id", "原因", "内容", "摘要:id",
)  # fmt: skip


def audit_sheet(desk: Desk, sought: Sought) -> Sheet:
    """Return the events asked for, as many as one workbook takes, which its heading says.

    Raises:
        JiuzhuError: ``not_permitted``.
    """

    def page(after: int | None) -> tuple[list[Found], int | None]:
        found = search(desk, replace(sought, before=after, limit=BATCH))
        return found, found[-1].event.id if len(found) == BATCH else None

    heading = ["审计日志", f"导出日期 {desk.today}　最新的在前，至多 {MOST} 条；其余请按日期分次导出"]
    rows = _rows(desk, islice(every(page), MOST))
    return Sheet(title="审计日志", columns=COLUMNS, rows=rows, heading=heading)


def _rows(desk: Desk, found: Iterable[Found]) -> Iterator[Sequence[Value]]:
    for one in found:
        event = one.event
        yield (
            china_time(event.recorded_at), event.happened_on, subject_words(event.chain).zh, one.case,
            place_name(desk, one.division) if one.division else None, kind_words(event.kind, event.chain).zh,
            one.name or "系统", one.login, event.reason,
            json.dumps(event.body, ensure_ascii=False) if event.body else None, event.digest,
        )  # fmt: skip
