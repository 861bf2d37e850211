"""Random checks (随机抽查): drawn by a seed nobody chooses, recorded case by case by who may look at it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.agenda_form import AREAS, numbers
from admin.asking import asked, whole
from admin.form import Field, read, sorted_faults
from admin.language import pick, say
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.recent import recent
from core.casework.reviews.sample_check import OUTCOMES, Found, progress, record_check
from core.casework.reviews.sample_page import draw_for, inspectors, item_lines
from core.casework.reviews.sample_population import Span
from core.casework.reviews.sampling import draw_sample, labels_of, place_in_order
from core.casework.workbook import Sheet, columns
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import SampleDraw

screen = Blueprint("samples", __name__, url_prefix="/samples")

DRAW = (
    Field("area", Text("城乡", "area"), kind="choice", required=True,
          options=[(key, Text(*words)) for key, words in AREAS.items()]),
    Field("since", Text("起（所抽期间第一天）", "from (first day of the span)"), kind="day", required=True),
    Field("until", Text("止（期间最后一天）", "to (last day of the span)"), kind="day", required=True),
    Field("due", Text("完成期限（默认期间最后一天）", "to be checked by (default: the last day)"), kind="day"),
    Field("doubtful", Text("有疑问、有举报的申请（案件编号，空格分开）", "doubtful applications (numbers)"), wide=True),
)  # fmt: skip
CHECK = (
    Field("on", Text("抽查日期", "checked on"), kind="day", required=True),
    Field("outcome", Text("抽查结果", "what was found"), kind="choice", required=True, options=list(OUTCOMES.items())),
    Field("note", Text("说明", "note"), kind="text_long", wide=True),
)
FAULT_AT = {
    "not_the_period": "since", "bad_span": "until", "already_drawn": "since", "unknown_outcome": "outcome",
    "before_the_draw": "on", "in_the_future": "on",
}  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the draws of a place; draw another."""
    return _page(None)


@screen.post("/")
def draw() -> ResponseReturnValue:
    """Draw, once for a place and period: the platform's seed, in an order anybody can repeat."""
    try:
        values = read(DRAW, request.form)
        ask = asked(request.form)
        span = Span(division=ask.division, programme=ask.programmes[0], area=values["area"], since=values["since"],
                    until=date.fromordinal(values["until"].toordinal() + 1))  # fmt: skip
        doubtful = (values["doubtful"] or "").replace("、", " ").replace("，", " ").split()
        with working() as desk:
            made = draw_sample(desk, span, due_on=values["due"], doubtful=doubtful)
            number, seed = made.id, made.seed
    except JiuzhuError as error:
        return _page(error), 422
    flash(say(f"已抽取；种子 {seed}（由平台产生并留存）。", f"Drawn by the platform's seed {seed}."))
    return redirect(url_for(".card", number=number), 303)


@screen.get("/<int:number>")
def card(number: int) -> ResponseReturnValue:
    """Show a draw: seed, strata, cases and what was found."""
    with reading() as desk:
        made = draw_for(desk, number)
        lines, done = item_lines(desk, number), progress(desk, number)
        names = labels_of(made)
        shown = {"id": made.id, "division": made.division, "area": made.area, "since": made.since,
                 "until": date.fromordinal(made.until.toordinal() - 1), "due_on": made.due_on, "seed": made.seed,
                 "digest": made.digest, "drawn_on": made.drawn_on, "strata": made.strata}  # fmt: skip
    return render_template("samples/card.html", made=shown, lines=lines, done=done, names=names, outcomes=OUTCOMES,
                           areas=AREAS)  # fmt: skip


@screen.get("/<int:number>/workbook")
def download(number: int) -> ResponseReturnValue:
    """Send the drawn cases with their place in the order, so that the draw can be repeated by hand."""
    with reading() as desk:
        made = draw_for(desk, number)
        names = labels_of(made)
        rows = [
            (names[one.stratum], one.rank, one.number, one.village, place_in_order(made.seed, one.number))
            for one in item_lines(desk, number)
        ]
        heading = [say(f"抽取 {number}　种子 {made.seed}", f"draw {number}  seed {made.seed}")]
    titles = columns("范围", "次序:count", "案件编号:id", "村（社区）", "散列值:id")
    sheet = Sheet(title="抽查名单", columns=titles, rows=rows, heading=heading)
    return workbook(sheet, say(f"抽查名单-{number}", f"draw-{number}"))


@screen.get("/<int:number>/checks/<case>")
def ask_check(number: int, case: str) -> ResponseReturnValue:
    """Ask what was found at a drawn case, offering who may look at it."""
    return _check(number, case, None)


@screen.post("/<int:number>/checks/<case>")
def check(number: int, case: str) -> ResponseReturnValue:
    """Record what was found."""
    try:
        values = read(CHECK, request.form)
        found = Found(checked_on=values["on"], inspectors=numbers(request.form.getlist("attend")),
                      outcome=values["outcome"], note=values["note"])  # fmt: skip
        with working() as desk:
            record_check(desk, number, case, found)
    except JiuzhuError as error:
        return _check(number, case, error), 422
    flash(say("抽查结果已登记。", "What was found is on record."))
    return redirect(url_for(".card", number=number), 303)


def _placed(error: JiuzhuError | None) -> JiuzhuError | None:
    if error is None or not any(one.code in FAULT_AT for one in error.problems):
        return error
    return InvalidInput(
        Problem(code=one.code, message=one.message, hint=one.hint, value=one.value,
                where=Where(path=f"$.{FAULT_AT[one.code]}") if one.code in FAULT_AT else one.where)
        for one in error.problems
    )  # fmt: skip


def _page(error: JiuzhuError | None) -> str:
    given: Any = request.form if error else request.args
    ask = asked(given)
    with reading() as desk:
        found, after = recent(desk, SampleDraw, division=ask.division, after=whole(given.get("after", "")))
        rows = [
            {"id": one.id, "division": one.division, "area": one.area, "since": one.since,
             "until": date.fromordinal(one.until.toordinal() - 1), "due_on": one.due_on, "drawn_on": one.drawn_on,
             "count": sum(done.values()), "open": done.get("open", 0)}
            for one in found for done in [progress(desk, one.id)]
        ]  # fmt: skip
    today = platform().today
    begins = {"since": date(today.year, 1, 1).isoformat(), "until": date(today.year, 12, 31).isoformat()}
    faults, rest = sorted_faults(_placed(error), DRAW)
    return render_template("samples/list.html", ask=ask, rows=rows, after=after, fields=DRAW, faults=faults, rest=rest,
                           error=_placed(error), values=request.form if error else begins, areas=AREAS,
                           today=today)  # fmt: skip


def _check(number: int, case: str, error: JiuzhuError | None) -> str:
    with reading() as desk:
        desk.require("sample.record", draw_for(desk, number).path)
        people = inspectors(desk, number, case, on=desk.today)
        line = next(one for one in item_lines(desk, number) if one.number == case)
        today = desk.today
    faults, rest = sorted_faults(_placed(error), CHECK)
    reasons = {one.seat.holder: "；".join(pick(text) for text in one.because) for one in people}
    return render_template(
        "samples/check.html", number=number, line=line, people=people, reasons=reasons, fields=CHECK, faults=faults,
        rest=rest, error=_placed(error), values=request.form if error else {"on": today.isoformat()},
        attend=set(numbers(request.form.getlist("attend"))) if error else set(), outcomes=OUTCOMES,
    )  # fmt: skip
