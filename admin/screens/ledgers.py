"""A household's account by month (台账): what was due and paid; overpayments coming back; months worked out anew."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import own_place, whole, with_query
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.deciding.arrears import Recomputation, recompute
from core.casework.desk import Desk
from core.casework.flow.back_dated import decide_back_dated, propose_back_dated
from core.casework.flow.case_list import find_case
from core.casework.flow.change import RECOMPUTE, Settlement
from core.casework.flow.procedure import course_of
from core.casework.money import recovery
from core.casework.money.ledger import Ledger, ledger
from core.casework.money.ledger_sheet import back_sheet, ledger_sheets
from core.casework.money.payroll_page import back_page
from core.casework.money.payroll_run import LINE_STATUS
from core.casework.people.person import member_of, shown_name
from core.casework.reporting.budget import users_of
from core.casework.words import word
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase

screen = Blueprint("ledgers", __name__, url_prefix="/ledgers")

ACTIONS = ("recovery.repay", "recovery.propose", "recovery.order", "case.change", "case.decide")
REPAY = (
    Field("amount", Text("退款金额（元）", "repaid (yuan)"), kind="money", required=True),
    Field("happened_on", Text("退款日期", "day"), kind="day"),
    Field("note", Text("收据号", "receipt")),
)
OFFSET = (
    Field("offset", Text("扣回总额（元）", "to be taken off (yuan)"), kind="money", required=True),
    Field("per_payment", Text("每次至多（元）", "at most each payment"), kind="money"),
    Field("offset_reason", Text("理由", "why"), kind="text_long", required=True, wide=True),
)
MONTHS = (
    Field("since", Text("自哪月重算", "from the month"), kind="month", required=True),
    Field("through", Text("至哪月", "through the month"), kind="month",
          help=Text("留空：至已公布的最后一次变动", "empty: through the last change that is published")),
)  # fmt: skip
WHY = (Field("reason", Text("重算的理由", "why"), kind="text_long", required=True, wide=True),)
FORMS = {"repay": REPAY, "propose": OFFSET, "recompute": (*MONTHS, *WHY)}


@screen.get("/")
def listed() -> ResponseReturnValue:
    """List who gets arrears or has something taken off in a month; or go to the account of a case."""
    number = request.args.get("number", "").strip()
    if number:
        return redirect(url_for(".page", number=number))
    fields = _listed_fields()
    division, month = _listed(fields)
    with reading() as desk:
        rows, after = back_page(desk, division=division, month=month, after=whole(request.args.get("after", "")) or 0)
    return render_template(
        "ledgers/list.html", rows=rows, fields=fields, asked={"division": division, "month": f"{month:%Y-%m}"},
        more=with_query(after=str(after)) if after else "",
    )  # fmt: skip


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the arrears and recoveries of a month as a workbook."""
    division, month = _listed(_listed_fields())
    with reading() as desk:
        sheet = back_sheet(desk, division, month=month)
        name = f"{division}-{month:%Y-%m}"
        return workbook(sheet, say(f"补发和扣回-{name}", f"arrears-{name}"))


def _listed_fields() -> tuple[Field, ...]:
    return (
        Field("division", Text("地区", "place"), kind="place", default=own_place()),
        Field("month", Text("发放月份", "month paid"), kind="month", default=f"{platform().today:%Y-%m}"),
    )


def _listed(fields: tuple[Field, ...]) -> tuple[str, date]:
    asked = read(fields, request.args)
    return asked["division"] or own_place(), asked["month"] or platform().today.replace(day=1)


@screen.get("/<number>/workbook")
def account(number: str) -> ResponseReturnValue:
    """Send a household's account as a workbook: its months, its payments, what came back."""
    with reading() as desk:
        sheets = ledger_sheets(desk, find_case(desk, number))
        return workbook(sheets, say(f"逐月台账-{number}", f"account-{number}"))


@screen.get("/<number>")
def page(number: str) -> ResponseReturnValue:
    """Show a household's account; with ``since``, its months worked out anew."""
    return _page(number)


def _page(number: str, error: JiuzhuError | None = None, form: str = "") -> str:
    with reading() as desk:
        case = find_case(desk, number)
        found = ledger(desk, case)
        again, refused = _again_now(desk, case) if error is None or form == "recompute" else (None, None)
        error, form = error or refused, form or ("recompute" if refused else "")
        by_field, rest = sorted_faults(error, FORMS.get(form, ()))
        return render_template(
            "ledgers/page.html", case=case, name=shown_name(desk, member_of(desk, case)), found=found,
            owed=recovery.owed(desk, case), kinds=recovery.KINDS, line_statuses=LINE_STATUS, again=again,
            left=_left(again), waiting=_waiting(desk, case), can=_can(desk, case), me_id=desk.actor.id,
            asked=request.args, fields=FORMS, months=MONTHS, why=WHY, error=error, form=form, problems=by_field,
            rest=rest, values=request.form, sums=_sums(found), fraction=Fraction,
        )  # fmt: skip


