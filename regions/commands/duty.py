"""``jiuzhu duties`` and ``coverage``: what is due, and what all cases must have passed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from regions.commands.printing import as_json, heads, show_json, table, written
from regions.commands.session import FOUND_WRONG, WHOLE, Session, command, day

OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写出工作簿 / write a workbook")
DIVISION = click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
PROGRAMME = click.option("--programme", default="dibao", show_default=True, help="项目 / programme")
SHOWN = 20
"""How many missing cases of a requirement are printed unasked."""


@click.command()
@DIVISION
@PROGRAMME
@click.option("--since", metavar="DATE", help="只计该日以后办理的 / count what was done since")
@click.option("--missing", is_flag=True, help="列出未完成的全部案件 / list every missing case")
@as_json
@command
def coverage(session: Session, division: str, programme: str, since: str | None, missing: bool, json_: bool) -> None:
    """全覆盖要求（四个100%）完成情况 / coverage requirements: completion and missing cases."""
    from core.casework.reviews.coverage import coverage as measure
    from core.policy import AREAS

    with session.platform.reading_desk(session.user) as desk:
        found = measure(desk, division, programme=programme, since=day(since))
    if json_:
        show_json([
            {"area": one.area, "requirement": one.key, "stages": one.stages, "total": one.total, "done": one.done,
             "met": one.met, "missing": one.missing, "provision": one.provision,
             "note": one.note.pick(session.language) if one.note else None} for one in found
        ])  # fmt: skip
    else:
        marks = {True: "✓", False: "✗", None: "—"}
        rows = [
            [marks[one.met], AREAS[one.area].pick(session.language), one.label.pick(session.language), one.total,
             one.done, len(one.missing), one.note.pick(session.language) if one.note else one.provision]
            for one in found
        ]  # fmt: skip
        table(
            rows, heads(session, "达标 城乡 要求 应做 已做 未做 依据", "met area requirement total done missing basis")
        )
        for one in found:
            for number in one.missing[: None if missing else SHOWN]:
                said = (AREAS[one.area].pick(session.language), one.label.pick(session.language), number)
                click.echo(" ".join(said))
            if not missing and len(one.missing) > SHOWN:
                click.echo(session.say(f"……另有 {len(one.missing) - SHOWN} 户（--missing）", "… more (--missing)"))
    if any(one.met is False for one in found):
        raise SystemExit(FOUND_WRONG)


@click.command()
@DIVISION
@PROGRAMME
@click.option("--from", "since", metavar="DATE", help="自，默认今天 / from, default today")
@click.option("--to", "until", metavar="DATE", help="至，默认30日后 / to, default 30 days on")
@click.option("--person", type=WHOLE, metavar="NUMBER", help="某人经办的（名册编号）/ of one officer")
@OUT
@as_json
@command
def duties(session: Session, division: str, out: Path | None, json_: bool, **given: Any) -> None:
    """工作日历：到期事项 / the work calendar: what is due, and what is overdue."""
    from core.casework.reviews.duty import duties as listed
    from core.casework.reviews.duty import duty_sheet
    from core.casework.workbook import write_sheet

    with session.platform.reading_desk(session.user) as desk:
        since = day(given["since"]) or desk.today
        until = day(given["until"]) or since + timedelta(days=30)
        found = listed(
            desk, division, programme=given["programme"], since=since, until=until, holder_id=given["person"]
        )
        today, sheet = desk.today, duty_sheet(desk, found)
        count = write_sheet(out, sheet) if out is not None else 0
    if out is not None:
        written(session, out, json_=json_, rows=count)
    elif json_:
        show_json([
            {"due": f"{one.due}", "duty": one.code, "subject": one.subject, "owner": one.owner, "count": one.count,
             "state": one.state(today), "basis": one.basis, "flag": one.flag and one.flag.pick(session.language)}
            for one in found
        ])  # fmt: skip
    else:
        _print_duties(session, found, today)


def _print_duties(session: Session, found: list[Any], today: Any) -> None:
    from core.casework.reviews.duty_kind import STATES

    rows = [
        [one.due, one.label.pick(session.language), one.about.pick(session.language), one.count, one.owner,
         STATES[one.state(today)].pick(session.language), one.flag.pick(session.language) if one.flag else one.basis]
        for one in found
    ]  # fmt: skip
    table(
        rows, heads(session, "到期 事项 对象 户数 责任单位 状态 依据或提示", "due duty subject count owner state basis")
    )
