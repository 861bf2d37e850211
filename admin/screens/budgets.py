"""下一年度低保资金预算计划表: its lines, every assumption an editable row, review by another, finance's answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import own_place, programmes, whole, with_query
from admin.budget_page import answer_fields, assumption_view, line_options, part_text, plan_totals
from admin.form import Field, read, sorted_faults
from admin.language import pick, say
from admin.long_work import start
from admin.screens.jobs import job_view
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.casework.reporting import budget
from core.casework.reporting.budget_assumption import KINDS, PAYERS
from core.casework.reporting.budget_table import EVERYWHERE, PlanLine, plan_sheet
from core.casework.reporting.kept import find_plan, kept_page
from core.errors import JiuzhuError, Text
from core.policy import AREAS
from core.store.tables import BudgetAssumption, BudgetPlan
from core.values import yuan_text
from regions.budget_reckoning import ask, counted_on, job_of, moved_on, reckoned_lines, shown_lines

screen = Blueprint("budgets", __name__, url_prefix="/budgets")

TONES = {"draft": "info", "submitted": "wait", "reviewed": "good", "answered": "good"}
PAYER_TEXT = (Text("中央", "central"), Text("省", "province"), Text("市", "city"), Text("县", "county"))
BACK = (Field("reason", Text("退回原因", "why it goes back"), kind="text_long", required=True, wide=True),)
BECAUSE = Field("because", Text("测算依据", "what it rests on"), kind="text_long", required=True, wide=True)
ANSWERED = (
    Field("document", Text("财政批复文号", "finance's document"), required=True),
    Field("answered_on", Text("批复日期", "day"), kind="day"),
)


def plan_fields() -> tuple[Field, ...]:
    """Return the fields of a new plan."""
    known = list(programmes(own_place(), platform().today).items())
    return (
        Field("division", Text("地区", "place"), kind="place", required=True, default=own_place()),
        Field("programme", Text("项目", "programme"), kind="choice", required=True, options=known, default="dibao"),
        Field("year", Text("计划年度", "year planned"), kind="number", required=True,
              default=platform().today.year + 1),
    )  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the plans of the officer's places."""
    with reading() as desk:
        rows, after = kept_page(desk, BudgetPlan, after=whole(request.args.get("after", "")))
        names = budget.users_of(desk, [one for row in rows for one in (row.prepared_by, row.reviewed_by) if one])
    return render_template(
        "budgets/page.html", rows=rows, names=names, statuses=budget.STATUSES, tones=TONES,
        more=with_query(after=str(after)) if after else "",
    )  # fmt: skip


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask for place and year."""
    return _form(plan_fields(), None)


@screen.post("/new")
def begin() -> ResponseReturnValue:
    """Begin a plan."""
    try:
        given = read(plan_fields(), request.form)
        with working() as desk:
            number = budget.open_plan(desk, **given).id
            job_id = ask(desk, number).id
    except JiuzhuError as error:
        return _form(plan_fields(), error), 422
    start(job_id)
    return redirect(url_for(".one", number=number), 303)


@screen.post("/<int:number>/reckon")
def reckon(number: int) -> ResponseReturnValue:
    """Have the caseload of a draft counted anew."""
    with working() as desk:
        job_id = ask(desk, number).id
    start(job_id)
    return redirect(url_for(".one", number=number), 303)


def _form(fields: tuple[Field, ...], error: JiuzhuError | None, **more: Any) -> str:
    by_field, rest = sorted_faults(error, fields)
    held = {
        "title": say("建立预算计划", "Begin a budget plan"),
        "lead": say("预计数由在册家庭逐月测算，加上各项假设。", "Summed over the caseload, with what is assumed."),
        "action": url_for(".begin"), "back": url_for(".page"), "values": request.form, **more,
    }  # fmt: skip
    return render_template("budgets/form.html", fields=fields, problems=by_field, error=error, rest=rest, **held)


@screen.get("/<int:number>")
def one(number: int) -> ResponseReturnValue:
    """Show a plan: its table, its assumptions, and what comes next."""
    return _one(number)


def _one(number: int, error: JiuzhuError | None = None) -> str:
    with reading() as desk:
        plan = find_plan(desk, number)
        shown, job = shown_lines(desk, plan), job_of(desk, plan) if plan.status == "draft" else None
        lines = shown or []
        assumed = budget.assumptions_of(desk, number)
        fields = (*BACK, *ANSWERED, *answer_fields(lines))
        by_field, rest = sorted_faults(error, fields)
        return render_template(
            "budgets/one.html", plan=plan, lines=lines, counted=shown is not None, moved=moved_on(desk, plan),
            job=job_view(job, {}) if job is not None else None, totals=plan_totals(lines), answer=plan.answer or {},
            assumed=[assumption_view(one, lines) for one in reversed(assumed)], kinds=KINDS,
            status=budget.STATUSES[plan.status], tone=TONES[plan.status], areas=AREAS, payers=PAYERS,
            names=budget.users_of(desk, _people(plan, assumed)), payer_text=PAYER_TEXT, back=BACK, answered=ANSWERED,
            amounts=answer_fields(lines),
            published=budget.published_figures(desk, plan.division, programme=plan.programme), can=_can(desk, plan),
            mine=plan.prepared_by == desk.actor.id, error=error, problems=by_field, rest=rest, values=request.form,
        )  # fmt: skip


def _people(plan: BudgetPlan, assumed: list[BudgetAssumption]) -> list[int]:
    return [one for one in (plan.prepared_by, plan.reviewed_by, *(row.assumed_by for row in assumed)) if one]


def _can(desk: Desk, plan: BudgetPlan) -> dict[str, bool]:
    return {one: desk.actor.may(f"budget.{one}", plan.path, desk.today) for one in ("prepare", "review", "answer")}


@screen.get("/<int:number>/sheet")
def sheet(number: int) -> ResponseReturnValue:
    """Send the plan as a workbook."""
    with reading() as desk:
        plan = find_plan(desk, number)
        lines, people = reckoned_lines(desk, plan), budget.people_of(desk, plan)
        made = plan_sheet(desk, plan, lines, people=people, counted_on=counted_on(plan))
        return workbook(made, f"资金预算计划表-{plan.division}-{plan.year}")


@screen.get("/<int:number>/assume/<name>")
def assumption(number: int, name: str) -> ResponseReturnValue:
    """Ask for an assumption of a kind; ``row`` takes an earlier one as it stands."""
    with reading() as desk:
        desk.require("budget.prepare", find_plan(desk, number).path)
        held = desk.session.get(BudgetAssumption, whole(request.args.get("row", "")) or 0)
        values: dict[str, Any] = {}
        if held is not None and held.plan_id == number and held.name == name:
            values = {part: part_text(name, part, held.value[part]) for part in held.value}
            values |= {"line": held.line, "because": held.because}
    return _assumption(number, name, None, values)


def assumption_fields(name: str, lines: list[PlanLine]) -> tuple[Field, ...]:
    """Return the fields of a kind of assumption.

    Raises:
        JiuzhuError: ``unknown_assumption``.
    """
    if name not in KINDS:
        raise JiuzhuError("unknown_assumption", Text("没有这种测算假设", "there is no such assumption"), value=name)
    kind = KINDS[name]
    options = [one for one in line_options(lines) if not (kind.absolute and one[0].startswith(EVERYWHERE))]
    parts = [
        Field(part, label, required=part not in kind.optional, example=Text("50%", "50%") if name == "payers" else None)
        for part, (label, _) in kind.parts.items()
    ]
    return (Field("line", Text("用于", "for"), kind="choice", required=True, options=options), *parts, BECAUSE)


def _assumption(number: int, name: str, error: JiuzhuError | None, values: Any) -> str:
    with reading() as desk:
        fields = assumption_fields(name, shown_lines(desk, find_plan(desk, number)) or [])
    return _form(
        fields, error, title=pick(KINDS[name].label), action=url_for(".assume", number=number, name=name),
        lead=say("同一行同一假设，后写的代替先写的；先写的仍保留备查。", "Of one line the later one holds; all stay."),
        back=url_for(".one", number=number), values=values,
    )  # fmt: skip


@screen.post("/<int:number>/assume/<name>")
def assume(number: int, name: str) -> ResponseReturnValue:
    """Write an assumption of a draft."""
    try:
        with reading() as desk:
            fields = assumption_fields(name, shown_lines(desk, find_plan(desk, number)) or [])
        given = read(fields, request.form)
        line, because = given.pop("line"), given.pop("because")
        value = {part: said for part, said in given.items() if said is not None}
        with working() as desk:
            budget.assume(desk, number, name, value, because=because, line=line)
    except JiuzhuError as error:
        if error.code in ("not_permitted", "unknown_plan", "unknown_assumption"):
            raise
        return _assumption(number, name, error, request.form), 422
    return _done(number, say("已写入，计划已重新测算。", "Written; the plan is worked out anew."))


@screen.post("/<int:number>/submit")
def submit(number: int) -> ResponseReturnValue:
    """Fix the lines and hand the plan to whoever reviews it."""
    try:
        with working() as desk:
            budget.submit_plan(desk, number, seen=reckoned_lines(desk, budget.draft_of(desk, number)))
    except JiuzhuError as error:
        return _again(number, error)
    return _done(number, say("已报送，等待另一人审核。", "Submitted; another person reviews it."))


@screen.post("/<int:number>/review")
def review(number: int) -> ResponseReturnValue:
    """Pass the plan as another person than who prepared it."""
    try:
        with working() as desk:
            budget.review_plan(desk, number, passed=True)
    except JiuzhuError as error:
        return _again(number, error)
    return _done(number, say("已审核。", "Reviewed."))


@screen.post("/<int:number>/back")
def send_back(number: int) -> ResponseReturnValue:
    """Send the plan back with a reason."""
    try:
        given = read(BACK, request.form)
        with working() as desk:
            budget.review_plan(desk, number, passed=False, reason=given["reason"])
    except JiuzhuError as error:
        return _again(number, error)
    return _done(number, say("已退回填报人。", "Sent back."))


@screen.post("/<int:number>/answer")
def answer(number: int) -> ResponseReturnValue:
    """Record finance's answer by line."""
    try:
        with reading() as desk:
            amounts = answer_fields(shown_lines(desk, find_plan(desk, number)) or [])
        given = read((*ANSWERED, *amounts), request.form)
        fixed = {one.name: yuan_text(given[one.name]) for one in amounts if given[one.name] is not None}
        with working() as desk:
            told = budget.Answer(
                document=given["document"], answered_on=given["answered_on"] or desk.today, amounts=fixed
            )
            budget.answer_plan(desk, number, told)
    except JiuzhuError as error:
        return _again(number, error)
    return _done(number, say("财政核定数已登记。", "Finance's answer is recorded."))


def _done(number: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(".one", number=number), 303)


def _again(number: int, error: JiuzhuError) -> ResponseReturnValue:
    if error.code in ("not_permitted", "unknown_plan"):
        raise error
    return _one(number, error), 422
