"""Whom an impact is computed on: the database's cases with their newest facts, or others, named as what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.casework.month import month_of
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import AssistanceCase, Decision, FactsVersion

Standing = Literal["paid", "refused", "margin"]
STANDING: Mapping[Standing, Text] = {
    "paid": Text("在册", "on the roll"),
    "refused": Text("被拒", "refused"),
    "margin": Text("边缘户", "margin households"),
}
NOT_COUNTED = Text("未申请家庭不在测算内", "households that never applied are not counted")

ON_ROLL = ("in_payment", "suspended", "phasing_out")
CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as an impact sees it.

    ``persons`` are those entitled; ``current`` is the exact amount a month it has now, if known.
    """

    reference: str
    programme: str
    division: str
    area: str
    persons: int
    facts: Mapping[str, Any]
    standing: Standing = "paid"
    current: Fraction | None = None


class Caseload(Protocol):
    """Cases to compute on. ``population`` says who they are; ``size`` how many, for progress."""

    @property
    def population(self) -> Text:
        """Who is counted, in words."""
        ...

    @property
    def size(self) -> int:
        """How many cases there are."""
        ...

    def __iter__(self) -> Iterator[CaseFacts]:
        """Yield the cases; those of one place and area best one after the other."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCaseload:
    """Cases made by a program; ``label`` must say that they are synthetic where they are."""

    label: Text
    size: int
    make: Callable[[], Iterable[CaseFacts]]

    @property
    def population(self) -> Text:
        """The label."""
        return self.label

    def __iter__(self) -> Iterator[CaseFacts]:
        return iter(self.make())


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCaseload:
    """The cases of a subtree as they stand on a day: on the roll, refused, and margin households."""

    session: Session
    root: str
    programmes: tuple[str, ...]
    on: date

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
        known = AssistanceCase.programme.in_((*self.programmes, "margin_household"))
        return select(AssistanceCase.id).where(inside(AssistanceCase.path, [self.root]), known, wanted | margin)

    def __iter__(self) -> Iterator[CaseFacts]:
        order = (AssistanceCase.division, AssistanceCase.area, AssistanceCase.id)
        ids = list(self.session.scalars(self._ids().order_by(*order)))
        for at in range(0, len(ids), CHUNK):
            yield from self._chunk(ids[at : at + CHUNK])

    def _chunk(self, ids: Sequence[int]) -> Iterator[CaseFacts]:
        facts = newest_facts(self.session, ids, self.on)
        monthly = entitlements_in(self.session, ids, month_of(self.on))
        cases = {one.id: one for one in self.session.scalars(select(AssistanceCase).where(AssistanceCase.id.in_(ids)))}
        for id_ in ids:
            case = cases[id_]
            yield CaseFacts(
                reference=case.number, programme=self._programme(case), division=case.division, area=case.area,
                persons=case.entitled, facts=facts[id_].facts if id_ in facts else {}, standing=_standing(case),
                current=monthly[id_].monthly if id_ in monthly else None,
            )  # fmt: skip

    def _programme(self, case: AssistanceCase) -> str:
        """A margin household is counted for what it might gain: the programme that is changed."""
        return case.programme if case.programme in self.programmes else self.programmes[0]


def _standing(case: AssistanceCase) -> Standing:
    if case.programme == "margin_household":
        return "margin"
    return "paid" if case.status in ON_ROLL else "refused"


def newest_facts(session: Session, ids: Sequence[int], on: date) -> dict[int, FactsVersion]:
    """Return the newest facts of each case that are effective on a day."""
    query = select(FactsVersion).where(FactsVersion.case_id.in_(ids), FactsVersion.effective_on <= on)
    ordered = session.scalars(query.order_by(FactsVersion.effective_on, FactsVersion.number))
    return {one.case_id: one for one in ordered}


def entitlements_in(session: Session, ids: Sequence[int], month: date) -> dict[int, Decision]:
    """Return the decision that rules a month for each case that has one: the last by number that covers it."""
    covering = (Decision.from_month <= month) & (Decision.until_month.is_(None) | (Decision.until_month > month))
    query = select(Decision).where(Decision.case_id.in_(ids), covering).order_by(Decision.number)
    return {one.case_id: one for one in session.scalars(query)}
