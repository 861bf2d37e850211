"""The payment schedule: what it rules, what stops for want of it, and what only informs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.casework.money.accrual import DEFAULT_ROUNDING, PayPeriod
from core.casework.money.schedule import PaymentSchedule, rounding_of, schedule_for, schedule_of
from core.errors import JiuzhuError
from tests.core.casework.purse import QUARTERLY, household

QUARTER = PayPeriod.parse("2008Q1")


def schedule(bureau: Any, place: str, on: str, area: str = "rural") -> PaymentSchedule:
    book = bureau.platform.registry.rulebook(place, on=date.fromisoformat(on), area=area)
    return schedule_of(book.policy, "dibao")


@pytest.mark.parametrize(
    ("part", "ask"),
    [
        ("in_advance", lambda one: one.opens_on(QUARTER)),
        ("first_month", lambda one: one.first_month(applied_on=date(2008, 3, 3), decided_on=date(2008, 4, 29))),
        ("last_month", lambda one: one.first_month_unpaid(decided_on=date(2008, 8, 1), changed_on=date(2008, 7, 9))),
    ],
)
def test_shaanxi_leaves_open_what_a_step_needs_and_the_step_says_so(shaanxi: Any, part: str, ask: Any) -> None:
    with pytest.raises(JiuzhuError) as refused:
        ask(schedule(shaanxi, "610523", "2008-01-01"))
    problem = refused.value.problems[0]
    assert problem.code == "gap" and problem.value == f"shaanxi_rural/payment {part}"
    assert problem.hint is not None and "修订登记" in problem.hint.zh


def test_day_to_pay_by_only_informs(shaanxi: Any) -> None:
    assert schedule(shaanxi, "610523", "2008-01-01").pay_by(QUARTER, shaanxi.platform.tree) is None


def test_quarter_in_arrears_opens_with_its_last_month(make_bureau: Any) -> None:
    bureau = make_bureau("610523", plugin_dirs=(QUARTERLY,))
    one = schedule(bureau, "610523", "2008-01-01")
    assert one.opens_on(QUARTER) == date(2008, 3, 1)
    with bureau.desk("clerk.610523") as desk:
        assert one.pay_by(QUARTER, desk.calendar) == date(2008, 3, 10)
    assert one.first_month(applied_on=date(2008, 3, 3), decided_on=date(2008, 4, 29)) == date(2008, 4, 1)
    assert one.first_month_unpaid(decided_on=date(2008, 8, 1), changed_on=date(2008, 7, 9)) == date(2008, 8, 1)


def test_yiyang_pays_monthly_by_the_tenth_and_rounds_by_the_marked_default(yiyang: Any) -> None:
    one = schedule(yiyang, "430903", "2018-06-01", "urban")
    june = PayPeriod.parse("2018-06")
    assert (one.frequency, one.allows("quarter"), one.by_bank) == ("month", False, True)
    assert one.opens_on(june) == date(2018, 6, 1)
    with yiyang.desk("clerk.430900") as desk:
        assert one.pay_by(june, desk.calendar) == date(2018, 6, 10)
    found = rounding_of(one.policy, "dibao")
    assert (found.unit, found.mode, found.assumed) == ("fen", "half_up", True)


def test_case_finds_the_schedule_of_its_place(yiyang: Any) -> None:
    with yiyang.desk("clerk.430900") as desk:
        case = household(desk, "A", division="430903", area="urban")
        found = schedule_for(desk, case, on=date(2018, 6, 1))
    assert found.first_month(applied_on=date(2018, 5, 2), decided_on=date(2018, 6, 1)) == date(2018, 7, 1)


def ruled(bureau: Any, **parts: Any) -> PaymentSchedule:
    """The schedule of Yiyang in June 2018 with these parts said otherwise."""
    one = schedule(bureau, "430903", "2018-06-01", "urban")
    return replace(one, line=replace(one.line, value={**one.line.value, **parts}))


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("month_of_application", date(2018, 5, 1)),
        ("month_of_decision", date(2018, 6, 1)),
        ("month_after_decision", date(2018, 7, 1)),
    ],
)
def test_first_month_paid_is_the_one_the_rule_says(yiyang: Any, rule: str, first: date) -> None:
    one = ruled(yiyang, first_month=rule)
    assert one.first_month(applied_on=date(2018, 5, 2), decided_on=date(2018, 6, 1)) == first


@pytest.mark.parametrize(
    ("rule", "unpaid"),
    [
        ("month_of_change", date(2018, 6, 1)),
        ("month_of_decision", date(2018, 8, 1)),
        ("month_before_decision", date(2018, 7, 1)),
    ],
)
def test_first_month_no_longer_paid_follows_the_last_one_the_rule_pays(yiyang: Any, rule: str, unpaid: date) -> None:
    one = ruled(yiyang, last_month=rule)
    assert one.first_month_unpaid(decided_on=date(2018, 7, 3), changed_on=date(2018, 5, 9)) == unpaid


@pytest.mark.parametrize(
    ("pay_by", "more", "day"),
    [
        ({"day": 10, "day_kind": "working"}, {}, date(2008, 1, 15)),
        ({"day": 31, "of": "month"}, {"in_advance": False}, date(2008, 3, 31)),
        ({"day": 10, "of": "first_month_of_quarter"}, {"in_advance": False}, date(2008, 1, 10)),
        ({"gap": {"zh": "来源未载"}}, {}, None),
    ],
)
def test_day_to_pay_a_quarter_by_is_in_the_month_and_of_the_kind_the_rule_says(
    yiyang: Any, pay_by: dict[str, Any], more: dict[str, Any], day: date | None
) -> None:
    with yiyang.desk("clerk.430900") as desk:
        assert ruled(yiyang, pay_by=pay_by, **more).pay_by(QUARTER, desk.calendar) == day


@pytest.mark.parametrize(
    ("channel", "by_bank"), [("bank", True), (["post", "bank"], True), ("cash", False), ({"gap": {"zh": "未载"}}, True)]
)
def test_money_goes_to_an_account_unless_another_channel_alone_is_ruled(
    yiyang: Any, channel: Any, by_bank: bool
) -> None:
    assert ruled(yiyang, channel=channel).by_bank is by_bank


@pytest.mark.parametrize(("frequency", "allowed"), [("month", True), ("quarter", True), ("year", False)])
def test_rhythm_is_the_one_ruled_or_one_also_allowed(yiyang: Any, frequency: str, allowed: bool) -> None:
    assert ruled(yiyang, also_allowed=["quarter"]).allows(frequency) is allowed


def test_schedule_of_which_nothing_is_in_hand_is_a_gap_with_the_way_to_settle_it(yiyang: Any) -> None:
    with pytest.raises(JiuzhuError) as refused:
        schedule(yiyang, "430903", "2011-06-01")
    problem = refused.value.problems[0]
    assert (problem.code, str(problem.value).partition(" ")[2]) == ("gap", "frequency")
    assert problem.hint is not None and "修订登记" in problem.hint.zh


def test_programme_without_a_rule_of_rounding_is_rounded_by_the_marked_default(yiyang: Any) -> None:
    found = rounding_of(schedule(yiyang, "430903", "2018-06-01", "urban").policy, "no_such_programme")
    assert found == DEFAULT_ROUNDING and found.assumed
