"""What papers say of meetings, visits, notices, objections and filings a case had part in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from admin.case.situation import Situation
from core.casework.people.filing_report import filing_list
from core.casework.people.office import ROLES
from core.casework.people.person import shown_name
from core.casework.rounds.posting_rule import FIELD_TEXT, posting_rule
from core.casework.rounds.posting_sheet import print_sheet
from core.casework.words import word
from core.errors import JiuzhuError, Text
from core.store.sealed import open_in
from core.store.tables import (
    AssistanceCase,
    Meeting,
    MeetingResult,
    OfficeHolder,
    Person,
    PostingLine,
    Visit,
    VisitRound,
)

NOTHING_LISTED = "来源未载公示内容"
OBJECTORS = {
    "applicant": "申请人", "villager": "村（居）民", "signed_report": "实名举报人", "anonymous": "匿名",
    "officer": "工作人员",
}  # fmt: skip
SUBJECTS = {"application": "申请保障", "change": "变更", "stop": "停发", "review": "复核"}


def meeting(now: Situation) -> dict[str, Any]:
    """The last appraisal the case was part of, with its own line and those of the others the officer may read."""
    query = select(Meeting).join(MeetingResult, MeetingResult.meeting_id == Meeting.id)
    query = query.where(MeetingResult.case_id == now.case.id, Meeting.kind == "appraisal")
    found = now.desk.session.scalars(query.order_by(Meeting.held_on.desc(), Meeting.id.desc())).first()
    if found is None:
        return {}
    return {
        "on": found.held_on, "at": found.place, "announced_at": found.announced_at or "", "secret": found.secret,
        "chair": _holder(now, found.chair_id), "expected": found.expected, "present": found.present,
        "representatives": found.representatives, "rows": [row for one in found.results if (row := _vote(now, one))],
        "people": [
            {"name": _holder(now, one.holder_id), "role": ROLES[one.role].zh, "signed": one.signed}
            for one in found.attendances
        ],
    }  # fmt: skip


def _vote(now: Situation, one: MeetingResult) -> dict[str, Any] | None:
    case = now.desk.session.get_one(AssistanceCase, one.case_id)
    if not now.desk.actor.may("case.read", case.path, now.desk.today):
        return None
    return {
        "head": shown_name(now.desk, now.desk.session.get_one(Person, case.head_id)),
        "subject": SUBJECTS.get(one.subject, one.subject), "agree": one.agree, "disagree": one.disagree,
        "abstain": one.abstain, "result": word("results", one.result).zh,
    }  # fmt: skip


def _holder(now: Situation, holder_id: int) -> str:
    holder = now.desk.session.get_one(OfficeHolder, holder_id)
    return shown_name(now.desk, now.desk.session.get_one(Person, holder.person_id))


def visits(now: Situation) -> list[dict[str, Any]]:
    """The visits of the household, first to last."""
    query = select(Visit, VisitRound).join(VisitRound, VisitRound.id == Visit.round_id)
    query = query.where(Visit.case_id == now.case.id).order_by(VisitRound.happened_on, Visit.id)
    cipher = now.desk.cipher
    return [
        {
            "on": round_.happened_on, "at": one.at, "stage": round_.stage or "",
            "place": open_in(one, "place", cipher=cipher) or "",
            "finding": open_in(one, "finding", cipher=cipher) or "",
            "visitors": [_holder(now, each) for each in round_.visitors],
        }
        for one, round_ in now.desk.session.execute(query)
    ]  # fmt: skip


def posting(now: Situation) -> dict[str, Any]:
    """The last sheet the household stands on, or the columns of the next; what it shows and hides is its rule's."""
    query = select(PostingLine.posting_id).where(PostingLine.case_id == now.case.id)
    last = now.desk.session.scalars(query.order_by(PostingLine.id.desc())).first()
    if last is None:
        return _next_notice(now)
    try:
        sheet = print_sheet(now.desk, last)
    except JiuzhuError:
        return {}  # a sheet of a place the officer may not read
    return {
        "event": word("notices", sheet.event).zh, "village": sheet.village or "", "phone": sheet.phone,
        "columns": [one.zh for one in sheet.columns], "rows": sheet.rows, "since": sheet.since, "until": sheet.until,
    }  # fmt: skip


def _next_notice(now: Situation) -> dict[str, Any]:
    """What the next notice of the household may say: the fields its rule lists, and no others."""
    ended = now.course.state.postings
    event = next((one.publicity for one in now.course.procedure.stages if one.publicity not in (None, *ended)), None)
    try:
        rule = posting_rule(now.desk, now.book.policy, now.case.programme, event or "")
    except JiuzhuError:
        return {}  # no rule has anything posted: the paper is the blank one
    listed = [FIELD_TEXT.get(one, Text(one, one)).zh for one in rule.fields]
    return {"event": rule.label.zh, "columns": listed or [NOTHING_LISTED]}


def objections(now: Situation) -> list[dict[str, Any]]:
    """Every objection with its answer; nobody is named."""
    happenings = [one for one in now.course.state.happenings if not one.void]
    answers = {one.body.get("objection"): one for one in happenings if one.kind == "objection_answered"}
    labels = {one.key: one.label.zh for one in now.course.procedure.stages}
    found = []
    for one in happenings:
        if one.kind == "objection":
            answer = answers.get(one.sequence)
            found.append({
                "on": one.happened_on, "by": OBJECTORS.get(str(one.body.get("by")), ""), "reason": one.reason or "",
                "about": labels.get(str(one.body.get("about")), ""),
                "answered_on": answer.happened_on if answer else None,
                "outcome": word("results", str(answer.body.get("outcome"))).zh if answer else "",
            })  # fmt: skip
    return found


def filings(now: Situation) -> list[tuple[Any, ...]]:
    """The lines of the filing list that are this case's."""
    if not now.case.filed:
        return []
    return [one.cells() for one in filing_list(now.desk, now.case.division) if one.case_number == now.case.number]
