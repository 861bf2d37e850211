"""``jiuzhu case show | list | why | deadlines``: looking at cases."""

from __future__ import annotations

import click

from regions.commands.printing import as_json, cited, heads, show_json, table
from regions.commands.session import WHOLE, Session, command

number_argument = click.argument("number", metavar="NUMBER")


@click.command("show")
@number_argument
@as_json
@command
def show(session: Session, number: str, json_: bool) -> None:
    """案件现状和各环节 / where a case stands."""
    from core.casework.flow.case_list import find_case
    from regions.case_view import case_view

    with session.platform.reading_desk(session.user) as desk:
        found = case_view(desk, find_case(desk, number), session.language)
    if json_:
        show_json(found)
        return
    click.echo(f"{found['number']}  {found['status_text']}")
    for one in found["members"]:
        click.echo(f"{one['person']}  {one['relation']}")
    words = {"done": "已办", "ready": "可办", "waiting": "未到", "skipped": "略过"}
    rows = [
        [one["stage"], one["label"], session.say(words[one["standing"]], one["standing"]),
         cited(session, one["cite"]),
         "；".join(one["gaps"].values())]
        for one in found["stages"]
    ]  # fmt: skip
    table(rows, heads(session, "环节 名称 状态 依据 空缺", "stage label standing cite gaps"))
    for one in found["deadlines"]:
        click.echo(one["text"])


@click.command("list")
@click.option("--division", metavar="CODE", help="区划代码 / division code")
@click.option("--status", help="状态或状态组 / status or group (pending, recipient, ended)")
@click.option("--limit", type=WHOLE, default=200, show_default=True, help="最多行数 / most rows")
@as_json
@command
def list_(session: Session, division: str | None, status: str | None, limit: int, json_: bool) -> None:
    """列出案件 / list cases."""
    from core.casework.flow.case_list import list_cases
    from regions.case_view import case_rows

    with session.platform.reading_desk(session.user) as desk:
        cases = list_cases(desk, division=division, status=status, limit=limit)
        found = case_rows(desk, cases, session.language)
    if json_:
        show_json(found)
        return
    keys = ("number", "status_text", "stage", "persons", "monthly_yuan", "opened_on", "review_due")
    rows = [[one[key] for key in keys] for one in found]
    table(
        rows,
        heads(session, "编号 状态 办结环节 人口 月额 申请 复核", "number status last persons monthly opened review"),
    )


@click.command("why")
@number_argument
@as_json
@command
def why(session: Session, number: str, json_: bool) -> None:
    """一案始末，供审计 / the whole story of a case, ready for an auditor."""
    from core.casework.flow.case_list import find_case
    from core.casework.flow.story import story_of

    with session.platform.reading_desk(session.user) as desk:
        story = story_of(desk, find_case(desk, number))
    if json_:
        show_json(story.to_json(session.language))
    else:
        click.echo(story.text(session.language))


@click.command("deadlines")
@click.option("--division", metavar="CODE", help="区划代码 / division code")
@click.option(
    "--within", type=WHOLE, default=5, show_default=True, help="提前提醒的工作日（平台默认）/ working days of warning"
)
@click.option("--all", "everything", is_flag=True, help="含未到提醒的 / those not due soon too")
@click.option(
    "--limit",
    type=WHOLE,
    default=1000,
    show_default=True,
    help="最多行数，先到期的在前 / most rows, earliest due first",
)
@as_json
@command
def deadlines(
    session: Session, division: str | None, *, within: int, everything: bool, limit: int, json_: bool
) -> None:
    """在办案件的期限 / deadlines of pending cases: overdue and due soon."""
    from core.casework.flow.case_list import readable
    from core.casework.flow.clock_text import clock_json
    from core.casework.flow.docket import pending_limits

    with session.platform.reading_desk(session.user) as desk:
        running = pending_limits(desk, readable(desk, division), warning_days=within)
        found = [(case.number, one) for case, one in running if everything or one.passed or one.warning]
    found.sort(key=lambda pair: (pair[1].due.day, pair[0], pair[1].stage))
    shown = [{"number": number, **clock_json(one, session.language)} for number, one in found[:limit]]
    if json_:
        show_json(shown)
    else:
        rows = [[one["number"], one["due"], one["text"]] for one in shown]
        table(rows, heads(session, "编号 到期 说明", "number due text"))
    if len(found) > limit:
        more = len(found) - limit
        click.echo(session.say(f"……另有 {more} 项未列出（--limit）", f"… {more} more not shown (--limit)"), err=True)
