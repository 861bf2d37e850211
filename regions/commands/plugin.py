"""``jiuzhu plugin``: who has ruled what."""

from __future__ import annotations

import click

from regions.commands.lazy import LazyCommands
from regions.commands.printing import as_json, cited, heads, show_json, table
from regions.commands.session import Session, command

LATER = {
    name: f"regions.commands.{home}:{name}"
    for home, names in {
        "plugin_kit": ("check", "coverage", "new"),
        "plugin_life": ("propose", "accept", "refuse", "disable", "enable", "diff"),
        "plugin_package": ("install", "upgrade", "uninstall"),
    }.items()
    for name in names
}
"""Commands of the group that live in other files."""


@click.group(commands=LazyCommands(LATER))
def plugin() -> None:
    """插件 / plugins."""


@plugin.command("list")
@as_json
@command
def plugin_list(session: Session, json_: bool) -> None:
    """已装插件 / installed plugins."""
    from regions import report_place

    found = report_place.plugins(session.platform, session.language)
    if json_:
        show_json(found)
        return
    rows = [
        [
            one["name"],
            one["title"],
            one["version"],
            report_place.STATES[one["state"]].pick(session.language),
            one["provisions"],
            one["gaps"],
            " ".join(hook.removeprefix("jiuzhu_") for hook in one["hooks"]),
            one["origin"],
        ]
        for one in found
    ]
    zh, en = "名称 标题 版本 状态 条款 空缺 钩子 来源", "name title version state provisions gaps hooks origin"
    table(rows, heads(session, zh, en))
    for one in found:
        if one["error"]:
            click.echo(f"\n{one['name']}: {one['error']}", err=True)


@plugin.command("show")
@click.argument("name")
@as_json
@command
def plugin_show(session: Session, name: str, json_: bool) -> None:
    """一个插件的条款 / the provisions of a plugin."""
    from regions import report_place

    found = report_place.plugin(session.platform, name, session.language)
    if json_:
        show_json(found)
        return
    click.echo(
        f"{found['name']} {found['version']}  {found['title']}  [{found['state']}]\n{'、'.join(found['hooks'])}\n"
    )
    rows = [
        [one["provision"], one["kind"], one["status"], one["label"], cited(session, one["cite"])]
        for one in found["listed"]
    ]
    table(rows, heads(session, "条款 种类 状态 名称 依据", "provision kind status label basis"))
    if found["error"]:
        click.echo(found["error"], err=True)
