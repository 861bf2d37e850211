"""The register of persons in office (公职人员名册): who holds which post where and when; nobody needs a login for it.

Visitors, appraisers, posters and witnesses come from here, so that recusal reaches every one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.casework.desk import Desk
from core.casework.people.person import Identity, register_person
from core.casework.scope import inside
from core.errors import JiuzhuError, Text, did_you_mean
from core.store.tables import OfficeHolder, OfficePost, StaffUser

ROLES: Mapping[str, Text] = {
    "county_civil_affairs": Text("县级民政部门工作人员", "county civil affairs staff"),
    "township_staff": Text("乡镇（街道）工作人员", "township staff"),
    "delegated_helper": Text("受委派、聘用的协办人员", "delegated or hired helper"),
    "village_committee": Text("村（居）委会成员", "village committee member"),
    "village_party_branch": Text("村（居）党组织成员", "member of the village party branch"),
    "party_representatives": Text("党员代表", "party representative"),
    "villager_representatives": Text("村（居）民代表", "villagers' representative"),
    "appraiser": Text("评议人员", "appraiser"),
    "witness": Text("见证人", "witness"),
    "supervision": Text("监察监督人员", "supervision officer"),
}
"""Roles of the register, as the rules name them (``recusal_rule.who``, ``relative_filing.staff``, ``participants``)."""


CHAIN = "office/{}"
"""One chain a division: two counties entering people at once do not wait for each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post to enter: role, division, unit and position in words, ``[since, until)``."""

    role: str
    division: str
    unit: str
    position: str
    since: date
    until: date | None = None
    is_head: bool = False


def add_holder(desk: Desk, identity: Identity, *, posts: Sequence[Post], login: str | None = None) -> OfficeHolder:
    """Enter a person in office with posts; a person already there gets the further posts.

    Raises:
        JiuzhuError: ``not_permitted``, ``no_post``, ``unknown_office_role``, ``unknown_division``, ``unknown_user``,
            ``login_linked``, ``ends_before_it_begins``.
    """
    for post in posts:
        desk.require("office.manage", desk.path(post.division))
    if not posts:
        raise JiuzhuError("no_post", Text("须登记至少一项任职", "name at least one post"))
    person = register_person(desk, identity)
    held = desk.session.scalars(select(OfficeHolder).where(OfficeHolder.person_id == person.id)).first()
    holder = held or OfficeHolder(person_id=person.id, user_id=None)
    desk.session.add(holder)
    desk.session.flush()
    if login is not None:
        _link(desk, holder, login)
    for post in posts:
        add_post(desk, holder.id, post)
    return holder


def _link(desk: Desk, holder: OfficeHolder, login: str) -> None:
    user = desk.session.scalars(select(StaffUser).where(StaffUser.login == login)).first()
    if user is None:
        raise JiuzhuError("unknown_user", Text("没有这个用户", "there is no such user"), value=login)
    taken = desk.session.scalars(select(OfficeHolder.id).where(OfficeHolder.user_id == user.id)).first()
    if taken == holder.id:
        return
    if taken is not None or holder.user_id is not None:
        raise JiuzhuError(
            "login_linked", Text("该用户或此人已关联他人", "the user or the person is linked already"), value=login
        )
    for post in holder.posts:
        desk.require("office.manage", post.path)
    holder.user_id = user.id
    desk.session.flush()
    desk.record(CHAIN.format("users"), "login_linked", {"holder": holder.id, "user": user.id})


def add_post(desk: Desk, holder_id: int, post: Post) -> OfficePost:
    """Give a person in the register a further post.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_office_role``, ``unknown_division``, ``ends_before_it_begins``.
    """
    path = desk.path(post.division)
    desk.require("office.manage", path)
    if post.role not in ROLES:
        text = Text("没有这种任职类别", "there is no such role of office")
        raise JiuzhuError("unknown_office_role", text, hint=did_you_mean(post.role, ROLES), value=post.role)
    if post.until is not None and post.until <= post.since:
        text = Text("任期在开始前就结束", "the term ends before it begins")
        raise JiuzhuError("ends_before_it_begins", text, value=f"{post.since} – {post.until}")
    row = OfficePost(holder_id=holder_id, role=post.role, division=post.division, path=path, unit=post.unit,
                     position=post.position, is_head=post.is_head, since=post.since, until=post.until)  # fmt: skip
    official = holder(desk, holder_id)  # held by a name: the session keeps only a weak hold of it
    official.posts.append(row)
    desk.session.flush()
    body = {"holder": holder_id, "post": row.id, "role": post.role, "division": post.division,
            "since": post.since.isoformat(), "until": post.until.isoformat() if post.until else None}  # fmt: skip
    desk.record(CHAIN.format(post.division), "post_added", body)
    return row


def end_post(desk: Desk, post_id: int, *, until: date, reason: str) -> OfficePost:
    """End a post: ``until`` is the first day it is no longer held.

    Raises:
        JiuzhuError: ``unknown_post``, ``not_permitted``, ``ends_before_it_begins``.
    """
    row = desk.session.get(OfficePost, post_id)
    text = Text("没有这项任职", "there is no such post")
    row = desk.found(row, JiuzhuError("unknown_post", text, value=str(post_id)))
    desk.require("office.manage", row.path)
    if until <= row.since:
        text = Text("任期在开始前就结束", "the term ends before it begins")
        raise JiuzhuError("ends_before_it_begins", text, value=f"{row.since} – {until}")
    row.until = until
    desk.record(CHAIN.format(row.division), "post_ended", {"post": post_id, "until": until.isoformat()}, reason=reason)
    return row


def holder(desk: Desk, holder_id: int) -> OfficeHolder:
    """Return a person of the register.

    Raises:
        JiuzhuError: ``unknown_holder``.
    """
    return holder_of(desk.session, holder_id)


def holder_of(session: Session, holder_id: int) -> OfficeHolder:
    """Return a person of the register, with a session alone.

    Raises:
        JiuzhuError: ``unknown_holder``.
    """
    found = session.get(OfficeHolder, holder_id)
    if found is None:
        raise unknown_holder(holder_id)
    return found


def unknown_holder(holder_id: int) -> JiuzhuError:
    """Build the refusal of a number that is nobody's, or of somebody who serves elsewhere."""
    text = Text("名册中没有此人", "nobody of this number is in the register of office")
    hint = Text("请先在公职人员名册中登记", "enter the person in the register of office first")
    return JiuzhuError("unknown_holder", text, hint=hint, value=str(holder_id))


