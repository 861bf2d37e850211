"""Looking through the audit trail: by subject, deed, officer, days and place; newest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, or_, select

from core.casework.access import denied
from core.casework.audit_place import of_place
from core.casework.desk import Desk
from core.casework.scope import inside
from core.casework.staff import NATION
from core.store.tables import Anchor, AssistanceCase, Event, StaffUser


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What is looked for; empty parts ask nothing. ``before`` is the last event seen, ``path`` a place's subtree."""

    subject: str = ""
    chain: str = ""
    kind: str = ""
    login: str = ""
    since: date | None = None
    until: date | None = None
    path: str = ""
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An event, who did it, and of a case its number and place."""

    event: Event
    login: str
    name: str
    case: str | None
    division: str | None


def search(desk: Desk, sought: Sought) -> list[Found]:
    """Return events by right: of cases for who audits their place, of everything else for who audits the whole.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    roots = desk.actor.roots("audit.read", desk.today)
    if not roots:
        raise denied(desk.actor, "audit.read", NATION)
    query = _narrowed(_whole(), sought)
    if NATION not in roots:
        query = query.where(inside(AssistanceCase.path, roots))
    if sought.path and sought.path != NATION:
        query = query.where(of_place(desk, sought.path))
    found = desk.session.execute(query.order_by(Event.id.desc()).limit(sought.limit))
    return [
        Found(event=event, login=login or "", name=name or "", case=number, division=division)
        for event, login, name, number, division in found
    ]


def _whole() -> Select[Event, str, str, str, str]:
    number: ColumnElement[int] = case(
        (Event.chain.like("case/%"), cast(func.substr(Event.chain, 6), BigInteger)), else_=None
    )  # only then a number: casting another chain's name is an error in PostgreSQL
    return (
        select(Event, StaffUser.login, StaffUser.name, AssistanceCase.number, AssistanceCase.division)
        .outerjoin(StaffUser, StaffUser.id == Event.actor_id)
        .outerjoin(AssistanceCase, AssistanceCase.id == number)
    )


def _narrowed(query: Select[Event, str, str, str, str], sought: Sought) -> Select[Event, str, str, str, str]:
    if sought.subject:
        query = query.where(or_(Event.chain == sought.subject, Event.chain.startswith(f"{sought.subject}/")))
    if sought.chain:
        query = query.where(Event.chain == sought.chain)
    if sought.kind:
        query = query.where(Event.kind == sought.kind)
    if sought.login:
        query = query.where(StaffUser.login == sought.login)
    if sought.since:
        query = query.where(Event.happened_on >= sought.since)
    if sought.until:
        query = query.where(Event.happened_on <= sought.until)
    return query if sought.before is None else query.where(Event.id < sought.before)


def anchors(desk: Desk, *, before: int | None = None, limit: int = 20) -> list[Anchor]:
    """Return the anchors, newest first; who may audit anywhere may see them: they tell positions, no content.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    if not desk.actor.roots("audit.read", desk.today):
        raise denied(desk.actor, "audit.read", NATION)
    query = select(Anchor).order_by(Anchor.id.desc()).limit(limit)
    return list(desk.session.scalars(query if before is None else query.where(Anchor.id < before)))
