"""工作日历: every dated duty of a place with its owner and state, from what stands in the records and the rules.

Nothing is planned here and nothing is stored: a duty is there because a deadline, an interval, a schedule or a draw
makes it so. Days no rule gives are not invented; a warning period of the platform's own is called one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import or_, select

from core.casework.desk import Desk
from core.casework.reviews.duty_case import case_duties
from core.casework.reviews.duty_kind import STATES, Duty, Window
from core.casework.reviews.duty_place import place_duties
from core.casework.workbook import Sheet, columns
from core.errors import Text
from core.store.tables import CaseAssignment

CHUNK = 500
"""Cases a query names at once."""


def duties(
    desk: Desk, division: str, *, programme: str, since: date, until: date, holder_id: int | None = None
) -> list[Duty]:
    """Return the duties of a subtree due in ``[since, until]``, and those overdue, the earliest first.

    ``holder_id`` keeps those of one person in office: his cases.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    window = Window(path=path, programme=programme, since=since, until=until)
    found = _assigned(desk, [*case_duties(desk, window), *place_duties(desk, window)])
    wanted = (one for one in found if holder_id is None or one.holder_id == holder_id)
    shown = (one for one in wanted if since <= one.due <= until or one.state(desk.today) == "overdue")
    return sorted(shown, key=lambda one: (one.due, one.code, one.subject))


def _assigned(desk: Desk, found: Iterable[Duty]) -> Iterator[Duty]:
    """Put the officer who handles a case to its duties: the one of the stage, else the one of the whole case."""
    listed = list(found)
    handlers = _handlers(desk, sorted({one.case_id for one in listed if one.case_id is not None}))
    for one in listed:
        if one.case_id is None:
            yield one
            continue
        handler = handlers.get((one.case_id, one.code)) or handlers.get((one.case_id, "clerk"))
        yield one if handler is None else replace(one, holder_id=handler)


def _handlers(desk: Desk, cases: Sequence[int]) -> dict[tuple[int, str], int]:
    """Who handles some cases today, by case and role."""
    query = select(CaseAssignment.case_id, CaseAssignment.role, CaseAssignment.holder_id).where(
        CaseAssignment.since <= desk.today,
        or_(CaseAssignment.until.is_(None), CaseAssignment.until > desk.today),
    )
    chunks = (cases[start : start + CHUNK] for start in range(0, len(cases), CHUNK))
    rows = (row for chunk in chunks for row in desk.session.execute(query.where(CaseAssignment.case_id.in_(chunk))))
    return {(row.case_id, row.role): row.holder_id for row in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The duties of one kind: how many are overdue and how many are to come, and the first day of them."""

    code: str
    label: Text
    overdue: int
    coming: int
    first: date


def tally(found: Iterable[Duty], today: date) -> list[Tally]:
    """Count what is not done by kind, the most urgent first."""
    kinds: dict[str, list[Duty]] = {}
    for one in found:
        if not one.done:
            kinds.setdefault(one.code, []).append(one)
    told = [
        Tally(
            code=code, label=held[0].label, first=min(one.due for one in held),
            overdue=sum(one.count for one in held if one.due < today),
            coming=sum(one.count for one in held if one.due >= today),
        )
        for code, held in kinds.items()
    ]  # fmt: skip
    return sorted(told, key=lambda one: (one.first, one.code))


def duty_sheet(desk: Desk, listed: Iterable[Duty]) -> Sheet:
    """Return 工作日历 as a sheet."""
    titles = columns("到期:date", "事项", "对象", "户数:count", "责任单位", "状态", "依据", "提示")
    rows = (
        (one.due, one.label.zh, one.about.zh, one.count, one.owner, STATES[one.state(desk.today)].zh, one.basis,
         one.flag.zh if one.flag else None)
        for one in listed
    )  # fmt: skip
    return Sheet(title="工作日历", columns=titles, rows=rows, heading=["工作日历", f"{desk.today}"])
