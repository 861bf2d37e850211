"""The registers of people as sheets: who is in office (公职人员名册), and whose recusal was demanded (回避登记)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from core.casework.desk import Desk
from core.casework.every_page import every
from core.casework.flow.case_list import readable
from core.casework.people.demand_list import DemandRow, demand_page
from core.casework.people.seats import PostRow, posts_page
from core.casework.reporting.exports import BATCH, place_name, title_lines
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value

POSTS = columns(
    "编号:count", "姓名", "任职类别", "单位", "职务", "负责人", "任职地区", "起:date", "止:date", "有登录名"
)
DEMANDS = columns(
    "编号:count", "案件:id", "地区", "要求回避的人", "申请人", "提出日期:date", "决定机关", "状态", "决定日期:date"
)
STATES = {None: "待决定", True: "予以回避", False: "不予回避"}


def posts_sheet(
    desk: Desk, division: str, *, on: date | None = None, role: str | None = None, unit: str | None = None
) -> Sheet:
    """Return the posts of a place: those held on a day, or all there ever were.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    found = every(lambda after: posts_page(desk, division, on=on, role=role, unit=unit, after=after or 0, limit=BATCH))
    heading = [*title_lines(desk, division, "公职人员名册"), f"{on} 在任" if on is not None else "包括已离任"]
    return Sheet(title="公职人员名册", columns=POSTS, rows=_posts(desk, found), heading=heading)


def _posts(desk: Desk, found: Iterable[PostRow]) -> Iterator[Sequence[Value]]:
    for one in found:
        seat = one.seat
        yield (
            seat.holder, seat.name, seat.role_text.zh, seat.unit, seat.position, _yes(seat.is_head),
            place_name(desk, seat.division), one.since, one.until, _yes(seat.has_login),
        )  # fmt: skip


def demands_sheet(desk: Desk, *, division: str | None = None, undecided: bool = False) -> Sheet:
    """Return the demands in the cases of a place, or of all places of the officer, the newest first.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    roots = readable(desk, division)
    for path in roots:
        desk.require("export.lists", path)
    found = every(lambda after: demand_page(desk, division=division, undecided=undecided, after=after, limit=BATCH))
    heading = title_lines(desk, roots[0].rpartition("/")[2], "回避登记")
    return Sheet(title="回避登记", columns=DEMANDS, rows=_demands(desk, found), heading=heading)


def _demands(desk: Desk, found: Iterable[DemandRow]) -> Iterator[Sequence[Value]]:
    for one in found:
        yield (
            one.id, one.case, place_name(desk, one.division), one.name, one.asker.zh, one.demanded_on, one.decides.zh,
            STATES[one.granted], one.decided_on,
        )  # fmt: skip


def _yes(whether: bool) -> str | None:  # noqa: FBT001 - a cell
    return "是" if whether else None
