"""The audit log: what was done by whom, when and where; whether the trail is whole; its anchors."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin.asking import division_in, whole
from admin.audit_sheet import audit_sheet
from admin.event_words import kind_text, kinds, subject_text, subjects
from admin.form import Field, read, sorted_faults
from admin.language import say
from admin.sending import workbook
from admin.work import platform, reading, working
from core.casework.audit import LEFT_TO_THE_COUNTRY, anchor_chains, check_rows, show_chain, verify_chains
from core.casework.audit_search import Sought, anchors, search
from core.casework.flow.case_check import check_cases
from core.casework.staff import NATION
from core.errors import JiuzhuError, Text

screen = Blueprint("audit", __name__, url_prefix="/audit")
PAGE = 50
MOST = 200
"""Faults shown of one check."""

FIELDS = (
    Field("subject", Text("对象", "subject"), kind="choice"),
    Field("kind", Text("事项", "deed"), kind="choice"),
    Field("login", Text("经手人登录名", "officer's login")),
    Field("since", Text("发生日期起", "happened from"), kind="day"),
    Field("until", Text("发生日期止", "happened until"), kind="day"),
)
FAULTS = {
    "altered": ("被改动", "altered"), "removed": ("缺失", "removed"), "reordered": ("错序", "reordered"),
    "lost": ("末尾丢失", "tail lost"), "rewritten": ("被重写", "rewritten"), "added": ("凭空增加", "added"),
}  # fmt: skip


@screen.context_processor
def _words() -> dict[str, Any]:
    return {"kind_text": kind_text, "subject_text": subject_text, "faults": FAULTS, "as_text": _as_text}


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the events asked for, the newest first."""
    fields = _fields()
    error: JiuzhuError | None = None
    rows: list[Any] = []
    try:
        sought = _sought()
        with reading() as desk:
            rows = search(desk, sought)
    except JiuzhuError as found:
        if found.code == "not_permitted":
            raise
        error = found
    problems, rest = sorted_faults(error, fields)
    following = rows[PAGE - 1].event.id if len(rows) > PAGE else ""
    shown = render_template(
        "audit/list.html", rows=rows[:PAGE], fields=fields, values=request.args, problems=problems, rest=rest,
        error=error if rest or (error and not problems) else None, following=following,
    )  # fmt: skip
    return shown, 422 if error else 200


@screen.get("/workbook")
def download() -> ResponseReturnValue:
    """Send the events asked for as a workbook."""
    sought = _sought()
    with reading() as desk:
        return workbook(audit_sheet(desk, sought), say("审计日志", "audit-log"))


@screen.get("/chain/<path:chain>")
def chain(chain: str) -> ResponseReturnValue:
    """Show every event of one chain, first to last."""
    with reading() as desk:
        return render_template("audit/chain.html", chain=chain, rows=show_chain(desk, chain))


@screen.get("/check")
def check() -> ResponseReturnValue:
    """Offer the checks and show the anchors."""
    return _check()


@screen.post("/verify")
def verify() -> ResponseReturnValue:
    """Read every chain, or one, and say whether anything was altered, removed or lost."""
    with reading() as desk:
        found = verify_chains(
            desk, chain=request.form.get("chain", "").strip() or None,
            digest=request.form.get("digest", "").strip() or None,
        )  # fmt: skip
    return _check(verified=found)


@screen.post("/rows")
def rows() -> ResponseReturnValue:
    """Hold the rows and cases of a place against the trail."""
    try:
        place = division_in(request.form.get("division", "")) or NATION
        with reading() as desk:
            path = desk.path(place)
            found = [one for one, _ in zip(check_rows(desk, path), range(MOST), strict=False)]
            cases = [one for one, _ in zip(check_cases(desk, path), range(MOST), strict=False)]
    except JiuzhuError as error:
        if error.code == "not_permitted":
            raise
        return _check(error=error), 422
    beside = LEFT_TO_THE_COUNTRY if place != NATION else None
    return _check(checked={"place": place, "rows": found, "cases": cases, "beside": beside})


@screen.post("/anchor")
def anchor() -> ResponseReturnValue:
    """Anchor every chain; the digest is to be kept elsewhere."""
    with working() as desk:
        made = anchor_chains(desk)
        digest = made.digest
    flash(say(f"已锚定。请把摘要抄存于系统之外：{digest}", f"Anchored. Keep this digest outside: {digest}"))
    return redirect(url_for(".check"), 303)


def _check(**more: Any) -> str:
    with reading() as desk:
        found = anchors(desk, before=whole(request.args.get("before", "")), limit=21)
        anchoring = desk.actor.may("audit.anchor", NATION, desk.today)
        return render_template(
            "audit/check.html", anchors=found[:20], following=found[19].id if len(found) > 20 else "",
            anchoring=anchoring, **{"verified": None, "checked": None, "error": None, **more},
        )  # fmt: skip


def _fields() -> tuple[Field, ...]:
    subject = replace(FIELDS[0], options=list(subjects().items()))
    return (subject, replace(FIELDS[1], options=list(kinds().items())), *FIELDS[2:])


def _sought() -> Sought:
    given = read(_fields(), request.args)
    place = division_in(request.args.get("division", ""))
    return Sought(
        subject=given["subject"] or "", kind=given["kind"] or "", login=given["login"] or "", since=given["since"],
        until=given["until"], path=platform().tree.path(place, platform().today) if place else "",
        before=whole(request.args.get("before", "")), limit=PAGE + 1,
    )  # fmt: skip


def _as_text(body: Any) -> str:
    """An event's body as it is kept: for who audits, not for who reads along."""
    return json.dumps(body, ensure_ascii=False, indent=1) if body else say("无", "none")
