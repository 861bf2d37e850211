"""``jiuzhu serve``: starts the admin panel, on the office's database or on the demonstration's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from core.errors import JiuzhuError, Text
from regions.commands.session import Session, command

if TYPE_CHECKING:
    from regions.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址 / address to listen on")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="端口 / port")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="进程数 / processes")
@click.option("--behind-proxy", "names", multiple=True, metavar="NAME",
              help="在 HTTPS 反向代理之后，对外的主机名 / the public name, behind an HTTPS proxy")  # fmt: skip
@click.option("--demo", is_flag=True, help="示范用户和合成数据 / demonstration users and a synthetic caseload")
@command
def serve(session: Session, host: str, port: int, workers: int, names: tuple[str, ...], demo: bool) -> None:
    """启动管理页面 / start the admin panel."""
    from admin.app import LOOPBACK
    from admin.serve import Server

    if host not in LOOPBACK and not names:
        text = Text("不经 HTTPS 代理时只能监听本机", "without an HTTPS proxy only this machine may be listened on")
        hint = Text("请用 --behind-proxy 主机名", "say --behind-proxy NAME")
        raise JiuzhuError("plain_http", text, hint=hint, value=host)
    if demo and names:
        text = Text("演示用户的密码人人知道，只能在本机使用", "the password of the demonstration is known: here only")
        raise JiuzhuError("demonstration_is_local", text, hint=Text("去掉 --behind-proxy", "leave --behind-proxy out"))
    settings = _demonstrated(session) if demo else session.settings
    if not demo:
        _ = session.platform.database  # a fault of the settings is told here, once, not by every worker
        session.close()
    click.echo(session.say(f"→ http://{host}:{port}/ （Ctrl+C 结束）", f"→ http://{host}:{port}/ (Ctrl+C ends it)"))
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "worker_class": "admin.worker.Worker",
        "accesslog": None,
        "loglevel": "warning",
        "timeout": 120,
    }
    Server(settings, hosts=[*LOOPBACK, *names], proxy=bool(names), options=options).run()


def _demonstrated(session: Session) -> Settings:
    """Make the demonstration where it is not there yet, and say who may sign in."""
    from regions.commands.progress import Bar
    from regions.life.exhibit import exhibit_settings, open_exhibit, welcome

    settings = exhibit_settings(session.settings)
    with Bar(session.say("合成数据", "synthetic data"), 1000) as bar:
        platform = open_exhibit(settings, progress=lambda done, total: bar.to(1000 * done // total))
    for line in welcome(platform):
        click.echo(line.pick(session.language))
    platform.database.close()
    return settings
