"""Meetings (评议会、审批会): entered as their record is written, people once and a grid of results."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.agenda_form import AREAS, Question, choices, clock_time, numbers, question
from admin.asking import division_in, whole
from admin.form import Field, read, sorted_faults
from admin.grid_faults import cell_faults
from admin.language import language, say
from admin.sending import workbook
from admin.work import reading, working
from core.casework.desk import Desk
from core.casework.people.seats import name_of
from core.casework.recent import recent
from core.casework.rounds.agenda import Listed, bars, heads, waiting
from core.casework.rounds.batch import cases_named
from core.casework.rounds.meeting import KINDS, MeetingSheet, record_meeting
from core.casework.rounds.meeting_record import SUBJECTS, meeting_record, meeting_sheet, record_of
from core.casework.rounds.proof import Photo, attachments_of
from core.casework.rounds.proof_file import add_proof
from core.casework.words import word
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase, Meeting
from regions.meeting_file import votes

screen = Blueprint("meetings", __name__, url_prefix="/meetings")

KIND_TEXT = {"appraisal": ("民主评议会", "appraisal"), "approval": ("审批会", "approval")}
STAGE_OF = {"appraisal": ("appraisal", "community_appraisal"), "approval": ("approval",)}
"""The stage a kind of meeting settles most often: what the box begins with, to be changed."""
CELLS = ("number", "subject", "agree", "disagree", "abstain", "result")
CELL_OF = {
    "votes_do_not_add_up": "agree",
    "result_missing": "result",
    "result_against_votes": "result",
    "unknown_case": "number",
    "case_twice": "number",
}
"""Where on its row a fault shows; any other beside the household."""
SPARE_ROWS = 2
FIELDS = (
    Field("place", Text("地点", "place"), required=True),
    Field("expected", Text("应到人数", "expected"), kind="number", required=True),
    Field("announced_at", Text("当场公布时间", "announced at"), example=Text("20:30", "20:30")),
    Field("secret", Text("无记名表决", "secret vote"), kind="flag"),
)


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the meetings of the officer's places, the newest first."""
    division, kind = division_in(request.args.get("division", "")), request.args.get("kind", "")
    where = [Meeting.kind == kind] if kind in KINDS else []
    with reading() as desk:
        found, after = recent(
            desk, Meeting, division=division or None, where=where, after=whole(request.args.get("after", ""))
        )
        rows = [
            {"id": one.id, "kind": one.kind, "held_on": one.held_on, "division": one.division, "place": one.place,
             "chair": name_of(desk, one.chair_id), "expected": one.expected, "present": one.present,
             "cases": len(one.results)}
            for one in found
        ]  # fmt: skip
    return render_template(
        "meetings/list.html", rows=rows, after=after, division=division, kind=kind, kinds=KIND_TEXT
    )  # fmt: skip


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask what the meeting is about; then show the record to be filled."""
    return _sheet({}, None)


@screen.post("/new")
def enter() -> ResponseReturnValue:
    """Record the meeting, or show every fault at its cell."""
    try:
        asked_for = question(request.form)
        given = _given(asked_for)
        with working() as desk:
            made = record_meeting(desk, given).id
    except JiuzhuError as error:
        return _sheet(request.form, error), 422
    flash(say("会议已记录，各户的环节已办理。", "The meeting is recorded; the stage is done in every case."))
    return redirect(url_for(".record", number=made), 303)


@screen.get("/<int:number>")
def record(number: int) -> ResponseReturnValue:
    """Show a meeting as its record reads, with who took part and what proves it."""
    with reading() as desk:
        shown = record_of(desk, number)
        lines = meeting_record(desk, number)
        proofs = attachments_of(desk.session, f"meeting/{number}")
    return render_template("meetings/record.html", meeting=shown, lines=lines, proofs=proofs, kinds=KIND_TEXT)


@screen.post("/<int:number>/proofs")
def add(number: int) -> ResponseReturnValue:
    """Keep a photograph or scan of the paper beside the meeting."""
    sent = request.files.get("photo")
    photo = Photo(name=(sent.filename or "") if sent else "", content=sent.read() if sent else b"")
    with working() as desk:
        add_proof(desk, f"meeting/{number}", photo)
    flash(say("附件已保存。", "The file is kept."))
    return redirect(url_for(".record", number=number), 303)


@screen.get("/<int:number>/workbook")
def download(number: int) -> ResponseReturnValue:
    """Send the record as a workbook."""
    with reading() as desk:
        return workbook(meeting_sheet(desk, number), say(f"民主评议记录表-{number}", f"meeting-{number}"))


def _given(asked_for: Question) -> MeetingSheet:
    """The meeting as the form says it; faults of fields and cells are told together."""
    form = request.form
    problems: list[Any] = []
    values: dict[str, Any] = {}
    found: dict[str, Any] = {}
    try:
        values = read(FIELDS, form)
    except InvalidInput as error:
        problems += error.problems
    try:
        found = votes(((at, row) for at, row in enumerate(_rows(), start=1) if _is_filled(row)), file="")
    except InvalidInput as error:
        problems += error.problems
    if whole(form.get("chair", "")) is None:
        text = Text("请选定主持人", "choose the chair")
        problems.append(Problem(code="missing_property", message=text))
    if problems:
        raise InvalidInput(problems)
    return MeetingSheet(
        kind=form.get("kind", ""), stage=asked_for.stage, held_on=asked_for.on, division=asked_for.division,
        place=values["place"], chair=whole(form.get("chair", "")) or 0, expected=values["expected"],
        attendees=numbers(form.getlist("attend")), signed=numbers(form.getlist("signed")), votes=found,
        announced_at=clock_time(values["announced_at"] or ""), secret=values["secret"],
    )  # fmt: skip


def _rows() -> list[dict[str, str]]:
    """The grid as it was typed, row by row; who stepped out stands with his case."""
    columns = {name: request.form.getlist(name) for name in CELLS}
    out: dict[str, list[str]] = {}
    for one in request.form.getlist("out"):
        number, _, holder = one.rpartition(":")
        out.setdefault(number, []).append(holder)
    rows = []
    for at, number in enumerate(columns["number"]):
        cells = {name: (columns[name][at : at + 1] or [""])[0].strip() for name in CELLS}
        rows.append(cells | {"stepped_out": " ".join(out.get(number.strip(), ()))})
    return rows


def _is_filled(row: dict[str, str]) -> bool:
    """Whether the meeting spoke of this household: anything but what the sheet put there itself."""
    return any(row[name] for name in ("agree", "disagree", "abstain", "result"))


def _sheet(typed: Any, error: JiuzhuError | None) -> str:
    """The page of a new meeting: the question, and once a stage is chosen the record to be filled."""
    given = typed or request.args
    asked_for, kind = question(given), given.get("kind", "appraisal")
    kind = kind if kind in KINDS else "appraisal"
    typed_rows = _rows() if typed else []
    with reading() as desk:
        desk.require("meeting.record", desk.path(asked_for.division))
        offered = choices(desk, asked_for)
        on_sheet = _cases(desk, asked_for, [one["number"] for one in typed_rows])
        cases = on_sheet.cases
        names = heads(desk, cases)
        people = [one.holder for one in offered.people]
        found = bars(desk, cases, people, stage=asked_for.stage, on=asked_for.on) if cases else []
    labels = {one.key: one.label for one in offered.stages}
    likely = next((one for one in STAGE_OF[kind] if one in labels), "")
    faults, rest = sorted_faults(error, FIELDS)
    filled = [at for at, one in enumerate(typed_rows, start=1) if _is_filled(one)]
    at_cells, left = cell_faults(error, filled, CELL_OF, known={one.name for one in FIELDS})
    stage = next((one for one in offered.stages if one.key == asked_for.stage), None)
    return render_template(
        "meetings/new.html", asked=asked_for, kind=kind, kinds=KIND_TEXT, areas=AREAS, offered=offered, likely=likely,
        stage=stage, rows=_shown_rows(cases, names, typed_rows), bars=found, fields=FIELDS, values=typed or {},
        faults=faults, cells=at_cells, left=left, rest=rest, error=error, attend=_ticked(typed, "attend"),
        signed=_ticked(typed, "signed"), out=set(typed.getlist("out")) if typed else set(),
        subjects=SUBJECTS, results=[word("results", one) for one in stage.results] if stage else [],
        is_cut=on_sheet.is_cut, language=language,
    )  # fmt: skip


def _ticked(typed: Any, name: str) -> set[int]:
    return set(numbers(typed.getlist(name))) if typed else set()


def _cases(desk: Desk, asked_for: Question, typed: list[str]) -> Listed:
    """Those the stage waits for; on the way back those that were typed, as they stood."""
    if not typed:
        return waiting(desk, asked_for.agenda) if asked_for.stage else Listed(cases=[])
    named = cases_named(desk, [one for one in typed if one], path=desk.path(asked_for.division))
    return Listed(cases=list(named.cases.values()))


def _shown_rows(
    cases: list[AssistanceCase], names: dict[str, str], typed: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """The rows of the grid: what was typed, else one a waiting household; empty ones to write a further case in."""
    known = {one.number: one for one in cases}
    rows: list[dict[str, Any]] = [
        {**one, "head": names.get(one["number"], ""), "fixed": one["number"] in known} for one in typed
    ]
    if not typed:
        blank = dict.fromkeys(CELLS, "")
        rows = [{**blank, "number": one.number, "head": names[one.number], "fixed": True,
                 "persons": one.persons, "village": one.village} for one in cases]  # fmt: skip
        rows += [{**blank, "head": "", "fixed": False} for _ in range(SPARE_ROWS)]
    return [{**row, **_told(known.get(row["number"]))} for row in rows]


def _told(case: AssistanceCase | None) -> dict[str, Any]:
    return {} if case is None else {"persons": case.persons, "village": case.village}
