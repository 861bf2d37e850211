"""Amendments (修订): the list, one with its rows old and new, and every step from draft to publication."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.amendment_page import amendment_view, lifted, rows_view
from admin.asking import division_in
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.problems import status_of
from admin.sending import kept_file
from admin.work import reading, working
from core.casework.desk import Desk
from core.casework.form_draft import drafts_kept
from core.casework.reporting.budget import users_of
from core.casework.rounds.proof import Photo
from core.errors import JiuzhuError, Text
from core.source import Located, located
from core.store.tables import Amendment, Attachment
from regions import amendment as service
from regions.amendment_draft import MONTHS
from regions.amendment_query import find_amendments
from regions.amendment_rollback import rollback
from regions.amendment_state import STATUS, open_amendment

screen = Blueprint("amendments", __name__, url_prefix="/amendments")

REASON = (Field("reason", Text("理由", "reason"), kind="text_long", required=True, wide=True),)
FILED = (
    Field("filed_on", Text("备案日期", "day"), kind="day", required=True),
    Field("filed_with", Text("受理备案的上级机关", "authority it was filed with"), required=True),
)
ROLLBACK = (
    Field("number", Text("文号", "number")),
    Field("issuer", Text("发文机关", "issuer"), required=True),
    Field("title", Text("标题", "title"), required=True, wide=True),
    Field("issued", Text("印发日期", "issued"), kind="day", required=True),
    Field("effective", Text("执行日期", "effective"), kind="day", required=True),
    Field("announced", Text("公布日期", "announced"), kind="day"),
    Field("first_payment_month", Text("首次发放月", "first payment month"), kind="month"),
    Field("arrears_from", Text("补发起始月", "arrears from"), kind="month"),
    Field("cite", Text("条款", "article"), default="正文"),
)
STEPS: Mapping[str, tuple[Callable[..., Amendment], Sequence[Field]]] = {
    "submit": (service.submit, ()),
    "approve": (service.approve, ()),
    "reject": (service.reject, REASON),
    "send_back": (service.send_back, REASON),
    "publish": (service.publish, ()),
    "withdraw": (service.withdraw, REASON),
    "file": (service.file_with_superior, FILED),
}
DONE: Mapping[str, tuple[str, str]] = {
    "submit": ("已提交，等待另一人审批。", "Submitted; another person decides."),
    "approve": ("已批准，可以发布。", "Approved; it can be published."),
    "reject": ("已驳回。", "Rejected."),
    "send_back": ("已退回拟定人修改。", "Sent back to its author."),
    "publish": ("已发布：从现在起按执行日期适用。", "Published: it holds from its day."),
    "withdraw": ("已撤回。", "Withdrawn."),
    "file": ("已登记备案。", "The filing is recorded."),
}
SHOWN = 50


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the amendments of the officer's places, the newest first."""
    given = request.args
    place = division_in(given.get("division", ""))
    with reading() as desk:
        found, further = find_amendments(
            desk, root=desk.path(place) if place else None, status=given.get("status"),
            number=given.get("number", "").strip(), after=given.get("after"), limit=SHOWN,
        )  # fmt: skip
        names = users_of(desk, [one.proposed_by for one in found])
        kept = drafts_kept(desk, "amendment/")
    return render_template(
        "amendments/list.html", rows=found, further=further, names=names, states=STATUS, place=place, given=given,
        kept=[one for one in kept if one.subject == "amendment/new"],
    )  # fmt: skip


@screen.get("/<uuid>")
def one(uuid: str) -> ResponseReturnValue:
    """Show an amendment: its document, its rows old and new, what was found, what has happened, what can be done."""
    return _page(uuid)


@screen.post("/<uuid>/step/<step>")
def take(uuid: str, step: str) -> ResponseReturnValue:
    """Take a step with an amendment: submit, approve, send back, reject, file, publish, withdraw."""
    act, fields = STEPS.get(step, (None, ()))
    if act is None:
        raise JiuzhuError("unknown_step", Text("没有这一步", "there is no such step"), value=step)
    try:
        given = read(fields, request.form)
        with working() as desk:
            if step == "file":
                open_amendment(desk, uuid, "amendment.file", version=_seen())
                act(desk, uuid, **given)
            else:
                act(desk, uuid, version=_seen(), **given)
    except JiuzhuError as error:
        return _page(uuid, error, step=step, fields=fields), status_of(error)
    flash(say(*DONE[step]))
    return redirect(url_for(".one", uuid=uuid), 303)


