"""The lists of a re-decision batch that go out: 调整前后对照表 and 例外清单."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from core.casework.desk import Desk
from core.casework.people.person import shown_name
from core.casework.uprating.redecision_judge import EXCEPTIONS
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.store.tables import Amendment, AssistanceCase, Person, RedecisionBatch, RedecisionRow

COMPARISON = columns(
    "案件号:id", "户主", "人口:count", "原月额:money", "新月额:money", "差额:money", "补发月数:count", "补发金额:money",
    "原因",
)  # fmt: skip
LEFT_OUT = columns("案件号:id", "户主", "人口:count", "原月额:money", "原因", "说明")


def comparison(desk: Desk, batch: RedecisionBatch) -> Sheet:
    """Return 调整前后对照表: every household that is re-decided, before and after.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", batch.path)
    amendment = desk.session.get_one(Amendment, batch.amendment)
    return Sheet(title="调整前后对照表", columns=COMPARISON, rows=_changed(desk, batch, amendment))


def exceptions(desk: Desk, batch: RedecisionBatch) -> Sheet:
    """Return 例外清单: every household a person must look at, with the reason.

    Raises:
        JiuzhuError: ``not_permitted``.
    """
    desk.require("case.read", batch.path)
    return Sheet(title="例外清单", columns=LEFT_OUT, rows=_left_out(desk, batch), marked=frozenset({"原因"}))


def _changed(desk: Desk, batch: RedecisionBatch, amendment: Amendment) -> Iterator[list[Value]]:
    for row, case, head in _rows(desk, batch):
        if row.exception is None and row.before is not None and row.after is not None:
            word = "提标" if row.after >= row.before else "降标"
            yield [
                case.number, shown_name(desk, head), row.persons, row.before, row.after, row.after - row.before,
                row.arrears_months, row.arrears, f"{amendment.number or amendment.title}{word}",
            ]  # fmt: skip


def _left_out(desk: Desk, batch: RedecisionBatch) -> Iterator[list[Value]]:
    for row, case, head in _rows(desk, batch):
        if row.exception is not None:
            reason = EXCEPTIONS[row.exception].zh
            yield [case.number, shown_name(desk, head), row.persons, row.before, reason, row.detail]


def _rows(desk: Desk, batch: RedecisionBatch) -> Iterator[tuple[RedecisionRow, AssistanceCase, Person]]:
    query = (
        select(RedecisionRow, AssistanceCase, Person)
        .join(AssistanceCase, AssistanceCase.id == RedecisionRow.case_id)
        .join(Person, Person.id == AssistanceCase.head_id)
        .where(RedecisionRow.batch == batch.id)
        .order_by(AssistanceCase.path, AssistanceCase.number)
    )
    yield from desk.session.execute(query.execution_options(yield_per=1000))
