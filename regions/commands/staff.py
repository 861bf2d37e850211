"""``jiuzhu staff``: users and what they may do where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import as_json, heads, show_json, table
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
@command
def staff_first(session: Session, login: str, name: str) -> None:
    """空库中的第一名管理员 / the first administrator, in a database without users."""
    from core.casework.staff import first_administrator

    platform = session.platform
    moment = platform.clock().isoformat(timespec="seconds")
    with platform.database.writing() as work:
        first_administrator(work, login, name, moment=moment, today=platform.today)
    click.echo(session.say(f"已添加管理员 {login}", f"administrator {login} added"))


@staff.command("add")
@login_argument
@click.argument("name")
@command
def staff_add(session: Session, login: str, name: str) -> None:
    """添加用户（尚无权限）/ add a user, without any right yet."""
    from core.casework.staff import add_user

    with session.platform.desk(session.user) as desk:
        add_user(desk, login, name)
    click.echo(session.say(f"已添加 {login}", f"{login} added"))


@staff.command("grant")
@login_argument
@click.argument("role")
@click.argument("division")
@click.option("--since", metavar="DATE", help="起，默认今天 / from, default today")
@click.option("--until", metavar="DATE", help="止（不含）/ until (that day excluded)")
@command
def staff_grant(session: Session, login: str, role: str, division: str, since: str | None, until: str | None) -> None:
    """授予一地及其下级的角色 / grant a role over a division and all below."""
    from core.casework.staff import grant_role

    with session.platform.desk(session.user) as desk:
        made = grant_role(desk, login, role, division, since=day(since), until=day(until))
        said = f"{login} {role} {division} {_span(made)}"
    click.echo(said)


@staff.command("end")
@login_argument
@click.argument("role")
@click.argument("division")
@reason_option
@command
def staff_end(session: Session, login: str, role: str, division: str, reason: str) -> None:
    """自今日起收回角色 / take a role away from today on."""
    from core.casework.staff import end_role

    with session.platform.desk(session.user) as desk:
        end_role(desk, login, role, division, reason=reason)
    click.echo(session.say(f"已收回 {login} {role} {division}", f"{login} {role} {division} ended"))


@staff.command("deactivate")
@login_argument
@reason_option
@command
def staff_deactivate(session: Session, login: str, reason: str) -> None:
    """停用用户 / close a user's access."""
    from core.casework.staff import deactivate

    with session.platform.desk(session.user) as desk:
        deactivate(desk, login, reason=reason)
    click.echo(session.say(f"已停用 {login}", f"{login} deactivated"))


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
    grants = [
        {"role": grant.role, "division": grant.division, "since": grant.since.isoformat(),
         "until": grant.until.isoformat() if grant.until else None}
        for grant in one.grants
    ]  # fmt: skip
    return {"login": one.login, "name": one.name, "active": one.active, "grants": grants}


def _span(grant: RoleGrant) -> str:
    return f"{grant.since} — {grant.until or ''}".rstrip()


def _holds(grant: RoleGrant, today: date) -> bool:
    return grant.since <= today and (grant.until is None or today < grant.until)
