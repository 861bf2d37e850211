"""``jiuzhu review`` for one household of Dali county: dated, in a round, a result entered, decided by another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.casework.flow.case_list import find_case
from tests.cli.township import DAY, PLACE, PROVISIONS, granted

DIVISION = ("--division", PLACE)


@pytest.fixture
def office(make_office: Callable[..., Any]) -> Any:
    """The office of Dali county on 2008-03-03."""
    return make_office(PLACE, day=DAY, plugin_dirs=PROVISIONS)


def test_household_without_a_date_gets_one_from_the_rules(office: Any) -> None:
    number = granted(office)
    with office.desk("clerk", "2008-05-05") as desk:
        find_case(desk, number).review_due = None
    assert office("clerk", "review", "date", *DIVISION, on="2008-05-05") == {
        "dated": 1, "without_facts": 0, "not_told": 0,
    }  # fmt: skip
    assert "已定 0 户" in office.said("clerk", "review", "date", *DIVISION, on="2008-05-05")


def test_result_of_one_case_is_entered_and_decided_by_another(office: Any) -> None:
    number, day = granted(office), "2008-09-20"
    opened = office("clerk", "review", "round", *DIVISION, "--name", "复核", "--due", day, "--everybody", on=day)
    assert opened == {"round": 1, "cases": 1}
    members = office("clerk", "case", "show", number, on=day)["members"]
    facts = {
        "members": [{"id": one["person"], "relation": one["relation"]} for one in members],
        "shared_income": [{"item": "farming", "amount": "2600", "frequency": "year"}],
    }
    Path("facts.yaml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    words = ["1", "facts.yaml", "--case", number, "--from-month", "2008-10"]
    (entered,) = office("clerk", "review", "enter", *words, on=day)
    assert (entered["case"], entered["status"], entered["outcome"], entered["previous"]) == (
        number, "entered", "reduce", "64.33",
    )  # fmt: skip
    assert "[not_permitted]" in office("clerk", "review", "decide", "1", on=day, code=1)
    (decision,) = office("approver", "review", "decide", "1", on=day)
    assert (decision["case"], decision["kind"], decision["monthly"]) == (number, "reduce", "4300/3")


def test_grid_is_written_with_the_cases_that_wait(office: Any) -> None:
    granted(office)
    day = "2008-09-20"
    assert office("clerk", "half-year-review", *DIVISION, "--due", day, on=day) == {"round": 1, "cases": 1}
    assert office("clerk", "review", "grid", "1", "grid.xlsx", on=day) == {"file": "grid.xlsx", "rows": 1}
