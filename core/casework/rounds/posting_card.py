"""A sheet as its page shows it: its rule, who put it up where, and what became of each case on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.casework.desk import Desk
from core.casework.flow.history import history
from core.casework.flow.transition import state_of
from core.casework.people.person import shown_name
from core.casework.people.seats import name_of
from core.casework.rounds.posting import chain_of_posting, posting_of
from core.casework.rounds.posting_board import rule_of
from core.casework.rounds.posting_rule import PostingRule
from core.casework.rounds.proof import attachments_of
from core.store.tables import AssistanceCase, Attachment, Person, Posting, PostingLine


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One case: ``objected_on`` are the days somebody objected while it hung, ``open`` whether one is unanswered."""

    case: str
    head: str = field(repr=False)
    masked: bool
    ended_on: date | None
    objected_on: Sequence[date]
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingCard:
    """A sheet."""

    id: int
    rule: PostingRule
    status: str
    programme: str
    area: str
    division: str
    village: str | None
    drawn_on: date
    posted_on: date | None
    posted_by: str | None
    posters: Sequence[str]
    places: Sequence[str]
    days: int | None
    day_kind: str | None
    ends_on: date | None
    provisional: bool
    taken_down_on: date | None
    phone: str
    repeats: int | None
    lines: Sequence[CardLine]
    proofs: Sequence[Attachment]

    @property
    def unsettled(self) -> bool:
        """Whether it came down with a case that has not hung its time."""
        return self.status == "taken_down" and any(one.ended_on is None for one in self.lines)

    @property
    def again(self) -> Sequence[str]:
        """The cases to be posted again: objected to, answered, where the rule has that."""
        if self.status != "taken_down" or not self.rule.repeat_after_objection:
            return ()
        return [one.case for one in self.lines if one.objected_on and not one.open and one.ended_on is None]


def posting_card(desk: Desk, posting_id: int) -> PostingCard:
    """Return a sheet with what became of it.

    Raises:
        JiuzhuError: ``unknown_posting``, ``not_permitted``; what the rule of the sheet raises.
    """
    sheet = posting_of(desk, posting_id)
    desk.require("case.read", sheet.path)
    _, rule = rule_of(desk, sheet)
    return PostingCard(
        id=sheet.id, rule=rule, status=sheet.status, programme=sheet.programme, area=sheet.area,
        division=sheet.division, village=sheet.village, drawn_on=sheet.drawn_on, posted_on=sheet.posted_on,
        posted_by=sheet.posted_by, posters=[name_of(desk, one) for one in sheet.posters], places=sheet.places,
        days=sheet.days, day_kind=sheet.day_kind, ends_on=sheet.ends_on, provisional=sheet.provisional,
        taken_down_on=sheet.taken_down_on, phone=sheet.phone, repeats=sheet.repeats_id,
        lines=[_line(desk, sheet, one) for one in sheet.lines],
        proofs=attachments_of(desk.session, chain_of_posting(sheet.id)),
    )  # fmt: skip


def _line(desk: Desk, sheet: Posting, line: PostingLine) -> CardLine:
    case = desk.session.get_one(AssistanceCase, line.case_id)
    since = sheet.posted_on
    objected = [
        one.happened_on
        for one in (history(desk.session, case.id) if since is not None else ())
        if one.kind == "objection" and not one.void and since is not None and since <= one.happened_on
    ]
    return CardLine(
        case=case.number, head=shown_name(desk, desk.session.get_one(Person, case.head_id)), masked=line.masked,
        ended_on=line.ended_on, objected_on=objected, open=bool(state_of(desk.session, case).objections),
    )  # fmt: skip
