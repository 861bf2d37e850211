"""``jiuzhu export``: lists and payrolls as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from regions.commands.printing import as_json, written
from regions.commands.session import Session, command

if TYPE_CHECKING:
    from core.casework.desk import Desk
    from core.casework.workbook import Sheet

OUT = click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="写到 / write to")
DIVISION = click.option("--division", required=True, metavar="CODE", help="区划代码 / division code")
LISTS = ("added", "stopped", "increased", "reduced", "died", "left")


@click.group()
def export() -> None:
    """导出 .xlsx / lists as workbooks."""


@export.command("cases")
@DIVISION
@click.option("--status", "statuses", multiple=True, help="只列这些状态 / of these statuses")
@OUT
@as_json
@command
def export_cases(session: Session, division: str, statuses: tuple[str, ...], out: Path, json_: bool) -> None:
    """案件清单 / the caseload."""
    from core.casework.reporting.exports import case_list

    _write(session, out, lambda desk: case_list(desk, division, statuses=statuses), json_=json_)


@export.command("payroll")
@click.argument("number")
@OUT
@as_json
@command
def export_payroll(session: Session, number: str, out: Path, json_: bool) -> None:
    """发放表 / a payroll line by line."""
    from core.casework.reporting.exports import payment_list

    _write(session, out, lambda desk: payment_list(desk, number), json_=json_)


@export.command("changes")
@click.argument("name", type=click.Choice(LISTS))
@DIVISION
@click.option("--month", "month_", required=True, metavar="YYYY-MM", help="月份 / month")
@OUT
@as_json
@command
def export_changes(session: Session, name: str, *, division: str, month_: str, out: Path, json_: bool) -> None:
    """当月名单 / a month's movements.

    added 新增 · stopped 停发 · increased 增发 · reduced 减发 · died 自然减员 · left 退出跟踪
    """
    from core.casework.reporting.change_lists import change_list
    from regions.commands.session import month

    _write(session, out, lambda desk: change_list(desk, name, division, month(month_)), json_=json_)


def _write(session: Session, out: Path, make: Callable[[Desk], Sheet], *, json_: bool) -> None:
    from core.casework.workbook import write_sheet

    with session.platform.reading_desk(session.user) as desk:
        rows = write_sheet(out, make(desk))
    written(session, out, json_=json_, rows=rows)
