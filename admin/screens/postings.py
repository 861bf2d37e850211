"""Posting sheets (公示单): drawn by the rule of the event, looked at, put up with proof, taken down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.agenda_form import AREAS, Question, numbers, question
from admin.asking import division_in, whole
from admin.form import Field, read, sorted_faults
from admin.grid_faults import told
from admin.language import pick, say
from admin.posting_form import computed, notice_of, rows_shown, rows_typed
from admin.sending import workbook
from admin.shapes import day
from admin.trial import trying
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.casework.people.seats import seats
from core.casework.recent import recent
from core.casework.rounds.agenda import Listed, heads, villages
from core.casework.rounds.batch import cases_named
from core.casework.rounds.posting import draw
from core.casework.rounds.posting_board import Hanging, post, settle, take_down
from core.casework.rounds.posting_card import posting_card
from core.casework.rounds.posting_content import NAMES, known_value
from core.casework.rounds.posting_due import due_for_posting, events_of
from core.casework.rounds.posting_rule import FIELD_TEXT, PLACE_TEXT, PostingRule, posting_rule
from core.casework.rounds.posting_sheet import PostingSheet, print_sheet, sheet_as_workbook
from core.casework.rounds.proof import Photo
from core.casework.words import named, word
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import Posting

screen = Blueprint("postings", __name__, url_prefix="/postings")

STATES = {
    "drawn": (Text("待张贴", "to be put up"), "wait"),
    "posted": (Text("公示中", "up"), "info"),
    "overdue": (Text("期满未撤下", "over, still up"), "bad"),
    "taken_down": (Text("已撤下", "taken down"), "good"),
}
FILTERS = {"drawn": Text("待张贴", "to be put up"), "posted": Text("公示中", "up"),
           "overdue": Text("期满未撤下", "over, still up"), "taken_down": Text("已撤下", "taken down")}  # fmt: skip
PHONE = (Field("phone", Text("异议电话", "telephone for objections"), required=True),)
HANG = (
    Field("on", Text("张贴日期", "put up on"), kind="day", required=True),
    Field("posted_by", Text("张贴单位", "by which office"), kind="choice", required=True),
    Field("days", Text("公示天数（多于规定时填写）", "days, where more than ruled"), kind="number"),
    Field("photo", Text("张贴照片", "photograph"), kind="file", accept="image/jpeg,image/png,application/pdf"),
)
DOWN = (
    Field("on", Text("撤下日期", "taken down on"), kind="day", required=True),
    Field("reason", Text("提前撤下的理由", "why earlier than ruled"), wide=True),
    Field("photo", Text("撤下时照片", "photograph"), kind="file", accept="image/jpeg,image/png,application/pdf"),
)
FAULT_AT = {"too_early": "reason", "proof_missing": "photo", "before_posting": "on", "in_the_future": "on",
            "unknown_file_type": "photo", "empty_file": "photo", "file_too_large": "photo"}  # fmt: skip


@screen.app_template_filter("posted_fields")
def posted_fields(names: Sequence[str]) -> str:
    """Name the fields of a notice."""
    return say("、", ", ").join(pick(FIELD_TEXT.get(one, Text(one, one))) for one in names) or "—"


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the sheets of the officer's places, the newest first."""
    division, state = division_in(request.args.get("division", "")), request.args.get("state", "")
    where = [Posting.status == "posted", Posting.ends_on < platform().today] if state == "overdue" else []
    if state in ("drawn", "posted", "taken_down"):
        where = [Posting.status == state]
    with reading() as desk:
        found, after = recent(
            desk, Posting, division=division or None, where=where, after=whole(request.args.get("after", ""))
        )
        rows = [
            {"id": one.id, "event": word("notices", one.event), "division": one.division, "village": one.village,
             "cases": len(one.lines), "state": _state(one, desk), "posted_on": one.posted_on, "ends_on": one.ends_on,
             "provisional": one.provisional, "taken_down_on": one.taken_down_on}
            for one in found
        ]  # fmt: skip
    return render_template("postings/list.html", rows=rows, after=after, division=division, state=state,
                           filters=FILTERS, states=STATES)  # fmt: skip


