"""A review round as its page shows it: how far it is, and its cases a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from core.casework.desk import Desk
from core.casework.people.person import shown_name
from core.casework.reviews.review_round import round_of
from core.errors import Text
from core.store.tables import AssistanceCase, Person, ReviewItem

STATES: Mapping[str, Text] = {
    "open": Text("待录入", "to be entered"),
    "entered": Text("待决定", "to be decided"),
    "decided": Text("已决定", "decided"),
}
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLine:
    """One case of a round."""

    number: str
    head: str = field(repr=False)
    village: str | None
    status: str
    reviewed_on: date | None
    from_month: date | None
    outcome: str | None
    previous: Fraction | None
    monthly: Fraction | None
    months: Sequence[Mapping[str, Any]]
    note: str | None
    mine: bool


def round_progress(desk: Desk, round_id: int) -> dict[str, int]:
    """Return how many cases of a round stand where.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``.
    """
    desk.require("case.read", round_of(desk, round_id).path)
    query = select(ReviewItem.status, func.count()).where(ReviewItem.round_id == round_id).group_by(ReviewItem.status)
    return {"open": 0, "entered": 0, "decided": 0} | {state: int(count) for state, count in desk.session.execute(query)}


def round_page(
    desk: Desk, round_id: int, *, status: str | None = None, after: str = "", limit: int = PAGE
) -> tuple[list[RoundLine], str | None]:
    """Return one page of the cases of a round by number, and the number the next begins after.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``.
    """
    desk.require("case.read", round_of(desk, round_id).path)
    query = (
        select(ReviewItem, AssistanceCase, Person)
        .join(AssistanceCase, AssistanceCase.id == ReviewItem.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(ReviewItem.round_id == round_id, AssistanceCase.number > after)
        .order_by(AssistanceCase.number)
        .limit(limit + 1)
    )
    if status is not None:
        query = query.where(ReviewItem.status == status)
    rows = [_line(desk, item, case, person) for item, case, person in desk.session.execute(query)]
    return rows[:limit], rows[limit - 1].number if len(rows) > limit else None


def _line(desk: Desk, item: ReviewItem, case: AssistanceCase, person: Person) -> RoundLine:
    return RoundLine(
        number=case.number, head=shown_name(desk, person), village=case.village, status=item.status,
        reviewed_on=item.reviewed_on, from_month=item.from_month, outcome=item.outcome, previous=item.previous,
        monthly=item.monthly, months=item.months or (), note=item.note, mine=item.entered_by == desk.actor.id,
    )  # fmt: skip
