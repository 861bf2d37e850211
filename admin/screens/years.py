"""Years of the working calendar (放假安排): what is loaded, and loading a year with the notice that announced it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import whole
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.work import platform, reading, working
from core.casework.reviews.calendar_year import load_year
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where

screen = Blueprint("years", __name__, url_prefix="/duties/years")

LOAD = (
    Field("year", Text("年份", "year"), kind="number", required=True),
    Field("document", Text("国务院办公厅放假通知（文号）", "the State Council's notice"), required=True, wide=True,
          example=Text("国办发明电〔2018〕15号", "国办发明电〔2018〕15号")),
    Field("file", Text("放假安排（CSV：day,kind,name,source）", "days (CSV: day,kind,name,source)"), kind="file",
          required=True, accept=".csv,text/csv"),
    Field("reason", Text("重新载入的理由（该年已有时）", "why it is loaded again"), wide=True),
)  # fmt: skip
FAULT_AT = {"no_citation": "document", "year_is_known": "reason", "no_days": "file", "other_year": "file",
            "not_text": "file"}  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """Show the years there are, and one year's special days."""
    return _page(None)


@screen.post("/")
def load() -> ResponseReturnValue:
    """Load a year, whole or not at all."""
    try:
        values = read(LOAD, request.form)
        with working() as desk:
            load_year(desk, values["year"], _text(), document=values["document"], reason=values["reason"])
    except JiuzhuError as error:
        return _page(error), 422
    flash(say(f"{values['year']} 年的放假安排已载入。", f"The holidays of {values['year']} are loaded."))
    return redirect(url_for(".page", year=values["year"]), 303)


def _text() -> str:
    sent = request.files.get("file")
    content = sent.read() if sent is not None else b""
    if not content:
        where = Where(path="$.file")
        raise InvalidInput([Problem(code="missing_property", message=Text("请选择文件", "choose a file"), where=where)])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = Text("文件应为 UTF-8 编码的 CSV", "the file is a CSV in UTF-8")
        raise JiuzhuError("not_text", text) from error


def _page(error: JiuzhuError | None) -> str:
    with reading() as desk:
        known = desk.calendar
    year = whole(request.args.get("year", "")) or platform().today.year
    days = [known.special[one] for one in sorted(known.special) if one.year == year]
    placed = error
    if error is not None:
        at = {"line": "file"}
        placed = InvalidInput(
            Problem(code=one.code, message=one.message, hint=one.hint, value=one.value,
                    where=Where(path=f"$.{FAULT_AT[one.code]}") if one.code in FAULT_AT
                    else Where(path=f"$.{at['line']}") if one.where is not None and one.where.line else one.where)
            for one in error.problems
        ) if error.code != "not_permitted" else error  # fmt: skip
    faults, rest = sorted_faults(placed, LOAD)
    return render_template("duties/years.html", years=sorted(known.years), year=year, days=days, fields=LOAD,
                           faults=faults, rest=rest, error=placed, values=request.form if error else {})  # fmt: skip
