"""``jiuzhu life``: two cases led through their whole life on a real database, told as timeline and ledger."""

from __future__ import annotations

import sys

import click

from core.errors import JiuzhuError, Text
from regions.commands.printing import as_json, show_json
from regions.commands.session import FOUND_WRONG, Session, command


@click.command()
@click.option(
    "--database", "urls", multiple=True, metavar="URL",
    help="空的数据库地址，每个演示一个，默认内嵌 / an empty database for each tale, embedded by default",
)  # fmt: skip
@as_json
@command
def life(session: Session, urls: tuple[str, ...], json_: bool) -> None:
    """演示：两地案件从申请到最后一次发放，和一次提标测算 / cases from application to last payment, and an uprating."""
    from regions.life.policy_day import policy_day
    from regions.life.run import TALES, run_life

    if urls and len(urls) != len(TALES):
        text = Text(f"须给出 {len(TALES)} 个空数据库", f"give {len(TALES)} empty databases")
        raise JiuzhuError("not_enough_databases", text, value=str(len(urls)))
    told = []
    for one in run_life(urls or (None,) * len(TALES)):
        told.append(one)
        if not json_:
            for line in one.lines(session.language):
                click.echo(line)
            click.echo()
    day = policy_day()
    if json_:
        show_json([*(one.to_json(session.language) for one in told), day.to_json()])
    else:
        for line in day.lines(session.language):
            click.echo(line)
    sys.exit(FOUND_WRONG if day.wrong or any(one.wrong for one in told) else 0)
