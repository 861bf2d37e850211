"""The rows that open cases from a roster: persons, case, members, facts, opening decision and the events that say so.

Everything of a chunk goes in table by table; a case's chain is new, so its events need no look at what was there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from core.casework.deciding.decision import decision_digest, decision_event
from core.casework.deciding.facts import facts_row
from core.casework.desk import Desk
from core.casework.flow.history import chain_of
from core.casework.month import months_on
from core.casework.people.fingerprint import KIND as WRITTEN
from core.casework.people.fingerprint import fingerprints, note_written, written_of
from core.casework.people.person import Identity, fill_person
from core.casework.roster.entry import Entry, Member
from core.casework.roster.note import note_row
from core.casework.roster.place import Residence
from core.casework.roster.takeover import Takeover
from core.casework.trail import START, digest_of
from core.kinds.schema import is_gap
from core.store.keys import take_keys
from core.store.tables import AssistanceCase, CaseMember, CaseNote, Decision, Event, FactsVersion, Person
from core.store.written import told_new
from core.values import yuan_text

STATUS = "in_payment"
Row = Person | AssistanceCase | FactsVersion | Decision | CaseMember | CaseNote | Event
Enter = Callable[[Sequence[Row]], None]
"""Gives new rows of one table their keys and puts them in; rows that have a key stay what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The takeover with the two who answer for it: who prepared the roster and who approved it, under which import."""

    takeover: Takeover
    import_id: str
    prepared_by: int
    approved_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The class and the months between reviews where one rule holds for every household of a place."""

    group: str
    months: int

    @classmethod
    def of(cls, desk: Desk, takeover: Takeover, division: str) -> Review | None:
        """Return it; None where the class depends on facts a roster does not have, or no interval is ruled."""
        book = desk.policies.rulebook(division, on=desk.today, area=takeover.area, programmes=(takeover.programme,))
        lines = [one for one in book.policy.lines("review_interval", takeover.programme) if one.key]
        if len(lines) != 1 or lines[0].is_gap or "when" in lines[0].value or is_gap(lines[0].value.get("months")):
            return None
        return cls(group=lines[0].key, months=int(lines[0].value["months"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A household about to be opened: its row, where it lives, and its members' persons in order."""

    entry: Entry
    residence: Residence
    persons: Sequence[Person]
    review: Review | None = None
    kept: Sequence[str] = ()
    """Fields in which the roster says otherwise than what stays known of the head."""


def open_cases(desk: Desk, signed: Signed, openings: Sequence[Opening], *, enter: Enter | None = None) -> None:
    """Open the cases of a chunk, table by table; ``enter`` is for who writes in another way than by the session."""
    enter = enter or partial(_enter, desk.session)
    new = [[person for person in one.persons if not person.id] for one in openings]
    enter([person for some in new for person in some])
    cases = [_case(one, signed, desk.today) for one in openings]
    enter(cases)
    pairs = list(zip(cases, openings, strict=True))
    facts = [_facts(case, one, signed, desk.moment) for case, one in pairs]
    enter(facts)
    decisions = [
        _decision(case, version, one, signed, desk=desk) for (case, one), version in zip(pairs, facts, strict=True)
    ]
    enter(decisions)
    enter([member for case, one in pairs for member in _members(case, one, signed)])
    notes = {case.id: note_row(desk, case, one.entry.texts) for case, one in pairs if one.entry.texts}
    enter(list(notes.values()))
    chains = [
        _chain(
            desk, version, decision, _opened(case, one, signed) | _written(desk, persons),
            written=told_new(case, notes.get(case.id)),
        )
        for (case, one), version, decision, persons in zip(pairs, facts, decisions, new, strict=True)
    ]  # fmt: skip
    enter([event for chain in chains for event in chain])


def _enter(session: Session, rows: Sequence[Row]) -> None:
    """Give new rows their keys and put them in with one statement; rows it has already stay what they are.

    Not through the unit of work: it sorts and tracks what is a plain list here, and takes most of an import's time.
    """
    new = [row for row in rows if not row.id]
    if not new:
        return
    table = cast(Table, type(new[0]).__table__)
    names = table.columns.keys()
    keys = take_keys(session, type(new[0]), len(new))
    for row, key in zip(new, keys, strict=True):
        row.id = key
    session.execute(insert(table), [{name: getattr(row, name) for name in names} for row in new])


def new_person(desk: Desk, entry: Entry, member: Member, known: Person | None) -> Person:
    """Return the person of a member: the one the database knows, with what it lacked, or a new one."""
    person = known or Person(token=secrets.token_hex(16), name=b"", name_index="")
    written = fill_person(person, identity_of(entry, member), desk.cipher)
    if known is not None:
        note_written(desk, known, written)
    return person


def identity_of(entry: Entry, member: Member) -> Identity:
    """Return who a member is by the roster; telephone, address and account are the head's."""
    contact = entry.contact if member is entry.members[0] else {}
    return Identity(
        name=member.name,
        id_number=member.number,
        birth_date=member.birth_date,
        sex=member.sex,
        **{name: text for name, text in contact.items() if text},
    )


def _case(one: Opening, signed: Signed, today: date) -> AssistanceCase:
    entry, takeover = one.entry, signed.takeover
    return AssistanceCase(
        number=case_number(signed.import_id, entry.row, one.residence.division),
        programme=takeover.programme,
        area=takeover.area,
        division=one.residence.division,
        path=one.residence.path,
        village=one.residence.village,
        head_id=one.persons[0].id,
        status=STATUS,
        opened_on=entry.first_month,
        rules_on=takeover.from_month(entry.first_month),
        persons=len(entry.members),
        entitled=entry.entitled,
        monthly=entry.monthly,
        method=entry.method,
        review_class=one.review.group if one.review else None,
        review_due=months_on(today, one.review.months) if one.review else None,
        filed=False,
        version=0,
    )


def case_number(import_id: str, row: int, division: str) -> str:
    """Return the number of a case by its place in the roster: one row can never open two cases.

    >>> case_number("roster-0123456789ab", 17, "430903")
    '430903-ZR01234567-00017'
    """
    return f"{division}-ZR{import_id.removeprefix('roster-')[:8]}-{row:05}"


def _members(case: AssistanceCase, one: Opening, signed: Signed) -> list[CaseMember]:
    since = signed.takeover.from_month(one.entry.first_month)
    return [
        CaseMember(
            case_id=case.id, person_id=person.id, relation=member.relation, entitled=member.entitled, since=since
        )
        for member, person in zip(one.entry.members, one.persons, strict=True)
    ]


def _facts(case: AssistanceCase, one: Opening, signed: Signed, moment: str) -> FactsVersion:
    since = signed.takeover.from_month(one.entry.first_month)
    facts = household_facts(one.entry, [person.token for person in one.persons], signed.takeover.income_item)
    return facts_row(case.id, 1, facts, basis="import", effective_on=since, recorded_at=moment)


def household_facts(entry: Entry, tokens: Sequence[str], income_item: str | None) -> dict[str, Any]:
    """Return what a roster tells of a household as facts, and nothing that it does not tell."""
    facts: dict[str, Any] = {
        **entry.facts,
        "members": [
            {
                **one.facts, "id": token, "relation": one.relation, "birth_date": one.birth_date.isoformat(),
                "sex": one.sex,
            }
            for one, token in zip(entry.members, tokens, strict=True)
        ],
    }  # fmt: skip
    if income_item is not None and entry.income is not None:
        amount = yuan_text(entry.income)
        facts["shared_income"] = [{"item": income_item, "amount": amount, "frequency": "year", "basis": "verified"}]
    if entry.houses:
        facts["assets"] = [{"kind": "house", "quantity": str(entry.houses)}]
    return facts


def _decision(case: AssistanceCase, version: FactsVersion, one: Opening, signed: Signed, *, desk: Desk) -> Decision:
    takeover = signed.takeover
    parts = {name: fen for name, fen in one.entry.parts.items() if fen}
    row = Decision(
        case_id=case.id,
        number=1,
        kind="opening",
        decided_on=desk.today,
        recorded_at=desk.moment,
        from_month=takeover.from_month(one.entry.first_month),
        until_month=None,
        monthly=Fraction(one.entry.monthly),
        parts={name: str(fen) for name, fen in parts.items()},
        method=one.entry.method,
        policy_hash=None,
        facts_id=version.id,
        trace=None,
        basis={
            "origin": "存量转入",
            "document": takeover.document,
            "first_month": one.entry.first_month.isoformat(),
            "paid_through": takeover.paid_through.isoformat(),
            "import": signed.import_id,
            "row": one.entry.row,
        },
        batch=signed.import_id,
        prepared_by=signed.prepared_by,
        decided_by=signed.approved_by,
    )
    row.digest = decision_digest(row)
    return row


def _opened(case: AssistanceCase, one: Opening, signed: Signed) -> dict[str, Any]:
    return {
        "division": case.division,
        "path": case.path,
        "opened_on": case.opened_on.isoformat(),
        "rules_on": case.rules_on.isoformat(),
        "import": signed.import_id,
        "row": one.entry.row,
        "said": dict(one.entry.said),
        "not_entitled": [
            person.token for person, member in zip(one.persons, one.entry.members, strict=True) if not member.entitled
        ],
        **({"kept": {one.persons[0].token: list(one.kept)}} if one.kept else {}),
    }


def _written(desk: Desk, persons: Sequence[Person]) -> dict[str, Any]:
    """What the trail keeps of persons the roster brought."""
    found = {one.token: fingerprints(one, written_of(one), desk.cipher) for one in persons}
    return {WRITTEN: found} if found else {}


def _chain(
    desk: Desk, version: FactsVersion, decision: Decision, opened: Mapping[str, Any], *, written: dict[str, Any]
) -> list[Event]:
    """The first three events of a new chain; the first tells which rows were written."""
    recorded = {
        "facts": version.number, "basis": version.basis, "effective_on": version.effective_on.isoformat(),
        "digest": version.digest,
    }  # fmt: skip
    events: list[Event] = []
    for kind, body in (("opened", opened), ("facts_recorded", recorded), ("decided", decision_event(decision))):
        event = Event(
            chain=chain_of(decision.case_id),
            sequence=len(events) + 1,
            kind=kind,
            happened_on=desk.today,
            recorded_at=desk.moment,
            actor_id=desk.actor.id,
            reason="存量转入" if kind == "opened" else None,
            body=dict(body),
            written=written if kind == "opened" else None,
            previous=events[-1].digest if events else START,
        )
        event.digest = digest_of(event)
        events.append(event)
    return events
