"""Recusal (回避): demands, decisions, who takes over; and who must step out of a case, by relation and article."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.agenda_form import case_here
from admin.asking import division_in, whole
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.sending import workbook
from admin.work import reading, working
from core.casework.desk import Desk
from core.casework.flow.case_list import find_case
from core.casework.people.assignment import assign, assigned, take_over
from core.casework.people.demand_list import ASKER_TEXT, demand_card, demand_page
from core.casework.people.person import shown_name
from core.casework.people.recusal import rule_gaps
from core.casework.people.recusal_demand import decide_demand, demand
from core.casework.people.register_sheet import demands_sheet
from core.casework.people.seats import seats
from core.casework.rounds.agenda import bars
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import AssistanceCase, Person

screen = Blueprint("recusals", __name__, url_prefix="/recusals")

ANSWERS = {"grant": Text("予以回避", "steps out"), "refuse": Text("不予回避", "need not step out")}
ROLES = {"clerk": Text("整案经办", "the whole case"), "review": Text("审核", "review")}
DEMAND = (
    Field("holder", Text("要求谁回避", "who is to step out"), kind="choice", required=True),
    Field("by", Text("谁提出", "who demands it"), kind="choice", required=True, options=list(ASKER_TEXT.items())),
    Field("on", Text("提出日期", "day"), kind="day"),
    Field("reason", Text("理由", "reason"), kind="text_long", required=True, wide=True),
)
DECISION = (
    Field("answer", Text("决定", "decision"), kind="choice", required=True, options=list(ANSWERS.items())),
    Field("on", Text("决定日期", "day"), kind="day"),
    Field("reason", Text("决定理由", "reason"), kind="text_long", required=True, wide=True),
)
TAKING = (
    Field("holder", Text("接办人", "who takes over"), kind="choice", required=True),
    Field("role", Text("接办范围", "what he takes over"), kind="choice", required=True, options=list(ROLES.items()),
          default="clerk"),
)  # fmt: skip
FAULT_AT = {"no_reason": "reason", "unknown_holder": "holder", "not_in_office": "holder", "in_the_future": "on",
            "demanded_already": "holder", "not_above": "holder", "not_of_this_place": "holder",
            "recusal_required": "holder"}  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the demands, those to be decided first where asked."""
    division, undecided = division_in(request.args.get("division", "")), bool(request.args.get("open"))
    with reading() as desk:
        rows, after = demand_page(
            desk, division=division or None, undecided=undecided, after=whole(request.args.get("after", ""))
        )
    return render_template("recusals/list.html", rows=rows, after=after, division=division, undecided=undecided)


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the demands asked for as a workbook."""
    division = division_in(request.args.get("division", ""))
    with reading() as desk:
        sheet = demands_sheet(desk, division=division or None, undecided=bool(request.args.get("open")))
        return workbook(sheet, say("回避登记", "recusal-register"))


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask for the case; then show who must step out of it, and the demand."""
    return _form(request.args, None)


@screen.post("/new")
def enter() -> ResponseReturnValue:
    """Record a demand."""
    try:
        values = read([_free(one) for one in DEMAND], request.form)
        with working() as desk:
            case = case_here(desk, request.form.get("case", ""))
            made = demand(desk, case, whole(values["holder"]) or 0, by=values["by"], reason=values["reason"],
                          on=values["on"]).id  # fmt: skip
    except JiuzhuError as error:
        return _form(request.form, error), 422
    flash(say("回避申请已登记，待决定。", "The demand is recorded and waits for a decision."))
    return redirect(url_for(".card", number=made), 303)


@screen.get("/<int:number>")
def card(number: int) -> ResponseReturnValue:
    """Show a demand, with what its decision needs."""
    return _card(number, None, "")


