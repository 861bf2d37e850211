"""The record of a meeting as its paper has it (民主评议记录表): one line a household, names for the sheet alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.casework.desk import Desk
from core.casework.people.office import holder
from core.casework.people.person import shown_name
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
    meeting = desk.session.get(Meeting, meeting_id)
    if meeting is None:
        raise JiuzhuError("unknown_meeting", Text("没有这次会议", "there is no such meeting"), value=str(meeting_id))
    desk.require("case.read", meeting.path)
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
