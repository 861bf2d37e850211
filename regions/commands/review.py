"""``jiuzhu review`` and ``half-year-review``: who is due, rounds of many cases, results as a grid, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table, written
from regions.commands.session import WHOLE, Session, command, day, month

if TYPE_CHECKING:
    from core.casework.reviews.review_round import Result

FILE = click.Path(path_type=Path, dir_okay=False)
DIVISION = click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
PROGRAMME = click.option("--programme", default="dibao", show_default=True, help="项目 / programme")


@click.group()
def review() -> None:
    """定期复核 / periodic reviews."""


@review.command("list")
@DIVISION
@PROGRAMME
@click.option("--by", metavar="DATE", help="到期日不晚于，默认今天 / due by, default today")
@as_json
@command
def review_list(session: Session, division: str, programme: str, by: str | None, json_: bool) -> None:
    """到期和逾期的家庭，以及没有复核日期的家庭 / due, overdue, and those no date is known for."""
    from core.casework.reviews.review import due_reviews, undated_reviews
    from core.casework.reviews.review_mode import MODES, place_modes

    with session.platform.reading_desk(session.user) as desk:
        due = due_reviews(desk, division, programme=programme, by=day(by) or desk.today)
        undated = undated_reviews(desk, division, programme=programme)
        modes = place_modes(desk, division, programme=programme)
    if json_:
        body = [
            {"case": one.number, "due": f"{one.due}", "class": one.review_class, "overdue": one.overdue} for one in due
        ]
        gaps = [
            {"division": one.division, "area": one.area, "class": one.review_class, "households": one.households,
             "because": one.because.pick(session.language), "provision": one.provision}
            for one in undated
        ]  # fmt: skip
        how = [
            {"division": one.division, "area": one.area, "class": one.review_class, "mode": one.mode,
             "provision": one.provision, "assumed": one.assumed is not None, "households": one.households}
            for one in modes
        ]  # fmt: skip
        show_json({"due": body, "undated": gaps, "modes": how})
        return
    late = session.say("逾期", "overdue")
    rows = [[one.number, one.village, one.review_class, one.due, late if one.overdue else ""] for one in due]
    table(rows, heads(session, "案件 村（社区） 类别 到期 状态", "case village class due state"))
    click.echo(session.say(f"共 {len(due)} 户", f"{len(due)} households"))
    for one in undated:
        zh = f"{one.division} {one.area} {one.review_class or '—'}：{one.households} 户没有复核日期，{one.because.zh}"
        en = f"{one.division} {one.area} {one.review_class or '-'}: {one.households} undated, {one.because.pick('en')}"
        click.echo(f"! {session.say(zh, en)} ({one.provision or '—'})")
    for said in dict.fromkeys((one.mode, one.assumed) for one in modes):
        mode, assumed = MODES[said[0]].pick(session.language), said[1]
        mark = session.say("（假定：{0}）", " (assumed: {0})").format(assumed.pick(session.language)) if assumed else ""
        click.echo(f"{session.say('复核方式：', 'reviews: ')}{mode}{mark}")


@review.command("date")
@DIVISION
@PROGRAMME
@as_json
@command
def review_date(session: Session, division: str, programme: str, json_: bool) -> None:
    """按现行规则为没有复核日期的家庭（如存量转入）定类别和日期 / date the reviews of households taken over."""
    from core.casework.reviews.review_dating import date_reviews

    with session.platform.desk(session.user) as desk:
        found = date_reviews(desk, division, programme=programme)
    zh = f"已定 {found.dated} 户；没有家庭情况 {found.without_facts} 户，规则或事实不能得出 {found.not_told} 户"
    en = f"{found.dated} dated; {found.without_facts} without facts, {found.not_told} not told by rules or facts"
    made = {"dated": found.dated, "without_facts": found.without_facts, "not_told": found.not_told}
    answer(made, session.say(zh, en), json_=json_)


@review.command("round")
@DIVISION
@PROGRAMME
@click.option("--name", required=True, help="轮次名称 / what the round is called")
@click.option("--due", required=True, metavar="DATE", help="完成期限 / to be done by")
@click.option("--everybody", is_flag=True, help="全部在册家庭 / everybody on the roll")
@as_json
@command
def review_round(session: Session, everybody: bool, json_: bool, **given: str) -> None:
    """开一轮复核 / open a round with the cases due by the day."""
    _open(session, given, everybody=everybody, json_=json_)


@click.command("half-year-review")
@DIVISION
@PROGRAMME
@click.option("--name", default="半年复核", show_default=True, help="轮次名称 / what the round is called")
@click.option("--due", required=True, metavar="DATE", help="完成期限 / to be done by")
@as_json
@command
def half_year_review(session: Session, json_: bool, **given: str) -> None:
    """半年复核：全部在册家庭开一轮 / a campaign: one round with everybody on the roll."""
    _open(session, given, everybody=True, json_=json_)


def _open(session: Session, given: dict[str, str], *, everybody: bool, json_: bool) -> None:
    from core.casework.reviews.review_round import items_of, open_round

    due = day(given["due"])
    assert due is not None  # the option is required
    with session.platform.desk(session.user) as desk:
        made = open_round(desk, given["division"], name=given["name"], programme=given["programme"], due_on=due,
                          everybody=everybody)  # fmt: skip
        number, count = made.id, len(items_of(desk, made.id))
    zh = f"复核轮次 {number}：{count} 户。填表：jiuzhu review grid {number} 文件.xlsx"
    en = f"round {number}: {count} cases. Grid: jiuzhu review grid {number} FILE.xlsx"
    answer({"round": number, "cases": count}, session.say(zh, en), json_=json_)


@review.command("grid")
@click.argument("number", type=WHOLE)
@click.argument("file", type=FILE)
@as_json
@command
def review_grid(session: Session, number: int, file: Path, json_: bool) -> None:
    """写出待录入的结果表 / write the grid to be filled in."""
    from core.casework.reviews.review_grid import grid_sheet
    from core.casework.workbook import write_sheet

    with session.platform.reading_desk(session.user) as desk:
        rows = write_sheet(file, grid_sheet(desk, number))
    written(session, file, json_=json_, rows=rows)


@review.command("enter")
@click.argument("number", type=WHOLE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--case", "case_number", help="单户：文件是其家庭情况（YAML/JSON）/ one case: the file holds its facts")
@click.option("--reviewed", metavar="DATE", help="复核日期，默认今天 / day of the review")
@click.option("--from-month", metavar="YYYY-MM", help="单户：起始月 / one case: counts from this month")
@click.option("--by", "visited_by", type=WHOLE, multiple=True, help="入户人员（名册编号）/ who visited")
@as_json
@command
def review_enter(session: Session, number: int, file: Path, case_number: str | None, json_: bool, **given: Any) -> None:
    """录入结果：结果表，或单户的家庭情况 / enter results: a grid, or one case's facts."""
    from core.casework.reviews.review_grid import read_results
    from core.casework.reviews.review_round import enter_results
    from core.source import content_of

    with session.platform.desk(session.user) as desk:
        if case_number is None:
            results = read_results(desk, number, content_of(file), file=file.name)
        else:
            results = [_one(session, file, case_number, given)]
        items = enter_results(desk, number, results)
        rows = [_shown(one, result) for one, result in zip(items, results, strict=True)]
    _tell(session, rows, json_=json_)


