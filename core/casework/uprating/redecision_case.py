"""One household of a re-decision batch as rows: its decisions, facts and events, many cases in a few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.access import within
from core.casework.deciding.case_facts import READ, known_case_facts
from core.casework.deciding.place import Move, Place, moves_of, place_in
from core.casework.deciding.standing import Covers
from core.casework.flow.history import Happening, chain_of, corrected
from core.casework.month import add_months, each_month, last_day
from core.store.tables import AssistanceCase, Decision, Event, FactsVersion, ReviewItem

UNSETTLED = ("objection", "objection_answered", "change_proposed", "change_decided", "change_dropped")
WATCHED = (*READ, *UNSETTLED, "correction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a batch is about: first changed month, month first paid, the point of the log before the new rules.

    ``programmes`` are those whose cases it looks at, None: all. ``moved`` are households that lived below ``path`` then
    and are kept elsewhere: only their months there are judged. ``ends`` are the months in which values of it end.
    """

    from_month: date
    first_payment: date
    known_before: str
    programmes: frozenset[str] | None = None
    path: str = ""
    moved: frozenset[int] = frozenset()
    ends: tuple[date, ...] = ()

    def months_of(self, rows: CaseRows, today: date) -> list[date]:
        """Return the months of a household to be judged: of one that has moved away those it lived there in."""
        months = self.months(today, rows.decisions)
        if rows.case.id not in self.moved:
            return months
        return [month for month in months if within(rows.place_in(month).path, self.path)]

    def ends_after(self, months: Sequence[date]) -> list[date]:
        """Return the months to come in which values of the amendment end."""
        return [month for month in self.ends if month > months[-1]]

    def months(self, today: date, decisions: Iterable[Covers]) -> list[date]:
        """Return the months to be judged: to the present one, the first paid, and the latest a decision names."""
        named = [month for one in decisions for month in (one.from_month, one.until_month) if month is not None]
        last = max([self.first_payment, today.replace(day=1), *named])
        return list(each_month(self.from_month, add_months(max(last, self.from_month), 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRows:
    """A case with its decisions, versions of facts and watched events, and whether a review waits for a decision."""

    case: AssistanceCase
    decisions: Sequence[Decision] = ()
    facts: Sequence[FactsVersion] = ()
    happenings: Sequence[Happening] = ()
    review_waits: bool = False
    moves: Sequence[Move] = ()

    def place_in(self, month: date) -> Place:
        """Return where the household lived on the first day of a month: whose rules that month has."""
        return place_in(self.moves, month, now=Place(division=self.case.division, path=self.case.path))

    def facts_in(self, month: date) -> FactsVersion | None:
        """Return the newest facts effective in a month."""
        known = [one for one in self.facts if one.effective_on <= last_day(month)]
        return known[-1] if known else None

    def own_facts(self, month: date) -> dict[str, str]:
        """Return what casework knows of the case, as rules read it."""
        read = [(one.kind, one.happened_on) for one in self.happenings if one.kind in READ]
        return known_case_facts(self.decisions, read, month)


def load_cases(session: Session, case_ids: Sequence[int]) -> list[CaseRows]:
    """Return the cases in order of id, with all that judging needs."""
    cases = session.scalars(select(AssistanceCase).where(AssistanceCase.id.in_(case_ids)).order_by(AssistanceCase.id))
    decisions: dict[int, list[Decision]] = defaultdict(list)
    for decision in session.scalars(
        select(Decision).where(Decision.case_id.in_(case_ids)).order_by(Decision.case_id, Decision.number)
    ):
        decisions[decision.case_id].append(decision)
    facts: dict[int, list[FactsVersion]] = defaultdict(list)
    for version in session.scalars(
        select(FactsVersion).where(FactsVersion.case_id.in_(case_ids)).order_by(
            FactsVersion.effective_on, FactsVersion.number
        )
    ):  # fmt: skip
        facts[version.case_id].append(version)
    events: dict[str, list[Event]] = defaultdict(list)
    chains = [chain_of(one) for one in case_ids]
    query = select(Event).where(Event.chain.in_(chains), Event.kind.in_(WATCHED)).order_by(Event.chain, Event.sequence)
    for event in session.scalars(query):
        events[event.chain].append(event)
    waiting = set(
        session.scalars(
            select(ReviewItem.case_id).where(ReviewItem.case_id.in_(case_ids), ReviewItem.status == "entered")
        )
    )
    moved = moves_of(session, case_ids)
    return [
        CaseRows(
            case=case,
            decisions=decisions[case.id],
            facts=facts[case.id],
            happenings=corrected(events[chain_of(case.id)]),
            review_waits=case.id in waiting,
            moves=moved.get(case.id, ()),
        )
        for case in cases
    ]
