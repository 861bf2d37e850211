"""A round of visits as it reads: who went, and what was found at each household, in clear for whoever may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from core.casework.desk import Desk
from core.casework.people.person import shown_name
from core.casework.people.seats import name_of
from core.casework.rounds.agenda import stage_text
from core.casework.rounds.visit import read_visit
from core.casework.words import named
from core.casework.workbook import Sheet, columns
from core.errors import JiuzhuError, Text
from core.store.tables import AssistanceCase, Person, Visit, VisitRound

COLUMNS = columns("案件编号:id", "户主", "日期:date", "时间", "地点", "所见情况", "签字")
COUNTY_TEXT = Text("县级入户核查（环节之外）", "county visit (outside a stage)")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One household of a round."""

    case: str
    head: str = field(repr=False)
    at: str
    place: str = field(repr=False)
    finding: str = field(repr=False)
    signatures: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    """A round with its lines; ``label`` names the stage, or the county's visit outside one."""

    id: int
    kind: str
    label: Text
    happened_on: date
    division: str
    visitors: Sequence[str]
    lines: Sequence[VisitLine]


def round_record(desk: Desk, round_id: int) -> RoundRecord:
    """Return a round of visits.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``.
    """
    made = desk.session.get(VisitRound, round_id)
    text = Text("没有这一轮入户", "there is no such round of visits")
    made = desk.found(made, JiuzhuError("unknown_round", text, value=str(round_id)))
    desk.require("case.read", made.path)
    return RoundRecord(
        id=made.id, kind=made.kind, label=round_label(desk, made), happened_on=made.happened_on, division=made.division,
        visitors=[name_of(desk, one) for one in made.visitors], lines=[_line(desk, one) for one in made.visits],
    )  # fmt: skip


def visit_sheet(desk: Desk, round_id: int) -> Sheet:
    """Return a round as a sheet that goes out, for whoever may read its page.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``.
    """
    made = round_record(desk, round_id)
    heading = [f"{desk.tree.name(made.division)} {made.label.zh}", f"入户人员：{'、'.join(made.visitors)}"]
    rows = [
        (one.case, one.head, made.happened_on, one.at, one.place, one.finding, named("signatures", one.signatures).zh)
        for one in made.lines
    ]
    return Sheet(title="入户调查记录", columns=COLUMNS, rows=rows, heading=heading)


def round_label(desk: Desk, made: VisitRound) -> Text:
    """Return what a round was for, in words."""
    if made.stage is None:
        return COUNTY_TEXT
    return stage_text(desk, made.visits[0].case_id if made.visits else None, made.stage)


def _line(desk: Desk, visit: Visit) -> VisitLine:
    case = desk.session.get_one(AssistanceCase, visit.case_id)
    place, finding = read_visit(desk, visit.id)
    head = shown_name(desk, desk.session.get_one(Person, case.head_id))
    return VisitLine(
        case=case.number, head=head, at=visit.at, place=place, finding=finding, signatures=visit.signatures
    )
