"""``jiuzhu payroll``: from preparation to the bank's answer; ``monthly-roll`` and ``quarter-pay`` begin one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from regions.commands.printing import answer, as_json, heads, show_json, table
from regions.commands.session import FOUND_WRONG, Session, command, yuan

if TYPE_CHECKING:
    from core.store.tables import PayrollRun

FILE = click.Path(path_type=Path, dir_okay=False)
COLUMNS = (
    "benefit", "household_topup", "member_topup", "price_subsidy", "phase_out", "arrears", "recovery", "total",
)  # fmt: skip


@click.group()
def payroll() -> None:
    """发放表 / payrolls."""


def scope_options(function: Any) -> Any:
    """Options that say what a payroll is for."""
    for option in (
        click.option("--division", required=True, metavar="CODE", help="区划代码，含其下全部 / division and all below"),
        click.option("--area", type=click.Choice(["urban", "rural", "any"]), default="any", help="城乡 / area"),
        click.option("--programme", default="dibao", show_default=True, help="项目 / programme"),
    ):
        function = option(function)
    return function


@payroll.command("prepare")
@scope_options
@click.option("--period", required=True, metavar="2018-06|2008Q1|2008", help="发放期 / pay period")
@as_json
@command
def payroll_prepare(session: Session, period: str, json_: bool, **scope: str) -> None:
    """编制发放表 / prepare a payroll."""
    _begin(session, period, json_=json_, **scope)


@click.command("monthly-roll")
@scope_options
@click.option("--month", required=True, metavar="YYYY-MM", help="月份 / month")
@as_json
@command
def monthly_roll(session: Session, month: str, json_: bool, **scope: str) -> None:
    """按月编制发放表 / the monthly roll: prepare the month's payroll."""
    _begin(session, month, json_=json_, **scope)


@click.command("quarter-pay")
@scope_options
@click.option("--quarter", required=True, metavar="YYYYQn", help="季度，如 2008Q2（第二季度）/ quarter")
@as_json
@command
def quarter_pay(session: Session, quarter: str, json_: bool, **scope: str) -> None:
    """按季编制发放表 / prepare a quarter's payroll."""
    _begin(session, quarter, json_=json_, **scope)


def _begin(session: Session, period: str, *, json_: bool, division: str, area: str, programme: str) -> None:
    from core.casework.money.payroll import PayPeriod, Scope, find_run, open_run, prepare_lines
    from regions.commands.progress import follow

    scope = Scope(programme=programme, division=division, area=area, period=PayPeriod.parse(period))
    with session.platform.desk(session.user) as desk:
        run = open_run(desk, scope)
    follow(prepare_lines(session.platform.database, desk, run.id), session.say("编制", "preparing"))
    with session.platform.reading_desk(session.user) as reader:
        _tell(session, find_run(reader, run.number, action="payroll.read"), json_=json_)


def _tell(session: Session, run: PayrollRun, *, json_: bool) -> None:
    from core.values import yuan_text

    if json_:
        show_json(plain(run))
        return
    status, money = _status(session, run.status), yuan_text(run.total)
    click.echo(
        session.say(
            f"{run.number}　{status}　{run.households} 户 {run.persons} 人　合计 {money} 元　例外 {run.exceptions} 户",
            f"{run.number}: {status}, {run.households} households, {run.persons} persons, {money} yuan, "
            f"{run.exceptions} exceptions",
        )
    )


def plain(run: PayrollRun) -> dict[str, Any]:
    """Return a payroll as JSON; money in fen."""
    return {
        "number": run.number, "programme": run.programme, "division": run.division, "area": run.area,
        "from": run.from_month.isoformat(), "until": run.until_month.isoformat(), "status": run.status,
        "households": run.households, "persons": run.persons, "total_fen": run.total, "exceptions": run.exceptions,
        "digest": run.digest,
    }  # fmt: skip


def _status(session: Session, status: str) -> str:
    from core.casework.money.payroll_run import STATUS

    return STATUS[status].pick(session.language)


@payroll.command("list")
@click.option("--programme", help="项目 / programme")
@as_json
@command
def payroll_list(session: Session, programme: str | None, json_: bool) -> None:
    """列出发放表 / list payrolls."""
    from core.casework.money.payroll import runs
    from core.values import yuan_text

    with session.platform.reading_desk(session.user) as desk:
        found = runs(desk, programme=programme)
        if json_:
            show_json([plain(one) for one in found])
            return
        rows = [[one.number, _status(session, one.status), one.households, one.persons, yuan_text(one.total),
                 one.exceptions] for one in found]  # fmt: skip
    table(
        rows, heads(session, "编号 状态 户数 人数 合计（元） 例外", "number status households persons yuan exceptions")
    )


@payroll.command("show")
@click.argument("number")
@click.option("--lines", "with_lines", is_flag=True, help="逐户明细 / line by line")
@as_json
@command
def payroll_show(session: Session, number: str, with_lines: bool, json_: bool) -> None:
    """一张发放表 / one payroll."""
    from core.casework.money.payroll import find_run, lines
    from core.casework.money.payroll_run import LINE_STATUS
    from core.values import yuan_text

    with session.platform.reading_desk(session.user) as desk:
        run = find_run(desk, number, action="payroll.read")
        found = lines(desk, number) if with_lines else []
        if json_:
            details = [{"case": case, "status": one.status, **{name: getattr(one, name) for name in COLUMNS}}
                       for case, one in found]  # fmt: skip
            show_json(plain(run) | ({"lines": details} if with_lines else {}))
            return
        _tell(session, run, json_=False)
        rows = [[case, LINE_STATUS[one.status].pick(session.language),
                 *(yuan_text(getattr(one, name)) for name in COLUMNS)] for case, one in found]  # fmt: skip
    if with_lines:
        table(rows, heads(
            session, "案件 状态 保障金 家庭分类施保 人员分类施保 物价补贴 渐退期 补发 扣回 实发",
            "case status benefit household_topup member_topup price_subsidy phase_out arrears recovery total",
        ))  # fmt: skip


