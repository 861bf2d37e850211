"""The first recompute as a list that goes out: every household, or those that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from core.casework.desk import Desk
from core.casework.people.person import shown_name
from core.casework.roster.recompute import Comparison, cause_text
from core.casework.workbook import Sheet, columns
from core.casework.workbook.sheet import Value
from core.errors import Language

COLUMNS = columns(
    "案件号:id", "户主姓名", "区划", "村居", "家庭人口数:count", "保障人口数:count", "救助金计算方式",
    "花名册月额:money",
    "复算月额:money", "差额:money", "结果", "原因", "说明",
)  # fmt: skip
METHODS = {"gap": "补差", "tiered": "分档", "flat": "定额"}


def comparison_sheet(
    desk: Desk, found: Iterable[Comparison], tally: Counter[str], *, language: Language, only_different: bool = False
) -> Sheet:
    """Return the list; ``tally`` counts the causes while the rows go out."""
    return Sheet(
        title="首次复算",
        columns=COLUMNS,
        rows=_rows(desk, found, tally, language=language, only_different=only_different),
        marked=frozenset({"原因"}),
    )


def _rows(
    desk: Desk, found: Iterable[Comparison], tally: Counter[str], *, language: Language, only_different: bool
) -> Iterator[list[Value]]:
    for one in found:
        tally[one.cause] += 1
        if one.is_same and only_different:
            continue
        case = one.case
        yield [
            case.number, shown_name(desk, one.head), desk.tree.name(case.division), case.village, case.persons,
            case.entitled, METHODS.get(case.method or "", case.method), one.was, one.now,
            None if one.now is None else one.now - one.was, "一致" if one.is_same else "不一致",
            "" if one.is_same else cause_text(one.cause, language), one.detail.pick(language),
        ]  # fmt: skip
