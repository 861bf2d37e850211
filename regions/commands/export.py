"""``jiuzhu export``: lists and payrolls as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
@command
def export_cases(session: Session, division: str, statuses: tuple[str, ...], out: Path) -> None:
    """案件清单 / the caseload."""
    from core.casework.exports import case_list

    _write(session, out, lambda desk: case_list(desk, division, statuses=statuses))


@export.command("payroll")
@click.argument("number")
@OUT
@command
def export_payroll(session: Session, number: str, out: Path) -> None:
    """发放表 / a payroll line by line."""
    from core.casework.exports import payment_list

    _write(session, out, lambda desk: payment_list(desk, number))


@export.command("changes")
@click.argument("name", type=click.Choice(LISTS))
@DIVISION
@click.option("--month", "month_", required=True, metavar="YYYY-MM", help="月份 / month")
@OUT
@command
def export_changes(session: Session, name: str, division: str, month_: str, out: Path) -> None:
    """当月名单 / a month's movements.

    added 新增 · stopped 停发 · increased 增发 · reduced 减发 · died 自然减员 · left 退出跟踪
    """
    from core.casework.change_lists import change_list
    from regions.commands.session import month

    _write(session, out, lambda desk: change_list(desk, name, division, month(month_)))


def _write(session: Session, out: Path, make: Callable[[Desk], Sheet]) -> None:
    from core.casework.workbook import write_sheet

    with session.platform.reading_desk(session.user) as desk:
        rows = write_sheet(out, make(desk))
    click.echo(session.say(f"已写出 {rows} 行：{out}", f"{rows} rows written: {out}"))
