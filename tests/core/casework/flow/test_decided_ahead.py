"""What is decided for months to come moves the case's row when its month has come, and lists are right meanwhile."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.deciding.decision import whole_fen
from core.casework.deciding.effect import take_effects
from core.casework.flow.case_list import list_cases
from core.casework.flow.case_search import CaseSearch, search_cases
from core.casework.reporting.exports import case_list, found_cases
from core.casework.row_check import row_faults
from regions.case_view import case_rows
from tests.core.casework.flow.taken_over import TakenOver

DALI = "610523"
GIVEN = whole_fen(Fraction(77200, 12))
"""Of four persons in Dali with 2,000 a year."""
RAISED = whole_fen(Fraction(177200, 12))
"""With 1,000 a year."""


@pytest.fixture
def dali(shaanxi: Any) -> TakenOver:
    """Four persons of Dali with 2,000 a year: 772.00 a year from April 2008."""
    shaanxi.on("2008-03-03")
    found = TakenOver(shaanxi, DALI, item="farming", each="year")
    found.enter("甲", "2000", since="2008-04", division=DALI, area="rural", persons=4)
    return found


def listed(case: TakenOver, *, on: str) -> Any:
    """The amount in the list of cases on a day."""
    return case.do(lambda desk, _: next(iter(case_list(desk, DALI).rows))[9], on=on)


def roll(case: TakenOver, *, on: str) -> list[dict[str, Any]]:
    """Open what lets decisions take effect, and tell the events it left."""
    told: list[dict[str, Any]] = case.do(
        lambda desk, one: [dict(event.body) for event in take_effects(desk, one.path)], on=on
    )
    return told


def faults(case: TakenOver) -> list[str]:
    """What is wrong with the case's row."""
    with case.bureau.platform.database.reading() as session:
        return [one.row for one in row_faults(session) if one.table == "assistance_case"]


def test_change_decided_ahead_moves_the_row_when_its_month_has_come(dali: TakenOver) -> None:
    dali.earns("1000", since="2008-11-01", on="2008-09-10")
    made = dali.change("2008-11", on="2008-09-20")
    assert (made.kind, made.from_month) == ("increase", date(2008, 11, 1))
    assert dali.row()[:2] == ("in_payment", GIVEN) and faults(dali) == []
    assert roll(dali, on="2008-10-31") == [] and listed(dali, on="2008-10-31") == GIVEN
    assert listed(dali, on="2008-11-01") == RAISED
    assert roll(dali, on="2008-11-01") == [{"decision": 2, "kind": "increase", "from_month": "2008-11-01"}]
    assert dali.row()[:2] == ("in_payment", RAISED) and faults(dali) == []
    assert roll(dali, on="2008-11-02") == [] and roll(dali, on="2008-12-01") == []


def test_change_whose_month_nobody_saw_takes_effect_later(dali: TakenOver) -> None:
    dali.earns("1000", since="2008-11-01", on="2008-09-10")
    dali.change("2008-11", on="2008-09-20")
    assert len(roll(dali, on="2009-02-10")) == 1 and dali.row()[:2] == ("in_payment", RAISED)


def test_suspension_and_resumption_decided_ahead_wait_for_their_months(dali: TakenOver) -> None:
    dali.change("2008-10", kind="suspend", reason="失联", on="2008-09-20")
    assert dali.row()[:2] == ("in_payment", GIVEN) and faults(dali) == []
    assert [one["kind"] for one in roll(dali, on="2008-10-06")] == ["suspend"]
    assert dali.row()[:2] == ("suspended", 0) and faults(dali) == []
    dali.change("2008-12", kind="resume", reason="已返回", on="2008-11-20")
    assert dali.row()[:2] == ("suspended", 0) and listed(dali, on="2008-11-30") == 0
    assert listed(dali, on="2008-12-01") == GIVEN
    assert [one["kind"] for one in roll(dali, on="2008-12-01")] == ["resume"]
    assert dali.row()[:2] == ("in_payment", GIVEN) and faults(dali) == []


