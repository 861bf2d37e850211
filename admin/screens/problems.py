"""问题台账: what inspections found, until it is set right by one person and verified by another."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import asked, whole, with_query
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.reviews.problem import (
    STATES,
    Finding,
    problem_of,
    problem_sheet,
    problems,
    rectify_problem,
    register_problem,
    verify_problem,
)
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import AssistanceCase

screen = Blueprint("problems", __name__, url_prefix="/problems")

NEW = (
    Field("source", Text("来源（哪次检查）", "source (which inspection)"), required=True),
    Field("case", Text("涉及案件", "case, if any")),
    Field("found_on", Text("发现日期", "found on"), kind="day", required=True),
    Field("due", Text("整改期限", "to be set right by"), kind="day", required=True),
    Field("finding", Text("问题", "finding"), kind="text_long", required=True, wide=True),
)
RECTIFY = (
    Field("on", Text("整改日期", "set right on"), kind="day", required=True),
    Field("how", Text("整改情况", "how"), kind="text_long", required=True, wide=True),
)
BACK = (Field("reason", Text("退回理由", "why it goes back"), required=True),)
SHOWN = 100
FAULT_AT = {"unknown_case": "case", "due_before_found": "due", "in_the_future": "found_on", "no_reason": "reason"}


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the register of a place by the day due."""
    ask, state = asked(request.args), request.args.get("state", "")
    with reading() as desk:
        listed = problems(desk, ask.division, status=state if state in STATES else None,
                          after=whole(request.args.get("after", "")), limit=SHOWN + 1)  # fmt: skip
        following = str(listed[SHOWN - 1][0].id) if len(listed) > SHOWN else ""
        found = [
            {"id": row.id, "division": row.division, "source": row.source, "case": number, "finding": row.finding,
             "found_on": row.found_on, "due_on": row.due_on, "status": row.status, "rectified_on": row.rectified_on,
             "verified_on": row.verified_on}
            for row, number in listed[:SHOWN]
        ]  # fmt: skip
    return render_template(
        "duties/problems.html", ask=ask, state=state, rows=found, states=STATES, today=platform().today,
        more=with_query(after=following) if following else "",
    )  # fmt: skip


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the register as a workbook."""
    with reading() as desk:
        found = problems(desk, asked(request.args).division)
        return workbook(problem_sheet(desk, found), say("问题台账", "problems"))


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask what was found."""
    return _form(None)


@screen.post("/new")
def enter() -> ResponseReturnValue:
    """Enter a finding."""
    try:
        values = read(NEW, request.form)
        ask = asked(request.form)
        found = Finding(source=values["source"], division=ask.division, finding=values["finding"],
                        found_on=values["found_on"], due_on=values["due"], case_number=values["case"])  # fmt: skip
        with working() as desk:
            number = register_problem(desk, found).id
    except JiuzhuError as error:
        return _form(error), 422
    flash(say("问题已登记。", "The finding is on record."))
    return redirect(url_for(".card", number=number), 303)


@screen.get("/<int:number>")
def card(number: int) -> ResponseReturnValue:
    """Show a problem and what is next."""
    return _card(number, None, "")


@screen.post("/<int:number>/rectify")
def rectify(number: int) -> ResponseReturnValue:
    """Record how it was set right."""
    try:
        values = read(RECTIFY, request.form)
        with working() as desk:
            rectify_problem(desk, number, rectified_on=values["on"], how=values["how"])
    except JiuzhuError as error:
        return _card(number, error, "rectify"), 422
    flash(say("整改已登记，待另一人核验。", "It is set right; another person verifies it."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/verify")
def verify(number: int) -> ResponseReturnValue:
    """Verify, as another person."""
    try:
        with working() as desk:
            verify_problem(desk, number, passed=True)
    except JiuzhuError as error:
        return _card(number, error, "verify"), 422
    flash(say("已核验。", "Verified."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/back")
def back(number: int) -> ResponseReturnValue:
    """Send it back, with a reason."""
    try:
        values = read(BACK, request.form)
        with working() as desk:
            verify_problem(desk, number, passed=False, reason=values["reason"])
    except JiuzhuError as error:
        return _card(number, error, "back"), 422
    flash(say("已退回整改。", "It is sent back."))
    return redirect(url_for(".card", number=number), 303)


def _placed(error: JiuzhuError | None) -> JiuzhuError | None:
    if error is None or not any(one.code in FAULT_AT for one in error.problems):
        return error
    return InvalidInput(
        Problem(code=one.code, message=one.message, hint=one.hint, value=one.value,
                where=Where(path=f"$.{FAULT_AT[one.code]}") if one.code in FAULT_AT else one.where)
        for one in error.problems
    )  # fmt: skip


def _form(error: JiuzhuError | None) -> str:
    ask = asked(request.form if error else request.args)
    faults, rest = sorted_faults(_placed(error), NEW)
    today = platform().today.isoformat()
    values = request.form if error else {"found_on": today, "case": request.args.get("case", "")}
    return render_template("duties/problem_new.html", ask=ask, fields=NEW, faults=faults, rest=rest,
                           error=_placed(error), values=values)  # fmt: skip


def _card(number: int, error: JiuzhuError | None, at: str) -> str:
    with reading() as desk:
        row = problem_of(desk, number)
        desk.require("case.read", row.path)
        about = desk.session.get(AssistanceCase, row.case_id) if row.case_id is not None else None
        case = about.number if about is not None else None
        mine = row.rectified_by == desk.actor.id
        told = {name: getattr(row, name) for name in ("id", "division", "source", "finding", "found_on", "due_on",
                "status", "rectified_on", "rectification", "verified_on")}  # fmt: skip
    faults, rest = sorted_faults(_placed(error), (*RECTIFY, *BACK))
    values = request.form if error else {"on": platform().today.isoformat()}
    return render_template("duties/problem.html", shown=told, case=case, mine=mine, states=STATES, rectify=RECTIFY,
                           back=BACK, faults=faults, rest=rest, error=_placed(error), values=values, at=at,
                           today=platform().today)  # fmt: skip
