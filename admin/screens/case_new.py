"""Entering an application (新增): by whose rules first, then the form those rules make."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import own_place
from admin.case.application_form import ApplicationForm, form_of
from admin.case.application_written import written
from admin.case.fact_form import fewer, more
from admin.form import sorted_faults
from admin.language import language, say
from admin.work import platform, working
from core.casework.flow.acceptance import accept
from core.casework.flow.applicant import QUESTION
from core.casework.flow.application import apply
from core.casework.people.identity import read_id_number
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where

screen = Blueprint("new", __name__, url_prefix="/new")
PLACELESS = InvalidInput([
    Problem(code="missing_property", message=Text("必填", "this is required"), where=Where(path="$.division")),
])  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """Ask for the place, or show the form of a place that is named in the address."""
    given = request.args.to_dict()
    if not given:
        given = {"division": own_place(), "area": "", "programme": "dibao"}
    today = platform().today.isoformat()
    first = {"submitted_by": "household", "received_by": "township", "happened_on": today, "m0-relation": "head"}
    return _page(form_of({**first, **given}))


@screen.post("/")
def enter() -> ResponseReturnValue:
    """Enter the application; a button for one more row gives the form back as it was typed."""
    form = form_of(request.form)
    if form.facts is None and not form.trouble:
        return _page(form, PLACELESS), 422
    if form.facts is None or request.form.get("rules"):
        return _page(form)
    if what := request.form.get("more"):
        more(form.draft, what)
        return _page(form)
    if what := request.form.get("fewer"):
        fewer(form.draft, what)
        return _page(form)
    return _entered(form)


def _entered(form: ApplicationForm) -> ResponseReturnValue:
    told = None
    try:
        told = written(form)
        with working() as desk:
            case = apply(desk, told.application)
            if told.township_on is not None:
                accept(desk, case, happened_on=told.township_on, delegated_to=told.delegated_to)
            number = case.number
    except JiuzhuError as error:
        if error.code == "not_permitted":
            raise
        return _page(form, told.placed(error) if told is not None else error), 422
    done = (f"已登记申请，案号 {number}。", f"Entered as case {number}.")
    flash(say(*done))
    return redirect(url_for("cases.case", number=number), 303)


def _page(form: ApplicationForm, error: JiuzhuError | None = None) -> str:
    shown = error or form.trouble
    by_field, rest = sorted_faults(shown, form.every_field())
    return render_template(
        "cases/new.html", form=form, facts=form.facts, values=form.values, problems=by_field, rest=rest, error=shown,
        question=QUESTION, changed=request.method == "POST",
    )  # fmt: skip


@screen.post("/check")
def check() -> ResponseReturnValue:
    """Say at the field whether a typed ID number can be one, and whom it says it is."""
    typed = next((text for name, text in request.form.items() if name.endswith("id_number")), "").strip()
    if not typed:
        return ""
    try:
        found = read_id_number(typed, today=platform().today)
    except JiuzhuError as error:
        return render_template("cases/id_check.html", faults=[one.message.pick(language()) for one in error.problems])
    return render_template("cases/id_check.html", found=found)