@screen.post("/<int:number>/decide")
def decide(number: int) -> ResponseReturnValue:
    """Decide a demand."""
    try:
        values = read(DECISION, request.form)
        with working() as desk:
            demand_card(desk, number)
            decide_demand(desk, number, granted=values["answer"] == "grant", reason=values["reason"], on=values["on"])
    except JiuzhuError as error:
        return _card(number, error, "decide"), 422
    flash(say("已决定。", "Decided."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/take-over")
def hand_over(number: int) -> ResponseReturnValue:
    """Put somebody else on the case: one of the same office, else the head or the level above."""
    try:
        values = read([_free(one) for one in TAKING], request.form)
        with working() as desk:
            shown = demand_card(desk, number)
            case, instead = find_case(desk, shown.row.case), whole(values["holder"]) or 0
            if any(one.holder == instead for one in shown.substitutes):
                assign(desk, case, instead, role=values["role"])
            else:
                take_over(desk, case, instead, instead_of=shown.row.holder, role=values["role"])
    except JiuzhuError as error:
        return _card(number, error, "take"), 422
    flash(say("已由接办人办理。", "The case is handed over."))
    return redirect(url_for(".card", number=number), 303)


def _free(one: Field) -> Field:
    """A field whose choices are the database's: read as text, judged by the service."""
    return Field(one.name, one.label, required=one.required) if one.name == "holder" else one


def _placed(error: JiuzhuError | None) -> JiuzhuError | None:
    if error is None or isinstance(error, InvalidInput) or error.code not in FAULT_AT:
        return error
    where = Where(path=f"$.{FAULT_AT[error.code]}")
    return InvalidInput([Problem(code=error.code, message=error.message, hint=error.hint, where=where)])


def _people(desk: Desk, division: str) -> list[tuple[str, str]]:
    return [(str(one.holder), f"{one.name}　{one.unit}{one.position}") for one in seats(desk, division)]


def _form(given: Any, error: JiuzhuError | None) -> str:
    number = given.get("case", "").strip()
    unknown, found, people, head, gaps, handling = "", [], [], "", [], []
    with reading() as desk:
        desk.require("recusal.demand", desk.actor.roots("recusal.demand", desk.today)[0])
        case = _case(desk, number)
        if number and case is None:
            unknown = say("管辖范围内没有这个案件", "there is no such case in your area")
        if case is not None:
            people = _people(desk, case.division)
            head = shown_name(desk, desk.session.get_one(Person, case.head_id))
            found = bars(desk, [case], [int(key) for key, _ in people], stage="review", on=desk.today)
            gaps = [one.provision.because or one.provision.label for one in rule_gaps(desk, case)]
            handling = [one.holder_id for one in assigned(desk.session, case.id, on=desk.today)]
    fields = tuple(_offered(one, people) for one in DEMAND)
    faults, rest = sorted_faults(_placed(error), fields)
    return render_template("recusals/new.html", number=number, unknown=unknown, head=head, bars=found, fields=fields,
                           gaps=gaps, values=given, faults=faults, rest=rest, error=_placed(error),
                           handling=[label for key, label in people if int(key) in handling])  # fmt: skip


def _case(desk: Desk, number: str) -> AssistanceCase | None:
    try:
        return case_here(desk, number) if number else None
    except JiuzhuError:
        return None


def _offered(one: Field, people: list[tuple[str, str]]) -> Field:
    return Field("holder", one.label, kind="choice", required=True, options=people) if one.name == "holder" else one


def _card(number: int, error: JiuzhuError | None, at: str) -> str:
    with reading() as desk:
        shown = demand_card(desk, number)
        mine = shown.recorded_by == desk.actor.id
        free = [(str(one.holder), f"{one.name}　{one.unit}{one.position}") for one in shown.substitutes]
        heads = [(str(one.holder), f"{one.name}　{one.unit}{one.position}") for one in seats(desk, shown.row.division)
                 if one.is_head and one.holder != shown.row.holder]  # fmt: skip
    taking = tuple(_offered(one, free or heads) for one in TAKING)
    faults, rest = sorted_faults(_placed(error), (*DECISION, *taking))
    return render_template("recusals/card.html", shown=shown, decision=DECISION, taking=taking, at=at, mine=mine,
                           free=bool(free), offered=bool(free or heads), error=_placed(error), faults=faults, rest=rest,
                           values=request.form if error else {})  # fmt: skip
