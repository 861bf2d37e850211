"""Cases: the list with its filters, searching for a person, and the pages of one case."""

from __future__ import annotations

import io

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from admin.case import listing
from admin.form import sorted_faults
from admin.language import say
from admin.work import reading
from core.casework.flow.case_list import find_case
from core.casework.flow.case_search import Found, Row, cases_by_id_number, cases_by_name, search_cases
from core.casework.reporting.exports import found_cases
from core.casework.workbook import write_sheet
from core.errors import JiuzhuError, Text

screen = Blueprint("cases", __name__, url_prefix="/cases")
PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show a page of the cases that fit the query box; a whole number of a case leads to the case."""
    number = request.args.get("number", "").strip()
    if number:
        return _by_number(number)
    fields = listing.filters(listing.place_asked(request.args))
    try:
        search = listing.search_of(request.args, fields)
    except JiuzhuError as error:
        return _list(Found(rows=()), fields=fields, error=error), 422
    with reading() as desk:
        found = search_cases(desk, search, after=request.args.get("after"), limit=PAGE)
        rows = listing.rows(desk, found.rows)
    return _list(found, fields=fields, rows=rows)


def _by_number(number: str) -> ResponseReturnValue:
    try:
        with reading() as desk:
            find_case(desk, number)
    except JiuzhuError:  # absent and not readable read alike
        text = Text("没有这个案号，或不在您的管辖范围内", "no case of this number in your area")
        fields = listing.filters(listing.place_asked(request.args))
        return _list(Found(rows=()), fields=fields, error=JiuzhuError("unknown_case", text, value=number)), 404
    return redirect(url_for("cases.case", number=number), 303)


def _list(found: Found, *, fields: object, rows: object = (), error: JiuzhuError | None = None) -> str:
    by_field, rest = sorted_faults(error, fields)  # type: ignore[arg-type]
    return render_template(
        "cases/list.html", fields=fields, rows=rows, after=found.after, error=error, problems=by_field, rest=rest,
        areas=listing.AREAS, programmes=dict(fields[0].options), size=PAGE,  # type: ignore[index]
    )  # fmt: skip


@screen.post("/find")
def find() -> ResponseReturnValue:
    """Find the cases of a person by ID number or name; what is typed stands in no address."""
    by, typed = request.form.get("by", ""), request.form.get("who", "").strip()
    try:
        with reading() as desk:
            found: tuple[Row, ...] = ()
            if typed:
                found = (cases_by_name if by == "name" else cases_by_id_number)(desk, typed)
            rows = listing.rows(desk, found)
    except JiuzhuError as error:
        return render_template("cases/found.html", rows=(), error=error, by=by), 422
    if len(rows) == 1:
        return redirect(url_for("cases.case", number=rows[0]["number"]), 303)
    return render_template("cases/found.html", rows=rows, error=None, by=by, areas=listing.AREAS)


@screen.get("/export.xlsx")
def export() -> ResponseReturnValue:
    """Give the cases that fit the query box as a workbook, for those who may have lists."""
    search = listing.search_of(request.args, listing.filters(listing.place_asked(request.args)))
    target = io.BytesIO()
    with reading() as desk:
        write_sheet(target, found_cases(desk, search))
    target.seek(0)
    return send_file(target, mimetype=XLSX, as_attachment=True, download_name=say("案件清单.xlsx", "cases.xlsx"))
