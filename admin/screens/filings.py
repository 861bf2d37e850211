"""Near-relative filing (近亲属备案): the list, what should be filed and is not, opinions and the county's visits."""

from __future__ import annotations

from itertools import islice

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import asked, with_query
from admin.language import say
from admin.sending import workbook
from admin.work import reading, working
from core.casework.flow.case_list import find_case
from core.casework.people.filing import file_case, set_opinion, unfiled
from core.casework.people.filing_report import OPINIONS, filing_list, filing_sheet
from core.errors import JiuzhuError

screen = Blueprint("filings", __name__, url_prefix="/filings")
PAGE = 100
"""Filed cases of a page; and of those to be filed, which come up as others are."""


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show the list of filed relatives of a place, and the cases a rule in force files that are not filed."""
    return _page(None)


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the list as a workbook."""
    with reading() as desk:
        return workbook(filing_sheet(desk, asked(request.args).division), say("近亲属备案表", "filed-relatives"))


@screen.post("/<number>")
def enter(number: str) -> ResponseReturnValue:
    """Register a case apart, under the person in office a rule in force names."""
    try:
        with working() as desk:
            needed = file_case(desk, find_case(desk, number)).visit_required
    except JiuzhuError as error:
        return _again(error)
    text = say("已备案；须经县级入户核查后才能审批。", "Filed; the county visits before it decides.")
    flash(text if needed else say("已备案。", "Filed."))
    return redirect(_back(), 303)


@screen.post("/<number>/opinion")
def opinion(number: str) -> ResponseReturnValue:
    """Write down the township's opinion."""
    try:
        with working() as desk:
            set_opinion(desk, find_case(desk, number), request.form.get("opinion", ""))
    except JiuzhuError as error:
        return _again(error)
    flash(say("乡镇意见已登记。", "The township's opinion is recorded."))
    return redirect(_back(), 303)


def _again(error: JiuzhuError) -> ResponseReturnValue:
    if error.code in ("not_permitted", "unknown_case"):
        raise error
    return _page(error), 422


def _back() -> str:
    return url_for(".page", division=request.form.get("division", ""))


def _page(error: JiuzhuError | None) -> str:
    ask = asked(request.form if error else request.args)
    with reading() as desk:
        rows = filing_list(desk, ask.division, after=request.args.get("after", ""), limit=PAGE + 1)
        missing = islice(unfiled(desk, ask.division), PAGE)
        waiting = [(one.number, one.division, one.village) for one in missing]
    more = with_query(after=rows[PAGE - 1].case_number) if len(rows) > PAGE else ""
    return render_template("recusals/filings.html", ask=ask, rows=rows[:PAGE], more=more, waiting=waiting,
                           full=len(waiting) == PAGE, error=error, opinions=OPINIONS)  # fmt: skip