def _one(session: Session, file: Path, number: str, given: dict[str, Any]) -> Result:
    from core.casework.reviews.review_round import Result
    from core.errors import JiuzhuError, Text
    from core.source import read

    if given["from_month"] is None:
        raise JiuzhuError("no_month", Text("须写明起始月（--from-month）", "say from which month it counts"))
    return Result(
        number=number,
        reviewed_on=day(given["reviewed"]) or session.platform.today,
        from_month=month(given["from_month"]),
        facts=read(file).data,
        visited_by=given["visited_by"],
    )


@review.command("show")
@click.argument("number", type=WHOLE)
@as_json
@command
def review_show(session: Session, number: int, json_: bool) -> None:
    """一轮复核的各户 / the cases of a round."""
    from core.casework.reviews.review_round import items_of

    with session.platform.reading_desk(session.user) as desk:
        rows = [_row(item, case.number) for item, case in items_of(desk, number)]
    _tell(session, rows, json_=json_)


@review.command("decide")
@click.argument("number", type=WHOLE)
@click.option("--case", "cases", multiple=True, help="只决定这些户 / only these cases")
@as_json
@command
def review_decide(session: Session, number: int, cases: tuple[str, ...], json_: bool) -> None:
    """决定录入的结果（不能是录入人）/ decide what was entered, as another person."""
    from core.casework.reviews.review_round import decide_results
    from regions.case_view import decision_json

    with session.platform.desk(session.user) as desk:
        made = decide_results(desk, number, numbers=cases or None)
        body = [decision_json(desk, one) for one in made]
    answer(body, session.say(f"已决定 {len(body)} 户", f"{len(body)} cases decided"), json_=json_)


def _shown(item: Any, result: Result) -> list[Any]:
    return _row(item, result.number)


def _row(item: Any, number: str) -> list[Any]:
    from core.values import yuan_text

    amounts = [None if one is None else yuan_text(one) for one in (item.previous, item.monthly)]
    return [number, item.status, item.outcome, *amounts, item.months or []]


def _tell(session: Session, rows: list[list[Any]], *, json_: bool) -> None:
    if json_:
        names = ("case", "status", "outcome", "previous", "monthly", "months")
        show_json([dict(zip(names, row, strict=True)) for row in rows])
    else:
        _print(session, rows)


def _print(session: Session, rows: list[list[Any]]) -> None:
    from core.casework.reviews.review_round import OUTCOMES

    words = {key: one.pick(session.language) for key, one in OUTCOMES.items()}
    states = {"open": session.say("待录入", "open"), "entered": session.say("待决定", "entered"),
              "decided": session.say("已决定", "decided")}  # fmt: skip
    shown = [
        [number, states[state], words.get(outcome, ""), was, now, _later(session, months, words)]
        for number, state, outcome, was, now, months in rows
    ]
    table(shown, heads(session, "案件 状态 结果 原月额 新月额 其后各月", "case state outcome before now later"))


def _later(session: Session, months: list[dict[str, Any]], words: Mapping[str, str]) -> str:
    """What the stretches of months behind the first come to, where they differ from it."""
    from core.values import yuan_text

    said = [
        f"{one['from_month'][:7]} {words.get(one['kind'], one['kind'])} {yuan_text(Fraction(one['monthly']))}"
        for one in months[1:]
    ]
    return session.say("；", "; ").join(said)
