"""Periodic reviews (定期复核): who is due, rounds of many cases entered as a grid, decided by a second person."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import asked, whole, with_query
from admin.form import Field, read, sorted_faults
from admin.grid_faults import Faults, told
from admin.language import pick, say
from admin.sending import workbook
from admin.shapes import yuan
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.casework.recent import recent
from core.casework.reviews.review import count_due, due_reviews, undated_reviews
from core.casework.reviews.review_dating import date_reviews
from core.casework.reviews.review_grid import GRID, grid_sheet, read_results, read_rows
from core.casework.reviews.review_mode import MODES, place_modes
from core.casework.reviews.review_page import STATES, round_page, round_progress
from core.casework.reviews.review_round import OUTCOMES, decide_results, enter_results, open_round, round_of
from core.casework.workbook import Row
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.provision import text_of
from core.store.tables import ReviewRound

screen = Blueprint("reviews", __name__, url_prefix="/reviews")

SHOWN = 100
"""Due cases of a page; a round takes all of them."""
CELLS = tuple(one.name for one in GRID)
AHEAD = timedelta(days=30)
OPEN = (
    Field("name", Text("轮次名称", "name of the round"), required=True, example=Text("2018年下半年复核", "2nd half")),
    Field("due", Text("完成期限", "to be done by"), kind="day", required=True),
    Field("everybody", Text("全部在册家庭（集中复核）", "everybody on the roll (a campaign)"), kind="flag"),
)
FAULT_AT = {"nothing_to_review": "due"}
CELL_OF = {"recusal_required": "visited_by", "unknown_holder": "visited_by", "not_in_office": "visited_by",
           "in_the_future": "reviewed_on"}  # fmt: skip


@screen.app_template_filter("fen_text")
def fen_text(told: str) -> str:
    """Write an exact amount of fen that was kept as text (``4300/3``) as yuan."""
    return yuan(Fraction(told))


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show who is due in a place, those no date is known for, and the rounds."""
    return _page(None)


@screen.post("/")
def begin() -> ResponseReturnValue:
    """Open a round."""
    try:
        values = read(OPEN, request.form)
        ask = asked(request.form)
        with working() as desk:
            made = open_round(desk, ask.division, name=values["name"], programme=ask.programmes[0],
                              due_on=values["due"], everybody=values["everybody"]).id  # fmt: skip
    except JiuzhuError as error:
        return _page(error), 422
    flash(say("复核轮次已开。", "The round is open."))
    return redirect(url_for(".card", number=made), 303)


@screen.post("/date")
def date_all() -> ResponseReturnValue:
    """Give the households taken over their dates by the rules in force."""
    ask = asked(request.form)
    with working() as desk:
        found = date_reviews(desk, ask.division, programme=ask.programmes[0])
    flash(say(f"已定 {found.dated} 户；没有家庭情况 {found.without_facts} 户，规则或事实不能得出 {found.not_told} 户。",
              f"{found.dated} dated; {found.without_facts} without facts, {found.not_told} not told."))  # fmt: skip
    return redirect(url_for(".page", division=ask.division), 303)


@screen.get("/<int:number>")
def card(number: int) -> ResponseReturnValue:
    """Show a round: what waits, what was entered, what was decided."""
    return _card(number, None)


@screen.get("/<int:number>/grid")
def grid(number: int) -> ResponseReturnValue:
    """Show the grid of the cases that wait for a result."""
    return _grid(number, [], None)


@screen.post("/<int:number>/grid")
def enter(number: int) -> ResponseReturnValue:
    """Enter the results of a grid, or show every fault at its cell."""
    typed = _rows()
    rows = [
        Row(number=at, cells=one, raw=()) for at, one in enumerate(typed, start=1) if any(
            one[name] for name in CELLS if name not in ("number", "head"))
    ]  # fmt: skip
    try:
        with working() as desk:
            _refuse_undated(rows)
            results = read_rows(desk, number, rows)
            count = len(enter_results(desk, number, results))
    except JiuzhuError as error:
        return _grid(number, typed, error), 422
    flash(say(f"已录入 {count} 户，待另一人决定。", f"{count} results are entered; another person decides."))
    return redirect(url_for(".card", number=number, state="entered"), 303)


@screen.get("/<int:number>/workbook")
def download(number: int) -> ResponseReturnValue:
    """Send the grid as a workbook, to be filled and sent back."""
    with reading() as desk:
        return workbook(grid_sheet(desk, number), say(f"复核结果表-{number}", f"review-{number}"))