def _seen() -> int | None:
    """The version the officer has looked at."""
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def _page(uuid: str, error: JiuzhuError | None = None, *, step: str = "", fields: Sequence[Field] = ()) -> str:
    with reading() as desk:
        shown = amendment_view(desk, open_amendment(desk, uuid, "amendment.read", hold=False))
    by_field, rest = sorted_faults(error, fields)
    if error is not None and not rest and not by_field:
        rest = list(shown.problems_of(error))
    return render_template(
        "amendments/page.html", shown=shown, one=shown.amendment, error=error, rest=rest, problems=by_field, step=step,
        values=request.form, forms={"reason": REASON, "filed": FILED},
    )  # fmt: skip


# Attachments ---------------------------------------------------------------------------------------------------------


@screen.post("/<uuid>/attach")
def attach(uuid: str) -> ResponseReturnValue:
    """Keep a scan of the document."""
    try:
        with working() as desk:
            keep_papers(desk, uuid, required=True)
    except JiuzhuError as error:
        return _page(uuid, error, step="attach"), status_of(error)
    flash(say("附件已上传。", "The scan is kept."))
    return redirect(url_for(".one", uuid=uuid), 303)


def keep_papers(desk: Desk, uuid: str, *, required: bool = False) -> None:
    """Keep the files a form has brought, each known by its content.

    Raises:
        JiuzhuError: ``no_file`` where one is required; what ``attach_paper`` raises.
    """
    files = [one for one in request.files.getlist("paper") if one.filename]
    if required and not files:
        raise JiuzhuError("no_file", Text("请选择文件", "choose a file"))
    for one in files:
        service.attach_paper(desk, uuid, Photo(name=(one.filename or "")[-200:], content=one.stream.read()))


@screen.get("/scans/<int:number>")
def attachment(number: int) -> ResponseReturnValue:
    """Hand out a scan, always as a download, to whoever may read its amendment."""
    with reading() as desk:
        found = desk.session.get(Attachment, number)
        kind, _, uuid = found.subject.partition("/") if found is not None else ("", "", "")
        if found is None or kind != "amendment":
            raise JiuzhuError("unknown_attachment", Text("没有这个附件", "there is no such scan"), value=str(number))
        open_amendment(desk, uuid, "amendment.read", hold=False)
        return kept_file(found)


# Rolling back --------------------------------------------------------------------------------------------------------


@screen.get("/<uuid>/rollback")
def back(uuid: str) -> ResponseReturnValue:
    """Ask for the document under which the earlier values are issued again."""
    return _back(uuid)


@screen.post("/<uuid>/rollback")
def do_back(uuid: str) -> ResponseReturnValue:
    """Draft the amendment that re-issues what this one replaced."""
    try:
        source = as_document(read(ROLLBACK, request.form))
        with working() as desk:
            made = rollback(desk, uuid, source).uuid
    except JiuzhuError as error:
        return _back(uuid, error), status_of(error)
    flash(say("已生成恢复原值的草稿，请核对后提交。", "A draft with the earlier values stands; check and submit it."))
    return redirect(url_for(".one", uuid=made), 303)


def _back(uuid: str, error: JiuzhuError | None = None) -> str:
    with reading() as desk:
        shown = open_amendment(desk, uuid, "amendment.propose", hold=False)
        rows = rows_view(desk, shown)
    by_field, rest = sorted_faults(lifted(error, "document"), ROLLBACK)
    return render_template(
        "amendments/rollback.html", one=shown, rows=rows, fields=ROLLBACK, values=request.form, problems=by_field,
        error=error, rest=rest,
    )  # fmt: skip


def as_document(values: Mapping[str, Any]) -> Located:
    """Return a document's fields as services take them: ``{document: {…}, cite: …}``."""
    given = {name: value for name, value in values.items() if value is not None}
    document = {
        name: f"{value:%Y-%m}" if name in MONTHS else str(value) for name, value in given.items() if name != "cite"
    }
    return located({"document": document, "cite": given.get("cite", "正文")}, say("表单", "the form"))
