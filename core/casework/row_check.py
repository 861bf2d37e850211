"""Holding rows against what the audit trail says of them: the trail is chained, the rows beside it are not.

Looked at are decisions and facts (each carries a digest its case's chain repeats), who belongs to a household, who is
its head, its amount, payrolls, what users may do, and the terms of an import; all other rows by the digest the event of
their writing keeps (``written_check``). Faults are told by table and key, never by content.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.casework.deciding.decision import decision_digest, decision_event, whole_fen
from core.casework.deciding.facts import facts_digest
from core.casework.deciding.membership import memberships, timeline
from core.casework.deciding.standing import standing_for
from core.casework.flow.history import chain_of
from core.casework.month import month_of
from core.casework.payroll_check import payroll_faults
from core.casework.roster.takeover import KIND as ROSTER
from core.casework.row_fault import RowFault
from core.casework.scope import inside
from core.casework.staff import NATION
from core.casework.written_check import written_faults
from core.store.tables import (
    AssistanceCase,
    CaseMember,
    Decision,
    Event,
    FactsVersion,
    Job,
    Person,
    RoleGrant,
    StaffUser,
)

CHUNK = 500


def row_faults(session: Session, path: str = NATION) -> Iterator[RowFault]:
    """Yield the faults of the cases of a subtree; for the whole country also those of users, rights and imports."""
    try:
        after = 0
        while cases := _cases(session, path, after):
            yield from _of_cases(session, cases)
            after = cases[-1].id
            session.expunge_all()
        yield from payroll_faults(session, path)
        yield from written_faults(session, path)
        if path == NATION:
            yield from _rights(session)
            yield from _imports(session)
    except (ValueError, KeyError, TypeError):  # what somebody has edited need not be JSON any more
        yield RowFault(table="event", row="", what="altered")


def _cases(session: Session, path: str, after: int) -> Sequence[AssistanceCase]:
    query = select(AssistanceCase).where(inside(AssistanceCase.path, (path,)), AssistanceCase.id > after)
    return session.scalars(query.order_by(AssistanceCase.id).limit(CHUNK)).all()


@dataclass(slots=True, kw_only=True)
class _Told:
    """What a case's chain and its tables say."""

    case: AssistanceCase
    took_effect: dict[int, date] = field(default_factory=dict)
    """When what was decided ahead took effect, by the decision's number."""
    decided: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    recorded: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    facts: list[FactsVersion] = field(default_factory=list)
    members: list[tuple[str, CaseMember]] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    """Tokens of the members a roster says the benefit is not for."""
    head: str = ""


def _of_cases(session: Session, cases: Sequence[AssistanceCase]) -> Iterator[RowFault]:
    told = {one.id: _Told(case=one) for one in cases}
    chains = {chain_of(one.id): told[one.id] for one in cases}
    kinds = ("decided", "took_effect", "facts_recorded", "opened")
    for event in session.scalars(select(Event).where(Event.chain.in_(chains), Event.kind.in_(kinds))):
        of = chains[event.chain]
        if event.kind == "decided":
            of.decided[int(event.body["decision"])] = event.body
        elif event.kind == "took_effect":
            of.took_effect[int(event.body["decision"])] = event.happened_on
        elif event.kind == "opened":
            of.left_out.update(event.body.get("not_entitled", ()))
        else:
            of.recorded[int(event.body["facts"])] = event.body
    for decision in session.scalars(select(Decision).where(Decision.case_id.in_(told)).order_by(Decision.number)):
        told[decision.case_id].decisions.append(decision)
    versions = select(FactsVersion).where(FactsVersion.case_id.in_(told)).order_by(FactsVersion.number)
    for version in session.scalars(versions):
        told[version.case_id].facts.append(version)
    query = select(Person.token, CaseMember).join(CaseMember, CaseMember.person_id == Person.id)
    for token, member in session.execute(query.where(CaseMember.case_id.in_(told))):
        told[member.case_id].members.append((token, member))
    heads = select(Person.id, Person.token).where(Person.id.in_({one.head_id for one in cases}))
    tokens = {one.id: one.token for one in session.execute(heads)}
    for one in told.values():
        one.head = tokens.get(one.case.head_id, "")
        yield from _of_case(one)


def _of_case(told: _Told) -> Iterator[RowFault]:
    number = told.case.number
    kept = {one.number: decision_digest(one) == one.digest and _is_told(one, told.decided.get(one.number))
            for one in told.decisions}  # fmt: skip
    yield from _compared("decision", number, told=told.decided, kept=kept)
    sound = {one.number: _recorded(one) == told.recorded.get(one.number) and facts_digest(one.facts) == one.digest
             for one in told.facts}  # fmt: skip
    yield from _compared("facts_version", number, told=told.recorded, kept=sound)
    others = {token for token, one in told.members if not one.entitled}
    if others != told.left_out or (told.facts and _memberships(told.facts) != _kept_memberships(told.members)):
        yield RowFault(table="case_member", row=number, what="altered")
    yield from _projected(told)


def _is_told(decision: Decision, body: Mapping[str, Any] | None) -> bool:
    """Whether an event says what the decision does; it may say more (that the decision is on other months)."""
    return body is not None and decision_event(decision).items() <= body.items()


