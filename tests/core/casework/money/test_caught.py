"""What is caught before money leaves: when a payroll is prepared, when it is approved, and when the bank's file is written."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.casework.money import bank, payroll
from core.casework.money.caught import told
from core.store.tables import AssistanceCase, Person
from tests.core.casework.purse import decided, household, lines, pay, person, reasons, refused, send

YIYANG, HESHAN, ZIYANG, DALI = "430900", "430903", "430902", "610523"


def test_everything_is_caught_before_money_leaves(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:

        def entered(number: str, **more: Any) -> AssistanceCase:
            case = household(desk, number, division=HESHAN, area="urban", **more)
            decided(desk, case, "2018-01", {"benefit": 100})
            return case

        entered("fine")
        entered("no account", account=None)
        entered("suspended", status="suspended")
        gone = entered("gone", status="closed")
        gone.closed_on = date(2018, 4, 30)
        twice = person(desk, "两处")
        entered("twice here", head=twice)
        decided(
            desk, household(desk, "twice there", division=ZIYANG, area="rural", head=twice), "2018-01", {"benefit": 1}
        )
        dead = person(desk, "已故")
        dead.died_on = date(2018, 6, 30)
        entered("dead", head=dead)
        alive = person(desk, "下月")
        alive.died_on = date(2018, 7, 1)
        entered("alive in June", head=alive)
    number = pay(yiyang, HESHAN, "2018-06")
    assert set(lines(yiyang, number)) == {"fine", "alive in June"}
    assert reasons(yiyang, number) == {
        "no account": {"no_account"}, "suspended": {"not_in_payment"}, "gone": {"exit"},
        "twice here": {"double_receipt"}, "dead": {"death"},
    }  # fmt: skip


def test_status_of_a_case_not_in_payment_is_told_in_words() -> None:
    assert told({"status": "suspended"}).zh == "暂停发放" and told({"payroll": "x", "month": "y"}).zh == "x；y"
    assert told({"person": "f4c74030", "died_on": "2018-05-02"}).zh == "2018-05-02"


def test_two_programmes_exclude_each_other_only_where_the_rules_say_so(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        both, one = person(desk, "甲"), person(desk, "乙")
        for number, programme, head in (
            ("both care", "care_subsidy", both), ("both living", "living_subsidy", both),
            ("excluded", "living_subsidy", one), ("hardship", "special_hardship", one),
        ):  # fmt: skip
            case = household(desk, number, division=HESHAN, area="urban", programme=programme, head=head)
            decided(desk, case, "2018-07", {"benefit": 55})
    yiyang.on("2018-07-02")
    number = pay(yiyang, HESHAN, "2018-07", programme="living_subsidy")
    assert set(lines(yiyang, number)) == {"both living"}
    assert reasons(yiyang, number) == {"excluded": {"double_receipt"}}


def test_one_person_in_two_provinces_is_caught_in_the_same_and_in_another_programme(yiyang: Any) -> None:
    """What Dali pays beside it excludes, by the nation's rule or by being the same, what Yiyang is about to pay."""
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        for name, here, there in (
            ("甲", "living_subsidy", "special_hardship"), ("乙", "living_subsidy", "dibao"), ("丙", "dibao", "dibao"),
        ):  # fmt: skip
            head = person(desk, name)
            for number, place, programme in ((f"{name} here", HESHAN, here), (f"{name} there", DALI, there)):
                case = household(desk, number, division=place, programme=programme, head=head)
                decided(desk, case, "2018-07", {"benefit": 55})
    yiyang.on("2018-07-02")
    number = pay(yiyang, HESHAN, "2018-07", programme="living_subsidy")
    assert set(lines(yiyang, number)) == {"乙 here"} and reasons(yiyang, number) == {"甲 here": {"double_receipt"}}
    assert reasons(yiyang, pay(yiyang, HESHAN, "2018-07")) == {"丙 here": {"double_receipt"}}


def test_death_after_preparation_is_found_at_approval(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        head = person(desk, "甲")
        decided(desk, household(desk, "A", division=HESHAN, area="urban", head=head), "2018-06", {"benefit": 390})
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        desk.session.merge(head).died_on = date(2018, 6, 1)
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        assert refused(lambda: payroll.approve(desk, number)) == "payroll_changed"
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        assert payroll.recheck(desk, number) == 1
    assert lines(yiyang, number) == {} and reasons(yiyang, number) == {"A": {"death"}}
    send(yiyang, number)


def test_death_or_stop_after_approval_is_held_back_from_the_bank(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        head = person(desk, "甲")
        decided(desk, household(desk, "dead", division=HESHAN, area="urban", head=head), "2018-06", {"benefit": 390})
        stopped = household(desk, "stopped", division=HESHAN, area="urban")
        decided(desk, stopped, "2018-06", {"benefit": 390})
        raised = household(desk, "raised", division=HESHAN, area="urban")
        decided(desk, raised, "2018-06", {"benefit": 390})
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        payroll.approve(desk, number)
        desk.session.merge(head).died_on = date(2018, 6, 1)
        decided(desk, stopped, "2018-06", {}, kind="stop")
        decided(desk, raised, "2018-06", {"benefit": 400}, kind="increase")
    with yiyang.desk(f"reviewer.{YIYANG}") as desk:
        text = bank.export(desk, number, form="csv").decode("utf-8-sig")
    assert "raised" in text and "390.00" in text and "dead" not in text and "stopped" not in text
    assert {case: line.status for case, line in lines(yiyang, number).items()} == {
        "dead": "held", "stopped": "held", "raised": "due",
    }  # fmt: skip
    assert reasons(yiyang, number) == {"dead": {"death"}, "stopped": {"due_less"}}


def test_decision_after_preparation_must_be_worked_in_before_approval(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        decided(desk, case, "2018-06", {"benefit": 390})
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        decided(desk, case, "2018-06", {"benefit": 400}, kind="increase")
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        assert refused(lambda: payroll.approve(desk, number)) == "payroll_changed"
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        payroll.recheck(desk, number)
    assert lines(yiyang, number)["A"].total == 40000
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        assert refused(lambda: payroll.approve(desk, number, expected_total=39000)) == "payroll_changed"
        payroll.approve(desk, number, expected_total=40000)


def test_what_is_cleared_up_before_approval_is_paid_with_the_same_payroll(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban", account=None)
        decided(desk, case, "2018-06", {"benefit": 390})
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        head = desk.session.get_one(Person, case.head_id)
        head.account = desk.cipher.seal("6217", "person.account", row=head.token)
        decided(desk, household(desk, "B", division=HESHAN, area="urban"), "2018-06", {"benefit": 100})
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        payroll.recheck(desk, number)
    assert {case: line.total for case, line in lines(yiyang, number).items()} == {"A": 39000, "B": 10000}
    assert reasons(yiyang, number) == {}


def test_household_of_a_place_without_rules_is_caught_and_stops_nobody_else(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
        left = household(desk, "B", division=HESHAN, area="urban", status="closed")
        decided(desk, left, "2018-05", {"benefit": 100}, until="2018-06")
        left.division, left.closed_on = "430999", date(2018, 5, 31)
    number = pay(yiyang, YIYANG, "2018-06")
    assert set(lines(yiyang, number)) == {"A"} and reasons(yiyang, number) == {"B": {"no_rules"}}
