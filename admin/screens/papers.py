"""Papers: every form of the work, blank or filled from a case, in the browser and as PDF."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from admin.asking import division_in
from admin.case.situation import Situation
from admin.form import Field, read, sorted_faults
from admin.language import pick
from admin.papers.catalogue import PAPERS, Paper, paper_of
from admin.papers.content import content, in_full, masked_in
from admin.papers.printing import brought_by, pdf, sheet
from admin.work import platform, reading, working
from core.casework.deciding.facts import facts_on
from core.casework.desk import Desk
from core.casework.flow.case_list import find_case
from core.errors import JiuzhuError, Text
from core.hookspecs import Case
from core.store.tables import AssistanceCase

screen = Blueprint("papers", __name__, url_prefix="/papers")
REASON = (Field("reason", Text("打印完整号码的原因", "why numbers are printed in full"), required=True),)


@screen.get("/")
def page() -> ResponseReturnValue:
    """List the papers; a case's number leads to each of them filled."""
    number = request.args.get("number", "").strip()
    error: JiuzhuError | None = None
    found = None
    if number:
        try:
            with reading() as desk:
                case = find_case(desk, number)
                full = desk.actor.may("case.reveal", case.path, desk.today)
                found = {"number": case.number, "full": full, "division": case.division}
        except JiuzhuError as refused:
            error = refused
    groups: dict[str, list[Paper]] = {}
    for one in PAPERS.values():
        groups.setdefault(pick(one.when), []).append(one)
    shown = render_template("papers/list.html", groups=groups, number=number, found=found, error=error)
    return shown, 404 if error else 200


@screen.get("/<code>")
def blank(code: str) -> ResponseReturnValue:
    """Show a blank paper, by the templates of a place where one is named."""
    paper, place = paper_of(code), division_in(request.args.get("division", "")) or None
    bar = {"pdf": url_for(".blank_pdf", code=code, division=place), "back": url_for(".page")}
    return sheet(paper, {}, division=place, pdf=False, bar=bar)


@screen.get("/<code>/blank.pdf")
def blank_pdf(code: str) -> ResponseReturnValue:
    """Send a blank paper as PDF."""
    paper, place = paper_of(code), division_in(request.args.get("division", "")) or None
    return _sent(pdf(paper, {}, division=place), f"{paper.title.zh}（空白）")


@screen.get("/brought/<plugin>/<name>")
def brought(plugin: str, name: str) -> ResponseReturnValue:
    """Send the style sheet of a plugin's papers, or a font of theirs."""
    content, kind = brought_by(plugin).served(name)
    return send_file(BytesIO(content), mimetype=kind)


@screen.get("/<code>/<number>")
def filled(code: str, number: str) -> ResponseReturnValue:
    """Show a paper filled from a case, numbers masked."""
    return _filled(code, number)


@screen.get("/<code>/<number>/paper.pdf")
def filled_pdf(code: str, number: str) -> ResponseReturnValue:
    """Send a filled paper as PDF, numbers masked."""
    paper = paper_of(code)
    with reading() as desk:
        case = find_case(desk, number)
        now = Situation(desk, case)
        said = content(now, code, masked_in(now))
        division, extra = case.division, _extra(desk, case, code)
    return _sent(pdf(paper, said, division=division, extra=extra), f"{paper.title.zh}-{number}")


@screen.post("/<code>/<number>/full")
def full(code: str, number: str) -> ResponseReturnValue:
    """Send a filled paper with numbers in full: by right, for a reason, each of them on record."""
    paper = paper_of(code)
    try:
        reason = read(REASON, request.form)["reason"]
    except JiuzhuError as error:
        return _filled(code, number, error=error), 422
    with working() as desk:
        case = find_case(desk, number)
        desk.require("case.reveal", case.path)
        division, extra = case.division, _extra(desk, case, code)
        now = Situation(desk, case)
        said = content(now, code, in_full(now, reason=reason))
    return _sent(pdf(paper, said, division=division, extra=extra), f"{paper.title.zh}-{number}")


def _filled(code: str, number: str, *, error: JiuzhuError | None = None) -> str:
    paper = paper_of(code)
    problems, _ = sorted_faults(error, REASON)
    with reading() as desk:
        case = find_case(desk, number)
        now = Situation(desk, case)
        said = content(now, code, masked_in(now))
        bar = {
            "pdf": url_for(".filled_pdf", code=code, number=number), "back": url_for(".page", number=number),
            "full": url_for(".full", code=code, number=number)
            if desk.actor.may("case.reveal", case.path, desk.today) else "",
            "faults": problems.get("reason", []),
        }  # fmt: skip
        extra = _extra(desk, case, code)
    return sheet(paper, said, division=case.division, pdf=False, bar=bar, extra=extra)


def _extra(desk: Desk, case: AssistanceCase, code: str) -> Mapping[str, str]:
    """Further fields a plugin fills a notice with; a notice a plugin fails at does not go out."""
    known = facts_on(desk.session, case.id, desk.today)
    asked = Case(
        division=case.division, area=case.area, on=desk.today.isoformat(), programmes=(case.programme,),
        facts=known.facts if known is not None else {},
    )  # fmt: skip
    return platform().manager.fill_notice(code, asked)


def _sent(pdf: bytes, name: str) -> Response:
    return send_file(BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=f"{name}.pdf")
