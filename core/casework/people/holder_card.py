"""One person of the register as his page shows him: posts, and the kin on record, named where one may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from core.casework.desk import Desk
from core.casework.people.office import ROLES, unknown_holder
from core.casework.people.person import shown_name
from core.casework.people.recusal_rules import RELATION_TEXT
from core.casework.people.seats import READ
from core.casework.scope import inside
from core.errors import Text
from core.store.tables import AssistanceCase, CaseMember, KinshipLink, OfficeHolder, OfficePost, Person, StaffUser

LINK_TEXT = {
    "father": Text("父亲", "father"),
    "mother": Text("母亲", "mother"),
    **RELATION_TEXT,
}
BASIS_TEXT = {
    "application": Text("申请时申报", "declared with the application"),
    "officer": Text("本人申报", "declared by the officer"),
    "household": Text("家庭申报", "declared by the household"),
    "record": Text("户籍等记录", "records"),
    "investigation": Text("调查核实", "investigation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPost:
    """A post, and whether the officer may end it."""

    key: int
    role: Text
    division: str
    unit: str
    position: str
    is_head: bool
    since: date
    until: date | None
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CardKin:
    """A relation on record: what the other is to him; who it is only where the officer may read the other."""

    key: int
    name: str | None
    cases: tuple[str, ...]
    relation: Text
    reversed: bool
    basis: Text
    ended_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderCard:
    """A person of the register."""

    holder: int
    name: str
    login: str | None
    posts: Sequence[CardPost]
    kin: Sequence[CardKin]


def holder_card(desk: Desk, holder_id: int) -> HolderCard:
    """Return a person of the register, for whoever may read the register where he holds or held a post.

    Raises:
        JiuzhuError: ``unknown_holder``, also for who serves elsewhere.
    """
    official = desk.session.get(OfficeHolder, holder_id)
    if official is None or not any(desk.actor.may(READ, one.path, desk.today) for one in official.posts):
        raise unknown_holder(holder_id)
    user = desk.session.get(StaffUser, official.user_id) if official.user_id is not None else None
    return HolderCard(
        holder=official.id,
        name=shown_name(desk, desk.session.get_one(Person, official.person_id)),
        login=user.login if user is not None else None,
        posts=[_post(desk, one) for one in official.posts],
        kin=_kin(desk, official),
    )


def _post(desk: Desk, one: OfficePost) -> CardPost:
    return CardPost(
        key=one.id, role=ROLES.get(one.role, Text(one.role, one.role)), division=one.division, unit=one.unit,
        position=one.position, is_head=one.is_head, since=one.since, until=one.until,
        mine=desk.actor.may("office.manage", one.path, desk.today),
    )  # fmt: skip


def _kin(desk: Desk, official: OfficeHolder) -> list[CardKin]:
    me = official.person_id
    query = select(KinshipLink).where(or_(KinshipLink.person_id == me, KinshipLink.of_id == me))
    return [_link(desk, one, me) for one in desk.session.scalars(query.order_by(KinshipLink.id))]


def _link(desk: Desk, one: KinshipLink, me: int) -> CardKin:
    other = one.person_id if one.of_id == me else one.of_id
    cases = _cases(desk, other)
    named = bool(cases) or _in_register(desk, other)
    return CardKin(
        key=one.id, name=shown_name(desk, desk.session.get_one(Person, other)) if named else None, cases=cases,
        relation=LINK_TEXT.get(one.link, Text(one.link, one.link)), reversed=one.person_id == me,
        basis=BASIS_TEXT.get(one.basis, Text(one.basis, one.basis)), ended_on=one.ended_on,
    )  # fmt: skip


def _cases(desk: Desk, person_id: int) -> tuple[str, ...]:
    query = (
        select(AssistanceCase.number)
        .join(CaseMember, CaseMember.case_id == AssistanceCase.id)
        .where(CaseMember.person_id == person_id)
        .where(inside(AssistanceCase.path, desk.actor.roots("case.read", desk.today)))
        .distinct()
        .order_by(AssistanceCase.number)
    )
    return tuple(desk.session.scalars(query))


def _in_register(desk: Desk, person_id: int) -> bool:
    query = (
        select(OfficePost.id)
        .join(OfficeHolder, OfficeHolder.id == OfficePost.holder_id)
        .where(OfficeHolder.person_id == person_id)
        .where(inside(OfficePost.path, desk.actor.roots(READ, desk.today)))
    )
    return desk.session.scalars(query.limit(1)).first() is not None
