"""Households of Dali taken over from a roster, each of two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.people.identity import check_character
from core.casework.roster.importing import approve_import, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.roster.takeover import Takeover
from core.casework.workbook import Sheet, as_bytes

COUNTY = "610523"
TakeOver = Callable[..., str]


def number(sequence: int) -> str:
    """A sound ID number of nobody: the place code does not exist."""
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


@pytest.fixture
def take_over(shaanxi: Any, tmp_path: Path) -> TakeOver:
    """Import so many households, one after the other in a file, on the terms given; returns the import's id."""

    def take(count: int, *, first: int = 0, **given: Any) -> str:
        rows = [
            {**EXAMPLE, "province": "陕西省", "prefecture": "渭南市", "county": "大荔县", "township": "某镇",
             "village": "东村", "first_month": "2007-03", "head": f"合成甲{one}", "head_number": number(2 * one),
             "member_names": f"合成乙{one}", "member_numbers": number(2 * one + 1), **given}
            for one in range(first, first + count)
        ]  # fmt: skip
        path = tmp_path / f"{first}.xlsx"
        cells = [[row[one.name] for one in HEADINGS] for row in rows]
        path.write_bytes(as_bytes(Sheet(title="花名册", columns=columns_of_roster(), rows=cells)))
        terms = Takeover(division=COUNTY, programme="dibao", area="rural", since=date(2008, 1, 1),
                         paid_through=date(2008, 2, 1), document="花名册（虚构）")  # fmt: skip
        with shaanxi.desk(f"clerk.{COUNTY}") as desk:
            import_id = prepare_import(desk, terms, path).import_id
        with shaanxi.desk(f"approver.{COUNTY}") as desk:
            approve_import(desk, import_id)
        list(run_import(shaanxi.platform.database, desk, import_id))
        return import_id

    return take
