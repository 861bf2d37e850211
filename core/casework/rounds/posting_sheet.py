"""A sheet as it is printed (公示单): rows of exactly the listed fields, names read from the persons for it alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.casework.desk import Desk
from core.casework.rounds.posting import posting_of
from core.casework.rounds.posting_content import posted_name, shown
from core.casework.rounds.posting_rule import FIELD_TEXT
from core.casework.workbook import Sheet, columns
from core.errors import Text
from core.store.tables import AssistanceCase, Person, Posting, PostingLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingSheet:
    """Columns and rows, from when until when, and where to object. ``until`` None: it stays up."""

    event: str
    village: str | None
    columns: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    since: date | None
    until: date | None
    phone: str
    provision: str


def print_sheet(desk: Desk, posting_id: int) -> PostingSheet:
    """Return a sheet's contents for the printer.

    Raises:
        JiuzhuError: ``unknown_posting``, ``not_permitted``.
    """
    sheet = posting_of(desk, posting_id)
    desk.require("case.read", sheet.path)
    return PostingSheet(
        event=sheet.event,
        village=sheet.village,
        columns=tuple(FIELD_TEXT.get(one, Text(one, one)) for one in sheet.fields),
        rows=tuple(_row(desk, sheet, line) for line in sheet.lines),
        since=sheet.posted_on,
        until=sheet.ends_on,
        phone=sheet.phone,
        provision=sheet.provision,
    )


def sheet_as_workbook(desk: Desk, posting_id: int) -> Sheet:
    """Return a sheet for the printer: the listed fields and nothing else, the span and the telephone above them.

    Raises:
        JiuzhuError: ``unknown_posting``, ``not_permitted``.
    """
    printed = print_sheet(desk, posting_id)
    span = f"公示时间：{printed.since or '　　　'} 至 {printed.until or '　　　'}"
    titles = [one.zh for one in printed.columns]
    return Sheet(
        title="公示单", columns=columns(*titles), rows=printed.rows, heading=(span, f"异议电话：{printed.phone}")
    )


def _row(desk: Desk, sheet: Posting, line: PostingLine) -> tuple[str, ...]:
    return tuple(_cell(desk, sheet, line, name) for name in sheet.fields)


def _cell(desk: Desk, sheet: Posting, line: PostingLine, name: str) -> str:
    on = sheet.posted_on or sheet.drawn_on
    if name in ("head_name", "applicant_name"):
        head = desk.session.get_one(AssistanceCase, line.case_id).head_id
        return posted_name(desk, desk.session.get_one(Person, head), on=on, hidden=line.masked)
    if name == "family_members":
        people = [desk.session.get_one(Person, one) for one in line.values[name]]
        return "、".join(posted_name(desk, one, on=on, hidden=line.masked) for one in people)
    return shown(name, line.values[name])
