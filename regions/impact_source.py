"""Whom an impact is computed on: the database's cases with their newest facts, or others, named as what they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Literal, Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core.casework.deciding.decision import entitled_in
from core.casework.month import add_months, each_month, month_of
from core.casework.scope import inside
from core.casework.uprating.redecision_case import CaseRows, Terms, load_cases
from core.casework.uprating.redecision_judge import first_entitled, set_apart
from core.errors import Text
from core.store.tables import AssistanceCase, CaseMember

Standing = Literal["paid", "apart", "refused", "margin"]
STANDING: Mapping[Standing, Text] = {
    "paid": Text("在册", "on the roll"),
    "apart": Text("在册但须个案决定", "on the roll, decided one by one"),
    "refused": Text("被拒", "refused"),
    "margin": Text("边缘户", "margin households"),
}
NOT_COUNTED = Text("未申请家庭不在测算内", "households that never applied are not counted")

ON_ROLL = ("in_payment", "suspended", "phasing_out")
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as an impact sees it.

    ``persons`` are those entitled; ``current`` is the exact amount a month it has now, if known; ``since`` the first
    month it is entitled in, if known; ``apart`` why a re-decision batch would leave it to a person; ``elsewhere`` the
    linked programmes in which somebody of the household has a case of his own, counted there.
    """

    reference: str
    programme: str
    division: str
    area: str
    persons: int
    facts: Mapping[str, Any]
    standing: Standing = "paid"
    current: Fraction | None = None
    since: date | None = None
    apart: str | None = None
    elsewhere: frozenset[str] = frozenset()


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
        for at in range(0, len(ids), CHUNK):
            yield from self._chunk(ids[at : at + CHUNK])

    def _chunk(self, ids: Sequence[int]) -> Iterator[CaseFacts]:
        elsewhere = self._elsewhere(ids)
        known = {one.case.id: one for one in load_cases(self.session, ids)}
        for id_ in ids:
            yield self._case(known[id_], elsewhere.get(id_, frozenset()))

    def _case(self, rows: CaseRows, elsewhere: frozenset[str]) -> CaseFacts:
        case, facts = rows.case, [one for one in rows.facts if one.effective_on <= self.on]
        now = entitled_in(rows.decisions, month_of(self.on))
        apart, since = None, None
        if case.status in ON_ROLL:
            apart = set_apart(rows, self.terms.months(self.on, rows.decisions)) if self.terms else None
            months = each_month(self.earliest or month_of(self.on), add_months(month_of(self.on), 1))
            since = first_entitled(rows.decisions, months)
        return CaseFacts(
            reference=case.number, programme=self._programme(case), division=case.division, area=case.area,
            persons=case.entitled, facts=facts[-1].facts if facts else {}, standing=_standing(case),
            current=now.monthly if now is not None else None, since=since, apart=apart, elsewhere=elsewhere,
        )  # fmt: skip

    def _elsewhere(self, ids: Sequence[int]) -> dict[int, frozenset[str]]:
        """The linked programmes in which somebody of each household has a running case of his own here."""
        if not self.linked:
            return {}
        own, other = aliased(CaseMember), aliased(CaseMember)
        query = (
            select(own.case_id, AssistanceCase.programme)
            .join(other, other.person_id == own.person_id)
            .join(AssistanceCase, AssistanceCase.id == other.case_id)
            .where(
                own.case_id.in_(ids), AssistanceCase.programme.in_(self.linked), AssistanceCase.status.in_(ON_ROLL),
                inside(AssistanceCase.path, [self.root]),
            )
        )  # fmt: skip
        found: dict[int, set[str]] = defaultdict(set)
        for case_id, programme in self.session.execute(query.distinct()):
            found[case_id].add(programme)
        return {case_id: frozenset(named) for case_id, named in found.items()}

    def _programme(self, case: AssistanceCase) -> str:
        """A margin household is counted for what it might gain: the programme that is changed."""
        return case.programme if case.programme in (*self.programmes, *self.linked) else self.programmes[0]


def _standing(case: AssistanceCase) -> Standing:
    if case.programme == "margin_household":
        return "margin"
    return "paid" if case.status in ON_ROLL else "refused"
