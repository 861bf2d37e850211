"""What in cases waits for a second person: proposed changes, exits, rulings, findings, offsets and accounts.

A proposal is an event, and so is its answer: the newest proposals are read, and what answers them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, cast, func, or_, select

from core.casework.desk import Desk
from core.casework.flow.history import Happening, chain_of, corrected
from core.casework.flow.maker import PROPOSED, SETTLED
from core.casework.scope import inside
from core.store.tables import AssistanceCase, Event

NEWEST = 2000
"""Proposals looked at, the newest first: an older one that still waits shows on its case's page."""
CHUNK = 400

ACTIONS: Mapping[str, str] = {
    "change_proposed": "case.decide",
    "exit_proposed": "case.close",
    PROPOSED: "case.decide",
    "finding_proposed": "case.find",
    "offset_proposed": "recovery.order",
    "account_proposed": "person.account",
}
"""Kind of proposal → the right of who answers it."""
ANSWERS: Mapping[str, tuple[Collection[str], str]] = {
    "change_proposed": (("change_decided", "change_dropped"), "change"),
    "finding_proposed": (("finding",), "proposed"),
    "offset_proposed": (("offset_ordered",), "proposal"),
}
"""Kind of proposal → what answers it, and under which name that has its number."""
ENDS: Mapping[str, Collection[str]] = {"exit_proposed": ("exit_dropped", "closing"), PROPOSED: SETTLED}
"""Kind of proposal of which the newest counts → what ends it."""
READ = {*ACTIONS, *ENDS["exit_proposed"], *SETTLED, *(kind for kinds, _ in ANSWERS.values() for kind in kinds),
        "account_changed", "correction"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal in a case that nobody has answered."""

    case: AssistanceCase
    kind: str
    one: Happening


def waiting_in_cases(desk: Desk) -> list[Proposed]:
    """Return the proposals the actor may answer, and his own that wait for others, the newest first."""
    roots = {root for action in set(ACTIONS.values()) for root in desk.actor.roots(action, desk.today)}
    seen = or_(inside(AssistanceCase.path, roots), Event.actor_id == desk.actor.id)
    of_case = AssistanceCase.id == cast(func.substr(Event.chain, len("case/") + 1), BigInteger)
    query = select(AssistanceCase.id).join(Event, of_case).where(Event.kind.in_(ACTIONS), seen)
    newest = desk.session.scalars(query.order_by(Event.id.desc()).limit(NEWEST))
    ids = list(dict.fromkeys(newest))
    found: list[Proposed] = []
    for at in range(0, len(ids), CHUNK):
        found += _of_cases(desk, ids[at : at + CHUNK])
    return sorted(found, key=lambda one: -one.one.id)


def _of_cases(desk: Desk, ids: Sequence[int]) -> Iterator[Proposed]:
    cases = {chain_of(one.id): one for one in
             desk.session.scalars(select(AssistanceCase).where(AssistanceCase.id.in_(ids)))}  # fmt: skip
    told: dict[str, list[Event]] = {chain: [] for chain in cases}
    query = select(Event).where(Event.chain.in_(cases), Event.kind.in_(READ)).order_by(Event.chain, Event.sequence)
    for event in desk.session.scalars(query):
        told[event.chain].append(event)
    for chain, case in cases.items():
        for one in unanswered(corrected(told[chain])):
            if one.actor_id == desk.actor.id or desk.actor.may(ACTIONS[one.kind], case.path, desk.today):
                yield Proposed(case=case, kind=one.kind, one=one)


def unanswered(happenings: Iterable[Happening]) -> list[Happening]:
    """Return the proposals of a case that wait, in order."""
    valid = [one for one in happenings if not one.void]
    found = [one for kind, (answers, key) in ANSWERS.items() for one in _referred(valid, kind, answers, key)]
    for kind, ends in ENDS.items():
        found += _newest_before(valid, kind, ends)
    found += _accounts(valid)
    return sorted(found, key=lambda one: one.sequence)


def _newest_before(valid: Sequence[Happening], kind: str, ends: Collection[str]) -> list[Happening]:
    """The newest proposal of a kind behind which nothing has ended it; an older one is overtaken by it."""
    for one in reversed(valid):
        if one.kind == kind:
            return [one]
        if one.kind in ends:
            return []
    return []


def _referred(valid: Sequence[Happening], kind: str, answers: Collection[str], key: str) -> list[Happening]:
    """Proposals whose number no answer names."""
    done = {one.body.get(key) for one in valid if one.kind in answers}
    return [one for one in valid if one.kind == kind and one.sequence not in done]


def _accounts(valid: Sequence[Happening]) -> list[Happening]:
    """The last proposal of an account of each person, where no change came behind it."""
    last = {one.body["person"]: one for one in valid if one.kind in ("account_proposed", "account_changed")}
    return [one for one in last.values() if one.kind == "account_proposed"]