def test_lists_show_the_status_of_the_day_whether_or_not_anything_moved_the_row(dali: TakenOver) -> None:
    def said(on: str) -> tuple[Any, Any]:
        def look(desk: Any, one: Any) -> tuple[Any, Any]:
            return next(iter(case_list(desk, DALI).rows))[7], case_rows(desk, [one], "zh")[0]["status_text"]

        found: tuple[Any, Any] = dali.do(look, on=on)
        return found

    dali.change("2008-10", kind="suspend", reason="失联", on="2008-09-20")
    assert said("2008-09-30") == ("保障中", "保障中")
    assert said("2008-10-01") == ("暂停发放", "暂停发放") and dali.row()[0] == "in_payment"
    roll(dali, on="2008-10-06")
    dali.change("2008-12", kind="resume", reason="已返回", on="2008-11-20")
    assert said("2008-11-30") == ("暂停发放", "暂停发放")
    assert said("2008-12-01") == ("保障中", "保障中") and dali.row()[0] == "suspended"


def test_lists_filtered_by_status_go_by_the_status_of_the_day(dali: TakenOver) -> None:
    def found(status: str, on: str) -> set[int]:
        """How many each of the lists finds."""

        def look(desk: Any, _: Any) -> set[int]:
            search = CaseSearch(status=status)
            exported = (case_list(desk, DALI, statuses=[status]), found_cases(desk, search))
            listed = (list_cases(desk, status=status), search_cases(desk, search).rows)
            return {len(one) for one in listed} | {len(list(one.rows)) for one in exported}

        counted: set[int] = dali.do(look, on=on)
        return counted

    dali.change("2008-10", kind="suspend", reason="失联", on="2008-09-20")
    assert (found("in_payment", "2008-09-30"), found("suspended", "2008-09-30")) == ({1}, {0})
    assert (found("in_payment", "2008-10-01"), found("suspended", "2008-10-01")) == ({0}, {1})
    roll(dali, on="2008-10-06")
    assert (found("in_payment", "2008-10-06"), found("suspended", "2008-10-06")) == ({0}, {1})
    dali.change("2008-12", kind="resume", reason="已返回", on="2008-11-20")
    assert (found("in_payment", "2008-11-30"), found("in_payment", "2008-12-01")) == ({0}, {1})
    assert faults(dali) == []


def test_stop_ahead_is_the_status_at_once_and_the_amount_in_its_month(dali: TakenOver) -> None:
    dali.earns("9000", since="2008-09-10", on="2008-09-12")
    made = dali.change("2008-10", on="2008-09-20")
    assert made.kind == "stop" and dali.row()[:2] == ("stopped", GIVEN) and faults(dali) == []
    assert (listed(dali, on="2008-09-30"), listed(dali, on="2008-10-01")) == (GIVEN, 0)
    (event,) = roll(dali, on="2008-10-01")
    assert (event["kind"], event["beside"]) == ("stop", True)
    assert dali.row()[:2] == ("stopped", 0) and faults(dali) == [] and roll(dali, on="2008-10-02") == []


@pytest.mark.parametrize("amount", [RAISED, 0, 1, None])
def test_amount_of_another_decision_than_the_one_in_force_is_found(dali: TakenOver, amount: int | None) -> None:
    dali.earns("1000", since="2008-11-01", on="2008-09-10")
    dali.change("2008-11", on="2008-09-20")
    with dali.bureau.platform.database.writing() as session:
        session.execute(text("UPDATE assistance_case SET monthly = :amount"), {"amount": amount})
    assert faults(dali) == ["甲 monthly"]


def test_amount_put_back_after_a_decision_took_effect_is_found(dali: TakenOver) -> None:
    dali.earns("1000", since="2008-11-01", on="2008-09-10")
    dali.change("2008-11", on="2008-09-20")
    roll(dali, on="2008-11-01")
    with dali.bureau.platform.database.writing() as session:
        session.execute(text("UPDATE assistance_case SET monthly = :amount"), {"amount": GIVEN})
    assert faults(dali) == ["甲 monthly"]
