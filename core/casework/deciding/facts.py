"""Facts of a case by version: what was declared, verified, reviewed or corrected, from which day on.

Facts are the JSON of an assessment; a member's ``id`` is the person's token. They are checked against the facts that
the rules in force on their day declare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.membership import count_entitled, entitled_by_rule, in_effect, keep_members, timeline
from core.casework.deciding.place import place_on
from core.casework.desk import Desk
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.fact_check import Prepared
from core.rulebook import Rulebook
from core.source import located
from core.store.base import canonical
from core.store.tables import AssistanceCase, FactsVersion, Person

Basis = Literal["declared", "verified", "review", "correction", "import"]
Change = Callable[[Mapping[str, Any]], dict[str, Any] | None]
ORIGIN = "facts"


def add_facts(
    desk: Desk, case: AssistanceCase, facts: Mapping[str, Any], *, basis: Basis, effective_on: date
) -> FactsVersion:
    """Record a new version of a case's facts; it rules from its day until the next version's.

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
    book = _rulebook(desk, case, effective_on)
    _known_persons(desk.session, prepare_facts(book, plain, on=effective_on))
    version = facts_row(case.id, _next_number(desk.session, case.id), plain, basis=basis, effective_on=effective_on,
                        recorded_at=desk.moment)  # fmt: skip
    desk.session.add(version)
    desk.session.flush()
    _keep_members(desk, case)
    desk.record(
        f"case/{case.id}", "facts_recorded",
        {"facts": version.number, "basis": basis, "effective_on": effective_on.isoformat(), "digest": version.digest},
    )  # fmt: skip
    return version


def change_facts(
    desk: Desk, case: AssistanceCase, change: Change, *, basis: Basis, effective_on: date
) -> list[FactsVersion]:
    """Record one change of the facts of a day, and make it in those recorded for later days, so that none forgets it.

    ``change`` gives the facts changed, or None where they say so already: there, and behind it, nothing is changed.

    Raises:
        InvalidInput: as :func:`add_facts`.
    """
    known = facts_on(desk.session, case.id, effective_on)
    later = [one for one in timeline(versions_of(desk.session, case.id)) if one.effective_on > effective_on]
    told = change(known.facts if known is not None else {})
    made = [write_facts(desk, case, told or {}, basis=basis, effective_on=effective_on)]
    for one in later:
        rebased = change(one.facts)
        if rebased is None:
            break
        made.append(write_facts(desk, case, rebased, basis=_basis(one), effective_on=one.effective_on))
    return made


def _basis(version: FactsVersion) -> Basis:
    basis: Basis = version.basis  # type: ignore[assignment]
    return basis


def _rulebook(desk: Desk, case: AssistanceCase, day: date) -> Rulebook:
    division = place_on(desk.session, case, day).division
    return desk.policies.rulebook(division, on=day, area=case.area, programmes=(case.programme,))


def _keep_members(desk: Desk, case: AssistanceCase) -> None:
    """Who belongs to the household, and how many of it are entitled: by the version in effect today."""
    keep_members(desk.session, case, desk.today)
    desk.session.flush()
    now = in_effect(versions_of(desk.session, case.id), desk.today)
    book = _rulebook(desk, case, now.effective_on)
    named = entitled_by_rule(book, prepare_facts(book, now.facts, on=now.effective_on), case.programme)
    present = [str(one["id"]) for one in now.facts["members"]]
    case.entitled = count_entitled(desk.session, case, named, present=present)
    desk.session.flush()


def versions_of(session: Session, case_id: int) -> Sequence[FactsVersion]:
    """Return every version of a case's facts, by number."""
    return session.scalars(
        select(FactsVersion).where(FactsVersion.case_id == case_id).order_by(FactsVersion.number)
    ).all()


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


def _known_persons(session: Session, prepared: Prepared) -> None:
    tokens = [str(one["id"]) for one in prepared["member"]]
    found = set(session.scalars(select(Person.token).where(Person.token.in_(tokens))))
    text = Text("成员没有登记为人员", "the member is not a registered person")
    problems = [Problem(code="unknown_person", message=text, value=one) for one in tokens if one not in found]
    if problems:
        raise InvalidInput(problems)
