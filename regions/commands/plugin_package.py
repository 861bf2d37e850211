"""``jiuzhu plugin install``, ``upgrade`` and ``uninstall``: plugins as packages of this environment."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from regions.commands.plugin_life import asked_to_go_on, show_consequences, yes_option
from regions.commands.printing import answer, as_json
from regions.commands.session import Session, command

if TYPE_CHECKING:
    from regions.plugin_package import Package

target_argument = click.argument("target", metavar="WHEEL|FOLDER|NAME")
wheelhouse_option = click.option(
    "--wheelhouse", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="离线：只从该目录取软件包 / offline: packages from this folder only",
)  # fmt: skip


@click.command("install")
@target_argument
@wheelhouse_option
@as_json
@command
def install(session: Session, target: str, wheelhouse: Path | None, json_: bool) -> None:
    """安装插件：先在隔离进程中读取；安装后是草稿 / install a plugin, read in quarantine first; it is a draft then."""
    from regions.plugin_package import fetched, put_in

    platform = session.platform
    accepted = platform.registry.standings.accepted
    with fetched(platform.settings, target, wheelhouse=wheelhouse, accepted=accepted) as package:
        put_in(package, wheelhouse=wheelhouse)
        _told(session, package, json_=json_)


@click.command("upgrade")
@target_argument
@wheelhouse_option
@yes_option
@as_json
@command
def upgrade(session: Session, target: str, wheelhouse: Path | None, yes: bool, json_: bool) -> None:
    """升级插件：先列出条款之差和影响；接受前仍按原版 / upgrade a plugin, the difference shown; held until accepted."""
    from regions.plugin_impact import consequences
    from regions.plugin_package import fetched, put_in

    platform = session.platform
    accepted = platform.registry.standings.accepted
    with fetched(platform.settings, target, wheelhouse=wheelhouse, accepted=accepted) as package:
        for reading in package.readings:
            with platform.reading_desk(session.user) as desk:
                found = consequences(desk, reading.name, "accept", reading=reading)
            if not json_:
                show_consequences(session, found.to_json(session.language))
        question = session.say(
            f"安装 {package.distribution} {package.version}？", f"install {package.distribution} {package.version}?"
        )
        asked_to_go_on(session, question, yes=yes or json_)
        put_in(package, wheelhouse=wheelhouse)
        _told(session, package, json_=json_)


@click.command("uninstall")
@click.argument("name")
@click.option("--reason", required=True, help="理由 / why")
@yes_option
@as_json
@command
def uninstall(session: Session, name: str, reason: str, yes: bool, json_: bool) -> None:
    """卸载插件：先列出依赖它的内容，撤出条款，再删软件包 / uninstall a plugin, with what stands on it shown first."""
    from regions.plugin_impact import consequences
    from regions.plugin_lifecycle import remove, standing_of
    from regions.plugin_package import distribution_of, take_out

    platform = session.platform
    with platform.reading_desk(session.user) as desk:
        accepted = standing_of(desk, name).accepted is not None
        if not json_:
            show_consequences(session, consequences(desk, name, "remove").to_json(session.language))
    asked_to_go_on(session, session.say(f"卸载 {name}？", f"uninstall {name}?"), yes=yes or json_)
    if accepted:
        with platform.desk(session.user) as desk:
            remove(desk, name, reason=reason)
    package = take_out(name) if not accepted or distribution_of(name) is not None else None
    said = session.say(f"{name} 已卸载", f"{name} is uninstalled")
    answer({"plugin": name, "taken_out": accepted, "package": package}, said, json_=json_)


def _told(session: Session, package: Package, *, json_: bool) -> None:
    names = [one.name for one in package.readings]
    said = session.say(
        f"已安装 {package.distribution} {package.version}；提请接受：jiuzhu plugin propose {names[0]}",
        f"installed {package.distribution} {package.version}; propose it: jiuzhu plugin propose {names[0]}",
    )
    told = {"package": package.distribution, "version": package.version, "plugins": names}
    answer(told, said, json_=json_)
