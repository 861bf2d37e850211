"""``jiuzhu roster``: existing households in, from a workbook."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.case_acting import fields_in_words
from regions.commands.printing import as_json, heads, show_json, table, written
from regions.commands.session import FOUND_WRONG, Session, command, month

if TYPE_CHECKING:
    from core.casework.roster.importing import Prepared

FILE = click.Path(path_type=Path, dir_okay=False)
SHOWN = 20
"""How many faulty rows are printed; the workbook that goes back has them all."""


@click.group()
def roster() -> None:
    """花名册 / rosters of existing households."""


@roster.command("template")
@click.argument("file", type=FILE)
@as_json
@command
def roster_template(session: Session, file: Path, json_: bool) -> None:
    """写出花名册模板 / write the template, with an example row and notes."""
    from core.casework.roster.layout import template
    from core.casework.workbook import write_sheet

    written(session, file, json_=json_, rows=write_sheet(file, *template()))


@roster.command("import")
@click.argument("file", type=FILE)
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--area", type=click.Choice(["urban", "rural"]), required=True, help="城乡 / area")
@click.option("--programme", default="dibao", show_default=True, help="项目 / programme")
@click.option("--document", required=True, help="所依据的文件 / the document it rests on")
@click.option("--since", required=True, metavar="YYYY-MM", help="表中金额自哪月起 / the amounts hold since this month")
@click.option("--paid-through", required=True, metavar="YYYY-MM", help="原系统已发至 / last month paid elsewhere")
@click.option(
    "--income-item", metavar="CODE", help="年总收入登记到的收入项目 / item the yearly income is recorded under"
)
@click.option("--partial", is_flag=True, help="只导入无误的行 / take the sound rows only")
@click.option("--errors", type=FILE, help="退回的工作簿，默认在原文件旁 / where the faulty rows go")
@as_json
@command
def roster_import(session: Session, file: Path, errors: Path | None, json_: bool, **terms: Any) -> None:
    """校验花名册并提交审批 / examine a roster and put it up for approval.

    有错时默认全部不导入，错误写入“错误说明”列；--partial 提交无误的行。
    """
    from core.casework.roster.importing import examine_import, put_up
    from regions.commands.progress import Bar

    with session.platform.reading_desk(session.user) as desk, Bar(session.say("校验", "examining"), 1000) as bar:
        examined = examine_import(
            desk, _terms(terms), file, progress=lambda done, total: bar.to(1000 * done // max(total, 1))
        )
    with session.platform.desk(session.user) as desk:
        found = put_up(desk, examined)
    target = errors or file.with_name(f"{file.stem}-错误{file.suffix}")
    if found.examination.faults:
        _give_back(session, file, target, found, only_faulty=found.job is not None)
    _tell(session, found, target, json_=json_)
    sys.exit(FOUND_WRONG if found.examination.faults else 0)


def _terms(terms: dict[str, Any]) -> Any:
    from core.casework.roster.takeover import Takeover

    return Takeover(**{**terms, "since": month(terms["since"]), "paid_through": month(terms["paid_through"])})


def _give_back(session: Session, file: Path, target: Path, found: Prepared, *, only_faulty: bool) -> None:
    from core.casework.roster.examination import open_roster
    from core.casework.roster.importing import read_file
    from core.casework.roster.returned import returned
    from core.casework.workbook import write_sheet

    whole = open_roster(read_file(file), file.name)
    write_sheet(target, returned(whole, found.examination.faults, only_faulty=only_faulty, language=session.language))


def _tell(session: Session, found: Prepared, target: Path, *, json_: bool) -> None:
    from core.casework.roster.returned import words
    from core.values import yuan_text

    faults = found.examination.faults
    if json_:
        body = {"import": found.import_id, "rows": found.examination.rows, "faulty": len(faults), **found.totals,
                "put_up": found.job is not None, "errors": str(target) if faults else None}  # fmt: skip
        show_json(body)
        return
    rows = [[row, words(faults[row], session.language)] for row in sorted(faults)[:SHOWN]]
    if rows:
        table(rows, heads(session, "行 错误说明", "row fault"))
        click.echo(
            session.say(f"有错 {len(faults)} 行，已退回：{target}", f"{len(faults)} faulty rows, returned: {target}")
        )
    if found.job is None:
        click.echo(session.say("没有导入任何一户。", "Nothing was imported."))
        return
    money, totals, job = yuan_text(found.totals["monthly"]), found.totals, found.import_id
    click.echo(
        session.say(
            f"已提交 {totals['households']} 户 {totals['persons']} 人，月合计 {money} 元。"
            f"请审批员执行：jiuzhu roster approve {job}",
            f"Put up: {totals['households']} households, {totals['persons']} persons, {money} yuan a month. "
            f"An approver runs: jiuzhu roster approve {job}",
        )
    )


@roster.command("approve")
@click.argument("import_id", metavar="IMPORT")
@as_json
@command
def roster_approve(session: Session, import_id: str, json_: bool) -> None:
    """审批并执行导入 / approve an import another person put up, and run it."""
    from core.casework.roster.importing import approve_import, run_import
    from regions.commands.progress import follow

    with session.platform.desk(session.user) as desk:
        approve_import(desk, import_id)
    job = follow(run_import(session.platform.database, desk, import_id), session.say("导入", "importing"))
    assert job is not None
    left, kept = job.cursor.get("left_out", []), job.cursor.get("kept", [])
    if json_:
        show_json({"import": import_id, "households": job.done, "left_out": [row for row, _ in left], "kept": kept})
        return
    click.echo(session.say(f"已导入 {job.done} 户", f"{job.done} households imported"))
    if left:
        rows = "、".join(str(row) for row, _ in left[:SHOWN])
        click.echo(
            session.say(f"校验后已在别处建案、未导入的行：{rows}", f"opened elsewhere since, left out: rows {rows}")
        )
    _tell_kept(session, kept)


def _tell_kept(session: Session, kept: list[Any]) -> None:
    """Say in which rows the roster says otherwise than what stays known of the head: nothing was replaced."""
    if not kept:
        return
    click.echo(
        session.say(
            f"{len(kept)} 户的户主资料与已登记的不同，未改动；如属实请变更（jiuzhu case contact、case account）：",
            f"{len(kept)} heads are known otherwise, and nothing was replaced; see jiuzhu case contact, case account:",
        )
    )
    shown = [[row, fields_in_words(session, fields)] for row, fields in kept[:SHOWN]]
    table(shown, heads(session, "行 不同的栏目", "row fields"))


@roster.command("check")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--import", "import_id", metavar="IMPORT", help="只核对这次导入 / of this import only")
@click.option("--month", "month_", metavar="YYYY-MM", help="按哪月规则，默认本月 / rules of which month")
@click.option("--out", type=FILE, help="写出清单工作簿 / write the list")
@click.option("--different", is_flag=True, help="清单只列不一致 / list those that differ only")
@as_json
@command
def roster_check(  # noqa: PLR0917 - click gives them by name
    session: Session,
    division: str,
    import_id: str | None,
    month_: str | None,
    out: Path | None,
    different: bool,
    json_: bool,
) -> None:
    """首次复算：一致 / 不一致及原因 / recompute: the same or not, and why."""
    from core.casework.roster.comparison_sheet import comparison_sheet
    from core.casework.roster.recompute import Question, cause_text, recompute
    from core.casework.workbook import write_sheet

    tally: Counter[str] = Counter()
    with session.platform.reading_desk(session.user) as desk:
        asked = month(month_) if month_ else desk.today.replace(day=1)
        question = Question(roots=(desk.path(division),), month=asked, import_id=import_id)
        sheet = comparison_sheet(
            desk, recompute(desk, question), tally, language=session.language, only_different=different
        )
        if out is not None:
            write_sheet(out, sheet)
        else:
            for _ in sheet.rows:
                pass
    if json_:
        show_json({"month": f"{asked:%Y-%m}", "households": sum(tally.values()), "causes": dict(tally)})
    else:
        rows = [[cause_text(cause, session.language), count] for cause, count in tally.most_common()]
        table(rows, heads(session, "结果 户数", "result households"))
    sys.exit(0 if not set(tally) - {"same"} else FOUND_WRONG)