def _state(one: Posting, desk: Desk) -> str:
    late = one.status == "posted" and one.ends_on is not None and one.ends_on < desk.today
    return "overdue" if late else one.status


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask for event and place; then show the cases whose notice is due."""
    return _draw_page({}, None)


@screen.post("/new")
def enter() -> ResponseReturnValue:
    """Draw the sheets; or show how they would read, and keep nothing (预览)."""
    try:
        notice = notice_of(question(request.form))
        if request.form.get("preview"):
            with trying() as desk:
                sheets = [print_sheet(desk, one.id) for one in draw(desk, notice)]
            return _draw_page(request.form, None, preview=sheets)
        with working() as desk:
            made = [one.id for one in draw(desk, notice)]
    except JiuzhuError as error:
        return _draw_page(request.form, error), 422
    flash(say(f"已制作公示单 {len(made)} 张。", f"{len(made)} sheets are drawn."))
    return redirect(url_for(".card", number=made[0]) if len(made) == 1 else url_for(".page", state="drawn"), 303)


@screen.get("/<int:number>")
def card(number: int) -> ResponseReturnValue:
    """Show a sheet: what stands on it, where and how long it hangs, what came of it."""
    return _card(number, None, "")


@screen.get("/<int:number>/print")
def printed(number: int) -> ResponseReturnValue:
    """Show the sheet as it hangs on the board, for the printer."""
    with reading() as desk:
        sheet = print_sheet(desk, number)
        division = posting_card(desk, number).division
    return render_template("postings/print.html", sheet=sheet, number=number, division=division)


@screen.get("/<int:number>/workbook")
def download(number: int) -> ResponseReturnValue:
    """Send the sheet as a workbook."""
    with reading() as desk:
        return workbook(sheet_as_workbook(desk, number), say(f"公示单-{number}", f"sheet-{number}"))


@screen.post("/<int:number>/post")
def hang(number: int) -> ResponseReturnValue:
    """Put a sheet up, with its proof."""
    form = request.form
    try:
        values = read([_free(one) for one in HANG], form)
        hanging = Hanging(
            posted_by=values["posted_by"], posters=numbers(form.getlist("attend")), places=form.getlist("places"),
            happened_on=values["on"], days=values["days"], photo=_photo(),
        )  # fmt: skip
        with working() as desk:
            until = post(desk, number, hanging).ends_on
    except JiuzhuError as error:
        return _card(number, error, "hang"), 422
    flash(say(f"已张贴，公示至{day(until) if until else '长期'}。", f"It is up, until {until or 'further notice'}."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/down")
def down(number: int) -> ResponseReturnValue:
    """Take a sheet down; cases without an open objection have hung their time."""
    try:
        values = read(DOWN, request.form)
        with working() as desk:
            sheet = take_down(desk, number, happened_on=values["on"], photo=_photo(), reason=values["reason"])
            over, lines = sum(one.ended_on is not None for one in sheet.lines), len(sheet.lines)
    except JiuzhuError as error:
        return _card(number, error, "down"), 422
    flash(say(f"已撤下；{lines} 户中 {over} 户公示期满。", f"Down; {over} of {lines} cases have hung their time."))
    return redirect(url_for(".card", number=number), 303)


@screen.post("/<int:number>/settle")
def end(number: int) -> ResponseReturnValue:
    """End the lines whose objections have been answered since."""
    with working() as desk:
        over = settle(desk, number)
    flash(say(f"{over} 户公示期满。", f"{over} cases have hung their time."))
    return redirect(url_for(".card", number=number), 303)


def _photo() -> Photo | None:
    sent = request.files.get("photo")
    return Photo(name=sent.filename, content=sent.read()) if sent is not None and sent.filename else None


def _free(one: Field) -> Field:
    """A field whose choices are the rule's: read as text, judged by the service."""
    return Field(one.name, one.label, required=one.required) if one.name == "posted_by" else one


def _placed(error: JiuzhuError | None) -> JiuzhuError | None:
    """The service's faults at the form's fields."""
    if error is None:
        return None
    return InvalidInput([
        Problem(code=one.code, message=one.message, hint=one.hint, value=one.value,
                where=Where(path=f"$.{FAULT_AT[one.code]}") if one.code in FAULT_AT else one.where)
        for one in error.problems
    ]) if isinstance(error, InvalidInput) or error.code in FAULT_AT else error  # fmt: skip