def _recorded(version: FactsVersion) -> dict[str, Any]:
    return {"facts": version.number, "basis": version.basis, "effective_on": version.effective_on.isoformat(),
            "digest": version.digest}  # fmt: skip


def _compared(name: str, number: str, *, told: Mapping[int, Any], kept: Mapping[int, bool]) -> Iterator[RowFault]:
    for at in sorted(told.keys() | kept.keys()):
        if not kept.get(at, False):
            what = "removed" if at not in kept else "altered" if at in told else "added"
            yield RowFault(table=name, row=f"{number} {at}", what=what)


Span = tuple[str, date, date | None]


def _memberships(versions: Sequence[FactsVersion]) -> Counter[Span]:
    """Who belonged to the household from when until when, as its versions of facts say."""
    return Counter((one.token, one.since, one.until) for one in memberships(versions))


def _kept_memberships(members: Sequence[tuple[str, CaseMember]]) -> Counter[Span]:
    return Counter((token, one.since, one.until) for token, one in members)


def _projected(told: _Told) -> Iterator[RowFault]:
    """The head is a member his household calls so; the amount is that of the decision in force when it was set."""
    case = told.case
    members = timeline(told.facts)[-1].facts["members"] if told.facts else []
    heads = {str(one["id"]) for one in members if one.get("relation") == "head"}
    if heads and told.head not in heads:
        yield RowFault(table="assistance_case", row=f"{case.number} head_id", what="altered")
    if told.decisions and case.monthly not in _amounts(told):
        yield RowFault(table="assistance_case", row=f"{case.number} monthly", what="altered")


def _amounts(told: _Told) -> set[int | None]:
    """The amounts the row may show: of what ruled, or came first, when a decision or its month last moved it.

    A decision on other months moves no row; where it was decided beside a row that stays (a suspended case), what
    ruled without it still shows.
    """
    own = {one.number for one in told.decisions if not told.decided.get(one.number, {}).get("beside")}
    within = [one for one in told.decisions if one.number in own | told.took_effect.keys()]
    moved = [*(one.decided_on for one in within if one.number in own), *told.took_effect.values()]
    last = month_of(max(moved)) if moved else None
    if last is None:
        return {None}
    standing = (standing_for(told.decisions, last), standing_for(within, last))
    return {whole_fen(one.monthly) for one in standing if one is not None} or {0}


Right = tuple[int, str, str, date, date | None]


def _rights(session: Session) -> Iterator[RowFault]:
    """Users and their grants are the fold of the chain ``staff``."""
    closed: dict[int, bool] = {}
    granted: list[list[Any]] = []
    for event in session.scalars(select(Event).where(Event.chain == "staff").order_by(Event.sequence)):
        body, day = event.body, event.happened_on
        user = int(body["user"])
        if event.kind in ("first_administrator", "user_added"):
            closed[user] = False
        if event.kind == "first_administrator":
            granted.append([user, "administrator", NATION, day, None])
        elif event.kind == "role_granted":
            until = date.fromisoformat(body["until"]) if body["until"] else None
            granted.append([user, body["role"], body["division"], date.fromisoformat(body["since"]), until])
        elif event.kind == "role_ended":
            for one in granted:
                if one[:3] == [user, body["role"], body["division"]] and (one[4] or date.max) > day:
                    one[4] = max(day, one[3])
        elif event.kind == "user_deactivated":
            closed[user] = True
    yield from _users(session, closed)
    yield from _grants(session, Counter(tuple(one) for one in granted))


def _users(session: Session, closed: Mapping[int, bool]) -> Iterator[RowFault]:
    kept = {one.id: one for one in session.scalars(select(StaffUser))}
    for user in sorted(closed.keys() | kept.keys()):
        row = kept.get(user)
        if row is None:
            yield RowFault(table="staff_user", row=str(user), what="removed")
        elif user not in closed:
            yield RowFault(table="staff_user", row=row.login, what="added")
        elif row.active == closed[user]:
            yield RowFault(table="staff_user", row=row.login, what="altered")


def _grants(session: Session, told: Counter[Any]) -> Iterator[RowFault]:
    left = Counter(told)
    for one in session.scalars(select(RoleGrant).order_by(RoleGrant.id)):
        key: Right = (one.user_id, one.role, one.division, one.since, one.until)
        if left[key] and one.path.rpartition("/")[2] == one.division:
            left[key] -= 1
        else:
            yield RowFault(table="role_grant", row=str(one.id), what="altered")
    for key in sorted(left.elements(), key=str):
        yield RowFault(table="role_grant", row=f"{key[0]} {key[1]} {key[2]}", what="removed")


def _imports(session: Session) -> Iterator[RowFault]:
    """The terms of an import, with who prepared it, are those that were put up."""
    for job in session.scalars(select(Job).where(Job.kind == ROSTER).order_by(Job.id)):
        query = select(Event).where(Event.chain == f"import/{job.id}", Event.kind == "prepared")
        event = session.scalars(query.order_by(Event.sequence.desc()).limit(1)).first()
        if event is None or event.body != {name: one for name, one in job.arguments.items() if name != "file"}:
            yield RowFault(table="job", row=job.id, what="altered")
