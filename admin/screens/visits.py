"""Visit rounds (入户调查、邻里访问、县级核查): the same people on one day, household by household."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.agenda_form import AREAS, Question, choices, clock_time, numbers, question
from admin.asking import division_in, whole
from admin.grid_faults import cell_faults
from admin.language import say
from admin.sending import workbook
from admin.work import reading, working
from core.casework.desk import Desk
from core.casework.people.seats import name_of
from core.casework.recent import recent
from core.casework.rounds.agenda import Listed, bars, heads, waiting
from core.casework.rounds.batch import cases_named
from core.casework.rounds.proof import Photo, attachments_of
from core.casework.rounds.proof_file import add_proof
from core.casework.rounds.visit import COUNTY_VISIT, HouseholdVisit, RoundSheet, record_round
from core.casework.rounds.visit_record import COUNTY_TEXT, round_label, round_record, visit_sheet
from core.casework.words import named, word, words
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import AssistanceCase, VisitRound

screen = Blueprint("visits", __name__, url_prefix="/visits")

CELLS = ("number", "at", "place", "finding", "result")
CELL_OF = {"bad_time": "at", "place_missing": "place", "finding_missing": "finding", "bad_result": "result",
           "result_missing": "result"}  # fmt: skip
LIKELY = ("survey", "home_visit")
SPARE_ROWS = 2


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the rounds of the officer's places, the newest first."""
    division = division_in(request.args.get("division", ""))
    with reading() as desk:
        found, after = recent(desk, VisitRound, division=division or None, after=whole(request.args.get("after", "")))
        rows = [
            {"id": one.id, "label": round_label(desk, one), "happened_on": one.happened_on, "division": one.division,
             "visitors": "、".join(name_of(desk, by) for by in one.visitors), "cases": len(one.visits)}
            for one in found
        ]  # fmt: skip
    return render_template("visits/list.html", rows=rows, after=after, division=division)


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask for place, day and stage; then show the grid."""
    return _sheet({}, None)


@screen.post("/new")
def enter() -> ResponseReturnValue:
    """Record the round, or show every fault at its cell."""
    try:
        asked_for = question(request.form)
        with working() as desk:
            made = record_round(desk, _given(asked_for)).id
    except JiuzhuError as error:
        return _sheet(request.form, error), 422
    flash(say("入户已记录，各户的环节已办理。", "The round is recorded; the stage is done in every case."))
    return redirect(url_for(".record", number=made), 303)


@screen.get("/<int:number>")
def record(number: int) -> ResponseReturnValue:
    """Show a round with what was found at each household."""
    with reading() as desk:
        shown = round_record(desk, number)
        proofs = attachments_of(desk.session, f"visit/{number}")
    signed = [named("signatures", one.signatures) for one in shown.lines]
    return render_template("visits/record.html", shown=shown, proofs=proofs, signed=signed)


@screen.get("/<int:number>/workbook")
def download(number: int) -> ResponseReturnValue:
    """Send the round as a workbook."""
    with reading() as desk:
        return workbook(visit_sheet(desk, number), say(f"入户调查记录-{number}", f"visits-{number}"))


@screen.post("/<int:number>/proofs")
def add(number: int) -> ResponseReturnValue:
    """Keep a photograph or scan beside the round."""
    sent = request.files.get("photo")
    photo = Photo(name=(sent.filename or "") if sent else "", content=sent.read() if sent else b"")
    with working() as desk:
        add_proof(desk, f"visit/{number}", photo)
    flash(say("附件已保存。", "The file is kept."))
    return redirect(url_for(".record", number=number), 303)


def _given(asked_for: Question) -> RoundSheet:
    visits: dict[str, HouseholdVisit] = {}
    problems: list[Problem] = []
    for at, row in enumerate(_rows(), start=1):
        if not _is_filled(row):
            continue
        if row["number"] in visits:
            text = Text("同一案件填了两次", "the case is listed twice")
            problems.append(Problem(code="case_twice", message=text, where=Where(line=at, path="number")))
        visits[row["number"]] = HouseholdVisit(
            at=clock_time(row["at"]), place=row["place"], finding=row["finding"], result=_result_code(row["result"])
        )
    if problems:
        raise InvalidInput(problems)
    return RoundSheet(stage=asked_for.stage, happened_on=asked_for.on, division=asked_for.division,
                      visitors=numbers(request.form.getlist("attend")), visits=visits)  # fmt: skip


def _result_code(text: str) -> str | None:
    """A result as its code, or as the word the paper has."""
    found = (code for code, one in words()["results"].items() if text in (one["zh"], one["en"]))
    return next(found, text) if text else None


def _rows() -> list[dict[str, str]]:
    columns = {name: request.form.getlist(name) for name in CELLS}
    return [
        {name: (columns[name][at : at + 1] or [""])[0].strip() for name in CELLS}
        for at in range(len(columns["number"]))
    ]


def _is_filled(row: dict[str, str]) -> bool:
    return any(row[name] for name in ("at", "place", "finding", "result"))


def _sheet(typed: Any, error: JiuzhuError | None) -> str:
    given = typed or request.args
    asked_for = question(given)
    rows = _rows() if typed else []
    wanted = [one["number"] for one in rows] or given.get("cases", "").split()
    with reading() as desk:
        desk.require("visit.record", desk.path(asked_for.division))
        offered = choices(desk, asked_for)
        on_sheet = _cases(desk, asked_for, wanted) if asked_for.stage else Listed(cases=[])
        cases = on_sheet.cases
        names = heads(desk, cases)
        people = [one.holder for one in offered.people]
        found = bars(desk, cases, people, stage=asked_for.stage, on=asked_for.on) if cases else []
    filled = [at for at, one in enumerate(rows, start=1) if _is_filled(one)]
    cells, left = cell_faults(error, filled, CELL_OF)
    stage = next((one for one in offered.stages if one.key == asked_for.stage), None)
    labels = {one.key for one in offered.stages}
    return render_template(
        "visits/new.html", asked=asked_for, areas=AREAS, offered=offered, stage=stage, county=COUNTY_TEXT,
        county_key=COUNTY_VISIT, likely=next((one for one in LIKELY if one in labels), ""),
        rows=_shown_rows(cases, names, rows), bars=found, cells=cells, left=left, error=error,
        attend=set(numbers(typed.getlist("attend"))) if typed else set(),
        results=[word("results", one) for one in stage.results] if stage else [], is_cut=on_sheet.is_cut,
    )  # fmt: skip


def _cases(desk: Desk, asked_for: Question, wanted: list[str]) -> Listed:
    if any(wanted):
        named = cases_named(desk, [one for one in wanted if one], path=desk.path(asked_for.division))
        return Listed(cases=list(named.cases.values()))
    return Listed(cases=[]) if asked_for.stage == COUNTY_VISIT else waiting(desk, asked_for.agenda)


def _shown_rows(
    cases: list[AssistanceCase], names: dict[str, str], typed: list[dict[str, str]]
) -> list[dict[str, Any]]:
    blank = dict.fromkeys(CELLS, "")
    known = {one.number: one for one in cases}
    rows: list[dict[str, Any]] = [dict(one) for one in typed]
    if not typed:
        rows = [{**blank, "number": one.number} for one in cases]
        rows += [dict(blank) for _ in range(SPARE_ROWS)]
    return [{**row, "head": names.get(row["number"], ""), **_told(known.get(row["number"]))} for row in rows]


def _told(case: AssistanceCase | None) -> dict[str, Any]:
    return {"fixed": False} if case is None else {"fixed": True, "persons": case.persons, "village": case.village}