def _again_now(desk: Desk, case: AssistanceCase) -> tuple[Recomputation | None, JiuzhuError | None]:
    """The months worked out anew where that is asked for, or why they cannot be."""
    if not request.args.get("since"):
        return None, None
    try:
        asked = read(MONTHS, request.args)
        return recompute(desk, case, since=asked["since"], through=asked["through"]), None
    except JiuzhuError as error:
        return None, error


def _can(desk: Desk, case: AssistanceCase) -> dict[str, bool]:
    return {one: desk.actor.may(one, case.path, desk.today) for one in ACTIONS}


def _left(again: Recomputation | None) -> list[tuple[date, Text]]:
    return [(one.month, word("results", one.reason)) for one in again.left] if again else []


def _waiting(desk: Desk, case: AssistanceCase) -> list[dict[str, Any]]:
    """What waits for another person's decision: offsets and recomputed months."""
    offsets = [("offset", one) for one in recovery.waiting_offsets(desk, case).values()]
    changes = [("months", one) for one in course_of(desk, case).state.changes.values()
               if one.body.get("kind") == RECOMPUTE]  # fmt: skip
    names = users_of(desk, [one.actor_id for _, one in (*offsets, *changes) if one.actor_id])
    return [
        {"what": what, "number": one.sequence, "on": one.happened_on, "by": names.get(one.actor_id or 0, ""),
         "mine": one.actor_id == desk.actor.id, "reason": one.reason, "body": one.body}
        for what, one in (*offsets, *changes)
    ]  # fmt: skip


def _sums(found: Ledger) -> dict[str, Any]:
    return {name: sum(getattr(one, name) for one in found.months) for name in ("was", "now", "difference")}


@screen.post("/<number>/repay")
def repay(number: str) -> ResponseReturnValue:
    """Enter what a household paid back in cash."""
    try:
        given = read(REPAY, request.form)
        with working() as desk:
            recovery.repay(desk, find_case(desk, number), given.pop("amount"), **given)
    except JiuzhuError as error:
        return _again(number, error, "repay")
    return _done(number, say("已登记退款。", "The repayment is entered."))


@screen.post("/<number>/propose")
def propose(number: str) -> ResponseReturnValue:
    """Propose that an overpayment be taken off later payments."""
    try:
        given = read(OFFSET, request.form)
        with working() as desk:
            recovery.propose_offset(
                desk, find_case(desk, number), given["offset"], reason=given["offset_reason"],
                per_payment=given["per_payment"],
            )  # fmt: skip
    except JiuzhuError as error:
        return _again(number, error, "propose")
    return _done(number, say("已拟定，等待另一人决定。", "Proposed; another person decides it."))


@screen.post("/<number>/order/<int:proposal>")
def order(number: str, proposal: int) -> ResponseReturnValue:
    """Decide an offset another person proposed."""
    try:
        with working() as desk:
            recovery.order_offset(desk, find_case(desk, number), proposal)
    except JiuzhuError as error:
        return _again(number, error, "order")
    return _done(number, say("已决定，从下一期起扣回。", "Decided; it is taken off from the next payment on."))


@screen.post("/<number>/recompute")
def do_recompute(number: str) -> ResponseReturnValue:
    """Propose what the months come to now, for another person to decide."""
    try:
        given = read(FORMS["recompute"], request.form)
        with working() as desk:
            propose_back_dated(desk, find_case(desk, number), **given)
    except JiuzhuError as error:
        return _again(number, error, "recompute")
    return _done(number, say("已拟定重算，等待另一人决定。", "Proposed; another person decides it."))


@screen.post("/<number>/decide/<int:proposal>")
def decide(number: str, proposal: int) -> ResponseReturnValue:
    """Decide recomputed months another person proposed."""
    try:
        with working() as desk:
            settled = Settlement(happened_on=desk.today)
            decide_back_dated(desk, find_case(desk, number), proposal, settled)
    except JiuzhuError as error:
        return _again(number, error, "decide")
    return _done(number, say("已决定，差额随下一期发放。", "Decided; the difference comes with the next payment."))


def _done(number: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(".page", number=number), 303)


def _again(number: str, error: JiuzhuError, form: str) -> ResponseReturnValue:
    if error.code in ("not_permitted", "unknown_case"):
        raise error
    return _page(number, error, form), 422
