"""The database's cases with their newest facts, for an impact: read by columns, a few thousand at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import Text as TextType

from core.casework.deciding.standing import entitled_in
from core.casework.flow.history import Happening, chain_of, corrected
from core.casework.month import add_months, each_month, month_of
from core.casework.scope import inside
from core.casework.uprating.redecision_case import WATCHED, Terms
from core.casework.uprating.redecision_judge import first_entitled, interrupted, unsettled
from core.errors import Text
from core.store.tables import AssistanceCase, CaseMember, Decision, Event, FactsVersion, ReviewItem
from regions.impact_source import NOT_COUNTED, ON_ROLL, STANDING, CaseFacts, Standing

CHUNK = 2_000


class _Decided(NamedTuple):
    """What is read of a decision; all but the amount is the same for most cases."""

    kind: str
    from_month: date
    until_month: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """What decisions say: which one rules now, the first month entitled, why a batch would leave it to a person."""

    now: int | None
    since: date | None
    apart: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCaseload:
    """The cases of a subtree as they stand on a day: on the roll, refused, and margin households."""

    session: Session
    root: str
    programmes: tuple[str, ...]
    on: date
    linked: tuple[str, ...] = ()
    terms: Terms | None = None
    """What a batch of the changes would be about: whom it leaves to a person is told apart."""
    earliest: date | None = None
    """The first start month anybody asks about."""

    @property
    def population(self) -> Text:
        """The standings counted, and who is not."""
        zh, en = [one.zh for one in STANDING.values()], [one.en for one in STANDING.values()]
        return Text(f"{'、'.join(zh)}；{NOT_COUNTED.zh}", f"{', '.join(en)}; {NOT_COUNTED.en}")

    @property
    def size(self) -> int:
        """How many cases there are."""
        return self.session.scalar(select(func.count()).select_from(self._ids().subquery())) or 0

    def _ids(self) -> Any:
        wanted = AssistanceCase.status.in_((*ON_ROLL, "refused"))
        margin = (AssistanceCase.programme == "margin_household") & (AssistanceCase.status != "closed")
        known = AssistanceCase.programme.in_((*self.programmes, *self.linked, "margin_household"))
        return select(AssistanceCase.id).where(inside(AssistanceCase.path, [self.root]), known, wanted | margin)

    def __iter__(self) -> Iterator[CaseFacts]:
        order = (AssistanceCase.division, AssistanceCase.area, AssistanceCase.id)
        ids = list(self.session.scalars(self._ids().order_by(*order)))
        reading = _Reading(self)
        for at in range(0, len(ids), CHUNK):
            yield from reading.chunk(ids[at : at + CHUNK])

    def programme_of(self, programme: str) -> str:
        """A margin household is counted for what it might gain: the programme that is changed."""
        return programme if programme in (*self.programmes, *self.linked) else self.programmes[0]


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads cases chunk by chunk. ``known`` is what sequences of decisions say: few are many times there."""

    source: StoredCaseload
    known: dict[tuple[_Decided, ...], _Standing] = field(default_factory=dict)

    def chunk(self, ids: Sequence[int]) -> Iterator[CaseFacts]:
        """Yield some cases, in the order of their ids given."""
        cases = self._cases(ids)
        decisions, amounts = self._decisions(ids)
        facts, happenings, waiting = self._facts(ids), self._happenings(ids), self._waiting(ids)
        elsewhere = self._elsewhere(ids)
        for id_ in ids:
            case, decided = cases[id_], self._standing(tuple(decisions[id_]))
            on_roll = case.status in ON_ROLL
            apart = None
            if on_roll and self.source.terms:
                left = unsettled(case.status, happenings.get(id_, ()), review_waits=id_ in waiting)
                apart = left or decided.apart
            yield CaseFacts(
                reference=case.number, programme=self.source.programme_of(case.programme), division=case.division,
                area=case.area, persons=case.entitled, facts=json.loads(facts.get(id_, "{}")),
                standing=_standing(case), current=None if decided.now is None else amounts[id_][decided.now],
                since=decided.since if on_roll else None, apart=apart, elsewhere=elsewhere.get(id_, frozenset()),
            )  # fmt: skip

    def _standing(self, decisions: tuple[_Decided, ...]) -> _Standing:
        if decisions not in self.known:
            month = month_of(self.source.on)
            now = entitled_in(decisions, month)
            terms = self.source.terms
            self.known[decisions] = _Standing(
                now=next((at for at, one in enumerate(decisions) if one is now), None),
                since=first_entitled(decisions, each_month(self.source.earliest or month, add_months(month, 1))),
                apart=interrupted(decisions, terms.months(self.source.on, decisions)) if terms else None,
            )
        return self.known[decisions]

    def _cases(self, ids: Sequence[int]) -> Mapping[int, Any]:
        query = select(AssistanceCase.id, AssistanceCase.number, AssistanceCase.programme, AssistanceCase.division,
                       AssistanceCase.area, AssistanceCase.entitled, AssistanceCase.status)  # fmt: skip
        return {one.id: one for one in self.source.session.execute(query.where(AssistanceCase.id.in_(ids)))}

    def _decisions(self, ids: Sequence[int]) -> tuple[Mapping[int, list[_Decided]], Mapping[int, list[Fraction]]]:
        query = (
            select(Decision.case_id, Decision.kind, Decision.from_month, Decision.until_month, Decision.monthly)
            .where(Decision.case_id.in_(ids))
            .order_by(Decision.case_id, Decision.number)
        )
        found: dict[int, list[_Decided]] = defaultdict(list)
        amounts: dict[int, list[Fraction]] = defaultdict(list)
        for case_id, kind, from_month, until_month, monthly in self.source.session.execute(query):
            found[case_id].append(_Decided(kind, from_month, until_month))
            amounts[case_id].append(monthly)
        return found, amounts

    def _facts(self, ids: Sequence[int]) -> Mapping[int, str]:
        """The newest facts effective by the day, as they are kept: what comes later in this order is newer."""
        query = (
            select(FactsVersion.case_id, type_coerce(FactsVersion.facts, TextType))
            .where(FactsVersion.case_id.in_(ids), FactsVersion.effective_on <= self.source.on)
            .order_by(FactsVersion.effective_on, FactsVersion.number)
        )
        return {one[0]: one[1] for one in self.source.session.execute(query)}

    def _happenings(self, ids: Sequence[int]) -> Mapping[int, Sequence[Happening]]:
        chains = {chain_of(one): one for one in ids}
        query = select(Event).where(Event.chain.in_(list(chains)), Event.kind.in_(WATCHED))
        events: dict[int, list[Event]] = defaultdict(list)
        for event in self.source.session.scalars(query.order_by(Event.chain, Event.sequence)):
            events[chains[event.chain]].append(event)
        return {id_: corrected(own) for id_, own in events.items()}

    def _waiting(self, ids: Sequence[int]) -> frozenset[int]:
        """The cases whose review waits for a decision."""
        query = select(ReviewItem.case_id).where(ReviewItem.case_id.in_(ids), ReviewItem.status == "entered")
        return frozenset(self.source.session.scalars(query))

    def _elsewhere(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        """The linked programmes in which somebody of each household has a running case of his own here."""
        if not self.source.linked:
            return {}
        own, other = aliased(CaseMember), aliased(CaseMember)
        query = (
            select(own.case_id, AssistanceCase.programme)
            .join(other, other.person_id == own.person_id)
            .join(AssistanceCase, AssistanceCase.id == other.case_id)
            .where(
                own.case_id.in_(ids), AssistanceCase.programme.in_(self.source.linked),
                AssistanceCase.status.in_(ON_ROLL), inside(AssistanceCase.path, [self.source.root]),
            )
        )  # fmt: skip
        found: dict[int, set[str]] = defaultdict(set)
        for case_id, programme in self.source.session.execute(query.distinct()):
            found[case_id].add(programme)
        return {case_id: frozenset(named) for case_id, named in found.items()}


def _standing(case: Any) -> Standing:
    if case.programme == "margin_household":
        return "margin"
    return "paid" if case.status in ON_ROLL else "refused"