def acting_holder(desk: Desk) -> OfficeHolder | None:
    """Return the person in office behind the acting user, where the register knows one."""
    return desk.session.scalars(select(OfficeHolder).where(OfficeHolder.user_id == desk.actor.id)).first()


def posts_on(holder: OfficeHolder, on: date) -> tuple[OfficePost, ...]:
    """Return the posts somebody holds on a day."""
    return tuple(one for one in holder.posts if one.since <= on and (one.until is None or on < one.until))


def require_in_office(holder: OfficeHolder, on: date) -> tuple[OfficePost, ...]:
    """Return the posts held on a day.

    Raises:
        JiuzhuError: ``not_in_office`` when there is none.
    """
    held = posts_on(holder, on)
    if not held:
        text = Text("此人当日不在任", "he holds no office on that day")
        raise JiuzhuError("not_in_office", text, value=f"#{holder.id} {on.isoformat()}")
    return held


def holders(desk: Desk, division: str, *, role: str | None = None, on: date | None = None) -> list[OfficeHolder]:
    """List the persons in office in a division's subtree on a day.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("office.read", path)
    day = on or desk.today
    query = (
        select(OfficeHolder)
        .join(OfficePost)
        .where(inside(OfficePost.path, (path,)), OfficePost.since <= day)
        .where(or_(OfficePost.until.is_(None), OfficePost.until > day))
        .order_by(OfficeHolder.id)
        .distinct()
    )
    if role is not None:
        query = query.where(OfficePost.role == role)
    return list(desk.session.scalars(query))