def _card(number: int, error: JiuzhuError | None, at: str) -> str:
    with reading() as desk:
        found = posting_card(desk, number)
        printed_ = print_sheet(desk, number)
        people = seats(desk, found.division) if found.status == "drawn" and desk.actor.roots(
            "office.read", desk.today) else []  # fmt: skip
        today = desk.today
    rule = found.rule
    offices = rule.posted_by or ("village", "township", "county")
    offered = [(one, word("offices", one)) for one in offices]
    hanging = tuple(Field(one.name, one.label, kind="choice", required=True, options=offered)
                    if one.name == "posted_by" else _proving(one, rule) for one in HANG)  # fmt: skip
    fields = (*hanging, *DOWN, Field("places", Text("地点", "where")), Field("posters", Text("张贴人", "by whom")))
    faults, rest = sorted_faults(_placed(error), fields)
    values: Any = request.form if error else {"on": today.isoformat(), "posted_by": offices[0]}
    places = [(one, PLACE_TEXT.get(one, Text(one, one))) for one in (rule.places or tuple(PLACE_TEXT))]
    return render_template(
        "postings/card.html", found=found, rule=rule, sheet=printed_, hang=hanging,
        down=[_proving(one, rule) for one in DOWN], people=people, places=places, faults=faults, rest=rest,
        error=_placed(error), values=values, at=at, states=STATES, place_text=PLACE_TEXT,
        attend=set(numbers(request.form.getlist("attend"))) if error else set(),
        ticked_places=request.form.getlist("places") if error else [places[0][0]] if rule.places else [],
        by=named("offices", [found.posted_by]) if found.posted_by else None, today=today,
    )  # fmt: skip


def _proving(one: Field, rule: PostingRule) -> Field:
    """The photograph is required where the rule asks for proof."""
    if one.name != "photo" or not rule.proof:
        return one
    return Field("photo", one.label, kind="file", required=True, accept=one.accept)


def _draw_page(typed: Any, error: JiuzhuError | None, *, preview: Sequence[PostingSheet] = ()) -> str:
    given = typed or request.args
    asked_for = question(given)
    gap: JiuzhuError | None = None
    rule, found, names, events, known, amounts = None, Listed(cases=[]), {}, [], {}, {}
    with reading() as desk:
        desk.require("posting.draw", desk.path(asked_for.division))
        policy = desk.policies.rulebook(
            asked_for.division, on=desk.today, area=asked_for.area, programmes=(asked_for.programme,)
        ).policy
        events = events_of(policy, asked_for.programme)
        offered = villages(desk, asked_for.division, programme=asked_for.programme, area=asked_for.area)
        if asked_for.stage:
            try:
                rule = posting_rule(desk, policy, asked_for.programme, asked_for.stage)
            except JiuzhuError as missing:
                gap = missing
        if rule is not None:
            found = _cases(desk, asked_for, typed, given.get("cases", "").split())
            names = heads(desk, found.cases)
            unknown = [
                one for one in found.cases if "amount" in rule.fields and known_value(desk, one, "amount") is None
            ]
            amounts = {} if typed else computed(desk, unknown)
            known = {one.number: {name: known_value(desk, one, name) for name in rule.fields} for one in found.cases}
    columns = [one for one in (rule.fields if rule else ()) if one not in NAMES]
    rows = rows_shown(found.cases, names, known, columns, rows_typed() if typed else [], amounts)
    faults: dict[str, list[str]] = {}
    left = []
    for one in error.problems if error is not None else ():
        at = one.where.path if one.where else ""
        if at == "phone" or one.code == "phone_missing":
            faults.setdefault("phone", []).append(told(one))
        elif at in {row["number"] for row in rows}:
            faults.setdefault(at, []).append(told(one) + (f"：{_field(one.value)}" if one.value in FIELD_TEXT else ""))
        else:
            left.append(told(one))
    return render_template(
        "postings/new.html", asked=asked_for, areas=AREAS, events=events, rule=rule, gap=gap, rows=rows,
        columns=[(one, FIELD_TEXT.get(one, Text(one, one))) for one in columns], phone=PHONE, values=given,
        faults=faults, left=list(dict.fromkeys(left)), error=error, preview=preview, more=given.get("more", ""),
        villages=offered, is_cut=found.is_cut,
        results=[word("results", one) for one in ("increase", "reduce", "stop", "continue", "phase_out")],
    )  # fmt: skip


def _field(name: str | None) -> str:
    found = FIELD_TEXT.get(name or "")
    return say(found.zh, found.en) if found else ""


def _cases(desk: Desk, asked_for: Question, typed: Any, wanted: Sequence[str]) -> Listed:
    numbers_ = [one for one in typed.getlist("number") if one] if typed else list(wanted)
    if numbers_:
        return Listed(cases=list(cases_named(desk, numbers_, path=desk.path(asked_for.division)).cases.values()))
    return due_for_posting(desk, asked_for.division, programme=asked_for.programme, area=asked_for.area,
                           event=asked_for.stage, village=asked_for.village or None)  # fmt: skip
