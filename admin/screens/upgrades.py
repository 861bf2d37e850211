"""What plugin upgrades bring beside published amendments: 已由修订发布, or another value that waits for a choice."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.amendment_page import lifted
from admin.form import Field, read, sorted_faults
from admin.language import language, say
from admin.problems import status_of
from admin.screens.amendments import REASON, ROLLBACK, as_document
from admin.work import reading, working
from core.casework.desk import Desk
from core.errors import JiuzhuError, Text
from regions.absorption import Absorbed, absorbed, adopt, keep

screen = Blueprint("upgrades", __name__, url_prefix="/amendments/upgrades")

PROVISION = Field("provision", Text("条款", "provision"), required=True)


@screen.get("/")
def page() -> ResponseReturnValue:
    """List what upgrades brought into slots of amendments: those that wait, or all."""
    return _page()


@screen.post("/keep")
def do_keep() -> ResponseReturnValue:
    """Keep the amendment's value against what an upgrade brought."""
    try:
        given = read((PROVISION, *REASON), request.form)
        with working() as desk:
            keep(desk, given["provision"], reason=given["reason"])
    except JiuzhuError as error:
        return _page(error), status_of(error)
    flash(say("已保留修订值。", "The amendment's value is kept."))
    return redirect(url_for(".page"), 303)


@screen.get("/adopt")
def choose() -> ResponseReturnValue:
    """Ask for the document under which an upgrade's value is adopted."""
    return _adopt(request.args.get("provision", ""))


@screen.post("/adopt")
def do_adopt() -> ResponseReturnValue:
    """Draft an amendment with the upgrade's value."""
    address = request.form.get("provision", "")
    try:
        source = as_document(read(ROLLBACK, request.form))
        with working() as desk:
            made = adopt(desk, address, source).uuid
    except JiuzhuError as error:
        return _adopt(address, error), status_of(error)
    flash(say("已按插件值生成草稿，请核对后提交。", "A draft with the upgrade's value stands; check and submit it."))
    return redirect(url_for("amendments.one", uuid=made), 303)


def _page(error: JiuzhuError | None = None) -> str:
    everything = request.args.get("show") == "all"
    by_field, rest = sorted_faults(error, REASON)
    with reading() as desk:
        found = [one for one in absorbed(desk) if everything or one.state == "waiting"]
    return render_template(
        "amendments/upgrades.html", rows=[one.to_json(language()) for one in found], everything=everything,
        reason=REASON, error=error, rest=rest, problems=by_field, values=request.form,
        at=request.form.get("provision", ""),
    )  # fmt: skip


def _adopt(address: str, error: JiuzhuError | None = None) -> str:
    by_field, rest = sorted_faults(lifted(error, "document"), ROLLBACK)
    with reading() as desk:
        one = _waiting(desk, address)
    return render_template(
        "amendments/adopt.html", one=one.to_json(language()), fields=ROLLBACK, values=request.form, problems=by_field,
        error=error, rest=rest,
    )  # fmt: skip


def _waiting(desk: Desk, address: str) -> Absorbed:
    for one in absorbed(desk):
        if one.brought.address == address and one.state == "waiting":
            return one
    raise JiuzhuError(
        "unknown_upgrade", Text("没有等待选择的插件值", "nothing waits for a choice there"), value=address
    )
