"""Review dates (定期复核): who is due and overdue where, and whose interval no rule gives.

A decision notes the household's class and the day of its next review. A rule without an interval stops only the
households in that class: they are listed apart with what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.casework.desk import Desk
from core.casework.scope import inside
from core.errors import Text
from core.kinds.schema import is_gap
from core.policy import Line
from core.provision import text_of
from core.store.tables import AssistanceCase

RECIPIENTS = ("in_payment", "suspended", "phasing_out")
"""Statuses in which a household is reviewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReview:
    """A case whose review is due; ``overdue`` when the day is over."""

    case_id: int
    number: str
    path: str
    village: str | None
    review_class: str | None
    due: date
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Undated:
    """Households without a date of review: where, in which class, how many, and why."""

    division: str
    area: str
    review_class: str | None
    households: int
    because: Text
    provision: str


def reviewed_here(desk: Desk, division: str, programme: str) -> list[ColumnElement[bool]]:
    """Return the conditions on cases of a place that are reviewed at all.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    return [
        AssistanceCase.programme == programme,
        AssistanceCase.status.in_(RECIPIENTS),
        inside(AssistanceCase.path, [path]),
    ]


def due_reviews(
    desk: Desk, division: str, *, programme: str, by: date, after: str = "", limit: int | None = None
) -> list[DueReview]:
    """List the cases of a subtree whose review is due by a day, the most overdue first.

    A page is as many as ``limit`` behind the case ``after``.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    due = AssistanceCase.review_due
    query = (
        select(
            AssistanceCase.id, AssistanceCase.number, AssistanceCase.path, AssistanceCase.village,
            AssistanceCase.review_class, AssistanceCase.review_due,
        )
        .where(*reviewed_here(desk, division, programme), due <= by)
        .order_by(due, AssistanceCase.number)
        .limit(limit)
    )  # fmt: skip
    if after:
        last = select(due).where(AssistanceCase.number == after).scalar_subquery()
        query = query.where(or_(due > last, and_(due == last, AssistanceCase.number > after)))
    return [
        DueReview(case_id=row.id, number=row.number, path=row.path, village=row.village,
                  review_class=row.review_class, due=row.review_due, overdue=row.review_due < desk.today)
        for row in desk.session.execute(query)
    ]  # fmt: skip


def count_due(desk: Desk, division: str, *, programme: str, by: date) -> tuple[int, int]:
    """Count the cases of a subtree whose review is due by a day, and those of them that are overdue.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    due = AssistanceCase.review_due
    query = select(func.count(), func.count().filter(due < desk.today))
    total, late = desk.session.execute(query.where(*reviewed_here(desk, division, programme), due <= by)).one()
    return int(total), int(late)


def undated_reviews(desk: Desk, division: str, *, programme: str) -> list[Undated]:
    """List, by place and class, the households of a subtree that have no date of review, and why.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    groups = (AssistanceCase.division, AssistanceCase.area, AssistanceCase.review_class)
    query = select(*groups, func.count()).where(
        *reviewed_here(desk, division, programme), AssistanceCase.review_due.is_(None)
    )
    return [
        Undated(division=place, area=area, review_class=group, households=count, because=because, provision=provision)
        for place, area, group, count in sorted(desk.session.execute(query.group_by(*groups)), key=str)
        for because, provision in [_why(desk, place, area, group=group, programme=programme)]
    ]


def _why(desk: Desk, division: str, area: str, *, group: str | None, programme: str) -> tuple[Text, str]:
    policy = desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,)).policy
    lines = policy.lines("review_interval", programme)
    if not lines:
        return Text("没有现行的复核间隔规定", "no rule of review intervals is in force"), ""
    gaps = [line for line in lines if line.key == group or (group is None and _is_open(line))]
    if gaps and _is_open(gaps[0]):
        return _because(gaps[0]), gaps[0].provision.address
    return Text("尚未按规则核算过（如存量转入），复核日期待首次复核确定", "not assessed by the rules yet"), ""


def _is_open(line: Line) -> bool:
    return line.is_gap or is_gap(line.value.get("months"))


def _because(line: Line) -> Text:
    if line.provision.because is not None:
        return line.provision.because
    months = line.value["months"]  # a gap, or nobody asks why
    return text_of(months.get("gap", months.get("because"))) or Text("来源未载复核间隔", "the source gives no interval")
