"""The further pages of a case: family, facts, assessment, decisions and money, papers, timeline."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from admin.case import facts_view, family, overview, trace_view
from admin.case.situation import Situation
from admin.form import read, sorted_faults
from admin.language import language, pick, say
from admin.shapes import yuan
from admin.work import reading, working
from core.casework.deciding.decision import decisions_of
from core.casework.flow.case_list import find_case
from core.casework.flow.certificate import current
from core.casework.flow.referral import TARGETS, referrals_of
from core.casework.flow.story import story_of
from core.casework.flow.transition import event_label
from core.casework.money.ledger import ledger
from core.casework.money.payroll_run import LINE_STATUS
from core.casework.people.person import member_of, reveal
from core.casework.rounds.proof import Photo, attachments_of
from core.casework.rounds.proof_file import add_proof
from core.errors import JiuzhuError, Text
from core.store.tables import Certificate, Decision

screen = Blueprint("file", __name__, url_prefix="/<number>")
PARTS = {
    "benefit": Text("保障金", "benefit"),
    "household_topup": Text("家庭分类施保", "household top-up"),
    "member_topup": Text("人员分类施保", "member top-up"),
    "price_subsidy": Text("物价补贴", "price subsidy"),
    "phase_out": Text("渐退期保障金", "benefit in phase-out"),
}


@screen.app_template_filter("by_name")
def by_name(text: str, names: Mapping[str, str]) -> str:
    """Say the members of a household by name where a record has their tokens."""
    for token, name in names.items():
        text = text.replace(token, name)
    return text


@screen.app_template_filter("fen_text")
def fen_text(text: str) -> str:
    """Write exact fen kept as text as yuan."""
    return yuan(Fraction(text))


@screen.get("/family")
def household(number: str) -> ResponseReturnValue:
    """Show the household: members with masked numbers, relatives in office, who handles the case."""
    with reading() as desk:
        return _household(Situation(desk, find_case(desk, number)))


def _household(now: Situation, *, shown: tuple[str, str, str] | None = None, error: JiuzhuError | None = None) -> str:
    may = now.desk.actor.may("case.reveal", now.case.path, now.desk.today)
    problems, rest = sorted_faults(error, family.REASONS)
    return render_template(
        "cases/family.html", tab="family", head=overview.header(now), members=family.members(now),
        related=family.related(now), handlers=overview.handlers(now), fields=family.REVEALED, may_reveal=may,
        shown=shown, error=error, problems=problems, rest=rest, reasons=family.REASONS,
    )  # fmt: skip


@screen.post("/reveal")
def show_in_full(number: str) -> ResponseReturnValue:
    """Show a number in full, for a reason and on record; it stands on this one answer and nowhere else."""
    token, name = request.form.get("member", ""), request.form.get("field", "")
    try:
        reason = read(family.REASONS, request.form)["reason"]
        with working() as desk:
            case = find_case(desk, number)
            text = reveal(desk, member_of(desk, case, token), name, path=case.path, reason=reason)
    except JiuzhuError as error:
        with reading() as desk:
            return _household(Situation(desk, find_case(desk, number)), error=error), 422
    with reading() as desk:
        return _household(Situation(desk, find_case(desk, number)), shown=(token, name, text))


@screen.get("/facts")
def facts(number: str) -> ResponseReturnValue:
    """Show the versions of the facts side by side."""
    with reading() as desk:
        now = Situation(desk, find_case(desk, number))
        shown, count = facts_view.versions(now)
        return render_template(
            "cases/facts.html", tab="facts", head=overview.header(now), versions=shown, count=count,
            lines=facts_view.lines(now, shown),
        )  # fmt: skip


@screen.get("/assessment")
def assessment(number: str) -> ResponseReturnValue:
    """Show what a decision was computed as, or the case as of today, with every quantity."""
    with reading() as desk:
        now = Situation(desk, find_case(desk, number))
        rows = trace_view.decided(now)
        asked = request.args.get("decision", "")
        row = next((one for one in rows if str(one.number) == asked), None)
        found, why = None, tuple[Text, ...]()
        try:
            found = trace_view.assessment_of(now, row)
        except JiuzhuError as error:
            why = tuple(one.message for one in error.problems)
        return render_template(
            "cases/assessment.html", tab="assessment", head=overview.header(now), decisions=rows, row=row, why=why,
            narrative=trace_view.narrative(found, now) if found is not None else (),
            quantities=trace_view.quantities(found, now) if found is not None else (), label=event_label,
        )  # fmt: skip


@screen.get("/money")
def money(number: str) -> ResponseReturnValue:
    """Show the decisions and what was owed and paid month by month."""
    with reading() as desk:
        now = Situation(desk, find_case(desk, number))
        account, error = None, None
        try:
            account = ledger(desk, now.case)
        except JiuzhuError as refused:
            error = refused
        rows: list[Decision] = list(reversed(decisions_of(desk.session, now.case.id)))
        return render_template(
            "cases/money.html", tab="money", head=overview.header(now), decisions=rows, ledger=account, error=error,
            label=event_label, parts={key: pick(label) for key, label in PARTS.items()}, statuses=LINE_STATUS,
        )  # fmt: skip


@screen.get("/papers")
def papers(number: str) -> ResponseReturnValue:
    """Show the papers in the file, certificates, referrals and scans."""
    with reading() as desk:
        return _papers(Situation(desk, find_case(desk, number)))


def _papers(now: Situation, *, error: JiuzhuError | None = None) -> str:
    session, case = now.desk.session, now.case
    held = session.scalars(select(Certificate).where(Certificate.case_id == case.id).order_by(Certificate.id)).all()
    return render_template(
        "cases/papers.html", tab="papers", head=overview.header(now), papers=sorted(now.course.state.evidence),
        certificates=held, current=current(now.desk, case), referrals=referrals_of(now.desk, case), targets=TARGETS,
        files=attachments_of(session, f"case/{case.id}"), error=error,
        may_add=now.desk.actor.may("case.apply", case.path, now.desk.today),
    )  # fmt: skip


@screen.post("/papers")
def add_paper(number: str) -> ResponseReturnValue:
    """Keep a scan or a photograph with the case."""
    sent = request.files.get("file")
    try:
        with working() as desk:
            case = find_case(desk, number)
            photo = Photo(name=(sent.filename or "")[:200] if sent else "", content=sent.read() if sent else b"")
            add_proof(desk, f"case/{case.id}", photo)
    except JiuzhuError as error:
        with reading() as desk:
            return _papers(Situation(desk, find_case(desk, number)), error=error), 422
    flash(say("已存入。", "Kept."))
    return redirect(url_for("cases.file.papers", number=number), 303)


@screen.get("/story")
def story(number: str) -> ResponseReturnValue:
    """Tell the case from its first event to its last; late entries and corrections are marked."""
    with reading() as desk:
        now = Situation(desk, find_case(desk, number))
        told = story_of(desk, now.case)
        shown = told.to_json(language())
        names = {one.token: one.name for one in now.all_members}
        return render_template("cases/story.html", tab="story", head=overview.header(now), story=shown, names=names)
