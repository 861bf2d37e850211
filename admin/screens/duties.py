"""工作日历: every dated duty with its owner, state and day, as a list and as a month; and the coverage requirements."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import asked, day_in, day_of, programmes, with_query
from admin.language import pick, say
from admin.month_view import weeks
from admin.ruled import cited, kind_title
from admin.sending import workbook
from admin.work import platform, reading
from core.casework.month import add_months, last_day
from core.casework.people.seats import name_of
from core.casework.reviews.coverage import coverage
from core.casework.reviews.coverage_sheet import coverage_sheets
from core.casework.reviews.duty import duties, duty_sheet
from core.casework.reviews.duty_kind import STATES, Duty
from core.errors import JiuzhuError, Text
from core.policy import AREAS

screen = Blueprint("duties", __name__, url_prefix="/duties")

TONES = {"open": "wait", "overdue": "bad", "done": "good"}
TO_PAGE = {"review": "reviews.page", "coverage": "duties.covered", "sample_draw": "samples.page",
           "take_down": "postings.page", "pay": "payrolls.page"}  # fmt: skip
TO_ONE = {"problem": "problems.card", "review_round": "reviews.card", "sample": "samples.card"}
MOST_MISSING = 20
PAGE = 500
"""Missing cases of one requirement shown at once."""
SHOWN = 300
"""Duties of one list; the workbook holds all."""


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the duties of a place in a month, the overdue ones always; or show them as a month."""
    given = request.args
    ask = asked(given)
    month = _month(given.get("month", ""))
    state, view = given.get("state", ""), given.get("view", "list")
    with reading() as desk:
        found = duties(desk, ask.division, programme=ask.programmes[0], since=month, until=last_day(month))
        today = desk.today
        late = sum(one.state(today) == "overdue" for one in found)
        shown = [one for one in found if state not in STATES or one.state(today) == state]
        listed = {one.holder_id for one in shown[:SHOWN] if one.holder_id is not None}
        owners = {one: name_of(desk, one) for one in listed}
        found_weeks = weeks(month, shown, desk.calendar) if view == "month" else []
    return render_template(
        "duties/list.html", ask=ask, month=month, state=state, view=view, rows=shown, late=late, total=len(found),
        owners=owners, weeks=found_weeks, states=STATES, tones=TONES, today=today, link=_link, basis=_basis(),
        earlier=add_months(month, -1), later=add_months(month, 1),
        programmes=programmes(ask.division, ask.on), most=SHOWN,
    )  # fmt: skip


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the duties of a month as a workbook."""
    ask, month = asked(request.args), _month(request.args.get("month", ""))
    with reading() as desk:
        found = duties(desk, ask.division, programme=ask.programmes[0], since=month, until=last_day(month))
        return workbook(duty_sheet(desk, found), say("工作日历", "work-calendar"))


@screen.get("/coverage")
def covered() -> ResponseReturnValue:
    """Show how far each coverage requirement (四个100%) is met, with the cases that lack it."""
    given = request.args
    ask, since, wanted = asked(given), given.get("since", ""), (given.get("area", ""), given.get("key", ""))
    with reading() as desk:
        found = coverage(desk, ask.division, programme=ask.programmes[0], since=day_in(since))
    alone = next((one for one in found if (one.area, one.key) == wanted), None)
    shown = [(one, one.missing[:MOST_MISSING]) for one in found if one.missing]
    more = ""
    if alone is not None:
        start = bisect_right(alone.missing, given.get("after", ""))
        shown = [(alone, alone.missing[start : start + PAGE])]
        more = with_query(after=alone.missing[start + PAGE - 1]) if len(alone.missing) > start + PAGE else ""
    return render_template(
        "duties/coverage.html", ask=ask, rows=found, since=since, shown=shown, alone=alone, areas=AREAS, basis=_basis(),
        more=more,
    )  # fmt: skip


@screen.get("/coverage/workbook")
def download_coverage() -> ResponseReturnValue:
    """Send the completion report and the cases that lack something as a workbook."""
    given = request.args
    ask = asked(given)
    with reading() as desk:
        found = coverage(desk, ask.division, programme=ask.programmes[0], since=day_in(given.get("since", "")))
    return workbook(coverage_sheets(found), say(f"全覆盖完成情况-{ask.division}", f"coverage-{ask.division}"))


def _month(text: str) -> date:
    """Read a month from the address; this one where none is named."""
    found = day_of(f"{text[:7]}-01") if text else platform().today.replace(day=1)
    if found is None:
        raise JiuzhuError("bad_month", Text("月份应为 2018-06 的形式", "a month looks like 2018-06"), value=text)
    return found


def _basis() -> Callable[[str], str]:
    """Return what writes a basis in words: a provision as it is cited, a kind of rule by its title, a record not."""
    known = {one.address: one for one in platform().registry.provisions()}

    def told(basis: str) -> str:
        if basis in known:
            rule = known[basis]
            return cited(str(rule.citation)) if rule.citation is not None else pick(rule.label)
        return "" if "/" in basis else kind_title(basis.partition(".")[0])

    return told


def _link(one: Duty) -> str:
    """Where the work is done."""
    if one.code in TO_ONE:
        return url_for(TO_ONE[one.code], number=one.subject.partition(" ")[0])
    if one.case_id is not None:
        return url_for("cases.case", number=one.subject)
    if one.code in TO_PAGE:
        state = "overdue" if one.due < platform().today else "posted"
        place = one.path.rpartition("/")[2]
        return url_for(TO_PAGE[one.code], division=place, state=state if one.code == "take_down" else None)
    return ""
