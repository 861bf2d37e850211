"""``jiuzhu standard``: the amounts in force, and those that were."""

from __future__ import annotations

from typing import Any

import click

from regions.commands.lazy import LazyCommands
from regions.commands.printing import area, as_json, bound, cited, heads, marks, short, show_json, state, table
from regions.commands.session import Session, asked, command, place_options

AMENDING = ("propose", "show", "impact", "submit", "approve", "reject", "send-back", "file", "publish", "withdraw",
            "rollback", "absorption", "keep", "adopt")  # fmt: skip
"""The commands of amendments, which live beside this file."""


@click.group(commands=LazyCommands({name: f"regions.commands.amendment:{name.replace('-', '_')}" for name in AMENDING}))
def standard() -> None:
    """标准 / standards."""


@standard.command("list")
@place_options
@as_json
@command
def standard_list(session: Session, json_: bool, **where: Any) -> None:
    """某地现行标准 / the standards in force in a place."""
    from regions import report

    ask = asked(session, **where)
    areas = ("urban", "rural") if ask.area == "any" else (ask.area,)
    found = report.standards(
        session.platform, ask, programmes=ask.programmes, areas=areas, language=session.language, gaps=True
    )
    if json_:
        show_json(found)
        return
    if not found:
        click.echo(
            session.say(
                "没有现行标准。用 standard history 查看历年标准。",
                "No standard is in force; see 'standard history'.",
            )
        )
        return
    rows = [
        [
            one["programme"],
            area(session, one["area"]),
            _value(session, one),
            "、".join(one["origin"]),
            marks(session, one["flags"]),
        ]
        for one in found
    ]
    table(rows, heads(session, "项目 城乡 标准 条款 标记", "programme area standard provision flags"))


def _value(session: Session, one: dict[str, Any]) -> str:
    """The amount; of a gap, what it is about and why."""
    shown = short(one["value"], session.language)
    return shown if one["status"] != "gap" else session.say(f"{shown}：{one['because']}", f"{shown}: {one['because']}")


@standard.command("history")
@place_options
@as_json
@command
def standard_history(session: Session, json_: bool, **where: Any) -> None:
    """历年标准 / every standard recorded for a place."""
    from regions import report

    found = report.history(session.platform, asked(session, **where), language=session.language)
    if json_:
        show_json(found)
        return
    rows = [
        [
            bound(one["from"]),
            bound(one["until"]),
            area(session, one["area"]),
            short(one["value"], session.language),
            state(session, one),
            one["provision"],
            one["document"] or cited(session, one["cite"]),
        ]
        for one in found
    ]
    table(
        rows,
        heads(session, "起 止 城乡 标准 状态 条款 依据", "from until area standard state provision basis"),
    )
