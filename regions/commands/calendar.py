"""``jiuzhu calendar``: years of the working calendar."""

from __future__ import annotations

from pathlib import Path

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import YEAR, Session, command


@click.group()
def calendar() -> None:
    """工作日历年度 / years of the working calendar."""


@calendar.command("load")
@click.argument("year", type=YEAR)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--document", required=True, help="国务院办公厅放假通知 / the State Council's notice")
@click.option("--reason", help="该年已有时，重新载入的理由 / why a known year is loaded again")
@as_json
@command
def calendar_load(session: Session, year: int, *, file: Path, document: str, reason: str | None, json_: bool) -> None:
    """载入一年的放假安排（CSV：day,kind,name,source）/ load a year's holidays."""
    from core.casework.reviews.calendar_year import load_year
    from core.table import read_file

    text = read_file(file)
    with session.platform.desk(session.user) as desk:
        row = load_year(desk, year, text, document=document, file=str(file), reason=reason)
        made = {"year": year, "file": str(file), "digest": row.digest}
    answer(made, session.say(f"{year} 年的放假安排已载入", f"the holidays of {year} are loaded"), json_=json_)


@calendar.command("show")
@click.option("--year", type=YEAR, help="只看一年 / one year")
@as_json
@command
def calendar_show(session: Session, year: int | None, json_: bool) -> None:
    """已有的年份，或一年的特殊日期 / the years known, or one year's special days."""
    platform = session.platform
    with platform.database.reading() as reading:
        known = platform.calendar(reading)
    days = [known.special[one] for one in sorted(known.special) if year is None or one.year == year]
    if json_:
        shown = [{"day": f"{one.day}", "works": one.works, "name": one.name, "source": one.source} for one in days]
        show_json({"years": sorted(known.years), "days": shown})
    elif year is None:
        click.echo(" ".join(str(one) for one in sorted(known.years)))
    else:
        works = {True: session.say("上班", "worked"), False: session.say("放假", "holiday")}
        rows = [[one.day, works[one.works], one.name, one.source] for one in days]
        table(rows, heads(session, "日期 性质 节日 来源", "day kind holiday source"))
