"""``jiuzhu doctor``, ``config``, ``demo`` and ``completion``: the installation itself."""

from __future__ import annotations

import sys
from typing import Any

import click

from regions.commands.printing import area, as_json, heads, kind_title, print_flags, show_json, table
from regions.commands.session import FOUND_WRONG, Session, area_option, asked, command, day_option, programme_option


@click.command()
@click.option("--division", metavar="CODE", help="列出会使该地办理停住的空缺 / also what will stop a case in a place")
@area_option
@day_option
@programme_option
@as_json
@command
def doctor(session: Session, division: str | None, json_: bool, **where: Any) -> None:
    """自检 / what is wrong or missing."""
    from regions import report_gaps

    ask = asked(session, division=division, known_at=None, **where) if division else None
    found = report_gaps.doctor(session.platform, ask=ask, language=session.language)
    if json_:
        show_json(found)
    else:
        print_plugins(session, found)
        print_processes(session, found)
        if ask is not None:
            click.echo(f"\n{found['place']['name']} {ask.on} {ask.area}")
            print_missing(session, found)
    wrong = found["differ"] or any(one["state"] == "broken" for one in found["plugins"])
    sys.exit(FOUND_WRONG if wrong else 0)


def print_plugins(session: Session, found: dict[str, Any]) -> None:
    """Print the plugins, what is broken and what has no effect."""
    from regions.report_place import STATES

    rows = [
        [one["name"], one["version"], STATES[one["state"]].pick(session.language), one["provisions"], one["gaps"]]
        for one in found["plugins"]
    ]
    table(rows, heads(session, "插件 版本 状态 条款 空缺", "plugin version state provisions gaps"))
    for one in found["plugins"]:
        if one["state"] == "broken":
            click.echo(f"{one['name']}: {one['error']}")
    for one in found["inert"]:
        click.echo(f"{one['provision']}: {one['reason']}")


def print_processes(session: Session, found: dict[str, Any]) -> None:
    """Print every process at work with its versions, and whether they differ."""
    rows = [
        [one["host"], one["pid"], one["role"], one["program"], one["registry_version"][:12], one["seen_at"]]
        for one in found["processes"]
    ]
    if rows:
        zh, en = "主机 进程 用途 程序 规则版本 最近", "host process role program registry seen"
        click.echo()
        table(rows, heads(session, zh, en))
    version = found["registry_version"][:12]
    click.echo(session.say(f"\n本库规则版本 {version}", f"\nregistry version {version}"))
    if found["differ"]:
        click.echo(session.say("✗ 各进程不一致，暂不办理发放", "✗ processes differ: no payroll until they agree"))


def print_missing(session: Session, found: dict[str, Any]) -> None:
    """Print what stops a case in the place, and the gaps it leaves open."""
    stops = [["✗", area(session, one["area"]), one["quantity"], one["code"], one["name"]] for one in found["stops"]]
    table(stops, heads(session, "停 城乡 数量 原因 条款", "stop area quantity code provision"))
    click.echo()
    gaps = [
        [
            area(session, one["area"]),
            kind_title(session, one["kind"]),
            one["label"],
            one["because"],
            one["provision"],
        ]
        for one in found["gaps"]
    ]
    table(gaps, heads(session, "城乡 种类 空缺 原因 条款", "area kind gap because provision"))
    print_flags(found["flags"])


@click.group()
def config() -> None:
    """设置 / settings."""


@config.command("show")
@as_json
@command
def config_show(session: Session, json_: bool) -> None:
    """各项设置及其来源 / every setting and where it came from."""
    rows = session.settings.shown()
    if json_:
        show_json([{"key": key, "value": value, "origin": origin} for key, value, origin in rows])
    else:
        table(rows, heads(session, "设置 值 来源", "setting value origin"))


@click.command()
@as_json
@command
def demo(session: Session, json_: bool) -> None:
    """演示：按四地真实规则计算并说明 / decide and explain real cases under the real rules of four places."""
    from regions.demo import run_demo

    found = run_demo(session.settings, session.language)
    if json_:
        show_json(found.to_json(session.language))
    else:
        for line in found.lines(session.language):
            click.echo(line)
    sys.exit(0 if found.passed else FOUND_WRONG)


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """打印补全脚本 / print the completion script: eval "$(jiuzhu completion bash)"."""
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(context.find_root().command, {}, "jiuzhu", "_JIUZHU_COMPLETE").source())
