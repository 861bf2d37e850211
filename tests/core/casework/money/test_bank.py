"""The bank's file: account numbers by right only, no formula goes out, the approved lines and no others."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from core.casework.money import bank, payroll
from core.errors import JiuzhuError
from core.store.tables import Event, PayrollLine
from tests.core.casework.purse import ACCOUNT, decided, household, pay, person, refused

YIYANG, HESHAN = "430900", "430903"


@pytest.fixture
def approved(yiyang: Any) -> str:
    """An approved payroll of one household."""
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban", head=person(desk, "张三"))
        decided(desk, case, "2018-06", {"benefit": "283.33", "member_topup": 129})
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        payroll.approve(desk, number)
    return number


def exported(bureau: Any, number: str, form: str) -> bytes:
    with bureau.desk(f"reviewer.{YIYANG}") as desk:
        return bank.export(desk, number, form=form)


def test_workbook_has_the_account_as_text_and_the_parts_in_columns(yiyang: Any, approved: str) -> None:
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(exported(yiyang, approved, "xlsx"))).get_sheet_by_index(0).to_python()
    )
    heading = next(index for index, row in enumerate(rows) if "账号" in row)
    found = dict(zip(rows[heading], rows[heading + 1], strict=True))
    assert (found["户主姓名"], found["账号"]) == ("张三", ACCOUNT)
    assert (found["保障金"], found["人员分类施保"], found["实发金额"]) == (283.33, 129.0, 412.33)


def test_csv_says_the_same_and_asked_again_the_same(yiyang: Any, approved: str) -> None:
    first = exported(yiyang, approved, "csv")
    rows = list(csv.DictReader(io.StringIO(first.decode("utf-8-sig"))))
    assert [(row["账号"], row["保障金"], row["扣回"], row["实发金额"]) for row in rows] == [
        (ACCOUNT, "283.33", "0.00", "412.33")
    ]
    assert exported(yiyang, approved, "csv") == first


def test_every_export_leaves_a_trace_without_names_or_numbers(yiyang: Any, approved: str) -> None:
    exported(yiyang, approved, "csv")
    exported(yiyang, approved, "xlsx")
    with yiyang.platform.database.reading() as session:
        bodies = session.scalars(select(Event.body).where(Event.kind == "exported")).all()
    assert [one["form"] for one in bodies] == ["csv", "xlsx"]
    assert ACCOUNT not in str(bodies) and "张三" not in str(bodies)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+86", "-1", "@sum"])
def test_name_that_is_a_formula_does_not_go_out(yiyang: Any, name: str) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban", head=person(desk, name))
        decided(desk, case, "2018-06", {"benefit": 1})
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        payroll.approve(desk, number)
    with yiyang.desk(f"reviewer.{YIYANG}") as desk, pytest.raises(JiuzhuError) as error:
        bank.export(desk, number)
    assert {(one.code, one.value) for one in error.value.problems} == {("formula_text", "A")}
    assert name not in error.value.render("zh")


def test_altered_lines_do_not_go_out(yiyang: Any, approved: str) -> None:
    with yiyang.platform.database.writing() as session:
        session.execute(update(PayrollLine).values(benefit=PayrollLine.benefit + 100, total=PayrollLine.total + 100))
    assert refused(lambda: exported(yiyang, approved, "csv")) == "altered_payroll"


def test_answer_of_the_bank_names_cases_of_the_payroll_only(yiyang: Any, approved: str) -> None:
    exported(yiyang, approved, "csv")
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        assert refused(lambda: bank.confirm(desk, approved, failed={"B": "销户"})) == "not_in_payroll"
        assert bank.confirm(desk, approved, failed={"A": "销户"}).total == 0


def test_unknown_form_is_refused(yiyang: Any, approved: str) -> None:
    assert refused(lambda: exported(yiyang, approved, "pdf")) == "unknown_form"
