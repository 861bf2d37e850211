"""The households an amendment does something to, as a sheet that goes out: those where the officer may read cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.casework.desk import Desk
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.store.tables import ImpactPreview
from regions.amendment_report import CHANGE_TEXT
from regions.impact_preview import Affected, affected
from regions.impact_source import STANDING

COLUMNS = columns(
    "案件号:id", "户主", "地区", "村居", "项目", "人群", "变化", "人口:count", "原月额:money", "新月额:money",
    "差额:money",
)  # fmt: skip
STEP = 500


def impact_sheet(desk: Desk, preview: ImpactPreview | None, *, change: str) -> Sheet:
    """Return the households of one change (``raised``, ``lowered`` …) of a preview; none before it is computed.

    Raises:
        JiuzhuError: ``not_permitted`` for who may read no case there.
    """
    if preview is None or preview.result is None:
        return Sheet(title="受影响家庭", columns=COLUMNS, rows=(), heading=["还没有测算"])
    affected(desk, preview, change=change, limit=1)  # who may read none is told before a file begins
    return Sheet(title="受影响家庭", columns=COLUMNS, rows=_rows(desk, preview, change))


def _rows(desk: Desk, preview: ImpactPreview, change: str) -> Iterator[Sequence[Value]]:
    after: int | None = 0
    while after is not None:
        found, after = affected(desk, preview, change=change, after=after, limit=STEP)
        yield from (_row(desk, one, change) for one in found)


def _row(desk: Desk, one: Affected, change: str) -> Sequence[Value]:
    case, row = one.case, one.row
    difference = None if row.before is None or row.after is None else row.after - row.before
    return (
        case.number, one.head, desk.tree.name(case.division), case.village, row.programme,
        _standing(row.standing), CHANGE_TEXT[change].zh, row.persons, row.before, row.after, difference,
    )  # fmt: skip


def _standing(code: str) -> str:
    return next((text.zh for key, text in STANDING.items() if key == code), code)
