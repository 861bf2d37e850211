"""The newest facts of many cases at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.store.tables import FactsVersion


def newest_facts(session: Session, cases: Sequence[int], *, on: date | None = None) -> dict[int, FactsVersion]:
    """Return each case's newest version by the day it is effective on, then by number; one query.

    ``on``: only what is effective on that day.
    """
    newest = func.row_number().over(
        partition_by=FactsVersion.case_id, order_by=(FactsVersion.effective_on.desc(), FactsVersion.number.desc())
    )
    ranked = select(FactsVersion.id, newest.label("place")).where(FactsVersion.case_id.in_(cases))
    if on is not None:
        ranked = ranked.where(FactsVersion.effective_on <= on)
    newest_first = ranked.subquery()
    query = (
        select(FactsVersion).join(newest_first, newest_first.c.id == FactsVersion.id).where(newest_first.c.place == 1)
    )
    return {one.case_id: one for one in session.scalars(query)}
