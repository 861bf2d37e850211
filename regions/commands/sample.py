"""``jiuzhu sample``: the random check, drawn by a recorded seed; what the inspectors found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table, written
from regions.commands.session import WHOLE, YEAR, Session, command, day


@click.group()
def sample() -> None:
    """随机抽查 / the random check."""


@sample.command("draw")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--area", type=click.Choice(["urban", "rural"]), required=True, help="城乡 / area")
@click.option("--programme", default="dibao", show_default=True, help="项目 / programme")
@click.option("--year", type=YEAR, help="年度，默认今年 / year, default this one")
@click.option("--since", metavar="DATE", help="或起始日 / or the first day of the span")
@click.option("--until", metavar="DATE", help="和止日（不含）/ and the day after its last")
@click.option("--due", metavar="DATE", help="完成期限，默认期末 / to be checked by")
@click.option("--doubtful", multiple=True, metavar="CASE", help="有疑问、有举报的申请 / doubtful applications")
@as_json
@command
def sample_draw(session: Session, json_: bool, **given: Any) -> None:
    """抽取一次，种子由平台产生并记录 / draw, once for a place and period, by a seed of the platform's."""
    from core.casework.reviews.sampling import draw_sample

    with session.platform.desk(session.user) as desk:
        span = _span(session, given)
        made = draw_sample(desk, span, due_on=day(given["due"]), doubtful=given["doubtful"])
        number, seed, rule, strata = made.id, made.seed, made.rule, made.strata
    if json_:
        show_json({"draw": number, "seed": seed, "rule": rule, "strata": strata})
        return
    click.echo(session.say(f"抽取 {number}　种子 {seed}　依据 {rule}", f"draw {number}  seed {seed}  rule {rule}"))
    rows = [[one["label"], one["share"], one["size"], one["drawn"]] for one in strata]
    table(rows, heads(session, "范围 比例 总数 抽取", "population share size drawn"))


def _span(session: Session, given: dict[str, Any]) -> Any:
    from datetime import date

    from core.casework.reviews.sample_population import Span

    year = given["year"] or session.platform.today.year
    since = day(given["since"]) or date(year, 1, 1)
    until = day(given["until"]) or date(year + 1, 1, 1)
    return Span(division=given["division"], programme=given["programme"], area=given["area"], since=since, until=until)


@sample.command("show")
@click.argument("number", type=WHOLE)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写出工作簿 / write a workbook")
@as_json
@command
def sample_show(session: Session, number: int, out: Path | None, json_: bool) -> None:
    """抽取名单和进度 / what was drawn, and how far it is checked."""
    from core.casework.reviews.sample_check import progress
    from core.casework.reviews.sampling import draw_of, drawn_cases, labels_of, place_in_order
    from core.casework.workbook import Sheet, columns, write_sheet

    with session.platform.reading_desk(session.user) as desk:
        made = draw_of(desk, number)
        seed, labels = made.seed, labels_of(made)
        rows = [[labels[item.stratum], item.rank, case.number, case.village, place_in_order(seed, case.number)]
                for item, case in drawn_cases(desk, number)]  # fmt: skip
        found = progress(desk, number)
    if out is not None:
        titles = columns("范围", "次序:count", "案件编号:id", "村（社区）", "散列值:id")
        sheet = Sheet(title="抽查名单", columns=titles, rows=rows, heading=[f"抽取 {number}　种子 {seed}"])
        written(session, out, json_=json_, rows=write_sheet(out, sheet))
    elif json_:
        show_json({"seed": seed, "progress": found, "cases": [row[2] for row in rows]})
    else:
        click.echo(session.say(f"种子 {seed}", f"seed {seed}"))
        table([row[:4] for row in rows], heads(session, "范围 次序 案件 村（社区）", "population rank case village"))
        click.echo("　".join(f"{_outcome(session, key)} {count}" for key, count in sorted(found.items())))


def _outcome(session: Session, key: str) -> str:
    from core.casework.reviews.sample_check import OUTCOMES

    return session.say("待查", "open") if key == "open" else OUTCOMES[key].pick(session.language)


@sample.command("record")
@click.argument("number", type=WHOLE)
@click.argument("case_number", metavar="CASE")
@click.option("--by", "inspectors", type=WHOLE, multiple=True, required=True, help="抽查人（名册编号）/ who checked")
@click.option("--outcome", required=True, help="属实与否：confirmed amount_changed not_eligible not_met / outcome")
@click.option("--on", metavar="DATE", help="抽查日期，默认今天 / day, default today")
@click.option("--note", help="说明 / note")
@as_json
@command
def sample_record(session: Session, number: int, case_number: str, on: str | None, json_: bool, **given: Any) -> None:
    """登记抽查结果 / record what was found at a drawn case."""
    from core.casework.reviews.sample_check import Found, record_check

    found = Found(checked_on=day(on) or session.platform.today, **given)
    with session.platform.desk(session.user) as desk:
        record_check(desk, number, case_number, found)
    label = _outcome(session, found.outcome)
    said = session.say(f"已登记 {case_number}：{label}", f"recorded {case_number}: {label}")
    answer({"draw": number, "case": case_number, "outcome": found.outcome}, said, json_=json_)
