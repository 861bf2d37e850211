"""Impact previews (影响测算): what an amendment does before it does it, with progress while it is computed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import programmes
from admin.form import Field, read, sorted_faults
from admin.impact_chart import by_month, by_place
from admin.language import language, pick, say
from admin.long_work import start
from admin.problems import status_of
from admin.screens.jobs import job_view
from admin.sending import workbook
from admin.work import reading, working
from core.casework.reporting.budget import users_of
from core.errors import JiuzhuError, Text
from core.store.tables import Job
from regions.amendment_report import CHANGE_TEXT
from regions.amendment_state import open_amendment
from regions.impact_preview import Affected, affected, ask, latest, moved_on
from regions.impact_sheet import impact_sheet
from regions.impact_source import STANDING

screen = Blueprint("impacts", __name__, url_prefix="/amendments")

STARTS = tuple(
    Field(f"start{at}", Text(f"起始月{'一二三'[at - 1]}", f"start month {at}"), kind="month") for at in (1, 2, 3)
)
SHOWN = 50


@screen.app_template_filter("fraction")
def fraction(text: str) -> Fraction:
    """Read an exact amount as results hold it."""
    return Fraction(text)


@screen.get("/<uuid>/impact")
def page(uuid: str) -> ResponseReturnValue:
    """Show the newest preview of an amendment, its progress while it is computed, or how to begin one."""
    return _page(uuid)


@screen.post("/<uuid>/impact")
def begin(uuid: str) -> ResponseReturnValue:
    """Compute the impact as everything stands now; what was computed on the same is shown again."""
    try:
        given = read(STARTS, request.form)
        months: list[date] = sorted({one for one in given.values() if one is not None})
        with working() as desk:
            preview_id = ask(desk, uuid, starts=months).id
            running = desk.session.get_one(Job, preview_id).status == "running"
    except JiuzhuError as error:
        return _page(uuid, error), status_of(error)
    if running:
        start(preview_id)
    else:
        flash(say("情况没有变化，以下是已有的测算。", "Nothing has moved on: this is the preview there was."))
    return redirect(url_for(".page", uuid=uuid), 303)


@screen.get("/<uuid>/impact/households")
def households(uuid: str) -> ResponseReturnValue:
    """List the households to whom something happens, where the officer may read cases."""
    change = request.args.get("change", "raised")
    change = change if change in CHANGE_TEXT else "raised"
    text = request.args.get("after", "")
    with reading() as desk:
        one = open_amendment(desk, uuid, "amendment.read", hold=False)
        preview = latest(desk, uuid)
        after = int(text) if text.isdecimal() and len(text) < 15 else 0
        found: list[Affected] = []
        further, counts = None, {}
        if preview is not None and preview.result is not None:
            found, further = affected(desk, preview, change=change, after=after, limit=SHOWN)
            counts = _counts(preview.result[language()])
    return render_template(
        "impacts/households.html", one=one, preview=preview, rows=found, further=further, change=change, counts=counts,
        changes=CHANGE_TEXT, standings=STANDING, programmes=programmes(one.division, one.effective),
    )  # fmt: skip


@screen.get("/<uuid>/impact/households/workbook")
def download(uuid: str) -> ResponseReturnValue:
    """Send the households of one change as a workbook, those where the officer may read cases."""
    change = request.args.get("change", "raised")
    change = change if change in CHANGE_TEXT else "raised"
    with reading() as desk:
        one = open_amendment(desk, uuid, "amendment.read", hold=False)
        sheet = impact_sheet(desk, latest(desk, uuid), change=change)
        return workbook(sheet, say(f"受影响家庭-{one.number or one.uuid[:8]}", f"households-{one.uuid[:8]}"))


def _counts(result: dict[str, object]) -> dict[str, int]:
    counts: dict[str, int] = {}
    groups = result["groups"]
    assert isinstance(groups, list)
    for group in groups:
        for each in group["changes"]:
            counts[each["change"]] = counts.get(each["change"], 0) + each["households"]
    return counts


def _page(uuid: str, error: JiuzhuError | None = None) -> str:
    by_field, rest = sorted_faults(error, STARTS)
    with reading() as desk:
        one = open_amendment(desk, uuid, "amendment.read", hold=False)
        preview = latest(desk, uuid)
        job = desk.session.get(Job, preview.id) if preview is not None else None
        moved = moved_on(desk, preview) if preview is not None else []
        names = users_of(desk, [preview.asked_by]) if preview is not None else {}
        may_list = bool(desk.actor.roots("case.read", desk.today))
    found = preview.result[language()] if preview is not None and preview.result is not None else None
    return render_template(
        "impacts/page.html", one=one, preview=preview, found=found, moved=moved, may_list=may_list, fields=STARTS,
        job=job_view(job, names) if job is not None else None, values=request.form, problems=by_field, error=error,
        rest=rest, charts=(by_month(found["starts"]), by_place(found["places"])) if found else (None, None),
        programmes=programmes(one.division, one.effective), names=names,
        heads=[(pick(text), "num") for text in CHANGE_TEXT.values()],
    )  # fmt: skip
