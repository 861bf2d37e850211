"""No line of a payroll changes between its steps: what is paid, to how many, what it settles, and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.audit import check_rows
from core.casework.money import bank, payroll
from core.errors import JiuzhuError
from tests.core.casework.purse import decided, household, pay, person

YIYANG, HESHAN = "430900", "430903"
ALTERED = {
    "status": "status = 'held'",
    "status_reason": "status_reason = '另有原因'",
    "settles": "settles = NOT settles",
    "persons": "persons = persons + 1",
    "benefit": "benefit = benefit + 100, total = total + 100",
    "settled_benefit": "settled_benefit = settled_benefit - 1",
    "decision": "decision = decision + 1",
    "path": "path = '000000'",
}


@pytest.fixture
def prepared(yiyang: Any) -> str:
    """A payroll of two households, prepared."""
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        for number in "AB":
            case = household(
                desk, number, division=HESHAN, area="urban", head=person(desk, f"示例{number}", account="6217")
            )
            decided(desk, case, "2018-06", {"benefit": 360})
    return pay(yiyang, YIYANG, "2018-06")


def approve(bureau: Any, number: str) -> None:
    with bureau.desk(f"approver.{YIYANG}") as desk:
        payroll.approve(desk, number)


def export(bureau: Any, number: str) -> None:
    with bureau.desk(f"reviewer.{YIYANG}") as desk:
        bank.export(desk, number)


def confirm(bureau: Any, number: str) -> None:
    with bureau.desk(f"clerk.{YIYANG}") as desk:
        bank.confirm(desk, number, failed={"A": "销户"})


def recheck(bureau: Any, number: str) -> None:
    with bureau.desk(f"clerk.{YIYANG}") as desk:
        payroll.recheck(desk, number)


def cancel(bureau: Any, number: str) -> None:
    with bureau.desk(f"reviewer.{YIYANG}") as desk:
        payroll.cancel(desk, number, reason="重编")


def alter(bureau: Any, table: str, change: str) -> None:
    with bureau.platform.database.writing() as session:
        statement = f"UPDATE {table} SET {change} WHERE id = (SELECT min(id) FROM {table})"  # noqa: S608 - the test's own
        assert session.execute(text(statement)).rowcount


def faults(bureau: Any) -> list[tuple[str, str]]:
    """What an auditor of the place finds wrong with payrolls."""
    with bureau.platform.reading_desk(f"auditor.{YIYANG}") as desk:
        found = list(check_rows(desk, desk.path(YIYANG)))
    return [(one.table, one.row) for one in found if one.table.startswith("payroll")]


@pytest.mark.parametrize("name", ALTERED)
def test_altered_line_of_a_paid_payroll_is_found(yiyang: Any, prepared: str, name: str) -> None:
    for step in (approve, export, confirm):
        step(yiyang, prepared)
        assert faults(yiyang) == []
    alter(yiyang, "payroll_line", ALTERED[name])
    assert faults(yiyang) == [("payroll_line", prepared)]


@pytest.mark.parametrize("name", ALTERED)
def test_altered_line_is_not_approved(yiyang: Any, prepared: str, name: str) -> None:
    alter(yiyang, "payroll_line", ALTERED[name])
    assert faults(yiyang) == [("payroll_line", prepared)]
    for step in (approve, recheck):
        with pytest.raises(JiuzhuError, match="altered_payroll"):
            step(yiyang, prepared)


@pytest.mark.parametrize("done", [(approve,), (approve, export)])
def test_altered_line_stops_the_next_step(yiyang: Any, prepared: str, done: tuple[Callable[..., None], ...]) -> None:
    for step in done:
        step(yiyang, prepared)
    alter(yiyang, "payroll_line", ALTERED["status"])
    with pytest.raises(JiuzhuError, match="altered_payroll"):
        (export if done == (approve,) else confirm)(yiyang, prepared)


@pytest.mark.parametrize(
    "change",
    ["status = 'prepared'", "total = total + 1", "approved_by = (SELECT max(id) FROM staff_user)", f"digest = '{'0' * 64}'",
     "households = 3", "prepared_by = 1"],
)  # fmt: skip
def test_altered_run_is_found(yiyang: Any, prepared: str, change: str) -> None:
    approve(yiyang, prepared)
    alter(yiyang, "payroll_run", change)
    assert faults(yiyang)[:1] == [("payroll_run", prepared)]


def test_rechecked_and_cancelled_payrolls_have_no_fault(yiyang: Any, prepared: str) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "C", division=HESHAN, area="urban", head=person(desk, "示例C", account="6217"))
        decided(desk, case, "2018-06", {"benefit": 100})
    recheck(yiyang, prepared)
    assert faults(yiyang) == []
    cancel(yiyang, prepared)
    assert faults(yiyang) == []


def test_altered_payroll_can_be_cancelled(yiyang: Any, prepared: str) -> None:
    alter(yiyang, "payroll_line", ALTERED["persons"])
    cancel(yiyang, prepared)
    assert faults(yiyang) == []


def test_month_set_free_in_the_database_is_found_and_stops_the_next_step(yiyang: Any, prepared: str) -> None:
    with yiyang.platform.database.writing() as session:
        session.execute(text("DELETE FROM payroll_claim WHERE case_id = (SELECT min(case_id) FROM payroll_claim)"))
    assert faults(yiyang) == [("payroll_claim", prepared)]
    with pytest.raises(JiuzhuError, match="altered_payroll"):
        approve(yiyang, prepared)


def test_removed_line_is_found(yiyang: Any, prepared: str) -> None:
    with yiyang.platform.database.writing() as session:
        session.execute(text("DELETE FROM payroll_line WHERE id = (SELECT min(id) FROM payroll_line)"))
    assert faults(yiyang) == [("payroll_line", prepared)]


@pytest.mark.parametrize("change", ["UPDATE payroll_exception SET amount = 1", "DELETE FROM payroll_exception"])
def test_altered_or_removed_exception_is_found(yiyang: Any, change: str) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "C", division=HESHAN, area="urban", account=None), "2018-06", {"benefit": 360})
    number = pay(yiyang, YIYANG, "2018-06")
    assert faults(yiyang) == []
    with yiyang.platform.database.writing() as session:
        assert session.execute(text(change)).rowcount
    assert faults(yiyang) == [("payroll_exception", number)]
