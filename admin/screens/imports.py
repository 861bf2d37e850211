"""Rosters (花名册): the template out, a workbook in, its faults back, approved by another, imported, recomputed."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from admin.asking import AREAS, own_place, programmes
from admin.form import Field, read, sorted_faults
from admin.language import language, say
from admin.long_work import start
from admin.screens.jobs import job_view
from admin.sending import XLSX
from admin.work import platform, reading, working
from core.casework.desk import Desk
from core.casework.month import add_months, month_of
from core.casework.people.person import CALLED
from core.casework.reporting.budget import users_of
from core.casework.roster import check_job, upload
from core.casework.roster.importing import approve_import, approver_of
from core.casework.roster.layout import template
from core.casework.roster.recompute import cause_text
from core.casework.roster.retention import FOLDER
from core.casework.roster.takeover import KIND, Takeover
from core.casework.workbook import as_bytes
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import Job
from regions import jobs

screen = Blueprint("imports", __name__, url_prefix="/imports")

SHOWN = 100
KINDS = (upload.KIND, KIND, check_job.KIND)
AT_FIELD = {"document_missing": "document", "unknown_income_item": "income_item"}


def terms_fields() -> tuple[Field, ...]:
    """Return the terms of a takeover."""
    known = list(programmes(own_place(), platform().today).items())
    last = add_months(month_of(platform().today), -1)
    return (
        Field("file", Text("花名册（.xlsx）", "roster (.xlsx)"), kind="file", required=True, accept=".xlsx"),
        Field("division", Text("地区", "place"), kind="place", required=True, default=own_place()),
        Field("programme", Text("项目", "programme"), kind="choice", required=True, options=known, default="dibao"),
        Field("area", Text("城乡", "area"), kind="choice", required=True,
              options=[(key, Text(*said)) for key, said in AREAS.items()]),
        Field("document", Text("所依据的文件", "the document it rests on"), required=True),
        Field("since", Text("表中金额自哪月起", "the amounts hold since"), kind="month", required=True),
        Field("paid_through", Text("原系统已发至", "last month paid elsewhere"), kind="month", required=True,
              default=f"{last:%Y-%m}"),
        Field("income_item", Text("年总收入登记到的收入项目", "income item of the yearly income"),
              help=Text("填名称或代码；留空则不登记收入", "its name or its code; empty records no income")),
        Field("partial", Text("有错时只导入无误的行（默认全部不导入）", "where some rows are faulty, take the others"),
              kind="flag", wide=True),
    )  # fmt: skip


@screen.get("/")
def page() -> ResponseReturnValue:
    """List examinations, imports and recomputes of the officer's places."""
    with reading() as desk:
        found = jobs.list_jobs(desk, everything=True, kinds=KINDS, most=SHOWN)
        names = users_of(desk, [one.started_by for one in found if one.started_by])
        approved = {one.id: approver_of(desk, one.id) for one in found if one.kind == KIND}
        rows = [{**job_view(one, names), **_told(one), "approved": approved.get(one.id)} for one in found]
    return render_template("imports/page.html", rows=rows, areas=AREAS)


def _told(job: Job) -> dict[str, Any]:
    asked = job.arguments
    return {"division": asked["division"], "area": asked.get("area"), "what": job.kind,
            "name": asked.get("import") or job.id}  # fmt: skip


