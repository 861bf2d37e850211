"""``jiuzhu plugin check``, ``new`` and ``coverage``: the author's side of a plugin."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from regions.commands.printing import as_json, heads, show_json, table
from regions.commands.session import FOUND_WRONG, Session, command


@click.command("check")
@click.argument("target")
@as_json
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="另存为 HTML 报告 / also write the report as HTML"
)
@command
def check(session: Session, target: str, json_: bool, html: Path | None) -> None:
    """检查插件（名称或目录），不安装 / check a plugin (name or folder) without installing it."""
    from regions.check import check_plugin
    from regions.check.html import page

    found = check_plugin(session.settings, target)
    if html is not None:
        html.write_text(page(found, session.language), encoding="utf-8")
    if json_:
        show_json(found.to_json(session.language))
    else:
        for line in found.lines(session.language):
            click.echo(line)
    sys.exit(0 if found.passed else FOUND_WRONG)


@click.command("coverage")
@click.argument("names", nargs=-1)
@as_json
@click.option("--markdown", "markdown_", is_flag=True, help="输出 Markdown（docs/coverage.md）/ print Markdown")
@command
def coverage(session: Session, names: tuple[str, ...], json_: bool, markdown_: bool) -> None:
    """逐条对照：已实现、不可执行、空缺 / article by article: implemented, not executable, gap."""
    from regions.check import account

    found = account.accounts(session.platform, names)
    if json_:
        show_json([one.to_json(session.language) for one in found])
        return
    if markdown_:
        click.echo("\n".join(account.markdown(found, session.language)))
        return
    for one in found:
        click.echo(f"\n{one.name} {one.version}  {one.title.pick(session.language)}  {one.counted(session.language)}\n")
        rows = [
            [
                row.article,
                row.topic.pick(session.language),
                account.status_of(row, session.language),
                " ".join(row.provisions),
                "；".join(each.pick(session.language) for each in row.cases),
            ]
            for row in one.rows
        ]
        table(rows, heads(session, "条 内容 状态 条款 示例", "article topic status provision example"))
