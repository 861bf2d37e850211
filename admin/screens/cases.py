"""Cases: the list with its filters, searching for a person, and the pages of one case."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from admin.case import listing, overview, steps
from admin.case import step as step_form
from admin.case.situation import Situation
from admin.case.step import Step
from admin.case.step_page import step_page
from admin.form import Field, read, sorted_faults
from admin.language import pick, say
from admin.screens import case_facts, case_new, case_pages
from admin.work import reading, working
from core.casework.flow.case_list import find_case
from core.casework.flow.case_search import Found, Row, cases_by_id_number, cases_by_name, search_cases
from core.casework.reporting.exports import found_cases
from core.casework.words import word
from core.casework.workbook import write_sheet
from core.errors import JiuzhuError, Text
from regions.case_view import warnings_of

screen = Blueprint("cases", __name__, url_prefix="/cases")
screen.register_blueprint(case_facts.screen)
screen.register_blueprint(case_new.screen)
screen.register_blueprint(case_pages.screen)
PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@screen.app_template_filter("worded")
def worded(code: str, group: str) -> str:
    """Say a code of a group of words in the page's language."""
    return pick(word(group, code))


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
        return redirect(url_for("cases.case", number=rows[0]["case"].number), 303)
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


@screen.get("/<number>")
def case(number: str) -> ResponseReturnValue:
    """Show where a case stands: its stages with their clocks, and what can be done next."""
    with reading() as desk:
        now = Situation(desk, find_case(desk, number))
        return render_template(
            "cases/case.html", tab="case", head=overview.header(now), stages=overview.stage_rows(now),
            whole=overview.whole_limit(now), offers=overview.offers(now), handlers=overview.handlers(now),
            days_left=overview.days_left, warnings=warnings_of(desk, now.case),
        )  # fmt: skip


@screen.get("/<number>/do/<key>/", defaults={"about": ""})
@screen.get("/<number>/do/<key>/<about>")
def step(number: str, key: str, about: str) -> ResponseReturnValue:
    """Show the form of a step, or why it cannot be taken now."""
    taken = steps.step(key)
    with reading() as desk:
        now = Situation(desk, find_case(desk, number), about)
        if taken.page is not None and taken.refusal(now) is None:
            return redirect(url_for(taken.page, number=number), 303)
        return step_page(now, taken)


@screen.post("/<number>/do/<key>/", defaults={"about": ""})
@screen.post("/<number>/do/<key>/<about>")
def do_step(number: str, key: str, about: str) -> ResponseReturnValue:
    """Take a step; refused, the form stays as it was typed."""
    taken = steps.step(key)
    if taken.page is not None:
        return redirect(url_for(taken.page, number=number), 303)
    try:
        with working() as desk:
            now = Situation(desk, find_case(desk, number), about)
            taken.do(now, read(_asked(taken, now), request.form))
    except JiuzhuError as error:
        if error.code in ("unknown_case", "not_permitted") and not _visible(number):
            raise
        with reading() as desk:
            now = Situation(desk, find_case(desk, number), about)
            return step_page(now, taken, error=error), 422
    flash(say(f"已登记：{taken.label.zh}。", f"Recorded: {taken.label.en}."))
    return redirect(url_for("cases.case", number=number), 303)


def _visible(number: str) -> bool:
    try:
        with reading() as desk:
            find_case(desk, number)
    except JiuzhuError:
        return False
    return True


def _asked(taken: Step, now: Situation) -> Sequence[Field]:
    """The fields of a step, of something it can be done to."""
    step_form.chosen(taken, now)
    return taken.fields(now)
