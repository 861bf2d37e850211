"""The fund ledger (资金台账): 预算、到位、支出、结余 by place and source, its entries, the order of its sources."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import own_place, programmes, whole, with_query
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.money.fund import SOURCES, UNCOVERED, FundItem, enter, order_of, set_order
from core.casework.money.fund_page import balances_below, entry_page
from core.casework.money.fund_sheet import fund_sheet
from core.casework.reporting.budget import users_of
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where

screen = Blueprint("funds", __name__, url_prefix="/funds")

KINDS = {
    "budget": Text("预算", "budget"),
    "receipt": Text("到位", "received"),
    "spending": Text("支出", "spent"),
    "reversal": Text("冲回", "taken back"),
}
NAMED = {**SOURCES, UNCOVERED: Text("未落实", "not covered")}
YEARS = (1990, 2100)


def query_fields() -> tuple[Field, ...]:
    """Return the question: which ledgers, of which year."""
    known = list(programmes(own_place(), platform().today).items())
    return (
        Field("division", Text("地区", "place"), kind="place", default=own_place()),
        Field("programme", Text("项目", "programme"), kind="choice", options=known, default="dibao"),
        Field("year", Text("年度", "year"), kind="number", default=platform().today.year),
    )


def entry_fields(division: str, programme: str, year: int) -> tuple[Field, ...]:
    """Return the fields of an entry."""
    known = list(programmes(division, platform().today).items())
    return (
        Field("division", Text("地区", "place"), kind="place", required=True, default=division),
        Field("programme", Text("项目", "programme"), kind="choice", options=known, default=programme, required=True),
        Field("year", Text("年度", "year"), kind="number", required=True, default=year),
        Field("kind", Text("类别", "kind"), kind="choice", required=True,
              options=[(key, KINDS[key]) for key in ("budget", "receipt")]),
        Field("source", Text("来源", "source"), kind="choice", required=True, options=list(SOURCES.items())),
        Field("amount", Text("金额（元）", "amount (yuan)"), kind="money", required=True,
              help=Text("更正多记的，登记负数", "to correct too much, enter a negative amount")),
        Field("document", Text("文号", "document"), example=Text("财社〔2018〕1号", "财社〔2018〕1号")),
        Field("happened_on", Text("日期", "day"), kind="day", default=platform().today.isoformat()),
    )  # fmt: skip


def order_fields(held: tuple[str, ...]) -> tuple[Field, ...]:
    """Return the fields of an order of sources: one for each place in it."""
    places = [
        Field(f"source_{at}", Text(f"第{at}", f"no. {at}"), kind="choice", required=at == 1,
              options=list(SOURCES.items()), default=held[at - 1] if at <= len(held) else None)
        for at in range(1, len(SOURCES) + 1)
    ]  # fmt: skip
    reason = Field("reason", Text("依据", "why"), kind="text_long", required=True, wide=True)
    return (*places, reason)


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show the ledgers of a place and below it, and the entries of its own."""
    asked = read(query_fields(), request.args)
    division, year = asked["division"] or own_place(), _year(asked["year"])
    programme = asked["programme"] or "dibao"
    with reading() as desk:
        rows = balances_below(desk, division, programme=programme, year=year)
        entries, after = entry_page(
            desk, division, programme=programme, year=year, after=whole(request.args.get("after", ""))
        )
        names = users_of(desk, [one.recorded_by for one, _ in entries])
        order = order_of(desk, desk.path(division), programme)
        can = {one: desk.actor.may(f"fund.{one}", desk.path(division), desk.today) for one in ("enter", "order")}
        return render_template(
            "funds/page.html", rows=rows, entries=entries, names=names, kinds=KINDS, sources=NAMED, order=order,
            fields=query_fields(), asked={"division": division, "programme": programme, "year": year}, can=can,
            beyond=sum(-one.left for one in rows if one.left < 0), more=with_query(after=str(after)) if after else "",
        )  # fmt: skip


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the ledgers of a place as a workbook."""
    asked = read(query_fields(), request.args)
    division, year = asked["division"] or own_place(), _year(asked["year"])
    with reading() as desk:
        sheet = fund_sheet(desk, division, programme=asked["programme"] or "dibao", year=year)
        return workbook(sheet, say(f"资金台账-{division}-{year}", f"fund-ledger-{division}-{year}"))


def _year(given: int | None) -> int:
    year = given or platform().today.year
    return year if YEARS[0] <= year <= YEARS[1] else platform().today.year


@screen.get("/entries/new")
def new() -> ResponseReturnValue:
    """Ask for a budget or a receipt."""
    return _entry(None)


@screen.post("/entries/new")
def do_enter() -> ResponseReturnValue:
    """Enter a budget or a receipt."""
    try:
        given = read(entry_fields(own_place(), "dibao", platform().today.year), request.form)
        if not YEARS[0] <= given["year"] <= YEARS[1]:
            text = Text("年度有误", "not a year")
            raise InvalidInput([Problem(code="bad_year", message=text, where=Where(path="$.year"))])
        division = given.pop("division")
        with working() as desk:
            enter(desk, division, FundItem(**given))
    except JiuzhuError as error:
        return _entry(error), 422
    flash(say("已登记。", "Entered."))
    asked = {"division": division, "programme": given["programme"], "year": given["year"]}
    return redirect(url_for(".page", **asked), 303)


def _entry(error: JiuzhuError | None) -> str:
    fields = entry_fields(
        request.args.get("division") or own_place(), request.args.get("programme") or "dibao",
        request.args.get("year", type=int) or platform().today.year,
    )  # fmt: skip
    by_field, rest = sorted_faults(error, fields)
    return render_template(
        "funds/form.html", title=say("登记预算或到位资金", "Enter a budget or a receipt"), action=url_for(".do_enter"),
        lead=say("登记后不能修改；更正用一笔负数。", "An entry stays as it is; a negative one corrects it."),
        fields=fields, values=request.form, problems=by_field, error=error, rest=rest,
    )  # fmt: skip


@screen.get("/<division>/order")
def order(division: str) -> ResponseReturnValue:
    """Ask in which order a division's sources are charged."""
    return _order(division, None)


@screen.post("/<division>/order")
def do_order(division: str) -> ResponseReturnValue:
    """Set the order, from today on."""
    programme = request.args.get("programme") or "dibao"
    try:
        given = read(order_fields(()), request.form)
        chosen = [value for name, value in given.items() if name.startswith("source_") and value]
        with working() as desk:
            set_order(desk, division, programme=programme, sources=chosen, reason=given["reason"])
    except JiuzhuError as error:
        if error.code == "not_permitted":
            raise
        return _order(division, error), 422
    flash(say("列支顺序自今日起执行。", "The order holds from today on."))
    return redirect(url_for(".page", division=division, programme=programme), 303)


def _order(division: str, error: JiuzhuError | None) -> str:
    programme = request.args.get("programme") or "dibao"
    with reading() as desk:
        desk.require("fund.order", desk.path(division))
        fields = order_fields(order_of(desk, desk.path(division), programme))
    by_field, rest = sorted_faults(error, fields)
    return render_template(
        "funds/form.html", title=say("列支顺序", "Order of sources"), lead=say(
            "发放表按此顺序从各来源列支，前一来源用完再用下一来源。", "A payroll takes from one after another."
        ), action=url_for(".do_order", division=division, programme=programme), fields=fields, values=request.form,
        problems=by_field, error=error, rest=rest,
    )  # fmt: skip
