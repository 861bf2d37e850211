"""Payrolls (发放表): prepared in the background, read line by line, approved by another, sent, answered."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from admin.asking import AREAS, division_in, own_place, programmes, whole, with_query
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.long_work import start
from admin.screens.jobs import job_view
from admin.sending import XLSX, workbook
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.casework.money import bank, bank_answer, payroll, payroll_page
from core.casework.money.caught import REASONS, told
from core.casework.money.fund import SOURCES
from core.casework.money.fund_charge import would_charge
from core.casework.money.payroll_run import LINE_STATUS, STATUS, find_run, job_of
from core.casework.reporting.budget import users_of
from core.casework.reporting.exports import payment_list
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import Job, PayrollRun

screen = Blueprint("payrolls", __name__, url_prefix="/payrolls")

TONES = {"draft": "info", "prepared": "wait", "approved": "info", "exported": "info", "paid": "good",
         "cancelled": "secondary", "due": "info", "held": "bad", "returned": "bad"}  # fmt: skip
COLUMNS = {
    "benefit": ("保障金", "benefit"),
    "household_topup": ("家庭分类施保", "household top-up"),
    "member_topup": ("人员分类施保", "member top-up"),
    "price_subsidy": ("物价补贴", "price subsidy"),
    "phase_out": ("渐退期", "phase-out"),
    "arrears": ("补发", "arrears"),
    "recovery": ("扣回", "taken off"),
    "total": ("实发", "paid out"),
}
ACTIONS = ("prepare", "approve", "export", "confirm", "cancel")
REASON = (Field("reason", Text("取消原因", "why it is cancelled"), kind="text_long", required=True, wide=True),)
ANSWER = (
    Field("failed", Text("失败的转账", "transfers that failed"), kind="text_long", wide=True,
          help=Text("每行一户：案件编号、原因，可以从 Excel 粘贴；全部成功则留空",
                    "one a line: case number and reason, pasted from Excel; empty where all went through")),
    Field("file", Text("或上传失败清单", "or a list as a file"), kind="file", accept=".xlsx,.csv",
          help=Text(".xlsx 或 .csv，两列：案件编号、原因", ".xlsx or .csv, two columns: 案件编号, 原因")),
)  # fmt: skip


def scope_fields(default: str) -> tuple[Field, ...]:
    """Return the fields of a new payroll."""
    known = list(programmes(default or own_place(), platform().today).items())
    return (
        Field("division", Text("地区（含其下全部）", "place, with all below it"), kind="place", required=True,
              default=default),
        Field("programme", Text("项目", "programme"), kind="choice", required=True, options=known, default="dibao"),
        Field("area", Text("城乡", "area"), kind="choice", default="any", required=True,
              options=[("any", Text("城市和农村", "both")), *((key, Text(*said)) for key, said in AREAS.items())]),
        Field("period", Text("发放期", "pay period"), required=True, default=f"{platform().today:%Y-%m}",
              help=Text("2018-06（月）、2008Q1（季）、2008（年）", "2018-06, 2008Q1 or 2008")),
    )  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """List payrolls by place, programme, month and status."""
    asked = read(_query_fields(), request.args)
    with reading() as desk:
        wanted = payroll_page.Asked(
            division=asked["division"] or "", programme=asked["programme"] or "", month=asked["month"],
            status=asked["status"] or "",
        )  # fmt: skip
        rows, after = payroll_page.run_page(desk, wanted, after=whole(request.args.get("after", "")))
        names = users_of(desk, [one for run in rows for one in (run.prepared_by, run.approved_by) if one])
    return render_template(
        "payrolls/page.html", rows=rows, names=names, fields=_query_fields(), statuses=STATUS, tones=TONES,
        programmes=programmes(own_place(), platform().today), more=with_query(after=str(after)) if after else "",
    )  # fmt: skip


def _query_fields() -> tuple[Field, ...]:
    known = list(programmes(own_place(), platform().today).items())
    return (
        Field("division", Text("地区", "place"), kind="place"),
        Field("programme", Text("项目", "programme"), kind="choice", options=known),
        Field("month", Text("含月份", "covering the month"), kind="month"),
        Field("status", Text("状态", "status"), kind="choice", options=list(STATUS.items())),
    )


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask what a payroll is to be for."""
    return _new(None)


@screen.post("/new")
def prepare() -> ResponseReturnValue:
    """Open a payroll; its lines are worked out in the background."""
    try:
        given = read(scope_fields(""), request.form)
        period = _period(given.pop("period"))
        with working() as desk:
            run = payroll.open_run(desk, payroll.Scope(period=period, **given))
            number, job_id = run.number, job_of(run.id)
    except JiuzhuError as error:
        return _new(error), 422
    start(job_id)
    flash(say("已开始编制，进度见下。", "Preparation has begun."))
    return redirect(url_for(".one", number=number), 303)


def _period(text: str) -> payroll.PayPeriod:
    try:
        return payroll.PayPeriod.parse(text)
    except JiuzhuError as error:
        at = Problem(code=error.code, message=error.message, hint=error.hint, where=Where(path="$.period"))
        raise InvalidInput([at]) from error


def _new(error: JiuzhuError | None) -> str:
    fields = scope_fields(own_place())
    by_field, rest = sorted_faults(error, fields)
    return render_template(
        "payrolls/new.html", fields=fields, values=request.form, problems=by_field, error=error, rest=rest
    )


@screen.get("/<number>")
def one(number: str) -> ResponseReturnValue:
    """Show a payroll with its lines."""
    return _one(number)


