"""The list of an audit as a workbook: 重算差异清单."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

from core.caseload.audit import FOUND
from core.casework.deciding.decision import whole_fen
from core.casework.workbook import Sheet, columns, write_sheet
from core.errors import Language, Text
from regions.caseload_audit import CAUSES, Difference

TITLE = Text("重算差异清单", "differences found by an audit")


def audit_sheet(file: Path, found: Iterable[Difference], language: Language) -> None:
    """Write every difference with its cause, one row a household; amounts to the fen."""
    titles = (
        ("案号", "项目", "区划", "城乡", "情形", "原因", "决定（元/月）:money", "重算（元/月）:money")
        if language == "zh"
        else (
            "case",
            "programme",
            "division",
            "area",
            "found",
            "cause",
            "decided (yuan):money",
            "computed (yuan):money",
        )
    )
    rows = (
        (own.household, own.programme, own.division, own.area, FOUND[own.found].pick(language),
         CAUSES[one.cause].pick(language), _fen(own.decided), _fen(own.computed))
        for one in found for own in (one.found,)
    )  # fmt: skip
    write_sheet(file, Sheet(title=TITLE.pick(language), columns=columns(*titles), rows=rows))


def _fen(amount: Fraction | None) -> int | None:
    return None if amount is None else whole_fen(amount)
