"""Re-decision batches (批量调标): prepared with progress, signed as seen by another person, carried out."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from admin.asking import division_in
from admin.form import Field, read, sorted_faults
from admin.language import mark, pick, say
from admin.long_work import start
from admin.problems import status_of
from admin.screens.jobs import job_view
from admin.work import reading, working
from core.casework.desk import Desk
from core.casework.reporting.budget import users_of
from core.casework.uprating import redecision
from core.casework.uprating.redecision_judge import EXCEPTIONS
from core.casework.uprating.redecision_notice import EVENT, BatchNotice, draw_notices
from core.casework.uprating.redecision_sheet import comparison, exceptions
from core.casework.workbook import write_sheet
from core.errors import JiuzhuError, Text
from core.store.tables import Amendment, Event, Job, Posting, RedecisionBatch
from core.values import exact
from regions.amendment_state import open_amendment
from regions.batch_query import SEEN_BY, batch_rows, counties_of, find_batches, to_follow

screen = Blueprint("batches", __name__, url_prefix="/batches")

REASON = (Field("reason", Text("理由", "reason"), kind="text_long", required=True, wide=True),)
NOTICE = (
    Field("phone", Text("异议电话", "telephone for objections"), required=True),
    Field(
        "spare",
        Text("属于例外、不公示的户（案件号，多个以逗号隔开）", "cases an exception spares, with commas between"),
        wide=True,
    ),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50
EVENTS = {
    "prepared_opened": Text("开始编制", "preparation begun"), "prepared": Text("编制完成", "prepared"),
    "signed": Text("签批", "signed"), "decided": Text("逐户决定完成", "every household decided"),
    "withdrawn": Text("撤回", "withdrawn"), "restored": Text("恢复原额完成", "what held before is restored"),
    "notice_drawn": Text("制作公示单", "posting sheets drawn"),
}  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the batches of the officer's places, the newest first."""
    place = division_in(request.args.get("division", ""))
    with reading() as desk:
        found, further = find_batches(
            desk, root=desk.path(place) if place else None, status=request.args.get("status"),
            after=request.args.get("after"), limit=SHOWN,
        )  # fmt: skip
        papers = {one: desk.session.get_one(Amendment, one) for one in {row.amendment for row in found}}
        names = users_of(desk, [one.prepared_by for one in found])
    return render_template(
        "batches/list.html", rows=found, further=further, papers=papers, names=names, states=redecision.STATUS,
        place=place, given=request.args, exact=exact,
    )  # fmt: skip


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Choose the amendment and the county."""
    return _new(request.args.get("amendment", ""))


@screen.post("/new")
def prepare() -> ResponseReturnValue:
    """Open the batch and let its households be listed."""
    uuid = request.form.get("amendment", "")
    try:
        with working() as desk:
            batch = redecision.prepare(desk, uuid, division_in(request.form.get("division", ""))).id
    except JiuzhuError as error:
        return _new(uuid, error), status_of(error)
    start(redecision.job_id(batch, redecision.PREPARE))
    return redirect(url_for(".one", batch_id=batch), 303)


def _new(uuid: str, error: JiuzhuError | None = None) -> str:
    with reading() as desk:
        published = to_follow(desk)
        chosen = next((one for one in published if one.uuid == uuid), None)
        if uuid and chosen is None:
            chosen = open_amendment(desk, uuid, "amendment.read", hold=False)
        counties = counties_of(desk, chosen) if chosen is not None else []
        held = {one.division: one for one in find_batches(desk, limit=500)[0]
                if chosen is not None and one.amendment == chosen.uuid and one.status != "withdrawn"}  # fmt: skip
    return render_template(
        "batches/new.html", published=published, chosen=chosen, counties=counties, held=held, error=error,
        given=request.form.get("division", ""),
    )  # fmt: skip


@screen.get("/<batch_id>")
def one(batch_id: str) -> ResponseReturnValue:
    """Show a batch: totals, the digest to be signed, households before and after, exceptions, what can be done."""
    return _page(batch_id)


@screen.post("/<batch_id>/sign")
def sign(batch_id: str) -> ResponseReturnValue:
    """Sign the list seen; from then on a decision is written for every household."""
    try:
        with working() as desk:
            redecision.sign(desk, batch_id, digest=request.form.get("digest", ""))
    except JiuzhuError as error:
        return _page(batch_id, error), status_of(error)
    start(redecision.job_id(batch_id, redecision.DECIDE))
    flash(say("已签批，正在逐户作出决定。", "Signed; every household is being decided."))
    return redirect(url_for(".one", batch_id=batch_id), 303)


@screen.post("/<batch_id>/withdraw")
def withdraw(batch_id: str) -> ResponseReturnValue:
    """Take the batch back; where decisions were written, what held before is said again."""
    try:
        given = read(REASON, request.form)
        with working() as desk:
            restoring = redecision.withdraw(desk, batch_id, reason=given["reason"]).status == "withdrawing"
    except JiuzhuError as error:
        return _page(batch_id, error, step="withdraw"), status_of(error)
    if restoring:
        start(redecision.job_id(batch_id, redecision.WITHDRAW))
    flash(say("已撤回。", "Withdrawn."))
    return redirect(url_for(".one", batch_id=batch_id), 303)


@screen.post("/<batch_id>/notices")
def notices(batch_id: str) -> ResponseReturnValue:
    """Draw the posting sheets of the batch, one a village, where the rule demands posting."""
    try:
        given = read(NOTICE, request.form)
        spared = dict.fromkeys((given["spare"] or "").replace("，", ",").replace("、", ",").split(","), True)
        with working() as desk:
            excepted = {number.strip(): True for number in spared if number.strip()}
            made = len(draw_notices(desk, batch_id, BatchNotice(phone=given["phone"], excepted=excepted)))
    except JiuzhuError as error:
        return _page(batch_id, error, step="notices"), status_of(error)
    flash(say(f"已制作公示单 {made} 张。", f"{made} sheets drawn."))
    return redirect(url_for(".one", batch_id=batch_id), 303)


@screen.get("/<batch_id>/lists.xlsx")
def download(batch_id: str) -> ResponseReturnValue:
    """Give 调整前后对照表 and 例外清单 as a workbook."""
    target = BytesIO()
    with reading() as desk:
        batch = redecision.batch_of(desk, batch_id, "case.read", hold=False)
        desk.require("export.lists", batch.path)
        write_sheet(target, comparison(desk, batch), exceptions(desk, batch))
    target.seek(0)
    name = say("调整前后对照表", "before-and-after") + f"-{batch_id}.xlsx"
    return send_file(target, mimetype=XLSX, as_attachment=True, download_name=name)


def _page(batch_id: str, error: JiuzhuError | None = None, *, step: str = "") -> str:
    excepted = request.args.get("show") == "exceptions"
    text = request.args.get("after", "")
    fields = {"withdraw": REASON, "notices": NOTICE}.get(step, ())
    by_field, rest = sorted_faults(error, fields)
    with reading() as desk:
        batch = redecision.batch_of(desk, batch_id, SEEN_BY, hold=False)
        may_list = desk.actor.may("case.read", batch.path, desk.today)
        after = int(text) if text.isdecimal() and len(text) < 15 else 0
        rows, further = (
            batch_rows(desk, batch, exceptions=excepted, after=after, limit=SHOWN) if may_list else ([], None)
        )
        paper = desk.session.get_one(Amendment, batch.amendment)
        chain = desk.session.scalars(
            select(Event).where(Event.chain == f"redecision/{batch.id}").order_by(Event.sequence)
        ).all()
        people = [batch.prepared_by, *(one.actor_id for one in chain if one.actor_id)]
        shown: dict[str, Any] = {
            "batch": batch, "paper": paper, "rows": rows, "further": further, "may_list": may_list,
            "left": redecision.left_to_a_person(desk, batch_id), "totals": _totals(batch), "chain": chain,
            "names": users_of(desk, people), "job": _job(desk, batch), "why": _why(desk, batch),
            "sheets": _sheets(desk, batch), "may_read": desk.actor.may("amendment.read", paper.path, desk.today),
        }  # fmt: skip
    return render_template(
        "batches/page.html", **shown, excepted=excepted, error=error, rest=rest, problems=by_field, step=step,
        values=request.form, reason=REASON, notice=NOTICE, states=redecision.STATUS, exceptions=EXCEPTIONS,
        events=EVENTS,
    )  # fmt: skip


def _sheets(desk: Desk, batch: RedecisionBatch) -> Sequence[Posting]:
    return desk.session.scalars(select(Posting).where(Posting.batch == batch.id, Posting.event == EVENT)).all()


def _job(desk: Desk, batch: RedecisionBatch) -> dict[str, Any] | None:
    """The job of the batch that is running, if any."""
    for kind in (redecision.WITHDRAW, redecision.DECIDE, redecision.PREPARE):
        job = desk.session.get(Job, redecision.job_id(batch.id, kind))
        if job is not None and job.status == "running":
            return job_view(job, {})
    return None


def _totals(batch: RedecisionBatch) -> list[tuple[str, str, Any]]:
    """The totals as (label, sort, value)."""
    held = batch.totals
    if not held:
        return []
    counts = (("households", say("户数", "households")), ("persons", say("人数", "persons")),
              ("same", say("不变户数", "unchanged")))  # fmt: skip
    money = (("before", say("原月额合计", "before, a month")), ("after", say("新月额合计", "after, a month")),
             ("rise", say("每月增支", "rise a month")), ("control", say("全部补差控制数", "control total")),
             ("arrears", say("补发合计", "arrears")))  # fmt: skip
    return [*((label, "count", held[name]) for name, label in counts),
            *((label, "money", exact(str(held[name]))) for name, label in money)]  # fmt: skip


def _why(desk: Desk, batch: RedecisionBatch) -> dict[str, str]:
    """For each step why the officer cannot take it: ``-`` where it is not its time, nothing where it is open."""
    steps = {
        "sign": ("redecision.sign", ("prepared",)),
        "withdraw": ("redecision.sign", ("preparing", "prepared", "signed", "decided")),
        "notices": ("posting.draw", ("prepared", "signed", "decided")),
    }
    found: dict[str, str] = {}
    for name, (action, statuses) in steps.items():
        if batch.status not in statuses:
            found[name] = "-"
            continue
        try:
            desk.require(action, batch.path)
        except JiuzhuError as error:
            found[name] = f"{pick(error.message)}{mark('；')}{pick(error.hint)}"
            continue
        if name != "notices" and desk.actor.id == batch.prepared_by:
            found[name] = say(
                "编制人不能签批或撤回本人编制的批次", "whoever prepared it neither signs nor withdraws it"
            )
    return found
