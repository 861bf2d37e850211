"""``jiuzhu staff``: users and what they may do where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from core.errors import JiuzhuError, Text
from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import Session, command, day

if TYPE_CHECKING:
    from core.store.tables import RoleGrant, StaffUser

login_argument = click.argument("login")
reason_option = click.option("--reason", required=True, help="原因 / why")


@click.group()
def staff() -> None:
    """用户和权限 / users and rights."""


@staff.command("first")
@login_argument
@click.argument("name")
@as_json
@command
def staff_first(session: Session, login: str, name: str, json_: bool) -> None:
    """空库中的第一名管理员 / the first administrator, in a database without users."""
    from core.casework.staff import first_administrator

    platform = session.platform
    moment = platform.clock().isoformat(timespec="seconds")
    with platform.database.writing() as work:
        made = first_administrator(work, login, name, moment=moment, today=platform.today).id
    said = session.say(f"已添加管理员 {login}", f"administrator {login} added")
    answer({"login": login, "id": made}, said, json_=json_)


@staff.command("add")
@login_argument
@click.argument("name")
@as_json
@command
def staff_add(session: Session, login: str, name: str, json_: bool) -> None:
    """添加用户（尚无权限）/ add a user, without any right yet."""
    from core.casework.staff import add_user

    with session.platform.desk(session.user) as desk:
        made = add_user(desk, login, name).id
    answer({"login": login, "id": made}, session.say(f"已添加 {login}", f"{login} added"), json_=json_)


@staff.command("password")
@login_argument
@as_json
@command
def staff_password(session: Session, login: str, json_: bool) -> None:
    """设置密码（从终端或标准输入读取）/ set a password, read from the terminal or standard input."""
    from core.casework.signin import hash_password, set_password

    try:
        asked = session.say("新密码", "new password")
        password = click.prompt(asked, hide_input=True, confirmation_prompt=True, err=True)
    except click.Abort:
        text = Text("没有输入密码", "no password was given")
        hint = Text("在终端输入，或从标准输入给出两遍", "type it at the terminal, or give it twice on standard input")
        raise JiuzhuError("no_password", text, hint=hint) from None
    hashed = hash_password(login, password)
    with session.platform.desk(session.user) as desk:
        set_password(desk, login, hashed)
    answer({"login": login}, session.say(f"已设置 {login} 的密码", f"password of {login} set"), json_=json_)


@staff.command("grant")
@login_argument
@click.argument("role")
@click.argument("division")
@click.option("--since", metavar="DATE", help="起，默认今天 / from, default today")
@click.option("--until", metavar="DATE", help="止（不含）/ until (that day excluded)")
@as_json
@command
def staff_grant(
    session: Session, login: str, *, role: str, division: str, since: str | None, until: str | None, json_: bool
) -> None:
    """授予一地及其下级的角色 / grant a role over a division and all below."""
    from core.casework.staff import grant_role

    with session.platform.desk(session.user) as desk:
        made = grant_role(desk, login, role, division, since=day(since), until=day(until))
        said = f"{login} {role} {division} {_span(made)}"
        body = {"login": login, **_grant(made)}
    answer(body, said, json_=json_)


@staff.command("end")
@login_argument
@click.argument("role")
@click.argument("division")
@reason_option
@as_json
@command
def staff_end(session: Session, login: str, *, role: str, division: str, reason: str, json_: bool) -> None:
    """自今日起收回角色 / take a role away from today on."""
    from core.casework.staff import end_role

    with session.platform.desk(session.user) as desk:
        end_role(desk, login, role, division, reason=reason)
    said = session.say(f"已收回 {login} {role} {division}", f"{login} {role} {division} ended")
    answer({"login": login, "role": role, "division": division, "ended": True}, said, json_=json_)


@staff.command("deactivate")
@login_argument
@reason_option
@as_json
@command
def staff_deactivate(session: Session, login: str, reason: str, json_: bool) -> None:
    """停用用户 / close a user's access."""
    from core.casework.staff import deactivate

    with session.platform.desk(session.user) as desk:
        deactivate(desk, login, reason=reason)
    answer({"login": login, "active": False}, session.say(f"已停用 {login}", f"{login} deactivated"), json_=json_)


@staff.command("list")
@as_json
@command
def staff_list(session: Session, json_: bool) -> None:
    """用户及其权限 / users and their rights."""
    from core.casework.staff import list_staff

    with session.platform.reading_desk(session.user) as desk:
        found = list_staff(desk)
        today = desk.today
    if json_:
        show_json([_plain(one) for one in found])
        return
    rows = [row for one in found for row in _rows(session, one, today)]
    table(rows, heads(session, "登录名 姓名 状态 角色 地区 期限 有效", "login name status role division span holds"))


def _rows(session: Session, one: StaffUser, today: date) -> Iterator[list[str]]:
    """A line for each grant; one for a user without any."""
    from core.casework.access import role_label

    user = [one.login, one.name, session.say("在用" if one.active else "停用", "active" if one.active else "closed")]
    for grant in one.grants:
        holds = "✓" if one.active and _holds(grant, today) else ""
        yield [*user, role_label(grant.role).pick(session.language), grant.division, _span(grant), holds]
    if not one.grants:
        yield [*user, "", "", "", ""]


def _plain(one: StaffUser) -> dict[str, Any]:
    grants = [_grant(grant) for grant in one.grants]
    return {"login": one.login, "name": one.name, "active": one.active, "grants": grants}


def _grant(one: RoleGrant) -> dict[str, Any]:
    return {"role": one.role, "division": one.division, "since": one.since.isoformat(),
            "until": one.until.isoformat() if one.until else None}  # fmt: skip


def _span(grant: RoleGrant) -> str:
    return f"{grant.since} — {grant.until or ''}".rstrip()


def _holds(grant: RoleGrant, today: date) -> bool:
    return grant.since <= today and (grant.until is None or today < grant.until)
