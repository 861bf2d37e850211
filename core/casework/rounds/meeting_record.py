"""The record of a meeting as its paper has it (民主评议记录表): one line a household, names for the sheet alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.casework.desk import Desk
from core.casework.people.office import ROLES, holder
from core.casework.people.person import shown_name
from core.casework.people.seats import name_of
from core.casework.words import word
from core.casework.workbook import Sheet, columns
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Meeting, Person

COLUMNS = (
    Text("时间", "day"),
    Text("地点", "place"),
    Text("主持人", "chair"),
    Text("应到", "expected"),
    Text("实到", "present"),
    Text("村民代表数", "villagers' representatives"),
    Text("户主", "head of household"),
    Text("申请事项", "asked for"),
    Text("同意", "for"),
    Text("不同意", "against"),
    Text("弃权", "abstained"),
    Text("结果", "result"),
    Text("当场公布时间", "announced at"),
    Text("签名", "signed"),
)
SUBJECTS = {
    "application": Text("低保申请", "application"),
    "increase": Text("增发", "increase"),
    "reduce": Text("减发", "reduction"),
    "stop": Text("停发", "stop"),
    "review": Text("定期复核", "review"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLine:
    """One household of the record, with what is the same for all of them."""

    held_on: date
    place: str
    chair: str
    expected: int
    present: int
    representatives: int
    head: str
    subject: str
    agree: int
    disagree: int
    abstain: int
    result: str
    announced_at: str
    signed: str
    stepped_out: int

    def cells(self) -> tuple[str | int | date, ...]:
        """Return the cells of :data:`COLUMNS`."""
        return (self.held_on, self.place, self.chair, self.expected, self.present, self.representatives, self.head,
                self.subject, self.agree, self.disagree, self.abstain, self.result, self.announced_at,
                self.signed)  # fmt: skip


def meeting_record(desk: Desk, meeting_id: int) -> list[RecordLine]:
    """Return the lines of a meeting's record.

    Raises:
        JiuzhuError: ``unknown_meeting``, ``not_permitted``.
    """
    meeting = meeting_of(desk, meeting_id)
    signed = "、".join(_name(desk, holder(desk, one.holder_id).person_id) for one in meeting.attendances if one.signed)
    chair = _name(desk, holder(desk, meeting.chair_id).person_id)
    return [
        RecordLine(
            held_on=meeting.held_on, place=meeting.place, chair=chair, expected=meeting.expected,
            present=meeting.present, representatives=meeting.representatives,
            head=_name(desk, desk.session.get_one(AssistanceCase, one.case_id).head_id),
            subject=SUBJECTS.get(one.subject, Text(one.subject, one.subject)).zh, agree=one.agree,
            disagree=one.disagree, abstain=one.abstain, result=word("results", one.result).zh,
            announced_at=meeting.announced_at or "", signed=signed, stepped_out=len(one.excluded),
        )
        for one in meeting.results
    ]  # fmt: skip


def meeting_of(desk: Desk, meeting_id: int) -> Meeting:
    """Return a meeting, for whoever may read the cases of its place.

    Raises:
        JiuzhuError: ``unknown_meeting``, ``not_permitted``.
    """
    meeting = desk.session.get(Meeting, meeting_id)
    text = Text("没有这次会议", "there is no such meeting")
    absent = JiuzhuError("unknown_meeting", text, value=str(meeting_id))
    meeting = desk.found(meeting, absent)
    desk.require("case.read", meeting.path)
    return meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """Somebody who took part: name, role in words, whether he signed and whether he chaired."""

    name: str
    role: Text
    signed: bool
    chaired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordHead:
    """What stands once above the lines of a record, and who took part; case numbers in the order of the lines."""

    id: int
    kind: str
    stage: str
    held_on: date
    division: str
    place: str
    expected: int
    present: int
    representatives: int
    announced_at: str | None
    secret: bool
    cases: tuple[str, ...]
    stepped_out: tuple[str, ...]
    attendees: tuple[Attendee, ...]


def record_of(desk: Desk, meeting_id: int) -> RecordHead:
    """Return what stands above the lines of a meeting's record.

    Raises:
        JiuzhuError: ``unknown_meeting``, ``not_permitted``.
    """
    meeting = meeting_of(desk, meeting_id)
    return RecordHead(
        id=meeting.id, kind=meeting.kind, stage=meeting.stage, held_on=meeting.held_on, division=meeting.division,
        place=meeting.place, expected=meeting.expected, present=meeting.present,
        representatives=meeting.representatives, announced_at=meeting.announced_at, secret=meeting.secret,
        cases=tuple(desk.session.get_one(AssistanceCase, one.case_id).number for one in meeting.results),
        stepped_out=tuple("、".join(name_of(desk, out) for out in one.excluded) for one in meeting.results),
        attendees=tuple(
            Attendee(name=name_of(desk, one.holder_id), role=ROLES.get(one.role, Text(one.role, one.role)),
                     signed=one.signed, chaired=one.holder_id == meeting.chair_id)
            for one in meeting.attendances
        ),
    )  # fmt: skip


def meeting_sheet(desk: Desk, meeting_id: int) -> Sheet:
    """Return the record as a sheet that goes out.

    Raises:
        JiuzhuError: ``unknown_meeting``, ``not_permitted``.
    """
    rows = [one.cells() for one in meeting_record(desk, meeting_id)]
    counts = {3, 4, 5, 8, 9, 10}
    titles = [f"{one.zh}:count" if at in counts else one.zh for at, one in enumerate(COLUMNS)]
    titles[0] += ":date"
    return Sheet(title="民主评议记录表", columns=columns(*titles), rows=rows)


def _name(desk: Desk, person_id: int) -> str:
    return shown_name(desk, desk.session.get_one(Person, person_id))
