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


@click.command("new")
@click.argument("name")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="放在哪个目录 / the folder it goes into",
)
@as_json
@command
def new(session: Session, name: str, division: str, into: Path, json_: bool) -> None:
    """新建一个插件项目 / begin a plugin: a complete project, clean at its first check."""
    from regions.division import DivisionTree
    from regions.new_project import new_project

    tree = DivisionTree.load()
    for table_file in session.settings.divisions:
        tree = tree.with_file(table_file)
    files = new_project(tree, name, division=division, into=into)
    if json_:
        show_json([str(one) for one in files])
        return
    for one in files:
        click.echo(str(one))
    click.echo(session.say(f"下一步：jiuzhu plugin check {into / name}", f"next: jiuzhu plugin check {into / name}"))
