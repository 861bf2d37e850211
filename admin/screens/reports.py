"""Statistical reports (统计报表): a month's table, drawn up by one person and closed by another (月报封账)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import division_in, own_place, whole, with_query
from admin.form import Field, read, sorted_faults
from admin.language import pick, say
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.casework.month import add_months, month_of
from core.casework.reporting.budget import users_of
from core.casework.reporting.kept import kept_page, shown_report
from core.casework.reporting.report_close import close_report, prepare_report
from core.casework.reporting.report_declaration import declaration, report_names
from core.casework.reporting.report_sheet import adjustment_text, headings
from core.errors import JiuzhuError, Text
from core.store.tables import MonthlyReport

screen = Blueprint("reports", __name__, url_prefix="/reports")

NOTE = (Field("note", Text("编制说明", "note"), kind="text_long", wide=True),)
STATUS = {
    "prepared": (Text("待封账", "waits to be closed"), "wait"),
    "closed": (Text("已封账", "closed"), "good"),
}


def query_fields() -> tuple[Field, ...]:
    """Return the question: which place, which month; by default the last month that is over."""
    last = add_months(month_of(platform().today), -1)
    return (
        Field("division", Text("地区", "place"), kind="place", default=own_place()),
        Field("month", Text("月份", "month"), kind="month", default=f"{last:%Y-%m}"),
    )


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the reports there are, and those that are drawn up or closed."""
    division = division_in(request.args.get("division", ""))
    with reading() as desk:
        rows, after = kept_page(desk, MonthlyReport, division=division, after=whole(request.args.get("after", "")))
        names = users_of(desk, [one for row in rows for one in (row.prepared_by, row.closed_by) if one])
    known = {name: pick(declaration(name).label) for name in report_names()}
    return render_template(
        "reports/page.html", rows=rows, names=names, known=known, statuses=STATUS, fields=query_fields(),
        division=division, more=with_query(after=str(after)) if after else "",
    )  # fmt: skip


@screen.get("/<name>")
def one(name: str) -> ResponseReturnValue:
    """Show a month's report."""
    return _one(name)


def _one(name: str, error: JiuzhuError | None = None) -> str:
    fields = query_fields()
    asked = read(fields, request.args)
    division = asked["division"] or own_place()
    month = asked["month"] or add_months(month_of(platform().today), -1)
    with reading() as desk:
        found = shown_report(desk, name, division, month=month)
        return render_template(
            "reports/one.html", name=name, found=found, kept=found.kept, month=month, division=division,
            titles=[pick(one) for one in headings(found.declaration)], rows=_cells(found), fields=fields, note=NOTE,
            asked={"division": division, "month": f"{month:%Y-%m}"}, statuses=STATUS, error=error,
            rest=sorted_faults(error, NOTE)[1], values=request.form, **_signed(desk, found.kept, division),
            adjusted=[adjustment_text(found.declaration, one) for one in found.adjustments],
        )  # fmt: skip


def _cells(found: Any) -> list[dict[str, Any]]:
    """Each row's values with whether they are money."""
    kinds = [(one.key, one.unit.is_money) for one in found.declaration.columns]
    return [
        {"label": say("合计", "total") if row.key == "total" else row.label, "total": row.key == "total",
         "cells": [(row.values.get(key), money) for key, money in kinds]}
        for row in found.rows
    ]  # fmt: skip


def _signed(desk: Desk, kept: MonthlyReport | None, division: str) -> dict[str, Any]:
    path = desk.path(division)
    ids = [one for one in (kept.prepared_by, kept.closed_by) if one] if kept else []
    return {
        "names": users_of(desk, ids),
        "mine": kept is not None and kept.prepared_by == desk.actor.id,
        "can": {one: desk.actor.may(f"report.{one}", path, desk.today) for one in ("prepare", "close")},
    }


@screen.get("/<name>/sheet")
def sheet(name: str) -> ResponseReturnValue:
    """Send a month's report as a workbook."""
    asked = read(query_fields(), request.args)
    division = asked["division"] or own_place()
    month = asked["month"] or add_months(month_of(platform().today), -1)
    with reading() as desk:
        found = shown_report(desk, name, division, month=month)
    return workbook(found.sheet, f"{pick(found.declaration.label)}-{division}-{month:%Y-%m}")


@screen.post("/<name>/prepare")
def prepare(name: str) -> ResponseReturnValue:
    """Draw the month's report up, for another person to close."""
    try:
        asked = read((*query_fields(), *NOTE), {**request.args, **request.form})
        month = asked["month"] or add_months(month_of(platform().today), -1)
        with working() as desk:
            prepare_report(desk, name, asked["division"] or own_place(), month=month, note=asked["note"])
    except JiuzhuError as error:
        return _again(name, error)
    flash(say("已编制，等待另一人封账。", "Drawn up; another person closes it."))
    return _back(name)


@screen.post("/<name>/close/<int:number>")
def close(name: str, number: int) -> ResponseReturnValue:
    """Close a report another person drew up: it stays the same for ever."""
    try:
        with working() as desk:
            close_report(desk, number)
    except JiuzhuError as error:
        return _again(name, error)
    flash(say("已封账。以后的变动计入下一期的调整数。", "Closed. What changes later is an adjustment of the next one."))
    return _back(name)


def _back(name: str) -> ResponseReturnValue:
    asked: dict[str, Any] = {key: request.args[key] for key in ("division", "month") if key in request.args}
    return redirect(url_for(".one", name=name, **asked), 303)


def _again(name: str, error: JiuzhuError) -> ResponseReturnValue:
    if error.code in ("not_permitted", "unknown_report"):
        raise error
    return _one(name, error), 422