@screen.get("/template")
def blank() -> ResponseReturnValue:
    """Send the template, with an example row and notes."""
    name = say("花名册模板", "roster-template")
    return send_file(BytesIO(as_bytes(*template())), mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")


@screen.get("/new")
def new() -> ResponseReturnValue:
    """Ask for a roster and the terms it is taken over on."""
    return _new(None)


@screen.post("/new")
def receive() -> ResponseReturnValue:
    """Keep a roster; its examination goes on in the background."""
    try:
        given = read(terms_fields(), request.form)
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise _at("file", JiuzhuError("missing_property", Text("请选择文件", "choose a file")))
        with working() as desk:
            job_id = _received(desk, Takeover(**given), sent.read()).id
    except JiuzhuError as error:
        return _new(error), 422
    start(job_id)
    return redirect(url_for(".one", job_id=job_id), 303)


def _received(desk: Desk, takeover: Takeover, content: bytes) -> Job:
    """Keep the roster; what is wrong with the file or the terms stands at its field."""
    try:
        return upload.receive(desk, takeover, content, folder=platform().settings.data_dir / FOLDER)
    except InvalidInput as error:
        raise InvalidInput([_placed(one) for one in error.problems]) from error
    except JiuzhuError as error:
        if error.code == "not_permitted":
            raise
        raise _at("file", error) from error


def _placed(one: Problem) -> Problem:
    name = AT_FIELD.get(one.code)
    return one if name is None else Problem(code=one.code, message=one.message, value=one.value, allowed=one.allowed,
                                            where=Where(path=f"$.{name}"))  # fmt: skip


def _at(name: str, error: JiuzhuError) -> InvalidInput:
    where = Where(path=f"$.{name}")
    return InvalidInput([Problem(code=error.code, message=error.message, hint=error.hint, where=where)])


def _new(error: JiuzhuError | None) -> str:
    by_field, rest = sorted_faults(error, terms_fields())
    return render_template(
        "imports/new.html", fields=terms_fields(), values=request.form, problems=by_field, error=error, rest=rest
    )


@screen.get("/<job_id>")
def one(job_id: str) -> ResponseReturnValue:
    """Show an examination, an import or a recompute: how far it is, what came of it, what comes next."""
    return _one(job_id)


def _one(job_id: str, error: JiuzhuError | None = None) -> str:
    with reading() as desk:
        job = _found(desk, job_id)
        names = users_of(desk, [one for one in (job.started_by, approver_of(desk, job_id)) if one])
        path = desk.path(job.arguments["division"])
        shown = {
            "job": job_view(job, names), "what": job.kind, "terms": job.arguments, "result": job.cursor, "names": names,
            "approver": approver_of(desk, job_id), "mine": job.started_by == desk.actor.id,
            "can": {one: desk.actor.may(f"roster.{one}", path, desk.today) for one in ("approve", "run", "prepare")},
            "returned": job.kind == upload.KIND and upload.faulty_rows(Path(job.arguments["file"])).exists(),
            "checks": _checks(desk, job_id), "left_out": job.cursor.get("left_out", []),
            "kept": [(row, [CALLED[one] for one in fields]) for row, fields in job.cursor.get("kept", [])],
            "causes": [(cause_text(cause, language()), count) for cause, count in _tally(job)],
        }  # fmt: skip
    return render_template("imports/one.html", **shown, areas=AREAS, error=error, rest=sorted_faults(error, ())[1])


def _found(desk: Desk, job_id: str) -> Job:
    """Return one of our jobs.

    Raises:
        JiuzhuError: ``unknown_job``, ``not_permitted``.
    """
    job = jobs.find_job(desk, job_id)
    if job.kind not in KINDS:
        raise JiuzhuError("unknown_job", Text("没有这个导入", "there is no such import"), value=job_id)
    return job


def _tally(job: Job) -> list[tuple[str, int]]:
    return sorted(job.cursor.get("tally", {}).items(), key=lambda one: -one[1])


def _checks(desk: Desk, import_id: str) -> list[dict[str, Any]]:
    checks = jobs.list_jobs(desk, everything=True, kinds=(check_job.KIND,))
    found = [one for one in checks if one.arguments["import"] == import_id]
    return [{**job_view(one, {}), "month": one.arguments["month"], "same": one.cursor.get("tally", {}).get("same", 0),
             "all": sum(one.cursor.get("tally", {}).values())} for one in found]  # fmt: skip


@screen.get("/<job_id>/faults")
def faults(job_id: str) -> ResponseReturnValue:
    """Send the roster back with 错误说明; it holds names and numbers, for whoever may put rosters up there."""
    with reading() as desk:
        job = _found(desk, job_id)
        desk.require("roster.prepare", desk.path(job.arguments["division"]))
    return _file(upload.faulty_rows(Path(job.arguments["file"])), say("花名册-错误说明", "roster-faults"))


@screen.get("/<job_id>/list")
def compared(job_id: str) -> ResponseReturnValue:
    """Send the first recompute as a list."""
    with reading() as desk:
        job = _found(desk, job_id)
        desk.require("export.lists", desk.path(job.arguments["division"]))
    return _file(Path(job.arguments["file"]), say("首次复算", "first-recompute"))


def _file(path: Path, name: str) -> Response:
    if not path.exists():
        raise JiuzhuError("unknown_file", Text("没有这个文件", "there is no such file"))
    return send_file(BytesIO(path.read_bytes()), mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx")


@screen.post("/<job_id>/approve")
def approve(job_id: str) -> ResponseReturnValue:
    """Approve an import another person put up; it runs in the background."""
    try:
        with working() as desk:
            _found(desk, job_id)
            approve_import(desk, job_id)
    except JiuzhuError as error:
        return _again(job_id, error)
    start(job_id)
    flash(say("已审批，正在导入。", "Approved; the import is running."))
    return redirect(url_for(".one", job_id=job_id), 303)


@screen.post("/<job_id>/check")
def check(job_id: str) -> ResponseReturnValue:
    """Begin the first recompute: 一致 or 不一致, with causes."""
    with working() as desk:
        _found(desk, job_id)
        month = month_of(desk.today)
        begun = check_job.begin_check(desk, job_id, month=month, folder=platform().settings.data_dir / FOLDER).id
    start(begun)
    return redirect(url_for(".one", job_id=begun), 303)


def _again(job_id: str, error: JiuzhuError) -> ResponseReturnValue:
    if error.code in ("not_permitted", "unknown_job", "unknown_import"):
        raise error
    return _one(job_id, error), 422
