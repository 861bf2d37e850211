"""问题台账: what an inspection found, by when it must be set right, that it was, and who verified it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.scope import inside
from core.casework.workbook import Sheet, columns
from core.errors import InvalidInput, JiuzhuError, Text
from core.errors import Problem as Fault
from core.store.tables import AssistanceCase, ProblemEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found: by which inspection, where, in which case if any, and when it must be set right."""

    source: str
    division: str
    finding: str
    found_on: date
    due_on: date
    case_number: str | None = None


def register_problem(desk: Desk, found: Finding) -> ProblemEntry:
    """Enter a finding in the register.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``, ``unknown_case``.
        InvalidInput: ``empty``, ``due_before_found``.
    """
    path = desk.path(found.division)
    desk.require("problem.record", path)
    _check(found)
    row = ProblemEntry(
        division=found.division, path=path, source=found.source.strip(), finding=found.finding.strip(),
        found_on=found.found_on, due_on=found.due_on, status="open", recorded_at=desk.moment,
        recorded_by=desk.actor.id, case_id=_case(desk, found.case_number, path),
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    body = {"problem": row.id, "case": row.case_id, "due_on": row.due_on.isoformat()}
    desk.record(f"problem/{row.id}", "problem_registered", body, happened_on=found.found_on)
    return row


def rectify_problem(desk: Desk, problem_id: int, *, rectified_on: date, how: str) -> ProblemEntry:
    """Record how a problem was set right; another person verifies it.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_problem``, ``problem_not_open``, ``empty``, ``in_the_future``.
    """
    row = problem_of(desk, problem_id)
    desk.require("problem.rectify", row.path)
    _in_status(row, "open")
    if not how.strip():
        raise JiuzhuError("empty", Text("须写明整改情况", "say how it was set right"), value=str(problem_id))
    row.status, row.rectified_on, row.rectified_by, row.rectification = (
        "rectified", rectified_on, desk.actor.id, how.strip(),
    )  # fmt: skip
    desk.session.flush()
    desk.record(f"problem/{row.id}", "problem_rectified", {"problem": row.id}, happened_on=rectified_on, reason=how)
    return row


def verify_problem(desk: Desk, problem_id: int, *, passed: bool, reason: str | None = None) -> ProblemEntry:
    """Verify what was set right, or send it back with a reason, as another person than who set it right.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_problem``, ``problem_not_rectified``, ``maker_is_checker``,
            ``no_reason``.
    """
    row = problem_of(desk, problem_id)
    desk.require("problem.verify", row.path)
    _in_status(row, "rectified")
    if row.rectified_by == desk.actor.id:
        text = Text("整改人不能核验", "nobody verifies what he set right himself")
        raise JiuzhuError("maker_is_checker", text, value=desk.actor.login)
    if not passed and not (reason or "").strip():
        raise JiuzhuError("no_reason", Text("退回须写明理由", "say why it is sent back"), value=str(problem_id))
    if passed:
        row.status, row.verified_on, row.verified_by = "verified", desk.today, desk.actor.id
    else:
        row.status = "open"
    desk.session.flush()
    kind = "problem_verified" if passed else "problem_sent_back"
    desk.record(f"problem/{row.id}", kind, {"problem": row.id}, reason=reason)
    return row


def problems(
    desk: Desk, division: str, *, status: str | None = None, after: int | None = None, limit: int | None = None
) -> list[tuple[ProblemEntry, str | None]]:
    """List the problems of a subtree by the day they are due, each with its case's number.

    A page is as many as ``limit`` behind the problem ``after``.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    query = (
        select(ProblemEntry, AssistanceCase.number)
        .outerjoin(AssistanceCase, AssistanceCase.id == ProblemEntry.case_id)
        .where(inside(ProblemEntry.path, [path]))
        .order_by(ProblemEntry.due_on, ProblemEntry.id)
    )
    if status is not None:
        query = query.where(ProblemEntry.status == status)
    last = desk.session.get(ProblemEntry, after) if after is not None else None
    if last is not None:
        same_day = and_(ProblemEntry.due_on == last.due_on, ProblemEntry.id > last.id)
        query = query.where(or_(ProblemEntry.due_on > last.due_on, same_day))
    if limit is not None:
        query = query.limit(limit)
    return [(row, number) for row, number in desk.session.execute(query)]


def problem_of(desk: Desk, problem_id: int) -> ProblemEntry:
    """Return a problem by its number, of a place in the officer's area.

    Raises:
        JiuzhuError: ``unknown_problem``.
    """
    row = desk.session.get(ProblemEntry, problem_id)
    text = Text("台账中没有这个问题", "no such problem")
    return desk.found(row, JiuzhuError("unknown_problem", text, value=str(problem_id)))


STATES = {
    "open": Text("待整改", "open"),
    "rectified": Text("待核验", "rectified"),
    "verified": Text("已核验", "verified"),
}
"""The states of a problem in words."""


def problem_sheet(desk: Desk, listed: list[tuple[ProblemEntry, str | None]]) -> Sheet:
    """Return 问题台账 as a sheet."""
    titles = columns("编号:count", "地区", "来源", "案件", "问题", "发现日期:date", "整改期限:date", "整改情况",
                     "整改日期:date", "核验日期:date", "状态")  # fmt: skip
    rows = [
        (row.id, desk.tree.name(row.division), row.source, number, row.finding, row.found_on, row.due_on,
         row.rectification, row.rectified_on, row.verified_on, STATES[row.status].zh)
        for row, number in listed
    ]  # fmt: skip
    return Sheet(title="问题台账", columns=titles, rows=rows, heading=["问题台账"])


def _check(found: Finding) -> None:
    faults = [
        Fault(code="empty", message=Text(f"须写明{what}", f"missing: {name}"))
        for name, what in (("source", "来源"), ("finding", "问题"))
        if not getattr(found, name).strip()
    ]
    if found.due_on < found.found_on:
        text = Text("整改期限早于发现日期", "it is due before it was found")
        faults.append(Fault(code="due_before_found", message=text, value=found.due_on.isoformat()))
    if faults:
        raise InvalidInput(faults)


def _case(desk: Desk, number: str | None, path: str) -> int | None:
    if number is None:
        return None
    row = desk.session.execute(
        select(AssistanceCase.id, AssistanceCase.path).where(AssistanceCase.number == number)
    ).first()
    if row is None or not within(row.path, path):
        raise JiuzhuError("unknown_case", Text("该地没有这个案件", "there is no such case there"), value=number)
    return int(row.id)


def _in_status(row: ProblemEntry, status: str) -> None:
    if row.status != status:
        is_now = STATES[row.status]
        text = Text(f"该问题目前“{is_now.zh}”，不能办理", f"the problem is {is_now.en}")
        raise JiuzhuError(f"problem_not_{status}", text, value=str(row.id))
