"""Users and their rights: adding, granting, taking away; who acts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from core.casework.access import Actor, Grant, matrix
from core.casework.desk import Desk
from core.casework.trail import Deed, append_event
from core.errors import InvalidInput, JiuzhuError, Problem, Text, did_you_mean
from core.store.tables import RoleGrant, StaffUser

NATION = "000000"


def actor_of(session: Session, login: str) -> Actor:
    """Return who acts.

    Raises:
        JiuzhuError: ``unknown_user``, ``inactive_user``.
    """
    user = session.scalars(select(StaffUser).where(StaffUser.login == login)).first()
    if user is None:
        text = Text("没有这个用户", "there is no such user")
        hint = Text("用 --as 或 JIUZHU_USER 指定登录名", "name a login by --as or JIUZHU_USER")
        if session.scalars(select(StaffUser.id).limit(1)).first() is None:
            hint = Text("还没有用户，请先添加第一名管理员", "there are no users yet: add the first administrator")
        raise JiuzhuError("unknown_user", text, hint=hint, value=login)
    if not user.active:
        raise _inactive(login)
    return acting(user)


def acting(user: StaffUser) -> Actor:
    """Return a user as who acts, with every right he has or had."""
    grants = tuple(Grant(role=g.role, path=g.path, since=g.since, until=g.until) for g in user.grants)
    return Actor(id=user.id, login=user.login, name=user.name, grants=grants)


def first_administrator(session: Session, login: str, name: str, *, moment: str, today: date) -> StaffUser:
    """Make the first user, an administrator of the whole country; only in a database without users.

    Raises:
        JiuzhuError: ``users_exist``.
    """
    _hold(session)
    if session.scalars(select(StaffUser.id).limit(1)).first() is not None:
        text = Text("已有用户，请由管理员添加", "there are users; an administrator adds further ones")
        raise JiuzhuError("users_exist", text, value=login)
    user = StaffUser(login=login, name=name, password=None, active=True)
    user.grants = [RoleGrant(role="administrator", division=NATION, path=NATION, since=today, until=None)]
    session.add(user)
    session.flush()
    body = {"user": user.id, "login": login}
    deed = Deed(kind="first_administrator", happened_on=today, recorded_at=moment, actor_id=user.id, body=body)
    append_event(session, "staff", deed)
    return user


def add_user(desk: Desk, login: str, name: str) -> StaffUser:
    """Add a user without any right.

    Raises:
        JiuzhuError: ``not_permitted``, ``login_taken``.
    """
    desk.require("staff.manage", NATION)
    if desk.session.scalars(select(StaffUser.id).where(StaffUser.login == login)).first() is not None:
        raise JiuzhuError("login_taken", Text("登录名已被使用", "the login is taken"), value=login)
    user = StaffUser(login=login, name=name, password=None, active=True)
    desk.session.add(user)
    desk.session.flush()
    desk.record("staff", "user_added", {"user": user.id, "login": login})
    return user


def grant_role(
    desk: Desk, login: str, role: str, division: str, *, since: date | None = None, until: date | None = None
) -> RoleGrant:
    """Give a user a role over a division's subtree.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_user``, ``inactive_user``, ``unknown_division``, ``bad_period``,
            ``already_granted``.
        InvalidInput: ``unknown_role``, with those there are.
    """
    path = desk.path(division)
    desk.require("staff.manage", path)
    if role not in matrix()["roles"]:
        text = Text("没有这个角色", "there is no such role")
        roles = tuple(sorted(matrix()["roles"]))
        raise InvalidInput(
            [Problem(code="unknown_role", message=text, hint=did_you_mean(role, roles), value=role, allowed=roles)]
        )
    user = _held(desk, login)
    if not user.active:
        raise _inactive(login)
    grant = RoleGrant(role=role, division=division, path=path, since=since or desk.today, until=until)
    if until is not None and until <= grant.since:
        text = Text("结束日期应晚于开始日期", "the end must be later than the start")
        raise JiuzhuError("bad_period", text, value=f"{grant.since} {until}")
    if any(_overlap(one, grant) for one in user.grants):
        text = Text("该用户在这段时间已有这项权限", "the user holds it already in that time")
        raise JiuzhuError("already_granted", text, value=f"{login} {role} {division}")
    user.grants.append(grant)
    desk.session.flush()
    body = {"user": user.id, "role": role, "division": division, "since": grant.since.isoformat(),
            "until": until.isoformat() if until else None}  # fmt: skip
    desk.record("staff", "role_granted", body)
    return grant


def _overlap(one: RoleGrant, other: RoleGrant) -> bool:
    same = (one.role, one.path) == (other.role, other.path)
    return same and (other.until or date.max) > one.since and (one.until or date.max) > other.since


def end_role(desk: Desk, login: str, role: str, division: str, *, reason: str) -> None:
    """Take a role away from today on; one that was to begin later never does.

    Raises:
        JiuzhuError: ``not_permitted``, ``no_such_grant``, ``last_administrator``.
    """
    path = desk.path(division)
    desk.require("staff.manage", path)
    user = _held(desk, login)
    held = [one for one in user.grants if (one.role, one.path) == (role, path) and (one.until or date.max) > desk.today]
    if not held:
        raise JiuzhuError(
            "no_such_grant", Text("该用户没有这项权限", "the user does not hold it"), value=f"{login} {role}"
        )
    for one in held:
        one.until = max(desk.today, one.since)
    desk.session.flush()
    _require_administrator(desk)
    desk.record("staff", "role_ended", {"user": user.id, "role": role, "division": division}, reason=reason)


def deactivate(desk: Desk, login: str, *, reason: str) -> None:
    """Close a user's access.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_user``, ``inactive_user``, ``last_administrator``.
    """
    desk.require("staff.manage", NATION)
    user = _held(desk, login)
    if not user.active:
        raise _inactive(login)
    user.active = False
    desk.session.flush()
    _require_administrator(desk)
    desk.record("staff", "user_deactivated", {"user": user.id}, reason=reason)


def list_staff(desk: Desk) -> list[StaffUser]:
    """Return every user with all his grants, by login.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("staff.read", NATION)
    return list(desk.session.scalars(select(StaffUser).order_by(StaffUser.login)))


