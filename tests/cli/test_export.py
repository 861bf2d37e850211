"""``jiuzhu export`` as typed: the caseload, a payroll and a month's movements as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from tests.core.casework.purse import decided, household

CITY, HESHAN = "430900", "430903"


@pytest.fixture
def office(make_office: Callable[..., Any]) -> Any:
    """The office of Yiyang on 2018-06-01: two households, one granted in June, one stopped."""
    office = make_office(CITY, day="2018-06-01")
    with office.desk("clerk") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
        gone = household(desk, "B", division=HESHAN, area="urban", status="stopped")
        decided(desk, gone, "2018-06", {"benefit": 0}, kind="stop")
    return office


def cells(file: str) -> set[str]:
    """Every text of a workbook's first sheet."""
    (sheet, *_) = CalamineWorkbook.from_path(Path(file)).sheet_names
    rows = CalamineWorkbook.from_path(Path(file)).get_sheet_by_name(sheet).to_python()
    return {str(cell) for row in rows for cell in row}


def test_caseload_may_be_limited_to_a_status(office: Any) -> None:
    made = office("auditor", "export", "cases", "--division", CITY, "--out", "all.xlsx")
    assert made == {"file": "all.xlsx", "rows": 2} and {"A", "B"} <= cells("all.xlsx")
    words = ["--division", CITY, "--status", "in_payment", "--out", "paid.xlsx"]
    assert office("auditor", "export", "cases", *words)["rows"] == 1
    assert "B" not in cells("paid.xlsx")


def test_payroll_goes_out_line_by_line_with_its_total(office: Any) -> None:
    number = office("clerk", "payroll", "prepare", "--division", CITY, "--period", "2018-06")["number"]
    assert "已写出 2 行：pay.xlsx" in office.said("auditor", "export", "payroll", number, "--out", "pay.xlsx")
    assert "示例A" in cells("pay.xlsx")


@pytest.mark.parametrize(("name", "rows"), [("added", 1), ("stopped", 1), ("increased", 0), ("died", 0)])
def test_movements_of_a_month_are_a_list_each(office: Any, name: str, rows: int) -> None:
    words = ["--division", CITY, "--month", "2018-06", "--out", f"{name}.xlsx"]
    assert office("auditor", "export", "changes", name, *words) == {"file": f"{name}.xlsx", "rows": rows}
