"""How far the coverage requirements of a place are met, and the cases that lack one, as sheets that go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.casework.reviews.coverage import Coverage
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value

AREAS = {"urban": "城市", "rural": "农村", "any": "不分城乡"}
REPORT = columns("城乡", "要求", "应做:count", "已做:count", "未做:count", "要求比例:share", "达标")
MISSING = columns("案件编号:id", "城乡", "要求")
MET = {True: "达标", False: "未达标", None: "无从计算"}


def coverage_sheets(found: Sequence[Coverage]) -> tuple[Sheet, Sheet]:
    """Return the completion report (四个100%), and every case that lacks something, requirement by requirement."""
    return (
        Sheet(title="全覆盖完成情况", columns=REPORT, rows=[_row(one) for one in found]),
        Sheet(title="未完成的案件", columns=MISSING, rows=_missing(found)),
    )


def _row(one: Coverage) -> Sequence[Value]:
    counts = (one.total, one.done, len(one.missing))
    return AREAS.get(one.area, one.area), one.label.zh, *counts, one.share, MET[one.met]


def _missing(found: Sequence[Coverage]) -> Iterator[Sequence[Value]]:
    for one in found:
        yield from ((number, AREAS.get(one.area, one.area), one.label.zh) for number in one.missing)
