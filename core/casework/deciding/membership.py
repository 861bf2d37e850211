"""Who belongs to a household from when until when, and who of them is entitled: as its versions of facts say.

A version rules from its day until the day of the next, in whatever order they were entered: one entered late changes
only the time before the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.assess import assess
from core.fact_check import Prepared
from core.kinds.household_composition import composition
from core.rulebook import Rulebook
from core.store.tables import AssistanceCase, CaseMember, FactsVersion, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Somebody belonged to a household from a day until another; until None: he still does."""

    token: str
    relation: str
    since: date
    until: date | None = None


def timeline(versions: Sequence[FactsVersion]) -> list[FactsVersion]:
    """Return the versions that rule, by their day; of several of one day the last entered."""
    newest = {one.effective_on: one for one in sorted(versions, key=lambda one: one.number)}
    return [newest[day] for day in sorted(newest)]


def in_effect(versions: Sequence[FactsVersion], day: date) -> FactsVersion:
    """Return the version that rules a day, the first one before it began."""
    ruling = timeline(versions)
    return next((one for one in reversed(ruling) if one.effective_on <= day), ruling[0])


def memberships(versions: Sequence[FactsVersion]) -> list[Membership]:
    """Return who belonged to the household from when until when; the relation is the last one told."""
    present: dict[str, Membership] = {}
    over: list[Membership] = []
    for version in timeline(versions):
        named = {str(one["id"]): str(one["relation"]) for one in version.facts["members"]}
        for token in [one for one in present if one not in named]:
            gone = present.pop(token)
            over.append(Membership(token=token, relation=gone.relation, since=gone.since, until=version.effective_on))
        for token, relation in named.items():
            since = present[token].since if token in present else version.effective_on
            present[token] = Membership(token=token, relation=relation, since=since)
    return [*over, *present.values()]


def keep_members(session: Session, case: AssistanceCase, today: date) -> None:
    """Set the rows of a household's members and its number of persons to what its versions of facts say."""
    versions = session.scalars(select(FactsVersion).where(FactsVersion.case_id == case.id)).all()
    told = memberships(versions)
    first = min(one.effective_on for one in versions)
    tokens = {one.token for one in told}
    rows_of = select(Person.token, Person.id).where(Person.token.in_(tokens))
    persons: dict[str, int] = {one.token: one.id for one in session.execute(rows_of)}
    kept: dict[int, list[CaseMember]] = {}
    query = select(CaseMember).where(CaseMember.case_id == case.id).order_by(CaseMember.since, CaseMember.id)
    for row in session.scalars(query):
        kept.setdefault(row.person_id, []).append(row)
    for one in sorted(told, key=lambda one: one.since):
        of_person = kept.get(persons[one.token], [])
        known = of_person.pop(0) if of_person else None
        _keep(session, case, known, one, person_id=persons[one.token], first=first)
    for surplus in kept.values():
        for one_row in surplus:
            session.delete(one_row)
    case.persons = len(in_effect(versions, today).facts["members"])


def _keep(
    session: Session, case: AssistanceCase, row: CaseMember | None, told: Membership, *, person_id: int, first: date
) -> None:
    if row is None:
        row = CaseMember(case_id=case.id, person_id=person_id, since=told.since)
        session.add(row)
    began = row.since < told.since == first  # a member before any facts were recorded
    row.relation, row.until = told.relation, told.until
    row.since = row.since if began else told.since
    if told.until is None:
        row.end_reason = None


def count_entitled(
    session: Session, case: AssistanceCase, named: frozenset[str] | None, *, present: Sequence[str]
) -> int:
    """Return how many of the members present are entitled: those the rules name, else those not marked otherwise."""
    if named is not None:
        return len(named)
    query = (
        select(Person.token)
        .join(CaseMember, CaseMember.person_id == Person.id)
        .where(CaseMember.case_id == case.id, CaseMember.entitled.is_(False))
    )
    return len(set(present) - set(session.scalars(query)))


def entitled_by_rule(book: Rulebook, prepared: Prepared, programme: str) -> frozenset[str] | None:
    """Return the members whom the rules entitle; None where they entitle the household, or cannot tell of somebody."""
    rule = composition(book.policy, programme)
    if not (rule.entitles or rule.selects):
        return None
    flags = assess(book, prepared).value(f"{programme}.member.entitled")
    if not isinstance(flags, list) or not all(isinstance(one, bool) for one in flags):
        return None
    ids = [str(one["id"]) for one in prepared["member"]]
    return frozenset(one for one, entitled in zip(ids, flags, strict=True) if entitled)
