"""Dating the reviews of households nobody has assessed yet (存量转入): their class by the rules of today.

A household counts from its last decision. One whose facts or rules do not tell its class stays undated, and only it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, func, select

from core.casework.deciding.newest_facts import newest_facts
from core.casework.deciding.proposal import proposed
from core.casework.desk import Desk
from core.casework.month import month_of, months_on
from core.casework.reviews.review import reviewed_here
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, Decision, FactsVersion

STEP = 1000
UNUSED = {"months_in_phase_out": "0", "disregard_months_used": "0", "refusals": "0"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """How many households got a date, and how many stay without: no facts, or a class or interval that is not told."""

    dated: int
    without_facts: int
    not_told: int


def date_reviews(desk: Desk, division: str, *, programme: str) -> Dated:
    """Give every undated household of a subtree its class and the day of its next review, as the rules of today say.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("review.enter", path)
    dated = without = untold = 0
    for step in _undated(desk, division, programme):
        facts = newest_facts(desk.session, [row.id for row in step])
        for row in step:
            known = facts.get(row.id)
            if known is None:
                without += 1
            elif _date(desk, row.id, known, decided_on=row.decided_on, programme=programme):
                dated += 1
            else:
                untold += 1
    if dated or untold:  # some were given their class alone
        body = {"division": division, "programme": programme, "dated": dated}
        desk.record(f"reviews/{division}", "reviews_dated", body)
    return Dated(dated=dated, without_facts=without, not_told=untold)


def _undated(desk: Desk, division: str, programme: str) -> Iterator[Sequence[Row[int, date]]]:
    last = select(Decision.case_id, func.max(Decision.decided_on).label("decided_on")).group_by(Decision.case_id)
    decided = last.subquery()
    query = (
        select(AssistanceCase.id, decided.c.decided_on)
        .join(decided, decided.c.case_id == AssistanceCase.id)
        .where(*reviewed_here(desk, division, programme), AssistanceCase.review_due.is_(None))
        .order_by(AssistanceCase.id)
    )
    rows = list(desk.session.execute(query))
    yield from (rows[start : start + STEP] for start in range(0, len(rows), STEP))


def _date(desk: Desk, case_id: int, facts: FactsVersion, *, decided_on: date, programme: str) -> bool:
    case = desk.session.get_one(AssistanceCase, case_id)
    book = desk.policies.rulebook(case.division, on=desk.today, area=case.area, programmes=(programme,))
    try:
        found = proposed(case.id, programme, book, facts=facts, own=UNUSED, month=month_of(desk.today))
    except JiuzhuError:  # facts that no longer fit the rules in force: the first review mends them
        return False
    case.review_class = found.review_class
    if found.review_months is not None:
        case.review_due = months_on(decided_on, found.review_months)
    return found.review_months is not None
