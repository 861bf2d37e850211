"""``jiuzhu caseload``: the whole caseload at once: snapshots of it, and runs over them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.lazy import LazyCommands
from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import FOUND_WRONG, Session, command, day, day_option

if TYPE_CHECKING:
    from core.caseload.manifest import Manifest

FOLDER = click.Path(path_type=Path, file_okay=False)
SHOWN_FAULTS = 20
PROGRAMMES = click.option("--programme", "programmes", multiple=True, help="项目，可多次 / programme, repeatable")


LATER = {
    name: f"regions.commands.{home}:{name}"
    for home, names in {
        "caseload_whatif": ("whatif", "sweep", "afford"), "caseload_year": ("year",), "caseload_audit": ("audit",),
        "caseload_spark": ("parquet", "spark"),
    }.items()
    for name in names
}  # fmt: skip
"""Commands of the group that live in other files."""


@click.group(commands=LazyCommands(LATER))
def caseload() -> None:
    """全部案户一次算 / the whole caseload at once."""


@caseload.command("snapshot")
@click.argument("out", type=FOLDER)
@click.option("--division", default="000000", show_default=True, metavar="CODE", help="区划代码 / division code")
@PROGRAMMES
@day_option
@click.option("--resume", is_flag=True, help="续做中断的快照 / go on with an interrupted one")
@click.option(
    "--refresh", "again", is_flag=True, help="更新已有快照，只取有变化的 / bring up to date, only what changed"
)
@as_json
@command
def caseload_snapshot(  # noqa: PLR0913 - one argument an option
    session: Session, out: Path, *, division: str, programmes: tuple[str, ...], on: str | None, resume: bool,
    again: bool, json_: bool,
) -> None:  # fmt: skip
    """把数据库中的案户写成快照 / write the cases of the database as a snapshot."""
    from regions.caseload_query import Wanted
    from regions.caseload_refresh import refresh
    from regions.caseload_snapshot import snapshot
    from regions.commands.progress import Bar

    platform = session.platform
    with platform.reading_desk(session.user) as desk, Bar(session.say("快照", "snapshot"), 1) as bar:
        wanted = Wanted(on=day(on) or platform.today, path=desk.path(division), programmes=programmes)
        if again:
            renewed = refresh(desk, platform.database, out, wanted, progress=bar.of)
            found, fetched = renewed.snapshot, renewed.fetched
        else:
            found, fetched = snapshot(desk, platform.database, out, wanted, resume=resume, progress=bar.of), None
    _told(session, out, found.manifest, json_=json_, fetched=fetched)


@caseload.command("generate")
@click.argument("out", type=FOLDER)
@click.option("--households", type=click.IntRange(1), help="户数，按比例缩放 / households, counts are scaled to them")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="随机种子 / seed")
@click.option("--counts", type=click.Path(path_type=Path), help="各地户数人数（CSV），默认为公布数 / counts by place")
@click.option("--errors", type=click.FloatRange(0, 1), default=0.0, help="有误户比例 / share of households with errors")
@click.option("--on-line", type=click.FloatRange(0, 1), default=0.01, help="恰在标准线上的比例 / share on the line")
@day_option
@click.option("--resume", is_flag=True, help="续做中断的快照 / go on with an interrupted one")
@as_json
@command
def caseload_generate(  # noqa: PLR0913 - one argument an option
    session: Session, out: Path, *, households: int | None, seed: int, counts: Path | None, errors: float,
    on_line: float, on: str | None, resume: bool, json_: bool,
) -> None:  # fmt: skip
    """生成合成数据快照 / make a synthetic snapshot."""
    from regions.caseload_generate import Wish, generate, published_counts, read_counts
    from regions.commands.progress import Bar

    wish = Wish(
        counts=read_counts(counts) if counts else published_counts(), on=day(on) or session.platform.today, seed=seed,
        households=households, errors=errors, on_line=on_line,
    )  # fmt: skip
    with Bar(session.say("生成", "generating"), 1) as bar:
        found = generate(session.platform.registry, out, wish, resume=resume, progress=bar.of)
    _told(session, out, found.manifest, json_=json_)


@caseload.command("import")
@click.argument("households", type=click.Path(path_type=Path))
@click.argument("out", type=FOLDER)
@click.option("--mapping", type=click.Path(path_type=Path), required=True, help="对照表（YAML）/ which column is what")
@day_option
@as_json
@command
def caseload_import(
    session: Session, households: Path, out: Path, *, mapping: Path, on: str | None, json_: bool
) -> None:  # fmt: skip
    """由外来表格（CSV 或 Parquet）制作快照 / make a snapshot of tables made elsewhere."""
    from regions.caseload_import import FAULTS, import_tables, write_faults
    from regions.commands.progress import Bar

    when = day(on) or session.platform.today
    with Bar(session.say("导入", "importing"), 1) as bar:
        found = import_tables(session.platform.registry, households, mapping, folder=out, on=when, progress=bar.of)
    write_faults(out / FAULTS, found.faults, session.language)
    faults = [one.render(session.language) for one in found.faults]
    _told(session, out, found.snapshot.manifest, json_=json_, faults=faults)
    if faults:
        raise SystemExit(FOUND_WRONG)


@caseload.command("show")
@click.argument("snapshot", type=FOLDER)
@click.option("--verify", is_flag=True, help="核对每个文件 / check every file's sum")
@as_json
@command
def caseload_show(session: Session, snapshot: Path, *, verify: bool, json_: bool) -> None:
    """快照里有什么 / what a snapshot holds."""
    from core.caseload.snapshot import open_snapshot

    found = open_snapshot(snapshot)
    damaged = list(found.damaged()) if verify else []
    _told(session, snapshot, found.manifest, json_=json_, damaged=damaged)
    if damaged:
        raise SystemExit(FOUND_WRONG)


def _told(
    session: Session, folder: Path, manifest: Manifest, *, json_: bool, damaged: Sequence[str] = (),
    faults: Sequence[str] = (), fetched: int | None = None,
) -> None:  # fmt: skip
    """Say what a snapshot holds."""
    extents = manifest.extents
    data: dict[str, Any] = {
        "folder": str(folder), "day": manifest.day.isoformat(), "label": manifest.label.pick(session.language),
        "synthetic": manifest.synthetic, "rows": extents.rows, "kept_as_written": extents.kept,
        "records": dict(extents.records), "parts": len(manifest.parts), "damaged": list(damaged),
        "faults": list(faults),
    }  # fmt: skip
    records = "、".join(f"{name} {count}" for name, count in extents.records.items() if count)
    zh = f"{manifest.label.zh}　{manifest.day}　{extents.rows} 户（{records}），{len(manifest.parts)} 个文件：{folder}"
    held = f"{extents.rows} households ({records}), {len(manifest.parts)} files"
    en = f"{manifest.label.en}, {manifest.day}: {held}: {folder}"
    if fetched is not None:
        data["fetched"] = fetched
        zh += f"\n有变化而重取 {fetched} 户，其余沿用"
        en += f"\n{fetched} had changed and were fetched, the others taken over"
    if extents.kept:
        zh += f"\n{extents.kept} 户的情况不合字段，按原文保留，计算时逐户报错"
        en += f"\n{extents.kept} households do not fit the columns: kept as written, told one by one in a run"
    if damaged:
        zh += f"\n已损坏：{'、'.join(damaged)}"
        en += f"\ndamaged: {', '.join(damaged)}"
    if faults:
        shown = "\n".join(faults[:SHOWN_FAULTS])
        zh += f"\n{len(faults)} 处有误，全部列在 faults.csv：\n{shown}"
        en += f"\n{len(faults)} faults, all of them in faults.csv:\n{shown}"
    answer(data, session.say(zh, en), json_=json_)


@caseload.command("run")
@click.argument("snapshot", type=FOLDER)
@day_option
@PROGRAMMES
@click.option("--columns", help="要哪些量，逗号分隔，all 为全部 / quantities, comma-separated; all for every one")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help=".parquet 或 .csv / where results go")
@click.option(
    "--workers", type=click.IntRange(1, 256), help="并行数，默认全部核心 / how many at a time, default all cores"
)
@as_json
@command
def caseload_run(  # noqa: PLR0913 - one argument an option
    session: Session, snapshot: Path, *, on: str | None, programmes: tuple[str, ...], columns: str | None,
    out: Path | None, workers: int | None, json_: bool,
) -> None:  # fmt: skip
    """按某日规则计算快照中的每一户 / compute every household of a snapshot under the rules of a day."""
    from core.caseload.result import run_to
    from core.caseload.run import SHOWN, open_run
    from core.caseload.snapshot import open_snapshot
    from regions.caseload import books
    from regions.commands.progress import Bar

    found = open_snapshot(snapshot)
    when = day(on) or found.manifest.day
    wanted = SHOWN if columns is None else None if columns == "all" else tuple(filter(None, columns.split(",")))
    run = open_run(
        found, books(session.platform.registry, when, programmes), on=when, programmes=programmes, wanted=wanted
    )
    with Bar(session.say("计算", "computing"), 1) as bar:
        result = run_to(run, out, workers=workers, progress=bar.of)
    if json_:
        show_json(result.to_json())
        return
    counts = heads(session, "户数 符合 不符合 无法确定 有误 保障人数 月保障金(元)",
                   "households eligible not undecided errors persons monthly(yuan)")  # fmt: skip
    by_place = heads(session, "项目 区划 城乡", "programme division area")
    by_class = heads(session, "项目 复核类别", "programme class")
    for places, headings in (((0, 1, 2), by_place), ((0, 3), by_class)):
        table([[*key, *total.cells()] for key, total in result.totals.by(*places).items()], [*headings, *counts])
    for path in result.files:
        click.echo(session.say(f"已写出 {path}", f"written: {path}"))
