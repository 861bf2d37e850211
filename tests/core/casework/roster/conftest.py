"""Households of Dali taken over from a roster, each of two persons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.casework.people.identity import check_character
from core.casework.roster.importing import Prepared, approve_import, prepare_import, run_import
from core.casework.roster.layout import EXAMPLE, HEADINGS, columns_of_roster
from core.casework.roster.takeover import Takeover
from core.casework.workbook import Sheet, as_bytes

COUNTY = "610523"
TakeOver = Callable[..., str]


def number(sequence: int) -> str:
    """A sound ID number of nobody: the place code does not exist."""
    digits = f"99010119500307{sequence:03}"
    return digits + check_character(digits)


TERMS = Takeover(division=COUNTY, programme="dibao", area="rural", since=date(2008, 1, 1),
                 paid_through=date(2008, 2, 1), document="花名册（虚构）")  # fmt: skip


def roster(count: int, first: int = 0, **given: Any) -> bytes:
    """A roster of so many households."""
    rows = [
        {**EXAMPLE, "province": "陕西省", "prefecture": "渭南市", "county": "大荔县", "township": "某镇",
         "village": "东村", "first_month": "2007-03", "head": f"合成甲{one}", "head_number": number(2 * one),
         "member_names": f"合成乙{one}", "member_numbers": number(2 * one + 1), **given}
        for one in range(first, first + count)
    ]  # fmt: skip
    cells = [[row[one.name] for one in HEADINGS] for row in rows]
    return as_bytes(Sheet(title="花名册", columns=columns_of_roster(), rows=cells))


@pytest.fixture
def put_up_roster(shaanxi: Any, tmp_path: Path) -> Callable[..., Prepared]:
    """Put so many households up for approval, on other terms where they are given."""

    def put(count: int = 1, *, first: int = 0, terms: Takeover = TERMS, **given: Any) -> Prepared:
        path = tmp_path / f"{first}.xlsx"
        path.write_bytes(roster(count, first, **given))
        with shaanxi.desk(f"clerk.{COUNTY}") as desk:
            return prepare_import(desk, terms, path)

    return put


@pytest.fixture
def examined(put_up_roster: Callable[..., Prepared]) -> Callable[..., list[str]]:
    """Tell what is wrong with one household, by code."""

    def codes(**given: Any) -> list[str]:
        return [one.code for found in put_up_roster(**given).examination.faults.values() for one in found]

    return codes


@pytest.fixture
def take_over(shaanxi: Any, put_up_roster: Callable[..., Prepared]) -> TakeOver:
    """Import so many households, one after the other in a file; returns the import's id."""

    def take(count: int, *, first: int = 0, **given: Any) -> str:
        import_id = put_up_roster(count, first=first, **given).import_id
        with shaanxi.desk(f"approver.{COUNTY}") as desk:
            approve_import(desk, import_id)
        list(run_import(shaanxi.platform.database, desk, import_id))
        return import_id

    return take
