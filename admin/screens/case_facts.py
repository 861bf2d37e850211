"""New facts of a case in the browser: a reported change, and what a periodic review found of all of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.case import overview, steps
from admin.case import step as step_form
from admin.case.fact_form import Facts, fewer, more
from admin.case.report_form import FIELDS, ReportForm, report_form, review_fields
from admin.case.situation import Situation
from admin.case.step import numbers
from admin.case.step_page import step_page
from admin.form import read, sorted_faults
from admin.language import say
from admin.work import reading, working
from core.casework.desk import Desk
from core.casework.flow.case_list import find_case
from core.casework.flow.change import report_change
from core.casework.reviews.review_round import Result, enter_results, open_review
from core.errors import JiuzhuError

screen = Blueprint("facts", __name__, url_prefix="/<number>")


@screen.get("/report")
def report(number: str) -> ResponseReturnValue:
    """Show the form of new circumstances, or why none can be recorded now."""
    return _asking("change-report", number)


@screen.post("/report")
def do_report(number: str) -> ResponseReturnValue:
    """Record new circumstances as a new version of the facts; a button for one more row gives the form back."""
    told = None
    try:
        with working() as desk:
            form = _form(Situation(desk, find_case(desk, number)), "change-report", request.form)
            if _rows_changed(form):
                return _page(Situation(desk, find_case(desk, number)), "change-report", form)
            values, told = read(FIELDS, request.form), form.told()
            day = values["happened_on"]
            report_change(
                desk, find_case(desk, number), told.facts, happened_on=day,
                effective_on=values["effective_on"] or day, about=values["about"],
            )  # fmt: skip
    except JiuzhuError as error:
        return _again("change-report", number, error, told), 422
    flash(say("已登记变化。需要变更金额的，请拟定变更。", "Recorded. Propose a change where the amount changes."))
    return redirect(url_for("cases.file.facts", number=number), 303)


@screen.get("/review")
def review(number: str) -> ResponseReturnValue:
    """Show the form of what a review found of the household, or why no result can be entered now."""
    return _asking("review", number)


@screen.post("/review")
def do_review(number: str) -> ResponseReturnValue:
    """Enter the result of a review for one household: members, incomes, assets and whatever else the rules ask."""
    told = None
    try:
        with working() as desk:
            now = Situation(desk, find_case(desk, number))
            form = _form(now, "review", request.form)
            if _rows_changed(form):
                return _page(now, "review", form)
            values, told = read(form.own, request.form), form.told()
            entered = _enter(desk, now, values, told)
    except JiuzhuError as error:
        return _again("review", number, error, told), 422
    flash(say("已录入复核结果，待另一人决定。", "The result is entered; another person decides."))
    return redirect(url_for("reviews.card", number=entered, state="entered"), 303)


def _enter(desk: Desk, now: Situation, values: Mapping[str, Any], told: Facts) -> int:
    """Enter the result in the round that waits for it; returns the round's number."""
    refusal = steps.step("review").refusal(now)
    if refusal is not None:
        raise refusal
    item = open_review(desk, now.case)
    assert item is not None  # the step is refused without one
    result = Result(
        number=now.case.number, reviewed_on=values["happened_on"], from_month=values["from_month"], facts=told.facts,
        visited_by=numbers(values), note=values["note"],
    )  # fmt: skip
    enter_results(desk, item.round_id, [result])
    return item.round_id


def _asking(key: str, number: str) -> ResponseReturnValue:
    with reading() as desk:
        now = Situation(desk, find_case(desk, number))
        if steps.step(key).refusal(now) is not None:
            return step_page(now, steps.step(key))
        return _page(now, key, _form(now, key, None))


def _form(now: Situation, key: str, given: Mapping[str, Any] | None) -> ReportForm:
    return report_form(now, given, FIELDS if key == "change-report" else review_fields(now))


def _rows_changed(form: ReportForm) -> bool:
    """Give the form a row more or less where a button asked for it."""
    asked = request.form.get("more", ""), request.form.get("fewer", "")
    more(form.draft, asked[0])
    fewer(form.draft, asked[1])
    return any(asked)


def _again(key: str, number: str, error: JiuzhuError, told: Facts | None) -> str:
    """Show the form as it was typed, with the faults at their fields."""
    with reading() as desk:
        now = Situation(desk, find_case(desk, number))
        shown = told.placed(error) if told is not None else error
        return _page(now, key, _form(now, key, request.form), error=shown)


def _page(now: Situation, key: str, form: ReportForm, *, error: JiuzhuError | None = None) -> str:
    placed = step_form.at_fields(error, form.every_field()) if error is not None else None
    by_field, rest = sorted_faults(placed, form.every_field())
    return render_template(
        f"cases/{key.removeprefix('change-')}.html", tab="facts", head=overview.header(now), form=form,
        values=form.values, problems=by_field, rest=rest, error=error,
    )  # fmt: skip
