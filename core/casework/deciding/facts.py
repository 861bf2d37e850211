"""Facts of a case by version: what was declared, verified, reviewed or corrected, from which day on.

Facts are the JSON of an assessment; a member's ``id`` is the person's token. They are checked against the facts that
the rules in force on their day declare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.fact_check import Prepared
from core.rulebook import Rulebook
from core.source import located
from core.store.base import canonical
from core.store.tables import AssistanceCase, CaseMember, FactsVersion, Person

Basis = Literal["declared", "verified", "review", "correction", "import"]
ORIGIN = "facts"


def add_facts(
    desk: Desk, case: AssistanceCase, facts: Mapping[str, Any], *, basis: Basis, effective_on: date
) -> FactsVersion:
    """Record a new version of a case's facts, with who belongs to the household from that day on.

    Raises:
        JiuzhuError: ``not_permitted``.
        InvalidInput: every fault of the facts; ``unknown_person`` for a member nobody registered.
    """
    desk.require("case.prepare", case.path)
    return write_facts(desk, case, facts, basis=basis, effective_on=effective_on)


def write_facts(
    desk: Desk, case: AssistanceCase, facts: Mapping[str, Any], *, basis: Basis, effective_on: date
) -> FactsVersion:
    """Record facts for a service that has asked for a right of its own (a finding the county confirms).

    Raises:
        InvalidInput: as :func:`add_facts`.
    """
    plain = located(dict(facts), ORIGIN).data
    _refuse_case_facts(plain)
    book = desk.policies.rulebook(case.division, on=effective_on, area=case.area, programmes=(case.programme,))
    prepared = prepare_facts(book, plain, on=effective_on)
    persons = _persons(desk.session, prepared)
    version = facts_row(case.id, _next_number(desk.session, case.id), plain, basis=basis, effective_on=effective_on,
                        recorded_at=desk.moment)  # fmt: skip
    desk.session.add(version)
    _set_members(desk.session, case, prepared, persons, on=effective_on)
    case.persons = len(prepared["member"])
    desk.session.flush()
    desk.record(
        f"case/{case.id}", "facts_recorded",
        {"facts": version.number, "basis": basis, "effective_on": effective_on.isoformat(), "digest": version.digest},
    )  # fmt: skip
    return version


def facts_row(
    case_id: int, number: int, facts: Mapping[str, Any], *, basis: Basis, effective_on: date, recorded_at: str
) -> FactsVersion:
    """Return the row of a version; ``facts`` are plain: every scalar is text."""
    return FactsVersion(
        case_id=case_id,
        number=number,
        basis=basis,
        effective_on=effective_on,
        recorded_at=recorded_at,
        facts=dict(facts),
        digest=facts_digest(facts),
    )


def facts_digest(facts: Mapping[str, Any]) -> str:
    """Return SHA-256 over the canonical JSON of facts."""
    return hashlib.sha256(canonical(facts)).hexdigest()


def prepare_facts(
    book: Rulebook, facts: Mapping[str, Any], *, on: date, case_facts: Mapping[str, Any] | None = None
) -> Prepared:
    """Check and type stored facts against a rulebook, with what casework itself knows (``case.*``).

    Raises:
        InvalidInput: every fault, with its path.
    """
    whole = {**facts, "case": dict(case_facts)} if case_facts else facts
    return book.facts.prepare(located(whole, ORIGIN), on)


def facts_on(session: Session, case_id: int, day: date) -> FactsVersion | None:
    """Return the newest version effective on a day."""
    query = (
        select(FactsVersion)
        .where(FactsVersion.case_id == case_id, FactsVersion.effective_on <= day)
        .order_by(FactsVersion.effective_on.desc(), FactsVersion.number.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _refuse_case_facts(facts: Mapping[str, Any]) -> None:
    if "case" in facts:
        text = Text("case.* 由平台从办理记录得出，不能填写", "case.* comes from the records and cannot be entered")
        raise JiuzhuError("filled_fact", text, value="case")


def _next_number(session: Session, case_id: int) -> int:
    last = session.scalars(
        select(FactsVersion.number).where(FactsVersion.case_id == case_id).order_by(FactsVersion.number.desc()).limit(1)
    ).first()
    return (last or 0) + 1


def _persons(session: Session, prepared: Prepared) -> dict[str, int]:
    """The persons behind the members' ids, by token."""
    tokens = [str(one["id"]) for one in prepared["member"]]
    found = {
        one.token: one.id for one in session.execute(select(Person.token, Person.id).where(Person.token.in_(tokens)))
    }
    text = Text("成员没有登记为人员", "the member is not a registered person")
    problems = [Problem(code="unknown_person", message=text, value=one) for one in tokens if one not in found]
    if problems:
        raise InvalidInput(problems)
    return found


def _set_members(
    session: Session, case: AssistanceCase, prepared: Prepared, persons: Mapping[str, int], *, on: date
) -> None:
    """Open a membership for who is new, end that of who is no longer there."""
    query = select(CaseMember).where(CaseMember.case_id == case.id, CaseMember.until.is_(None))
    present = {one.person_id: one for one in session.scalars(query)}
    relations = {persons[str(one["id"])]: str(one["relation"]) for one in prepared["member"]}
    for person_id, relation in relations.items():
        if person_id not in present:
            session.add(CaseMember(case_id=case.id, person_id=person_id, relation=relation, since=on))
        else:
            present[person_id].relation = relation
    for person_id, member in present.items():
        if person_id not in relations:
            member.until = on
