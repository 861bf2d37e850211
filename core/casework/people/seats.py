"""Whom a form offers: the people in office who may be at work in a place on a day, with what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select

from core.casework.desk import Desk
from core.casework.people.office import ROLES
from core.casework.people.person import shown_name
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import OfficeHolder, OfficePost, Person

READ = "office.read"
MOST = 300
"""Posts offered at once: a form narrows them by unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A person of the register at a post: his number, name, role, unit and position."""

    holder: int
    name: str
    role: str
    unit: str
    position: str
    division: str
    is_head: bool
    has_login: bool

    @property
    def role_text(self) -> Text:
        """The role in words."""
        return ROLES.get(self.role, Text(self.role, self.role))


def seats(
    desk: Desk, division: str, *, on: date | None = None, unit: str | None = None, role: str | None = None
) -> list[Seat]:
    """Return who is in office in a place, or above it where the officer may read the register, each person once.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path, day = desk.path(division), on or desk.today
    desk.require(READ, path)
    parts = path.split("/")
    above = ["/".join(parts[:end]) for end in range(1, len(parts))]
    seen = inside(OfficePost.path, desk.actor.roots(READ, desk.today))
    query = (
        select(OfficePost, OfficeHolder, Person)
        .join(OfficeHolder, OfficeHolder.id == OfficePost.holder_id)
        .join(Person, Person.id == OfficeHolder.person_id)
        .where(or_(inside(OfficePost.path, (path,)), and_(OfficePost.path.in_(above), seen)))
        .where(OfficePost.since <= day, or_(OfficePost.until.is_(None), OfficePost.until > day))
        .order_by(OfficePost.unit, OfficePost.role, OfficePost.holder_id)
        .limit(MOST)
    )
    if unit:
        query = query.where(OfficePost.unit == unit)
    if role:
        query = query.where(OfficePost.role == role)
    found: dict[int, Seat] = {}
    for post, official, person in desk.session.execute(query):
        found.setdefault(official.id, _seat(desk, post, official, person))
    return list(found.values())


def _seat(desk: Desk, post: OfficePost, official: OfficeHolder, person: Person) -> Seat:
    return Seat(
        holder=official.id, name=shown_name(desk, person), role=post.role, unit=post.unit, position=post.position,
        division=post.division, is_head=post.is_head, has_login=official.user_id is not None,
    )  # fmt: skip


def units(desk: Desk, division: str, *, on: date | None = None) -> list[str]:
    """Return the units that have people in office in a place, to narrow a list by.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path, day = desk.path(division), on or desk.today
    desk.require(READ, path)
    query = (
        select(OfficePost.unit)
        .where(inside(OfficePost.path, (path,)), OfficePost.since <= day)
        .where(or_(OfficePost.until.is_(None), OfficePost.until > day))
        .distinct()
        .order_by(OfficePost.unit)
        .limit(MOST)
    )
    return list(desk.session.scalars(query))


def name_of(desk: Desk, holder_id: int) -> str:
    """Return the name of a person of the register, for whoever may read the record he stands in."""
    official = desk.session.get(OfficeHolder, holder_id)
    return shown_name(desk, desk.session.get_one(Person, official.person_id)) if official is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """A post of the register as its list shows it."""

    key: int
    seat: Seat
    since: date
    until: date | None


def posts_page(
    desk: Desk, division: str, *, on: date | None = None, role: str | None = None, unit: str | None = None,
    after: int = 0, limit: int = 100,
) -> tuple[list[PostRow], int | None]:  # fmt: skip
    """Return one page of the posts of a place, those held on a day or all there ever were, and where the next begins.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require(READ, path)
    query = (
        select(OfficePost, OfficeHolder, Person)
        .join(OfficeHolder, OfficeHolder.id == OfficePost.holder_id)
        .join(Person, Person.id == OfficeHolder.person_id)
        .where(inside(OfficePost.path, (path,)), OfficePost.id > after)
        .order_by(OfficePost.id)
        .limit(limit + 1)
    )
    if on is not None:
        query = query.where(OfficePost.since <= on, or_(OfficePost.until.is_(None), OfficePost.until > on))
    if role:
        query = query.where(OfficePost.role == role)
    if unit:
        query = query.where(OfficePost.unit == unit)
    rows = [
        PostRow(key=post.id, seat=_seat(desk, post, official, person), since=post.since, until=post.until)
        for post, official, person in desk.session.execute(query)
    ]
    return rows[:limit], rows[limit - 1].key if len(rows) > limit else None