def _hold(session: Session) -> None:
    """Let nobody else change users and rights until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sql("LOCK TABLE staff_user IN SHARE ROW EXCLUSIVE MODE"))


def _require_administrator(desk: Desk) -> None:
    """Somebody must be left who can grant rights: there is no other door."""
    left = select(RoleGrant.id).join(StaffUser).where(
        StaffUser.active, RoleGrant.role == "administrator", RoleGrant.path == NATION, RoleGrant.since <= desk.today,
        or_(RoleGrant.until.is_(None), RoleGrant.until > desk.today),
    )  # fmt: skip
    if desk.session.scalars(left.limit(1)).first() is None:
        text = Text("这是最后一名全国管理员，不能停用", "this is the last administrator of the whole; he must stay")
        raise JiuzhuError("last_administrator", text, hint=Text("请先授权另一人", "grant the role to another first"))


def _inactive(login: str) -> JiuzhuError:
    return JiuzhuError("inactive_user", Text("该用户已停用", "this user is no longer active"), value=login)


def _held(desk: Desk, login: str) -> StaffUser:
    """Return a user as he is now and stays until the transaction ends.

    Raises:
        JiuzhuError: ``unknown_user``.
    """
    _hold(desk.session)
    query = select(StaffUser).where(StaffUser.login == login).execution_options(populate_existing=True)
    user = desk.session.scalars(query).first()
    if user is None:
        raise JiuzhuError("unknown_user", Text("没有这个用户", "there is no such user"), value=login)
    return user
