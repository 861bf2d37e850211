"""Who works where: the users an officer may see, one of them, and what was done to his access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from core.casework.access import denied, within
from core.casework.desk import Desk
from core.casework.scope import inside
from core.casework.staff import NATION
from core.errors import JiuzhuError, Text
from core.store.tables import Event, RoleGrant, StaffSession, StaffUser

STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list of users is asked for; empty parts ask nothing. ``after`` is the last login seen."""

    text: str = ""
    role: str = ""
    active: bool | None = None
    after: str = ""
    limit: int = 50


def staff_page(desk: Desk, wanted: Wanted) -> list[StaffUser]:
    """Return users by login: for who reads them nationwide all, else those with a right in his own places.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    roots = _roots(desk)
    query = select(StaffUser).where(StaffUser.login > wanted.after).order_by(StaffUser.login).limit(wanted.limit)
    if NATION not in roots:
        query = query.where(StaffUser.id.in_(select(RoleGrant.user_id).where(inside(RoleGrant.path, roots))))
    if wanted.text:
        query = query.where(or_(
            StaffUser.login.contains(wanted.text, autoescape=True),
            StaffUser.name.contains(wanted.text, autoescape=True),
        ))  # fmt: skip
    if wanted.role:
        held = select(RoleGrant.user_id).where(
            RoleGrant.role == wanted.role, or_(RoleGrant.until.is_(None), RoleGrant.until > desk.today)
        )
        query = query.where(StaffUser.id.in_(held))
    if wanted.active is not None:
        query = query.where(StaffUser.active.is_(wanted.active))
    return list(desk.session.scalars(query))


def staff_one(desk: Desk, login: str) -> StaffUser:
    """Return a user the actor may see; one elsewhere reads like none.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_user``.
    """
    roots = _roots(desk)
    user = desk.session.scalars(select(StaffUser).where(StaffUser.login == login)).first()
    if user is None or not (NATION in roots or any(_in(one.path, roots) for one in user.grants)):
        raise JiuzhuError("unknown_user", Text("没有这个用户", "there is no such user"), value=login)
    return user


def grants_seen(desk: Desk, user: StaffUser) -> list[RoleGrant]:
    """Return a user's grants in the actor's places, those in force first."""
    roots = _roots(desk)
    seen = [one for one in user.grants if _in(one.path, roots)]
    return sorted(seen, key=lambda one: ((one.until or date.max) <= desk.today, one.path, one.role, one.since))


def access_history(desk: Desk, user: StaffUser) -> Sequence[tuple[Event, str]]:
    """Return what was done to a user's access, the newest first, with the name of who did it."""
    roots = _roots(desk)
    query = (
        select(Event, StaffUser.name)
        .outerjoin(StaffUser, StaffUser.id == Event.actor_id)
        .where(Event.chain == STAFF)
        .order_by(Event.sequence.desc())
    )
    return [
        (event, name or "")
        for event, name in desk.session.execute(query)
        if event.body.get("user") == user.id and _event_seen(desk, event, roots)
    ]


def sessions_of(desk: Desk, user: StaffUser) -> list[StaffSession]:
    """Return a user's sign-ins that were not ended, the newest first: his own, or for who manages all users.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    if user.id != desk.actor.id:
        desk.require("staff.manage", NATION)
    query = select(StaffSession).where(StaffSession.user_id == user.id, StaffSession.ended_at.is_(None))
    return list(desk.session.scalars(query.order_by(StaffSession.id.desc()).limit(50)))


def _event_seen(desk: Desk, event: Event, roots: tuple[str, ...]) -> bool:
    division = event.body.get("division")
    if division is None or NATION in roots:
        return True
    try:
        return _in(desk.path(division), roots)
    except JiuzhuError:
        return False  # a place that is no more: for who sees the whole


def _roots(desk: Desk) -> tuple[str, ...]:
    roots = desk.actor.roots("staff.read", desk.today)
    if not roots:
        raise denied(desk.actor, "staff.read", NATION)
    return roots


def _in(path: str, roots: tuple[str, ...]) -> bool:
    return any(within(path, root) for root in roots)
