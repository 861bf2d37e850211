"""The filing list (近亲属备案表): every filed case of a division, with the person in office it is filed under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from core.casework.deciding.shown import shown_in
from core.casework.desk import Desk
from core.casework.month import month_of
from core.casework.people.kinship import inverse
from core.casework.people.office import holder, posts_on
from core.casework.people.person import shown_name
from core.casework.people.recusal_rules import RELATION_TEXT
from core.casework.reporting.exports import roots_of, title_lines
from core.casework.scope import inside
from core.casework.workbook import Sheet, columns
from core.errors import Text
from core.store.tables import AssistanceCase, Decision, OfficePost, Person, RelativeFiling

TITLE = "近亲属备案表"
COLUMNS = (
    Text("工作人员姓名", "staff name"),
    Text("单位", "unit"),
    Text("职务", "position"),
    Text("与备案对象关系", "relation to the filed person"),
    Text("对象姓名", "filed person"),
    Text("人口", "persons"),
    Text("月保障金", "monthly benefit"),
    Text("起始月", "first month"),
    Text("乡镇意见", "township opinion"),
    Text("县入户核查日期", "county visit on"),
    Text("县入户核查人", "county visit by"),
)
OPINIONS = {"agreed": Text("同意", "agreed"), "not_agreed": Text("不同意", "not agreed")}


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRow:
    """One line of the list. ``relation`` is what the person in office is to the filed person."""

    case_number: str
    staff_name: str
    unit: str
    position: str
    relation: Text
    recipient: str
    persons: int
    monthly: int | None
    first_month: date | None
    opinion: Text | None
    visited_on: date | None
    visited_by: tuple[str, ...]
    ruled: bool
    visit_missing: bool = False

    def cells(self) -> tuple[str | int | date | None, ...]:
        """Return the cells of :data:`COLUMNS`, in Chinese; the benefit in whole fen."""
        opinion = self.opinion.zh if self.opinion is not None else None
        return (self.staff_name, self.unit, self.position, self.relation.zh, self.recipient, self.persons, self.monthly,
                self.first_month, opinion, self.visited_on, "、".join(self.visited_by))  # fmt: skip


def filing_list(desk: Desk, division: str, *, after: str = "", limit: int | None = None) -> list[FilingRow]:
    """Return the filed cases of a division's subtree, by case number; a page is as many as ``limit`` behind one.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    path = desk.path(division)
    desk.require("case.read", path)
    query = (
        select(RelativeFiling, AssistanceCase)
        .join(AssistanceCase, AssistanceCase.id == RelativeFiling.case_id)
        .where(inside(AssistanceCase.path, (path,)), AssistanceCase.number > after)
        .order_by(AssistanceCase.number)
        .limit(limit)
    )
    found = [(filing, case) for filing, case in desk.session.execute(query)]
    shown = shown_in(desk.session, [case for _, case in found], month_of(desk.today))
    return [_row(desk, filing, case, monthly=shown[case.id].monthly) for filing, case in found]


def filing_sheet(desk: Desk, division: str) -> Sheet:
    """Return the list as a sheet that goes out.

    Raises:
        JiuzhuError: ``not_permitted``, ``unknown_division``.
    """
    roots_of(desk, division)
    kinds = {5: ":count", 6: ":money", 7: ":month", 9: ":date"}
    titles = [f"{one.zh}{kinds.get(at, '')}" for at, one in enumerate(COLUMNS)]
    rows = [one.cells() for one in filing_list(desk, division)]
    heading = title_lines(desk, division, TITLE)
    return Sheet(title=TITLE, columns=columns(*titles), rows=rows, heading=heading)


def _row(desk: Desk, filing: RelativeFiling, case: AssistanceCase, *, monthly: int | None) -> FilingRow:
    post = _post(desk, filing)
    code = inverse(filing.relation)
    return FilingRow(
        case_number=case.number,
        staff_name=_name(desk, holder(desk, filing.holder_id).person_id),
        unit=post.unit if post is not None else "",
        position=post.position if post is not None else "",
        relation=RELATION_TEXT.get(code, Text(code, code)),
        recipient=_name(desk, filing.person_id),
        persons=case.persons,
        monthly=monthly,
        first_month=_first_month(desk, case.id),
        opinion=OPINIONS.get(filing.township_opinion or ""),
        visited_on=filing.visited_on,
        visited_by=tuple(_name(desk, holder(desk, one).person_id) for one in filing.visited_by),
        ruled=bool(filing.provision),
        visit_missing=filing.visit_required and filing.visited_on is None,
    )


def _post(desk: Desk, filing: RelativeFiling) -> OfficePost | None:
    found = posts_on(holder(desk, filing.holder_id), filing.filed_on)
    return found[0] if found else None


def _name(desk: Desk, person_id: int) -> str:
    return shown_name(desk, desk.session.get_one(Person, person_id))


def _first_month(desk: Desk, case_id: int) -> date | None:
    query = select(func.min(Decision.from_month)).where(
        Decision.case_id == case_id, Decision.kind.in_(("opening", "grant"))
    )
    return desk.session.scalar(query)