def _one(number: str, error: JiuzhuError | None = None) -> str:
    division, case = division_in(request.args.get("division", "")), request.args.get("case", "").strip()
    with reading() as desk:
        run = find_run(desk, number, action="payroll.read")
        rows, after = payroll_page.line_page(
            desk, run, division=division, case=case, after=whole(request.args.get("after", "")) or 0
        )
        return render_template(
            "payrolls/one.html", **_frame(desk, run), rows=rows, sums=payroll_page.line_sums(desk, run),
            columns=COLUMNS, division=division, case=case, line_statuses=LINE_STATUS, reason=REASON,
            answer=ANSWER, fund_sources=SOURCES,
            charges=would_charge(desk, run) if run.status == "prepared" else (), error=error,
            problems=sorted_faults(error, (*REASON, *ANSWER))[0], values=request.form,
            rest=sorted_faults(error, (*REASON, *ANSWER))[1],
            more=with_query(after=str(after)) if after else "", returned=payroll_page.returned_count(desk, run),
        )  # fmt: skip


def _frame(desk: Desk, run: PayrollRun) -> dict[str, Any]:
    """What every page of a payroll shows above: whose it is, how it stands, what may be done with it here."""
    names = users_of(desk, [one for one in (run.prepared_by, run.approved_by) if one])
    job = desk.session.get(Job, job_of(run.id))
    can = {one: desk.actor.may(f"payroll.{one}", run.path, desk.today) for one in ACTIONS}
    return {
        "run": run, "names": names, "can": can, "mine": run.prepared_by == desk.actor.id, "status": STATUS[run.status],
        "tone": TONES[run.status], "tones": TONES, "lists": desk.actor.may("export.lists", run.path, desk.today),
        "job": job_view(job, names) if job and run.status == "draft" else None, "areas": AREAS,
        "programme": programmes(run.division, desk.today).get(run.programme, run.programme),
    }  # fmt: skip


@screen.get("/<number>/exceptions")
def exceptions(number: str) -> ResponseReturnValue:
    """List who is not paid, and why (例外清单)."""
    with reading() as desk:
        run = find_run(desk, number, action="payroll.read")
        rows, after = payroll_page.caught_page(desk, run, after=whole(request.args.get("after", "")) or 0)
        more = with_query(after=str(after)) if after else ""
        return render_template(
            "payrolls/exceptions.html", **_frame(desk, run), rows=rows, reasons=REASONS, told=told, more=more
        )


@screen.get("/<number>/list")
def sheet(number: str) -> ResponseReturnValue:
    """Send the payroll line by line as a workbook, without account numbers."""
    with reading() as desk:
        return workbook(payment_list(desk, number), number)


@screen.post("/<number>/recheck")
def recheck(number: str) -> ResponseReturnValue:
    """Work out anew who has changed since."""
    try:
        with working() as desk:
            changed = payroll.recheck(desk, number)
    except JiuzhuError as error:
        return _again(number, error)
    flash(say(f"已重新核对，{changed} 户有变化。", f"Worked out anew: {changed} households have changed."))
    return redirect(url_for(".one", number=number), 303)


@screen.post("/<number>/approve")
def approve(number: str) -> ResponseReturnValue:
    """Approve it as the second person, at the total that was looked at."""
    try:
        with working() as desk:
            found = payroll.approve(desk, number, expected_total=request.form.get("total", type=int))
            beyond = sum(one.amount for one in found.charges if one.source == "uncovered")
    except JiuzhuError as error:
        return _again(number, error)
    flash(say("已审批，明细已锁定。", "Approved; its lines are locked."))
    if beyond:
        flash(
            say("有支出超出到位资金，见资金台账。", "Some of it is beyond the funds received; see the ledger."),
            "warning",
        )
    return redirect(url_for(".one", number=number), 303)


@screen.post("/<number>/bank-file")
def bank_file(number: str) -> ResponseReturnValue:
    """Send the bank's file with the account numbers; by right, and on record."""
    form = request.form.get("form", "xlsx")
    try:
        with working() as desk:
            content = bank.export(desk, number, form=form)
    except JiuzhuError as error:
        return _again(number, error)
    kind = XLSX if form == "xlsx" else "text/csv"
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=f"{number}.{form}")


@screen.post("/<number>/answer")
def answer(number: str) -> ResponseReturnValue:
    """Enter the bank's answer: what failed is due again."""
    try:
        failed = _failed()
        with working() as desk:
            bank.confirm(desk, number, failed=failed)
    except JiuzhuError as error:
        return _again(number, error)
    flash(say(f"已登记银行结果，退回 {len(failed)} 户。", f"The bank's answer is entered; {len(failed)} came back."))
    return redirect(url_for(".one", number=number), 303)


def _failed() -> dict[str, str]:
    sent = request.files.get("file")
    found = bank_answer.of_file(sent.read(), sent.filename) if sent and sent.filename else {}
    return found | bank_answer.typed(request.form.get("failed", ""))


@screen.post("/<number>/cancel")
def cancel(number: str) -> ResponseReturnValue:
    """Cancel it before it goes to the bank."""
    try:
        given = read(REASON, request.form)
        with working() as desk:
            payroll.cancel(desk, number, reason=given["reason"])
    except JiuzhuError as error:
        return _again(number, error)
    flash(say("已取消，所含月份可以重新编制。", "Cancelled; its months are free again."))
    return redirect(url_for(".one", number=number), 303)


def _again(number: str, error: JiuzhuError) -> ResponseReturnValue:
    """Show the payroll again with what is wrong; who has no right here is told so, not shown it."""
    if error.code in ("not_permitted", "unknown_payroll"):
        raise error
    return _one(number, error), 422
