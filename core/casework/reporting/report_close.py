"""Closing a month's report (月报封账): prepared by one person, closed by another, then the same for ever.

What changes later in a closed month is not written into it: it is an adjustment (调整数) of the next report closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.month import last_day
from core.casework.reporting.statistics import Report, RowSums, as_json, report
from core.casework.words import in_both
from core.errors import JiuzhuError, Text
from core.store.base import canonical
from core.store.tables import MonthlyReport
from core.values import fraction_text


def prepare_report(desk: Desk, name: str, division: str, *, month: date, note: str | None = None) -> MonthlyReport:
    """Draw up a month's report for closing; until it is closed it may be drawn up again.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_report``, ``month_not_over``, ``report_closed``.
    """
    path = desk.path(division)
    desk.require("report.prepare", path)
    first = month.replace(day=1)
    if desk.today < last_day(first):
        text = Text("该月尚未结束", "the month is not over")
        raise JiuzhuError("month_not_over", text, value=f"{first:%Y-%m}")
    row = find_report(desk, name, division, month=first)
    if row is not None and row.status == "closed":
        raise _closed(row)
    row = row or MonthlyReport(report=name, division=division, path=path, month=first)
    said = _content(desk, report(desk, name, division, month=first))
    row.status, row.note = "prepared", note
    row.declaration, row.rows, row.sums, row.adjustments, row.digest = said
    row.prepared_at, row.prepared_by, row.closed_at, row.closed_by = desk.moment, desk.actor.id, None, None
    desk.session.add(row)
    desk.session.flush()
    body = {"report": name, "division": division, "month": first.isoformat(), "digest": row.digest}
    desk.record(f"report/{row.id}", "report_prepared", body, reason=note)
    return row


def close_report(desk: Desk, report_id: int) -> MonthlyReport:
    """Close a report another person prepared; it must still be what the records say.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_report``, ``report_closed``, ``maker_is_checker``,
            ``report_out_of_date``.
    """
    row = desk.session.get(MonthlyReport, report_id, with_for_update=True)
    text = Text("没有这份报表", "there is no such report")
    row = desk.found(row, JiuzhuError("unknown_report", text, value=str(report_id)))
    desk.require("report.close", row.path)
    if row.status == "closed":
        raise _closed(row)
    if row.prepared_by == desk.actor.id:
        text = Text("编制人不能封账", "nobody closes the report he prepared")
        raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)
    if _content(desk, report(desk, row.report, row.division, month=row.month))[-1] != row.digest:
        text = Text("编制后数据已变，须重新编制", "the records changed since: prepare it again")
        raise JiuzhuError("report_out_of_date", text, value=f"{row.report} {row.division} {row.month:%Y-%m}")
    row.status, row.closed_at, row.closed_by = "closed", desk.moment, desk.actor.id
    desk.session.flush()
    desk.record(f"report/{row.id}", "report_closed", {"report": row.report, "digest": row.digest})
    return row


def find_report(desk: Desk, name: str, division: str, *, month: date) -> MonthlyReport | None:
    """Return the prepared or closed report of a place and month, or None.

    Raises:
        JiuzhuError: ``report_altered`` when a closed one is not what was closed.
    """
    query = select(MonthlyReport).where(
        MonthlyReport.report == name, MonthlyReport.division == division, MonthlyReport.month == month.replace(day=1)
    )
    row = desk.session.scalars(query).first()
    if (
        row is not None
        and row.status == "closed"
        and _digest(row.declaration, row.rows, row.sums, row.adjustments) != row.digest
    ):
        text = Text("封账报表与封账时不一致", "the closed report is not what was closed")
        raise JiuzhuError("report_altered", text, value=f"{name} {division} {row.month:%Y-%m}")
    return row


def _content(desk: Desk, found: Report) -> tuple[dict[str, Any], list[Any], list[Any], list[Any], str]:
    declared, rows, said = dict(found.declaration.source), as_json(found.rows), _sums_json(found.sums)
    changes = list(adjustments(desk, found))
    return declared, rows, said, changes, _digest(declared, rows, said, changes)


def _digest(*parts: Any) -> str:
    return hashlib.sha256(canonical(list(parts))).hexdigest()


def _sums_json(rows: Iterable[RowSums]) -> list[dict[str, Any]]:
    return [
        {"key": row.key, "label": row.label, "sums": dict(row.sums),
         "targets": {name: None if one.amount is None else fraction_text(one.amount)
                     for name, one in row.targets.items()},
         "said": {name: in_both(one.words) for name, one in row.targets.items()}}
        for row in rows
    ]  # fmt: skip


def adjustments(desk: Desk, found: Report) -> Iterator[dict[str, Any]]:
    """Yield what has become of the sums of every month closed before, beyond what later reports adjusted already.

    However long ago a month is: each is computed again, which is a few queries a month.
    """
    query = (
        select(MonthlyReport)
        .where(MonthlyReport.report == found.declaration.name, MonthlyReport.division == found.division)
        .where(MonthlyReport.status == "closed", MonthlyReport.month < found.month)
        .order_by(MonthlyReport.month)
    )
    closed = list(desk.session.scalars(query))
    for one in closed:
        yield from _changed(report(desk, one.report, one.division, month=one.month), one, closed)


def _changed(now: Report, one: MonthlyReport, closed: Iterable[MonthlyReport]) -> Iterator[dict[str, Any]]:
    """Compare the sums a closed month was declared with, row by row; a row that is there no more has nothing now."""
    known = _known(one, closed)
    rows = {row.key: (row.label, row.sums) for row in now.sums}
    labels = {row["key"]: row["label"] for row in one.sums}
    labels |= {change["key"]: change["label"] for later in closed for change in _of_month(later, one.month)}
    gone = [key for key in dict.fromkeys(key for key, _ in known) if key not in rows]
    for key in (*rows, *gone):
        label, sums = rows.get(key, (labels.get(key, key), {}))
        for name in sorted(one.declaration["sums"]):
            change = sums.get(name, 0) - known.get((key, name), 0)
            if change:
                yield {"month": one.month.isoformat(), "key": key, "label": label, "sum": name, "amount": change}


def _known(one: MonthlyReport, closed: Iterable[MonthlyReport]) -> Mapping[tuple[str, str], int]:
    """The sums of a closed month with the adjustments closed since."""
    known = {(row["key"], name): value for row in one.sums for name, value in row["sums"].items()}
    for later in closed:
        for change in _of_month(later, one.month):
            place = (change["key"], change["sum"])
            known[place] = known.get(place, 0) + change["amount"]
    return known


def _of_month(later: MonthlyReport, month: date) -> Iterator[dict[str, Any]]:
    return (change for change in later.adjustments if change["month"] == month.isoformat())


def _closed(row: MonthlyReport) -> JiuzhuError:
    text = Text("该月报表已封账", "the report of that month is closed")
    hint = Text("以后的变动计入下一期的调整数", "what changes later is an adjustment of the next one")
    return JiuzhuError("report_closed", text, hint=hint, value=f"{row.report} {row.division} {row.month:%Y-%m}")
