"""What casework knows of a case: each month counts once, by the decision that rules it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.deciding.case_facts import case_facts
from tests.core.casework.purse import decided, household

YIYANG, HESHAN = "430900", "430903"
GRANTED: Any = ("2018-01", {"benefit": 390}, {})
RAISED = ("2018-05", {"benefit": 420}, {"kind": "increase"})
FORMER = {"phase_out": 390}


@pytest.fixture
def known(yiyang: Any) -> Any:
    """Return the case facts of a month under decisions: (first month, parts, the rest) each."""

    def ask(month: date, *decisions: Any) -> dict[str, str]:
        with yiyang.desk(f"clerk.{YIYANG}") as desk:
            case = household(desk, "A", division=HESHAN, area="urban")
            for since, parts, more in decisions:
                decided(desk, case, since, parts, **more)
            return case_facts(desk.session, case.id, month)

    return ask


def test_previous_amount_is_that_of_the_last_month_and_not_of_the_last_decision(known: Any) -> None:
    late = ("2018-01", {"benefit": 300}, {"kind": "reduce", "until": "2018-03"})
    assert known(date(2018, 7, 1), GRANTED, RAISED, late)["previous_amount"] == "420.00"


def test_previous_amount_of_a_month_before_a_rise_is_what_was_paid_then(known: Any) -> None:
    assert known(date(2018, 5, 1), GRANTED, RAISED)["previous_amount"] == "390.00"


def test_previous_amount_is_exact_and_not_rounded_to_the_fen(known: Any) -> None:
    assert known(date(2018, 7, 1), ("2018-01", {"benefit": "193/3"}, {}))["previous_amount"] == "193/3"


def test_previous_amount_after_a_stop_is_the_one_before_it(known: Any) -> None:
    assert known(date(2018, 7, 1), GRANTED, ("2018-05", {}, {"kind": "stop"}))["previous_amount"] == "390.00"


def test_a_month_decided_twice_as_phase_out_is_one_month_of_it(known: Any) -> None:
    first = ("2018-02", FORMER, {"kind": "phase_out", "until": "2018-08"})
    again = ("2018-04", FORMER, {"kind": "phase_out", "until": "2018-08"})
    assert known(date(2018, 6, 1), GRANTED, first, again)["months_in_phase_out"] == "4"


def test_months_of_a_phase_out_that_another_decision_took_back_are_not_used(known: Any) -> None:
    phase = ("2018-02", FORMER, {"kind": "phase_out", "until": "2018-08"})
    back = ("2018-03", {"benefit": 390}, {"kind": "continue"})
    assert known(date(2018, 9, 1), GRANTED, phase, back)["months_in_phase_out"] == "1"


def test_a_month_decided_twice_under_a_disregard_is_one_month_of_it(known: Any) -> None:
    first = ("2018-02", {"benefit": 390}, {"kind": "continue", "basis": {"disregard": "work"}})
    again = ("2018-03", {"benefit": 380}, {"kind": "reduce", "basis": {"disregard": "work"}})
    assert known(date(2018, 6, 1), GRANTED, first, again)["disregard_months_used"] == "4"
