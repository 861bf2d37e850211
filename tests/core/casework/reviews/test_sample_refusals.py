"""What no sample is drawn from, and what no check is recorded at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.casework.reviews.sample_check import Found, record_check
from core.casework.reviews.sample_population import Span
from core.casework.reviews.sampling import draw_of, draw_sample
from core.errors import JiuzhuError

CITY = "430900"
YEAR = Span(division=CITY, programme="dibao", area="urban", since=date(2011, 1, 1), until=date(2012, 1, 1))


@pytest.fixture
def bureau(make_bureau: Any, add_roll: Any) -> Any:
    """Yiyang in December 2011 with five households in town and five in the country."""
    made = make_bureau(CITY, day="2011-12-01")
    with made.desk("root") as desk:
        rows = [{"area": area, "monthly": 36000} for area in ("urban", "rural") for _ in range(5)]
        add_roll(desk, rows, division="430903", since=date(2010, 1, 1))
    return made


def refusal(bureau: Any, act: Any) -> JiuzhuError:
    with bureau.desk(f"reviewer.{CITY}") as desk, pytest.raises(JiuzhuError) as refused:
        act(desk)
    return refused.value


def test_area_for_which_no_rule_is_in_force_is_not_drawn(bureau: Any) -> None:
    told = refusal(bureau, lambda desk: draw_sample(desk, replace(YEAR, area="rural")))
    assert told.code == "nothing_in_force" and "抽查" in told.message.zh


@pytest.mark.parametrize("until", [date(2011, 1, 1), date(2010, 1, 1)])
def test_span_that_ends_before_it_begins_is_not_drawn(bureau: Any, until: date) -> None:
    told = refusal(bureau, lambda desk: draw_sample(desk, replace(YEAR, until=until)))
    assert (told.code, told.value) == ("bad_span", f"2011-01-01..{until}")


def test_draw_of_no_area_in_particular_takes_both(make_bureau: Any, add_roll: Any) -> None:
    made = make_bureau(CITY, day="2018-06-01")
    with made.desk("root") as desk:
        rows = [{"area": area, "status": "in_procedure"} for area in ("urban", "rural") for _ in range(5)]
        add_roll(desk, rows, division="430903", since=date(2018, 5, 2))
    with made.desk(f"reviewer.{CITY}") as desk:
        batch = replace(YEAR, area="any", since=date(2018, 6, 1), until=date(2018, 6, 8))
        assert [one["size"] for one in draw_sample(desk, batch).strata if one["population"] == "pending"] == [10]


def test_check_is_recorded_only_at_a_drawn_household_of_a_draw_there_is(bureau: Any) -> None:
    with bureau.desk(f"reviewer.{CITY}") as desk:
        draw_sample(desk, YEAR)
    found = Found(checked_on=date(2011, 12, 1), inspectors=[1], outcome="confirmed")
    told = [
        refusal(bureau, lambda desk: draw_of(desk, 9)),
        refusal(bureau, lambda desk: record_check(desk, 1, "430903-000009", found)),  # of the country
    ]
    assert [(one.code, one.value) for one in told] == [("unknown_draw", "9"), ("not_drawn", "430903-000009")]
