"""``jiuzhu filing``: relatives of staff registered apart, and the list of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from regions.commands.printing import answer, as_json, show_json, table, written
from regions.commands.session import WHOLE, Session, command, day

case_argument = click.argument("number", metavar="CASE")
out_option = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="写工作簿到 / write a workbook"
)
on_option = click.option("--on", metavar="DATE", help="日期，默认今天 / day, default today")


@click.group()
def filing() -> None:
    """近亲属备案 / filed relatives of staff."""


@filing.command("file")
@case_argument
@click.option("--holder", type=WHOLE, help="登记在谁名下 / under whom")
@on_option
@as_json
@command
def filing_file(session: Session, number: str, holder: int | None, on: str | None, json_: bool) -> None:
    """单独登记备案 / register a case apart."""
    from core.casework.flow.case_list import find_case
    from core.casework.people.filing import file_case

    with session.platform.desk(session.user) as desk:
        row = file_case(desk, find_case(desk, number), holder_id=holder, on=day(on))
        visit, under = row.visit_required, row.holder_id
    said = session.say(f"已登记在第 {under} 号名下", f"filed under no. {under}")
    answer({"case": number, "holder": under, "county_visit_required": visit}, said, json_=json_)
    if visit and not json_:
        click.echo(session.say("须经县级入户核查后才能审批", "decided only after the county's own visit"))


@filing.command("opinion")
@case_argument
@click.argument("opinion", type=click.Choice(["agreed", "not_agreed"]))
@as_json
@command
def filing_opinion(session: Session, number: str, opinion: str, json_: bool) -> None:
    """登记乡镇意见 / the township's opinion."""
    from core.casework.flow.case_list import find_case
    from core.casework.people.filing import set_opinion

    with session.platform.desk(session.user) as desk:
        set_opinion(desk, find_case(desk, number), opinion)
    answer({"case": number, "opinion": opinion}, session.say("已登记", "recorded"), json_=json_)


@filing.command("unfiled")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@as_json
@command
def filing_unfiled(session: Session, division: str, json_: bool) -> None:
    """应备案未备案 / cases a rule in force files and that are not filed."""
    from core.casework.people.filing import unfiled

    with session.platform.reading_desk(session.user) as desk:
        numbers = [one.number for one in unfiled(desk, division)]
    if json_:
        show_json(numbers)
        return
    for one in numbers:
        click.echo(one)


@filing.command("list")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@out_option
@as_json
@command
def filing_list_(session: Session, division: str, out: Path | None, json_: bool) -> None:
    """近亲属备案表 / the list of filed relatives."""
    from core.casework.people.filing_report import COLUMNS, filing_list, filing_sheet
    from core.casework.workbook import write_sheet
    from core.values import yuan_text

    if out is not None:
        with session.platform.reading_desk(session.user) as desk:
            rows_written = write_sheet(out, filing_sheet(desk, division))
        written(session, out, json_=json_, rows=rows_written)
        return
    with session.platform.reading_desk(session.user) as desk:
        rows = [list(one.cells()) for one in filing_list(desk, division)]
    shown = [
        [yuan_text(cell) if at == 6 and isinstance(cell, int) else cell for at, cell in enumerate(row)] for row in rows
    ]
    titles = [one.pick(session.language) for one in COLUMNS]
    if json_:
        show_json([dict(zip(titles, map(_plain, row), strict=True)) for row in shown])
        return
    table(shown, titles)


def _plain(cell: Any) -> Any:
    return cell.isoformat() if isinstance(cell, date) else cell
