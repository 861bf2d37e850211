"""``jiuzhu posting``: sheets drawn, put up, taken down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import JiuzhuError, Text
from regions.commands.printing import answer, as_json, heads, show_json, table, written
from regions.commands.session import WHOLE, Session, command, day

if TYPE_CHECKING:
    from core.casework.rounds.proof import Photo

FILE = click.Path(path_type=Path, dir_okay=False)
on_option = click.option("--on", metavar="DATE", help="日期，默认今天 / day, default today")
photo_option = click.option("--photo", type=FILE, help="照片 / photograph (JPEG, PNG, PDF)")
posting_argument = click.argument("number", type=WHOLE, metavar="SHEET")


@click.group()
def posting() -> None:
    """公示 / posting sheets."""


@posting.command("draw")
@click.argument("event")
@click.argument("cases", nargs=-1, required=True)
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--area", type=click.Choice(["urban", "rural", "any"]), default="any", help="城乡 / area")
@click.option("--programme", default="dibao", show_default=True, help="项目 / programme")
@click.option("--phone", required=True, help="异议电话 / telephone for objections")
@click.option("--values", metavar="JSON", help='各户内容，如 {"编号": {"amount": 6434}}（分）/ values by case, fen')
@click.option("--spare", multiple=True, metavar="CASE", help="属于例外的户 / cases an exception spares")
@click.option("--no-exception", is_flag=True, help="其余各户都不属于例外 / no other case is excepted")
@click.option("--batch", help="所属批次 / batch it belongs to")
@click.option("--repeats", type=WHOLE, help="异议后重新公示：原公示单 / the sheet it repeats")
@as_json
@command
def posting_draw(session: Session, event: str, cases: tuple[str, ...], json_: bool, **given: Any) -> None:
    """制作公示单，每村一张 / draw the sheets of an event, one a village."""
    from core.casework.rounds.posting import Notice, draw

    excepted = dict.fromkeys(cases, False) if given["no_exception"] else {}
    notice = Notice(
        event=event, cases=cases, division=given["division"], area=given["area"], programme=given["programme"],
        phone=given["phone"], values=_values(given["values"]), batch=given["batch"], repeats=given["repeats"],
        excepted=excepted | dict.fromkeys(given["spare"], True),
    )  # fmt: skip
    with session.platform.desk(session.user) as desk:
        made = [(one.id, one.village, len(one.lines)) for one in draw(desk, notice)]
    if json_:
        show_json([dict(zip(("sheet", "village", "cases"), one, strict=True)) for one in made])
        return
    for number, village, lines in made:
        click.echo(session.say(f"公示单 {number}  {village or ''}  {lines} 户", f"sheet {number}  {lines} cases"))


def _values(text: str | None) -> dict[str, dict[str, Any]]:
    if text is None:
        return {}
    try:
        found = json.loads(text, parse_float=str)
    except json.JSONDecodeError as error:
        raise JiuzhuError("bad_json", Text("不是 JSON", "not JSON"), value=text) from error
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise JiuzhuError(
            "bad_json", Text("应为 JSON 对象，每户一个对象", "an object of one object a case"), value=text
        )
    return found


@posting.command("post")
@posting_argument
@click.option("--posted-by", required=True, help="张贴单位：village township county / who puts it up")
@click.option("--by", "posters", type=WHOLE, multiple=True, required=True, help="张贴人（名册编号）/ who put it up")
@click.option("--place", "places", multiple=True, required=True, help="地点 / where, e.g. village_notice_board")
@click.option("--days", type=WHOLE, help="天数，多于规定时 / days, where more than the rule asks for")
@photo_option
@on_option
@as_json
@command
def posting_post(session: Session, number: int, photo: Path | None, on: str | None, json_: bool, **given: Any) -> None:
    """登记张贴 / put a sheet up."""
    from core.casework.rounds.posting_board import Hanging, post

    with session.platform.desk(session.user) as desk:
        hanging = Hanging(happened_on=day(on) or desk.today, photo=_photo(photo), **given)
        until, provisional = (sheet := post(desk, number, hanging)).ends_on, sheet.provisional
    mark = session.say("（暂定：放假安排未载入）", " (provisional)") if provisional else ""
    said = session.say(f"公示至 {until or '长期'}{mark}", f"hangs until {until or 'further notice'}{mark}")
    answer({"sheet": number, "until": _day(until), "provisional": provisional}, said, json_=json_)


def _photo(path: Path | None) -> Photo | None:
    from core.casework.rounds.proof import Photo
    from core.source import content_of

    return None if path is None else Photo(name=path.name, content=content_of(path))


@posting.command("take-down")
@posting_argument
@photo_option
@click.option("--reason", help="提前撤下的理由 / why it comes down early")
@on_option
@as_json
@command
def posting_take_down(
    session: Session, number: int, *, photo: Path | None, reason: str | None, on: str | None, json_: bool
) -> None:
    """撤下公示 / take a sheet down."""
    from core.casework.rounds.posting_board import take_down

    with session.platform.desk(session.user) as desk:
        when = day(on) or desk.today
        sheet = take_down(desk, number, happened_on=when, photo=_photo(photo), reason=reason)
        ended, lines = sum(one.ended_on is not None for one in sheet.lines), len(sheet.lines)
    said = session.say(f"{lines} 户中 {ended} 户公示期满", f"{ended} of {lines} cases have been posted their time")
    answer({"sheet": number, "cases": lines, "ended": ended}, said, json_=json_)


@posting.command("settle")
@posting_argument
@as_json
@command
def posting_settle(session: Session, number: int, json_: bool) -> None:
    """异议答复后登记公示期满 / end the lines whose objections have been answered."""
    from core.casework.rounds.posting_board import settle

    with session.platform.desk(session.user) as desk:
        ended = settle(desk, number)
    said = session.say(f"{ended} 户公示期满", f"{ended} cases have been posted their time")
    answer({"sheet": number, "ended": ended}, said, json_=json_)


@posting.command("list")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--overdue", is_flag=True, help="已期满未撤下 / over and still up")
@as_json
@command
def posting_list(session: Session, division: str, overdue: bool, json_: bool) -> None:
    """公示单和撤下日期 / the sheets and when they come down."""
    from core.casework.rounds.posting import postings

    with session.platform.reading_desk(session.user) as desk:
        found = postings(desk, division, overdue=overdue)
        rows = [
            [one.id, one.event, one.village, len(one.lines), one.status, _day(one.posted_on), _day(one.ends_on),
             _day(one.taken_down_on)]
            for one in found
        ]  # fmt: skip
    keys = ("number", "event", "village", "cases", "status", "posted_on", "ends_on", "taken_down_on")
    if json_:
        show_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    table(
        rows, heads(session, "编号 事项 村居 户数 状态 张贴 期满 撤下", "no. event village cases status up until down")
    )


def _day(one: Any) -> str | None:
    return one.isoformat() if one is not None else None


@posting.command("show")
@posting_argument
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写工作簿到 / write a workbook")
@as_json
@command
def posting_show(session: Session, number: int, out: Path | None, json_: bool) -> None:
    """公示单内容 / a sheet as it is printed."""
    from core.casework.rounds.posting_sheet import print_sheet, sheet_as_workbook
    from core.casework.workbook import write_sheet

    if out is not None:
        with session.platform.reading_desk(session.user) as desk:
            count = write_sheet(out, sheet_as_workbook(desk, number))
        written(session, out, json_=json_, rows=count)
        return
    with session.platform.reading_desk(session.user) as desk:
        sheet = print_sheet(desk, number)
    titles = [one.pick(session.language) for one in sheet.columns]
    if json_:
        show_json({"columns": titles, "rows": [list(row) for row in sheet.rows], "since": _day(sheet.since),
                   "until": _day(sheet.until), "phone": sheet.phone})  # fmt: skip
        return
    table(sheet.rows, titles)
    span = session.say(f"公示：{sheet.since or '—'} 至 {sheet.until or '—'}", f"{sheet.since} – {sheet.until}")
    click.echo(f"{span}  {session.say('异议电话', 'objections')}：{sheet.phone}")
