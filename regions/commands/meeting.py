"""``jiuzhu meeting``, ``jiuzhu visit``: work that many cases share, entered once."""

from __future__ import annotations

from pathlib import Path

import click

from regions.commands.printing import answer, as_json, show_json, table, written
from regions.commands.session import WHOLE, Session, command

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def meeting() -> None:
    """评议会、审批会 / meetings."""


@meeting.command("record")
@click.argument("file", type=FILE)
@click.option("--grid", type=FILE, help="结果表（.xlsx 或 .csv）/ grid of results")
@click.option("--photo", type=FILE, multiple=True, help="记录表照片或扫描件 / photo or scan of the record")
@as_json
@command
def meeting_record_(session: Session, file: Path, grid: Path | None, photo: tuple[Path, ...], json_: bool) -> None:
    """记录一次会议 / record a meeting: people once, one line a case, all or nothing."""
    from core.casework.rounds.meeting import record_meeting
    from core.casework.rounds.proof import Photo, attach
    from core.source import content_of
    from regions.meeting_file import read_meeting

    sheet = read_meeting(file, grid=grid)
    with session.platform.desk(session.user) as desk:
        made = record_meeting(desk, sheet)
        for one in photo:
            attach(desk, f"meeting/{made.id}", Photo(name=one.name, content=content_of(one)))
        number, cases = made.id, len(made.results)
    said = session.say(f"会议 {number}：{cases} 户", f"meeting {number}: {cases} cases")
    answer({"meeting": number, "cases": cases}, said, json_=json_)


@meeting.command("show")
@click.argument("number", type=WHOLE)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写工作簿到 / write a workbook")
@as_json
@command
def meeting_show(session: Session, number: int, out: Path | None, json_: bool) -> None:
    """民主评议记录表 / the record of a meeting."""
    from core.casework.rounds.meeting_record import COLUMNS, meeting_record, meeting_sheet
    from core.casework.workbook import write_sheet

    if out is not None:
        with session.platform.reading_desk(session.user) as desk:
            count = write_sheet(out, meeting_sheet(desk, number))
        written(session, out, json_=json_, rows=count)
        return
    with session.platform.reading_desk(session.user) as desk:
        rows = [[str(cell) for cell in line.cells()] for line in meeting_record(desk, number)]
    titles = [one.pick(session.language) for one in COLUMNS]
    if json_:
        show_json([dict(zip(titles, row, strict=True)) for row in rows])
        return
    table(rows, titles)


@click.group()
def visit() -> None:
    """入户调查 / rounds of visits."""


@visit.command("record")
@click.argument("file", type=FILE)
@as_json
@command
def visit_record(session: Session, file: Path, json_: bool) -> None:
    """记录一轮入户 / record a round of visits: at least two people, one entry a household."""
    from core.casework.rounds.visit import record_round
    from regions.meeting_file import read_round

    sheet = read_round(file)
    with session.platform.desk(session.user) as desk:
        made = record_round(desk, sheet)
        number, households = made.id, len(made.visits)
    said = session.say(f"入户 {number}：{households} 户", f"round {number}: {households} households")
    answer({"round": number, "households": households}, said, json_=json_)
