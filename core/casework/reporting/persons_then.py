"""How many persons a household had at the end of a month: today's, less who joined since, and with who left since.

A household taken over may begin on paper later than it was paid for: its first members belong to it from ever.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from core.casework.month import last_day
from core.store.tables import CaseMember


def changed_since(month: date) -> ColumnElement[bool]:
    """Return what picks the memberships by which today's number differs from that of a month's end."""
    end = last_day(month)
    other = aliased(CaseMember)
    first = select(func.min(other.since)).where(other.case_id == CaseMember.case_id).scalar_subquery()
    joined = and_(CaseMember.since > end, CaseMember.since > first)
    return and_(
        CaseMember.entitled, or_(and_(CaseMember.until.is_(None), joined), and_(CaseMember.until > end, ~joined))
    )


def persons_changed() -> ColumnElement[Any]:
    """Return by how much the number of a month's end differs from today's, over memberships so picked."""
    return func.sum(case((CaseMember.until.is_(None), -1), else_=1))
