"""Meetings (评议会、审批会): people, day and signatures once, one line of results a case, all of it or nothing.

Whoever is related to a household steps out of that case alone and is counted so. What a rule says of participants is
held against every case by its stage; what the source leaves open is recorded, never enforced.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from core.casework.access import within
from core.casework.desk import Desk
from core.casework.flow.particulars import ratio
from core.casework.flow.procedure import course_of
from core.casework.flow.stage import complete_stage
from core.casework.flow.stage_rule import Stage
from core.casework.people.office import holder, require_in_office
from core.casework.people.recusal import ENFORCED, conflicts, suspects
from core.casework.rounds.batch import CaseRows, cases_named, problem_at
from core.errors import InvalidInput, JiuzhuError, Problem, Text
from core.store.tables import AssistanceCase, Meeting, MeetingAttendance, MeetingResult

KINDS = ("appraisal", "approval")
REPRESENTATIVES = "villager_representatives"
PASSED, FAILED, DISPUTED = ("agreed", "valid", "recommended"), ("not_agreed", "invalid", "not_recommended"), "disputed"
RECORD = "appraisal_record"
"""The paper a meeting itself is (民主评议记录表)."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
RESULT_CODES = (*PASSED, *FAILED, DISPUTED, "to_be_approved", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One line of the grid: votes, what was asked for, the result where no pass share settles it.

    ``stepped_out``: numbers of the register who stepped out of this case of their own will.
    """

    agree: int
    disagree: int = 0
    abstain: int = 0
    result: str | None = None
    subject: str = "application"
    stepped_out: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSheet:
    """A meeting as its record says it. ``attendees`` and ``signed`` are numbers of the register of office."""

    kind: str
    stage: str
    held_on: date
    division: str
    place: str
    chair: int
    expected: int
    attendees: Sequence[int]
    signed: Sequence[int]
    votes: Mapping[str, Vote]
    announced_at: str | None = None
    secret: bool = False
    methods: Sequence[str] = field(default=())


def record_meeting(desk: Desk, sheet: MeetingSheet) -> Meeting:
    """Record a meeting and complete its stage in every case of the grid, or nothing at all.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_holder``, ``not_in_office``.
        InvalidInput: everything wrong with the meeting and its lines, each with its row.
    """
    path = desk.path(sheet.division)
    desk.require("meeting.record", path)
    roles = {one: _role(desk, one, sheet.held_on, path) for one in dict.fromkeys([*sheet.attendees, sheet.chair])}
    rows = cases_named(desk, sheet.votes, path=path)
    problems = [*_meeting_problems(sheet), *rows.problems]
    if problems:
        raise InvalidInput(problems)
    meeting = _meeting(desk, sheet, path, roles)
    problems = list(_lines(desk, meeting, sheet, rows, roles))
    if problems:
        raise InvalidInput(problems)
    body = {"meeting": meeting.id, "kind": sheet.kind, "cases": len(rows.cases), "expected": meeting.expected,
            "present": meeting.present, "representatives": meeting.representatives}  # fmt: skip
    desk.record(f"meeting/{meeting.id}", "meeting_held", body, happened_on=sheet.held_on)
    return meeting


def _role(desk: Desk, holder_id: int, day: date, path: str) -> str:
    """The role somebody sits in, by a post of this place: a representative's where he holds several.

    Raises:
        JiuzhuError: ``unknown_holder``, ``not_in_office``; ``not_of_this_place`` for somebody of another place.
    """
    posts = require_in_office(holder(desk, holder_id), day)
    held = [post.role for post in posts if within(post.path, path) or within(path, post.path)]
    if not held:
        text = Text("此人的任职地与会议所在地无关", "his office has nothing to do with the place of the meeting")
        raise JiuzhuError("not_of_this_place", text, value=f"#{holder_id}")
    return REPRESENTATIVES if REPRESENTATIVES in held else held[0]


def _meeting_problems(sheet: MeetingSheet) -> Iterator[Problem]:
    present = len(set(sheet.attendees))
    if sheet.kind not in KINDS:
        yield problem_at("kind", "bad_meeting_kind", Text("会议种类有误", "no such kind of meeting"), sheet.kind, KINDS)
    if len(sheet.attendees) != present:
        yield problem_at("attendees", "attendee_twice", Text("参会人员重复", "an attendee is listed twice"), None)
    if sheet.chair not in sheet.attendees:
        text = Text("主持人不在参会人员中", "the chair is not among those who took part")
        yield problem_at("chair", "chair_absent", text, str(sheet.chair))
    if sheet.expected < present:
        text = Text("应到人数少于实到人数", "fewer were expected than were present")
        yield problem_at("expected", "more_than_expected", text, f"{sheet.expected} < {present}")
    if sheet.announced_at and not _CLOCK.fullmatch(sheet.announced_at):
        text = Text("时间应为 20:30 的形式", "a time looks like 20:30")
        yield problem_at("announced_at", "bad_time", text, sheet.announced_at)
    if not sheet.place.strip():
        yield problem_at("place", "place_missing", Text("须填写地点", "say where"), None)
    strangers = sorted(set(sheet.signed) - set(sheet.attendees))
    if strangers:
        text = Text("签名的人没有参会", "somebody signed who did not take part")
        yield problem_at("signed", "signed_absent", text, " ".join(map(str, strangers)))
    if not sheet.votes:
        yield problem_at("votes", "no_cases", Text("没有填写任何一户", "no case is in the grid"), None)


def _meeting(desk: Desk, sheet: MeetingSheet, path: str, roles: Mapping[int, str]) -> Meeting:
    meeting = Meeting(
        kind=sheet.kind, stage=sheet.stage, held_on=sheet.held_on, division=sheet.division, path=path,
        place=sheet.place, chair_id=sheet.chair, expected=sheet.expected, present=len(sheet.attendees),
        representatives=sum(roles[one] == REPRESENTATIVES for one in sheet.attendees),
        announced_at=sheet.announced_at, secret=sheet.secret, recorded_by=desk.actor.id, recorded_at=desk.moment,
        attendances=[
            MeetingAttendance(holder_id=one, role=roles[one], signed=one in sheet.signed) for one in sheet.attendees
        ],
    )  # fmt: skip
    desk.session.add(meeting)
    desk.session.flush()
    return meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sitting:
    """The meeting as one case sees it: who voted, who stepped out."""

    meeting: Meeting
    sheet: MeetingSheet
    roles: Mapping[int, str]
    vote: Vote
    voting: tuple[int, ...]
    out: frozenset[int]


def _lines(
    desk: Desk, meeting: Meeting, sheet: MeetingSheet, rows: CaseRows, roles: Mapping[int, str]
) -> Iterator[Problem]:
    watched = suspects(desk.session, sheet.attendees)
    for row, (number, case) in enumerate(rows.cases.items(), start=1):
        vote = sheet.votes[number]
        barred = frozenset(one for one in sorted(watched) if _is_barred(desk, case, one, sheet))
        out = barred | (frozenset(vote.stepped_out) & frozenset(sheet.attendees))
        voting = tuple(one for one in sheet.attendees if one not in out)
        try:
            _line(desk, case, _Sitting(meeting=meeting, sheet=sheet, roles=roles, vote=vote, voting=voting, out=out))
        except JiuzhuError as error:
            yield from rows.placed(error, row, number)


def _line(desk: Desk, case: AssistanceCase, sitting: _Sitting) -> None:
    sheet, vote = sitting.sheet, sitting.vote
    _check_votes(vote, len(sitting.voting))
    course = course_of(desk, case)
    stage = course.procedure.stage(sheet.stage)
    result = _result(stage, vote, len(sitting.voting))
    row = MeetingResult(case_id=case.id, subject=vote.subject, agree=vote.agree, disagree=vote.disagree,
                        abstain=vote.abstain, result=result, excluded=sorted(sitting.out))  # fmt: skip
    sitting.meeting.results.append(row)
    desk.session.flush()
    body = _body(sitting, stage, result)
    if course.procedure.decision is not None and course.procedure.decision.key == sheet.stage:
        told = body | {"by": sorted(sitting.voting)}  # the decision itself is a person's, not the meeting's
        desk.record(f"case/{case.id}", "meeting", told, happened_on=sheet.held_on)
        return
    ruled = result if stage.results else None
    complete_stage(
        desk, case, sheet.stage, happened_on=sheet.held_on, by=sitting.voting, result=ruled, body=body
    )  # fmt: skip


def _is_barred(desk: Desk, case: AssistanceCase, holder_id: int, sheet: MeetingSheet) -> bool:
    """Tell whether a rule in force keeps somebody out of this case; others may have stepped out themselves."""
    found = conflicts(desk, case, holder_id, stage=sheet.stage, on=sheet.held_on)
    return any(one.effect == ENFORCED for one in found)


def _check_votes(vote: Vote, voting: int) -> None:
    if not voting:
        text = Text("参会人员都须回避本户，不能表决", "everybody must step out of this case: nobody can vote")
        raise JiuzhuError("nobody_votes", text)
    given = vote.agree + vote.disagree + vote.abstain
    if min(vote.agree, vote.disagree, vote.abstain) < 0 or given != voting:
        text = Text(
            f"同意、不同意、弃权之和（{given}）不等于本户表决人数（{voting}，已除去回避人员）",
            f"votes ({given}) are not those who voted in this case ({voting}, without those who stepped out)",
        )
        raise JiuzhuError("votes_do_not_add_up", text, value=f"{vote.agree}+{vote.disagree}+{vote.abstain}")


def _result(stage: Stage, vote: Vote, voting: int) -> str:
    """The result as recorded; where the rule has a share to pass by, the votes settle it and the record must agree."""
    share = (stage.participants or {}).get("pass_share")
    allowed = stage.results or RESULT_CODES
    if share is None:
        if vote.result not in allowed:
            text = Text("须填写会议结果", "say what the meeting concluded")
            raise InvalidInput(
                [Problem(code="result_missing", message=text, value=vote.result, allowed=tuple(allowed))]
            )
        if vote.result in PASSED and vote.agree <= vote.disagree:
            text = Text("同意不多于不同意，结果不能是通过", "not more for than against: it cannot have passed")
            raise JiuzhuError("result_against_votes", text, value=f"{vote.result} {vote.agree}:{vote.disagree}")
        return str(vote.result)
    passed = Fraction(vote.agree, voting or 1) >= ratio(share)
    computed = next((one for one in (PASSED if passed else FAILED) if one in allowed), None)
    if vote.result not in (None, computed, DISPUTED) or computed is None:
        text = Text(f"按通过比例{share}，结果与票数不符", f"by the share to pass ({share}) the votes say otherwise")
        raise JiuzhuError("result_against_votes", text, value=f"{vote.result} {vote.agree}/{voting}")
    return vote.result or computed


def _body(sitting: _Sitting, stage: Stage, result: str) -> dict[str, Any]:
    """What the case's own event keeps of the meeting: numbers and codes, nobody's name."""
    sheet, vote, voting = sitting.sheet, sitting.vote, sitting.voting
    return {
        "meeting": sitting.meeting.id,
        "outcome_of_meeting": result,
        "votes": {"for": vote.agree, "against": vote.disagree, "abstained": vote.abstain},
        "stepped_out": sorted(sitting.out),
        "participants": {
            "roles": dict(Counter(sitting.roles[one] for one in voting)),
            "present": len(voting),
            "expected": sheet.expected - len(sitting.out),
            "for": vote.agree,
        },
        "signatures": _signatures(sitting, stage),
        "evidence": [one for one in stage.evidence if one == RECORD],
        "methods": list(sheet.methods or stage.methods),
        "announced_at": sheet.announced_at,
    }


def _signatures(sitting: _Sitting, stage: Stage) -> list[str]:
    """Where the rule names who signs, that word once everybody who voted has signed; else each signature."""
    signed = [one for one in sitting.voting if one in sitting.sheet.signed]
    if isinstance(stage.signatures, tuple) and len(signed) == len(sitting.voting):
        return list(stage.signatures)
    return [f"holder {one}" for one in signed]
