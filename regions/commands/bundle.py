"""``jiuzhu bundle``: one archive for a server without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from regions.commands.printing import as_json, written
from regions.commands.session import Session, command

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("out", metavar="FILE.tar.gz", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--wheel", type=FILE, required=True, help="本平台的 wheel / the wheel of this platform")
@click.option("--constraints", type=FILE, required=True, help="各软件包的版本 / the versions of packages")
@click.option("--plugin", "plugins", type=FILE, multiple=True, help="一并安装的插件 wheel / a plugin's wheel beside it")
@click.option("--machine", "machines", multiple=True, type=click.Choice(["x86_64", "aarch64"]),
              help="处理器，默认两种 / processor, by default both")  # fmt: skip
@click.option("--python", default="3.11", show_default=True, help="服务器的 Python 版本 / the server's Python")
@click.option("--wheelhouse", type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="不用索引，只从该目录取 / packages from this folder only")  # fmt: skip
@as_json
@command
def bundle(session: Session, out: Path, machines: tuple[str, ...], json_: bool, **given: Any) -> None:
    """离线安装包：wheel、校验和、服务单元、安装和回退脚本 / wheels, checksums, units, install and rollback script."""
    from regions.bundle import MACHINES, Asked, make_bundle

    names = make_bundle(Asked(machines=machines or MACHINES, **given), out)
    written(session, out, json_=json_, files=len(names))