@payroll.command("exceptions")
@click.argument("number")
@as_json
@command
def payroll_exceptions(session: Session, number: str, json_: bool) -> None:
    """例外清单 / who is not paid, and why."""
    from core.casework.money.caught import REASONS, told
    from core.casework.money.payroll import exceptions
    from core.values import yuan_text

    with session.platform.reading_desk(session.user) as desk:
        found = [(case, one.reason, one.detail, one.amount) for one, case in exceptions(desk, number)]
    if json_:
        show_json([{"case": case, "reason": reason, "detail": detail, "amount_fen": amount}
                   for case, reason, detail, amount in found])  # fmt: skip
        return
    rows = [
        [case, REASONS[reason].pick(session.language), yuan_text(amount), told(detail).pick(session.language)]
        for case, reason, detail, amount in found
    ]
    table(rows, heads(session, "案件 原因 未发金额（元） 说明", "case reason yuan detail"))


@payroll.command("recheck")
@click.argument("number")
@as_json
@command
def payroll_recheck(session: Session, number: str, json_: bool) -> None:
    """重新核对编制后有变化的家庭 / work out anew who has changed since."""
    from core.casework.money.payroll import find_run, recheck

    with session.platform.desk(session.user) as desk:
        changed = recheck(desk, number)
        run = find_run(desk, number, action="payroll.read")
    said = session.say(f"重新核对 {changed} 户", f"{changed} households worked out anew")
    answer(plain(run) | {"changed": changed}, said, json_=json_)
    if not json_:
        _tell(session, run, json_=False)


@payroll.command("approve")
@click.argument("number")
@click.option("--total", metavar="YUAN", help="您看到的合计，不一致则拒绝 / the total you looked at")
@as_json
@command
def payroll_approve(session: Session, number: str, total: str | None, json_: bool) -> None:
    """审批发放表，须非编制人 / approve it, as another person than prepared it."""
    from core.casework.money.payroll import approve
    from core.values import yuan_text

    with session.platform.desk(session.user) as desk:
        found = approve(desk, number, expected_total=None if total is None else yuan(total))
    if json_:
        show_json(plain(found.run) | {"charges": [one.to_json() for one in found.charges]})
        return
    _tell(session, found.run, json_=False)
    beyond = sum(one.amount for one in found.charges if one.source == "uncovered")
    if beyond:
        money = yuan_text(beyond)
        click.echo(session.say(f"! 超出到位资金 {money} 元", f"! {money} yuan beyond the funds received"), err=True)
    if not found.charges and found.run.total:
        click.echo(session.say("! 未建资金台账，未列支", "! no fund ledger is kept; nothing was charged"), err=True)


@payroll.command("export")
@click.argument("number")
@click.argument("file", type=FILE)
@as_json
@command
def payroll_export(session: Session, number: str, file: Path, json_: bool) -> None:
    """导出银行发放文件（.xlsx 或 .csv，含账号）/ write the bank's file, with account numbers."""
    from core.casework.money.bank import export
    from regions.commands.secret import write_secret

    with session.platform.desk(session.user) as desk:
        content = export(desk, number, form=file.suffix.removeprefix(".") or "xlsx")
    write_secret(file, content)
    said = session.say(f"已写出 {file}（含账号，请妥善保管）", f"written: {file} (it holds account numbers)")
    answer({"number": number, "file": str(file), "bytes": len(content)}, said, json_=json_)


@payroll.command("confirm")
@click.argument("number")
@click.option("--failed", multiple=True, metavar="CASE=WHY", help="失败的转账 / a transfer that failed")
@click.option("--failed-file", type=FILE, help="失败清单 .csv：案件编号,原因 / case,reason")
@as_json
@command
def payroll_confirm(
    session: Session, number: str, failed: tuple[str, ...], failed_file: Path | None, json_: bool
) -> None:
    """登记银行结果，失败的回到应发 / enter the bank's answer; what failed is due again."""
    from core.casework.money.bank import confirm

    named = dict(one.partition("=")[::2] for one in failed)
    if failed_file is not None:
        named |= _read_failed(failed_file)
    with session.platform.desk(session.user) as desk:
        run = confirm(desk, number, failed=named)
    _tell(session, run, json_=json_)
    if named:
        click.echo(session.say(f"退回 {len(named)} 户", f"{len(named)} returned"), err=True)
        sys.exit(FOUND_WRONG)


def _read_failed(file: Path) -> dict[str, str]:
    import csv

    from core.errors import JiuzhuError, Text

    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise JiuzhuError("cannot_read", Text("无法读取文件", "cannot read the file"), value=str(file)) from error
    return {row[0].strip(): row[1].strip() if len(row) > 1 else "" for row in rows if row and row[0].strip()}


@payroll.command("cancel")
@click.argument("number")
@click.option("--reason", required=True, help="原因 / why")
@as_json
@command
def payroll_cancel(session: Session, number: str, reason: str, json_: bool) -> None:
    """送银行前取消 / cancel it before it goes to the bank."""
    from core.casework.money.payroll import cancel

    with session.platform.desk(session.user) as desk:
        run = cancel(desk, number, reason=reason)
    _tell(session, run, json_=json_)
