"""Rounds, sheets and draws as lists show them: those of an officer's places, the newest first, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from core.casework.desk import Desk
from core.casework.flow.case_list import readable
from core.casework.scope import inside
from core.store.tables import Meeting, Posting, ProblemEntry, ReviewRound, SampleDraw, VisitRound

Row = TypeVar("Row", Meeting, Posting, ProblemEntry, ReviewRound, SampleDraw, VisitRound)
PAGE = 50


def recent(
    desk: Desk,
    table: type[Row],
    *,
    division: str | None = None,
    where: Iterable[ColumnElement[bool]] = (),
    after: int | None = None,
    limit: int = PAGE,
) -> tuple[Sequence[Row], int | None]:
    """Return one page of a table's rows where the officer may read cases, and the key the next page begins after.

    ``division`` keeps those of its subtree; ``after`` is the key the last page ended with.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    query = select(table).where(inside(table.path, readable(desk, division)), *where)
    if after is not None:
        query = query.where(table.id < after)
    rows = desk.session.scalars(query.order_by(table.id.desc()).limit(limit + 1)).all()
    page = rows[:limit]
    return page, page[-1].id if len(rows) > limit else None
