"""``jiuzhu report``: statistical reports, and their closing at a month's end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table, written
from regions.commands.session import WHOLE, Session, command, month

if TYPE_CHECKING:
    from core.casework.reporting.report_declaration import Declaration
    from core.casework.reporting.statistics import ReportRow

OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写出工作簿 / write a workbook")
DIVISION = click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
MONTH = click.option("--month", "month_", required=True, metavar="YYYY-MM", help="月份 / month")


@click.group()
def report() -> None:
    """统计报表 / statistical reports."""


@report.command("list")
@as_json
@command
def report_list(session: Session, json_: bool) -> None:
    """有哪些报表 / which reports there are."""
    from core.casework.reporting.report_declaration import declaration, report_names

    rows = [[name, declaration(name).label.pick(session.language)] for name in report_names()]
    if json_:
        show_json([{"report": name, "label": label} for name, label in rows])
        return
    table(rows, heads(session, "报表 名称", "report label"))


@report.command("show")
@click.argument("name")
@DIVISION
@MONTH
@OUT
@as_json
@command
def report_show(session: Session, name: str, division: str, month_: str, out: Path | None, json_: bool) -> None:
    """一个月的报表：封账的照封账，未封账的现算 / a month's report, as closed or as it stands now."""
    from core.casework.reporting.report_close import find_report
    from core.casework.reporting.report_sheet import (
        adjustment_text,
        closed_notes,
        closed_rows,
        closed_sheet,
        declaration_of,
        report_sheet,
    )
    from core.casework.reporting.statistics import report as compute
    from core.casework.workbook import write_sheet

    with session.platform.reading_desk(session.user) as desk:
        kept = find_report(desk, name, division, month=month(month_))
        closed = kept is not None and kept.status == "closed"
        if kept is not None and closed:
            declared, rows, sheet = declaration_of(kept), closed_rows(kept), closed_sheet(kept)
            changes, notes = kept.adjustments, closed_notes(kept)
        else:
            found = compute(desk, name, division, month=month(month_))
            declared, rows, sheet = found.declaration, list(found.rows), report_sheet(found)
            changes, notes = [], found.notes
    if out is not None:
        written(session, out, json_=json_, rows=write_sheet(out, sheet))
    elif json_:
        from core.casework.reporting.statistics import as_json as plain

        show_json(
            {
                "closed": closed,
                "rows": plain(rows),
                "adjustments": changes,
                "notes": [one.pick(session.language) for one in notes],
            }
        )
    else:
        click.echo(f"{declared.label.pick(session.language)}　{sheet.heading[1]}")
        _print(session, declared, rows)
        for note in notes:
            click.echo(note.pick(session.language))
        for one in changes:
            click.echo(f"{session.say('调整数', 'adjustment')} {adjustment_text(declared, one)}")


def _print(session: Session, declared: Declaration, rows: list[ReportRow]) -> None:
    from core.values import yuan_text

    def cell(value: Any, *, money: bool) -> str:
        return "—" if value is None else yuan_text(value) if money else str(value)

    shown = [
        [row.label, *(cell(row.values.get(one.key), money=one.unit.is_money) for one in declared.columns)]
        for row in rows
    ]
    titles = [one.pick(session.language) for one in (declared.row, *(column.label for column in declared.columns))]
    table(shown, titles)


@report.command("prepare")
@click.argument("name")
@DIVISION
@MONTH
@click.option("--note", help="编制说明 / note")
@as_json
@command
def report_prepare(session: Session, name: str, *, division: str, month_: str, note: str | None, json_: bool) -> None:
    """编制月报，供另一人封账 / draw a month's report up for closing."""
    from core.casework.reporting.report_close import prepare_report

    with session.platform.desk(session.user) as desk:
        row = prepare_report(desk, name, division, month=month(month_), note=note)
        number, changes = row.id, len(row.adjustments)
    zh = f"报表 {number} 已编制，调整数 {changes} 项，待另一人封账：jiuzhu report close {number}"
    en = f"report {number} prepared, {changes} adjustments; another closes it"
    answer({"report": number, "adjustments": changes}, session.say(zh, en), json_=json_)


@report.command("close")
@click.argument("number", type=WHOLE)
@as_json
@command
def report_close(session: Session, number: int, json_: bool) -> None:
    """封账 / close a report another person prepared."""
    from core.casework.reporting.report_close import close_report

    with session.platform.desk(session.user) as desk:
        digest = close_report(desk, number).digest
    said = session.say(f"报表 {number} 已封账　{digest}", f"report {number} closed  {digest}")
    answer({"report": number, "digest": digest}, said, json_=json_)
