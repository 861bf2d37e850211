"""``jiuzhu caseload parquet | spark``: a snapshot as Parquet, and a run of it on a Spark cluster."""

from __future__ import annotations

from pathlib import Path

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.progress import Bar
from regions.commands.session import Session, command, day, day_option

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("parquet")
@click.argument("snapshot", type=FOLDER)
@click.argument("out", type=FOLDER)
@as_json
@command
def parquet(session: Session, snapshot: Path, out: Path, *, json_: bool) -> None:
    """把快照写成 Parquet / write a snapshot as Parquet."""
    from core.caseload.parquet import write_parquet
    from core.caseload.snapshot import open_snapshot

    found, rows = open_snapshot(snapshot), 0
    with Bar("Parquet", found.manifest.extents.rows) as bar:
        for written in write_parquet(found, out):
            rows += written
            bar.to(rows)
    answer({"folder": str(out), "rows": rows}, session.say(f"{rows} 户：{out}", f"{rows} rows: {out}"), json_=json_)


@click.command("spark")
@click.argument("snapshot", type=FOLDER)
@click.argument("parquet")
@click.argument("out")
@click.option("--master", default="local[*]", show_default=True, help="Spark 主节点 / master, e.g. spark://host:7077")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Spark 设置 / Spark's own settings")
@click.option("--columns", help="要哪些量，逗号分隔，all 为全部 / quantities, comma-separated; all for every one")
@click.option("--programme", "programmes", multiple=True, help="项目，可多次 / programme, repeatable")
@day_option
@as_json
@command
def spark(  # noqa: PLR0913 - one argument an option
    session: Session, snapshot: Path, parquet: str, out: str, *, master: str, settings: tuple[str, ...],
    columns: str | None, programmes: tuple[str, ...], on: str | None, json_: bool,
) -> None:  # fmt: skip
    """在 Spark 集群上计算 / compute a snapshot on a Spark cluster.

    SNAPSHOT 为本机快照（取字段和范围），PARQUET 和 OUT 为各节点都能访问的路径。
    """
    from core.caseload.run import SHOWN, open_run
    from core.caseload.snapshot import open_snapshot
    from core.caseload.totals import total_rows
    from core.errors import JiuzhuError, Text
    from regions.caseload import books

    found = open_snapshot(snapshot)
    when = day(on) or found.manifest.day
    wanted = SHOWN if columns is None else None if columns == "all" else tuple(filter(None, columns.split(",")))
    run = open_run(
        found, books(session.platform.registry, when, programmes), on=when, programmes=programmes, wanted=wanted
    )
    try:
        from core.caseload.spark import run_on_spark, spark_session
    except ImportError as error:
        text = Text("没有安装 Spark 支持", "Spark is not installed")
        hint = Text("pip install 'jiuzhu[spark]'，并安装 Java 17", "pip install 'jiuzhu[spark]', and Java 17")
        raise JiuzhuError("no_spark", text, hint=hint) from error
    result = run_on_spark(spark_session(master, **dict(one.split("=", 1) for one in settings)), run, parquet, out)
    if json_:
        show_json({"rows": result.rows, "errors": result.errors, "totals": total_rows(result.totals)})
        return
    zh = "项目 区划 城乡 户数 符合 不符合 无法确定 有误 保障人数 月保障金(元)"
    en = "programme division area households eligible not undecided errors persons monthly(yuan)"
    table([[*key, *total.cells()] for key, total in result.totals.by(0, 1, 2).items()], heads(session, zh, en))
    click.echo(session.say(f"结果 {result.rows}，错误 {result.errors}", f"rows {result.rows}, errors {result.errors}"))
