"""The grid of a review round: a workbook out with the cases that wait, and back in with what was found.

A yearly income entered there takes the place of every income on record, as one verified item of the head; what is more
than that (members, assets, several items) is entered as a file of facts for the one case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from core.casework.deciding.facts import facts_on
from core.casework.desk import Desk
from core.casework.people.person import shown_name
from core.casework.reviews.review_round import Result, items_of, round_of
from core.casework.workbook import Column, Heading, Row, Sheet, read_table
from core.errors import InvalidInput, JiuzhuError, Problem, Text, Where
from core.store.tables import Person
from core.values import exact

GRID = (
    Heading(name="number", title="案件编号", required=True, digits=True),
    Heading(name="head", title="户主"),
    Heading(name="reviewed_on", title="复核日期", required=True),
    Heading(name="from_month", title="起始月", required=True),
    Heading(name="income", title="家庭年收入（元）", aliases=("家庭年收入",)),
    Heading(name="item", title="收入项目"),
    Heading(name="visited_by", title="入户人员（名册编号）", aliases=("入户人员",)),
    Heading(name="note", title="备注"),
)
NOTES = ("无变化的家庭收入留空；填写收入即替换原有全部收入记录", "起始月为结果开始生效的月份，如 2008-10")


def grid_sheet(desk: Desk, round_id: int) -> Sheet:
    """Return the grid of a round with the cases that wait for a result.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``.
    """
    waiting = items_of(desk, round_id, status="open")
    heads = _heads(desk, [case.head_id for _, case in waiting])
    columns = [Column(title=one.title, kind="id" if one.digits else "text") for one in GRID]
    rows = ([case.number, heads[case.head_id], *[None] * (len(GRID) - 2)] for _, case in waiting)
    heading = [f"复核结果表：{round_of(desk, round_id).name}", *NOTES]
    return Sheet(title="复核结果", columns=columns, rows=rows, heading=heading)


def _heads(desk: Desk, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        query = select(Person).where(Person.id.in_(ids[start : start + 500]))
        found |= {one.id: shown_name(desk, one) if one.name else "" for one in desk.session.scalars(query)}
    return found


def read_results(desk: Desk, round_id: int, content: bytes, *, file: str) -> list[Result]:
    """Read a filled grid (.xlsx); rows without a day of review are passed over: they were not reached.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``; what is wrong with the workbook.
        InvalidInput: every cell that is not what its column wants.
    """
    items_of(desk, round_id, status="open")  # who may not read the round learns nothing of his file
    return read_rows(desk, round_id, read_table(content, GRID, file=file).rows(), file=file)


def read_rows(desk: Desk, round_id: int, rows: Iterable[Row], *, file: str = "") -> list[Result]:
    """Read rows of cells named as in :data:`GRID`, from a file or from the grid on a page.

    Raises:
        JiuzhuError: ``unknown_round``, ``not_permitted``.
        InvalidInput: every cell that is not what its column wants, each with its row and column.
    """
    known = {case.number: case.id for _, case in items_of(desk, round_id)}
    results: list[Result] = []
    problems: list[Problem] = []
    for row in rows:
        problems += row.problems
        if row.problems or not row.cells.get("reviewed_on"):
            continue
        try:
            results.append(_Reader(desk=desk, row=row, file=file).result(known.get(row.cells["number"])))
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return results


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one row."""

    desk: Desk
    row: Row
    file: str

    def result(self, case_id: int | None) -> Result:
        """Return the row as a result; a case the round does not have is left to whoever enters it."""
        cells = self.row.cells
        from_month = self._day("from_month")
        return Result(
            number=cells["number"],
            reviewed_on=self._day("reviewed_on"),
            from_month=from_month,
            facts=self._facts(case_id, from_month) if cells.get("income") and case_id is not None else None,
            visited_by=tuple(self._people()),
            note=cells.get("note") or None,
        )

    def _day(self, name: str) -> date:
        said = self.row.cells.get(name, "")[:10]
        try:
            return date.fromisoformat(said if len(said) == len("2008-10-01") else f"{said}-01")
        except ValueError:
            text = Text("应为 2008-10-01 或 2008-10 的形式", "like 2008-10-01")
            raise self._fault("bad_date", text, said, at=name) from None

    def _people(self) -> Iterator[int]:
        for one in self.row.cells.get("visited_by", "").replace("、", " ").replace("，", " ").split():
            if not one.isdigit():
                raise self._fault("bad_number", Text("应为名册编号", "a number of the register"), one, at="visited_by")
            yield int(one)

    def _facts(self, case_id: int, month: date) -> Mapping[str, Any]:
        known = facts_on(self.desk.session, case_id, max(month, self.desk.today))
        if known is None:
            raise self._fault("no_facts", Text("没有家庭情况记录", "no facts are recorded"), self.row.cells["number"])
        income = self.row.cells["income"].replace(",", "")
        try:
            exact(income)
        except ValueError:
            raise self._fault(
                "bad_amount", Text("收入应为金额", "an income is an amount"), income, at="income"
            ) from None
        items = {one["item"] for member in known.facts["members"] for one in member.get("income", ())}
        item = self.row.cells.get("item") or (items.pop() if len(items) == 1 else None)
        if item is None:
            raise self._fault("which_income", Text("须填写收入项目", "say which item of income"), income, at="item")
        return _with_income(known.facts, {"item": item, "amount": income, "frequency": "year", "basis": "verified"})

    def _fault(self, code: str, message: Text, value: str, *, at: str = "number") -> InvalidInput:
        number = self.row.cells.get("number", "")
        where = Where(file=self.file, line=self.row.number, path=at)
        return InvalidInput([Problem(code=code, message=message, where=where, value=f"{number} {value}")])


def _with_income(facts: Mapping[str, Any], income: Mapping[str, str]) -> dict[str, Any]:
    members = [{key: one for key, one in member.items() if key != "income"} for member in facts["members"]]
    head = next((one for one in members if one.get("relation") == "head"), None)
    if head is None:
        raise JiuzhuError("no_head", Text("家庭情况没有户主", "the facts have no head of household"))
    head["income"] = [dict(income)]
    return {**{key: one for key, one in facts.items() if key not in ("members", "shared_income")}, "members": members}
