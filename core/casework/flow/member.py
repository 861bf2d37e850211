"""Changes of who belongs to a household: birth, death, marriage, split, leaving; each is a new version of the facts.

What follows for the money is proposed and decided apart (``core.casework.flow.change``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import select

from core.casework.deciding.facts import Change, change_facts, facts_on
from core.casework.deciding.place import moves_of
from core.casework.desk import Desk
from core.casework.flow.exit_reason import exit_reason
from core.casework.flow.history import chain_of
from core.casework.flow.transition import move, require
from core.casework.people.death import record_death
from core.casework.people.person import Identity, kept, register_person
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, CaseMember, Event, Person

CLOSE = Text("请“拟定退出”", "propose an exit")
Coming = Literal["birth", "marriage", "adoption", "return", "moved_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody joins: why, who, and his facts (``relation`` and whatever the rules ask)."""

    why: Coming
    identity: Identity
    relation: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A member leaves for a coded reason; when the head leaves, ``new_head`` takes his place (tokens)."""

    member: str
    reason: str
    new_head: str | None = None


def join(desk: Desk, case: AssistanceCase, arrival: Arrival, *, happened_on: date) -> Event:
    """Take somebody into the household from a day on; facts recorded for later days take him in too.

    Raises:
        JiuzhuError: ``wrong_status``, ``not_permitted``, ``no_facts``, ``member_there``; what
            ``register_person`` raises, ``another_birth_date`` among it.
        InvalidInput: every fault of the facts.
    """
    desk.require("case.change", case.path)
    require(case, "member_change")
    person = register_person(desk, arrival.identity)
    if person.token in _ids(_facts(desk, case, happened_on)):
        raise JiuzhuError("member_there", Text("已是家庭成员", "he is a member already"), value=person.token)
    joined = {"id": person.token, "relation": arrival.relation, **arrival.facts}

    def with_him(known: Mapping[str, Any]) -> dict[str, Any] | None:
        return None if person.token in _ids(known) else {**known, "members": [*known["members"], joined]}

    told = {"joined": person.token, "why": arrival.why, **_kept(desk, person, arrival)}
    return _note(desk, case, with_him, on=happened_on, told=told)


def _kept(desk: Desk, person: Person, arrival: Arrival) -> dict[str, Any]:
    found = kept(desk, person, arrival.identity)
    return {"kept": {person.token: list(found)}} if found else {}


def leave(desk: Desk, case: AssistanceCase, leaving: Leaving, *, happened_on: date) -> Event:
    """Let a member go: by death, moving away, marriage, a split …; the household goes on.

    Facts recorded for later days let him go too, up to the day on which they say he came back.

    Raises:
        JiuzhuError: ``unknown_exit_reason``, ``unknown_member``, ``last_member``, ``head_missing``, ``wrong_status``,
            ``not_permitted``, ``no_facts``.
    """
    desk.require("case.change", case.path)
    require(case, "member_change")
    why = exit_reason(leaving.reason, "member")
    person = _gone(desk, _facts(desk, case, happened_on), leaving.member)
    lost_head = person.id == case.head_id

    def without_him(known: Mapping[str, Any]) -> dict[str, Any] | None:
        return _without(known, leaving, lost_head=lost_head)

    event = _note(desk, case, without_him, on=happened_on,
                  told={"left": person.token, "why": why.code, "class": why.group, **why.mark})  # fmt: skip
    if lost_head:
        case.head_id = desk.session.scalars(select(Person.id).where(Person.token == leaving.new_head)).one()
    if why.code == "death":
        record_death(desk, person.token, happened_on)
    membership = select(CaseMember).where(
        CaseMember.case_id == case.id, CaseMember.person_id == person.id, CaseMember.until == happened_on
    )
    for ended in desk.session.scalars(membership):
        ended.end_reason = why.code
    return event


def _facts(desk: Desk, case: AssistanceCase, on: date) -> dict[str, Any]:
    known = facts_on(desk.session, case.id, on)
    if known is None:
        raise JiuzhuError("no_facts", Text("当日没有家庭情况记录", "no facts of that day"), value=on.isoformat())
    return dict(known.facts)


def _ids(facts: Mapping[str, Any]) -> list[str]:
    return [str(one["id"]) for one in facts["members"]]


def _gone(desk: Desk, facts: Mapping[str, Any], token: str) -> Person:
    person = desk.session.scalars(select(Person).where(Person.token == token)).first()
    if person is None or token not in _ids(facts):
        raise JiuzhuError("unknown_member", Text("家庭中没有此人", "nobody of that token is a member"), value=token)
    return person


def _without(facts: Mapping[str, Any], leaving: Leaving, *, lost_head: bool) -> dict[str, Any] | None:
    """Return facts without who left; a new head's relation is his, the others' are for the next facts to say."""
    if leaving.member not in _ids(facts):
        return None
    stay = [dict(one) for one in facts["members"] if one["id"] != leaving.member]
    if not stay:
        text = Text("这是最后一名成员，应办理退出", "this is the last member: the case is to be closed")
        raise JiuzhuError("last_member", text, hint=CLOSE, value=leaving.member)
    if lost_head:
        if leaving.new_head not in {one["id"] for one in stay}:
            text = Text("户主离开，须指明新户主", "the head leaves: name the new head among those who stay")
            raise JiuzhuError("head_missing", text, value=leaving.new_head)
        stay = [{**one, "relation": "head"} if one["id"] == leaving.new_head else one for one in stay]
    return {**facts, "members": stay}


def _note(desk: Desk, case: AssistanceCase, change: Change, *, on: date, told: Mapping[str, Any]) -> Event:
    move(case, "member_change")
    desk.require("case.prepare", case.path)
    version, *rebased = change_facts(desk, case, change, basis="declared", effective_on=on)
    body = {**told, "facts": version.number, **({"rebased": [one.number for one in rebased]} if rebased else {})}
    return desk.record(chain_of(case.id), "member_change", body, happened_on=on)


def relocate(
    desk: Desk, case: AssistanceCase, division: str, *, happened_on: date, village: str | None = None
) -> Event:
    """Move a case to another division from a day on; what its rules give is proposed and decided apart.

    The months before keep the rules of the place where the household lived then (``deciding.place``).
    The officer needs the right in both places; where nobody has it, the household leaves here (迁出) and applies there.

    Raises:
        JiuzhuError: ``unknown_division``, ``not_permitted``, ``same_place``, ``moved_later``, ``wrong_status``.
    """
    path = desk.tree.path(division, happened_on)
    desk.require("case.change", case.path)
    desk.require("case.change", path)
    if path == case.path and village == case.village:
        raise JiuzhuError("same_place", Text("迁入地与现在相同", "it is there already"), value=division)
    _refuse_before_a_move(desk, case, happened_on)
    move(case, "move")
    body = {"division": division, "path": path, "was": case.division, "was_path": case.path, "village": village}
    case.division, case.path, case.village = division, path, village
    return desk.record(chain_of(case.id), "move", body, happened_on=happened_on)


def _refuse_before_a_move(desk: Desk, case: AssistanceCase, day: date) -> None:
    """Moves are entered in the order they happened: each says what place it left."""
    last = max((one.on for one in moves_of(desk.session, [case.id])[case.id]), default=None)
    if last is not None and day < last:
        text = Text(f"{last} 已迁移过，不能早于该日", f"it moved on {last} already, and not before")
        raise JiuzhuError("moved_later", text, value=day.isoformat())