@screen.post("/<int:number>/workbook")
def upload(number: int) -> ResponseReturnValue:
    """Read a filled workbook: all of it, or nothing and every fault of every row."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise _missing("file")
        with working() as desk:
            results = read_results(desk, number, sent.read(), file=sent.filename)
            count = len(enter_results(desk, number, results))
    except JiuzhuError as error:
        return _card(number, error), 422
    flash(say(f"已录入 {count} 户，待另一人决定。", f"{count} results are entered; another person decides."))
    return redirect(url_for(".card", number=number, state="entered"), 303)


@screen.post("/<int:number>/decide")
def decide(number: int) -> ResponseReturnValue:
    """Decide the ticked results, as another person than who entered them."""
    chosen = request.form.getlist("case")
    try:
        if not chosen:
            text = Text("请勾选要决定的户", "tick the households to be decided")
            raise JiuzhuError("nothing_chosen", text)  # noqa: TRY301 - told like every other refusal
        with working() as desk:
            made = len(decide_results(desk, number, numbers=chosen))
    except JiuzhuError as error:
        return _card(number, error), 422
    flash(say(f"已决定 {made} 户。", f"{made} cases are decided."))
    return redirect(url_for(".card", number=number, state="decided"), 303)


def _missing(name: str) -> InvalidInput:
    where = Where(path=f"$.{name}")
    return InvalidInput([Problem(code="missing_property", message=Text("必填", "this is required"), where=where)])


def _refuse_undated(rows: list[Row]) -> None:
    """In a workbook a row without a day was not reached; on the page it was begun and is not finished."""
    faults = [
        Problem(code="missing_property", message=Text("须填写复核日期", "say when"),
                where=Where(line=one.number, path="reviewed_on"))
        for one in rows if not one.cells["reviewed_on"]
    ]  # fmt: skip
    if faults:
        raise InvalidInput(faults)


def _rows() -> list[dict[str, str]]:
    columns = {name: request.form.getlist(name) for name in CELLS}
    return [
        {name: (columns[name][at : at + 1] or [""])[0].strip() for name in CELLS}
        for at in range(len(columns["number"]))
    ]


def _page(error: JiuzhuError | None) -> str:
    given = request.form if error else request.args
    ask = asked(given)
    by = ask.on if given.get("on") else platform().today + AHEAD
    with reading() as desk:
        total, late = count_due(desk, ask.division, programme=ask.programmes[0], by=by)
        due = due_reviews(desk, ask.division, programme=ask.programmes[0], by=by, after=given.get("case", ""),
                          limit=SHOWN + 1)  # fmt: skip
        undated = undated_reviews(desk, ask.division, programme=ask.programmes[0])
        modes = [one for one in place_modes(desk, ask.division, programme=ask.programmes[0]) if one.assumed]
        found, after = recent(desk, ReviewRound, division=ask.division, after=whole(given.get("after", "")))
        rounds = [(one, round_progress(desk, one.id)) for one in found]
        shown = [(one.id, one.name, one.division, one.opened_on, one.due_on, one.closed_on, done)
                 for one, done in rounds]  # fmt: skip
        today, classes = desk.today, _classes(desk, ask.division, ask.programmes[0])
    if error is not None and error.code in FAULT_AT:
        where = Where(path=f"$.{FAULT_AT[error.code]}")
        error = InvalidInput([Problem(code=error.code, message=error.message, where=where)])
    faults, rest = sorted_faults(error, OPEN)
    return render_template(
        "reviews/list.html", ask=ask, by=by, due=due[:SHOWN], total=total, late=late,
        more=with_query(case=due[SHOWN - 1].number) if len(due) > SHOWN else "",
        undated=undated, modes=modes, mode_text=MODES, rounds=shown, after=after, fields=OPEN, faults=faults, rest=rest,
        error=error, values=request.form if error else {}, today=today, classes=classes,
    )  # fmt: skip


def _classes(desk: Desk, division: str, programme: str) -> dict[str | None, str]:
    """The classes of review of a place, as its rules name them."""
    lines = [
        line
        for area in ("urban", "rural")
        for line in desk.policies.rulebook(division, on=desk.today, area=area, programmes=(programme,)).policy.lines(
            "review_interval", programme
        )
    ]
    return {line.key: pick(text_of(line.value.get("label")) or line.provision.label) for line in lines}


def _card(number: int, error: JiuzhuError | None) -> str:
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    with reading() as desk:
        made = round_of(desk, number)
        done = round_progress(desk, number)
        lines, after = round_page(desk, number, status=state or None, after=request.args.get("after", ""))
        shown = {"id": made.id, "name": made.name, "division": made.division, "due_on": made.due_on,
                 "opened_on": made.opened_on, "closed_on": made.closed_on}  # fmt: skip
    rest = [_at_row(one) for one in error.problems] if error is not None else []
    return render_template("reviews/card.html", made=shown, done=done, lines=lines, after=after, state=state,
                           states=STATES, outcomes=OUTCOMES, error=error, rest=rest)  # fmt: skip


def _at_row(one: Problem) -> str:
    """A fault of a workbook with its row, or with its case."""
    where = say(f"第 {one.where.line} 行 ", f"row {one.where.line} ") if one.where and one.where.line else ""
    return f"{where}{one.value or ''} {told(one)}".strip()


def _grid(number: int, typed: list[dict[str, str]], error: JiuzhuError | None) -> str:
    with reading() as desk:
        made = round_of(desk, number)
        desk.require("review.enter", made.path)
        lines, after = round_page(desk, number, status="open", after=request.args.get("after", ""))
        name, division = made.name, made.division
    rows: list[dict[str, Any]] = [dict(one) for one in typed]
    if not typed:
        blank = dict.fromkeys(CELLS, "")
        rows = [{**blank, "number": one.number, "head": one.head, "village": one.village} for one in lines]
    cells, left = _faults(error, rows)
    return render_template("reviews/grid.html", number=number, name=name, division=division, rows=rows, after=after,
                           cells=cells, left=left, error=error)  # fmt: skip


def _faults(error: JiuzhuError | None, rows: list[dict[str, Any]]) -> tuple[Faults, list[str]]:
    """The faults of cells by row and column, those of a case by its number."""
    at = {row["number"]: n for n, row in enumerate(rows, start=1)}
    found: Faults = {}
    left: list[str] = []
    for one in error.problems if error is not None else ():
        named = (one.value or "").partition(" ")[0]
        line = one.where.line if one.where is not None and one.where.line else at.get(named, 0)
        if not line:
            left.append(told(one))
            continue
        column = one.where.path if one.where is not None and one.where.line else CELL_OF.get(one.code, "number")
        found.setdefault(line, {}).setdefault(column, []).append(told(one))
    return found, left
