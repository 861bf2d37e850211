"""Filtering cases by their status of the day: the recorded one, but for the few that a decision ahead has turned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from core.casework.deciding.shown import shown_in
from core.casework.desk import Desk
from core.casework.month import month_of
from core.store.tables import AssistanceCase

INDEX = "ix_assistance_case_turns_on"


def settled(on: date) -> ColumnElement[bool]:
    """Return the condition that a case's recorded status is that of a day."""
    return or_(AssistanceCase.turns_on.is_(None), AssistanceCase.turns_on > on)


def turned(desk: Desk, asked: Sequence[ColumnElement[bool]], statuses: Sequence[str]) -> list[int]:
    """Return the ids of the unsettled cases that are of one of the statuses today, and what else is ``asked``."""
    query = select(AssistanceCase).where(AssistanceCase.turns_on <= desk.today, *asked)
    cases = desk.session.scalars(query.with_hint(AssistanceCase, f"INDEXED BY {INDEX}", "sqlite")).all()
    shown = shown_in(desk.session, cases, month_of(desk.today))
    return [one.id for one in cases if shown[one.id].status in statuses]


def of_status(desk: Desk, asked: Sequence[ColumnElement[bool]], statuses: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a case is of one of the statuses today."""
    recorded = and_(AssistanceCase.status.in_(statuses), settled(desk.today))
    return or_(recorded, AssistanceCase.id.in_(turned(desk, asked, statuses)))
