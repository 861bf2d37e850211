"""``jiuzhu problem``: the problem register."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table, written
from regions.commands.session import WHOLE, Session, command, day


@click.group()
def problem() -> None:
    """问题台账 / the problem register."""


@problem.command("add")
@click.argument("finding")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--source", required=True, help="来源（哪次检查）/ which inspection")
@click.option("--due", required=True, metavar="DATE", help="整改期限 / to be set right by")
@click.option("--found", metavar="DATE", help="发现日期，默认今天 / day it was found")
@click.option("--case", "case_number", help="涉及的案件 / the case it is about")
@as_json
@command
def problem_add(session: Session, finding: str, due: str, found: str | None, json_: bool, **given: Any) -> None:
    """登记问题 / register a finding."""
    from core.casework.reviews.problem import Finding, register_problem

    due_on = day(due)
    assert due_on is not None  # the option is required
    one = Finding(finding=finding, due_on=due_on, found_on=day(found) or session.platform.today, **given)
    with session.platform.desk(session.user) as desk:
        number = register_problem(desk, one).id
    said = session.say(f"问题 {number} 已登记", f"problem {number} registered")
    answer({"number": number, "status": "open"}, said, json_=json_)


@problem.command("list")
@click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
@click.option("--status", type=click.Choice(["open", "rectified", "verified"]), help="状态 / state")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写出工作簿 / write a workbook")
@as_json
@command
def problem_list(session: Session, division: str, status: str | None, out: Path | None, json_: bool) -> None:
    """台账 / the register by the day due."""
    from core.casework.reviews.problem import STATES, problem_sheet, problems
    from core.casework.workbook import write_sheet

    with session.platform.reading_desk(session.user) as desk:
        found = problems(desk, division, status=status)
        count = write_sheet(out, problem_sheet(desk, found)) if out is not None else 0
        listed = [(row.id, row.source, number, row.finding, f"{row.due_on}", row.status) for row, number in found]
    if out is not None:
        written(session, out, json_=json_, rows=count)
    elif json_:
        keys = ("number", "source", "case", "finding", "due", "status")
        show_json([dict(zip(keys, one, strict=True)) for one in listed])
    else:
        rows = [[*one, STATES[state].pick(session.language)] for *one, state in listed]
        table(rows, heads(session, "编号 来源 案件 问题 期限 状态", "number source case finding due state"))


@problem.command("rectify")
@click.argument("number", type=WHOLE)
@click.argument("how")
@click.option("--on", metavar="DATE", help="整改日期，默认今天 / day, default today")
@as_json
@command
def problem_rectify(session: Session, number: int, how: str, on: str | None, json_: bool) -> None:
    """登记整改 / record how it was set right."""
    from core.casework.reviews.problem import rectify_problem

    with session.platform.desk(session.user) as desk:
        status = rectify_problem(desk, number, rectified_on=day(on) or desk.today, how=how).status
    said = session.say(f"问题 {number} 已整改，待另一人核验", f"problem {number} set right; another verifies it")
    answer({"number": number, "status": status}, said, json_=json_)


@problem.command("verify")
@click.argument("number", type=WHOLE)
@click.option("--back", metavar="REASON", help="退回，写明理由 / send it back, with a reason")
@as_json
@command
def problem_verify(session: Session, number: int, back: str | None, json_: bool) -> None:
    """核验整改 / verify what another person set right."""
    from core.casework.reviews.problem import verify_problem

    with session.platform.desk(session.user) as desk:
        status = verify_problem(desk, number, passed=back is None, reason=back).status
    zh, en = f"问题 {number} 已{'退回' if back else '核验'}", f"problem {number} {'sent back' if back else 'verified'}"
    answer({"number": number, "status": status}, session.say(zh, en), json_=json_)
