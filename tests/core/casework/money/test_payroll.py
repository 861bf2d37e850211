"""Payrolls: each household once a period, approved by a second person, everything caught before money leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.casework.money import bank, payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.trail import verify
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase, PayrollClaim
from tests.core.casework.purse import QUARTERLY, decided, household, lines, pay, person, reasons, refused, send

DALI, YIYANG, HESHAN, ZIYANG = "610523", "430900", "430903", "430902"


@pytest.fixture
def dali(make_bureau: Any) -> Any:
    """Dali county with a made-up payment rule, at the end of the first quarter of 2008."""
    return make_bureau(DALI, day="2008-03-20", plugin_dirs=(QUARTERLY,))


def test_three_households_of_dali_are_paid_their_quarters(dali: Any) -> None:
    with dali.desk(f"clerk.{DALI}") as desk:
        for number, yearly in (("A", 772), ("B", 79), ("C", 186)):
            decided(desk, household(desk, number, division=DALI), "2008-01", {"benefit": f"{yearly}/12"})
    for period, day in (("2008Q1", "2008-03-20"), ("2008Q2", "2008-06-20"), ("2008Q3", "2008-09-20")):
        dali.on(day)
        number = pay(dali, DALI, period)
        send(dali, number)
        assert {case: line.total for case, line in lines(dali, number).items()} == {"A": 19300, "B": 1975, "C": 4650}
    with dali.platform.database.reading() as session:
        assert verify(session).sound


def test_stop_after_two_months_of_the_quarter_pays_two_thirds(dali: Any) -> None:
    with dali.desk(f"clerk.{DALI}") as desk:
        case = household(desk, "A", division=DALI)
        decided(desk, case, "2008-01", {"benefit": "772/12"})
        decided(desk, case, "2008-03", {}, kind="stop")
        case.status, case.closed_on = "closed", date(2008, 2, 28)
    assert lines(dali, pay(dali, DALI, "2008Q1"))["A"].total == 12867


def test_every_part_is_a_column_of_its_own(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        parts = {"benefit": 390, "household_topup": 50, "member_topup": 129, "price_subsidy": "20.5"}
        decided(desk, case, "2018-06", {name: str(amount) for name, amount in parts.items()})
    line = lines(yiyang, pay(yiyang, YIYANG, "2018-06"))["A"]
    assert (line.benefit, line.household_topup, line.member_topup, line.price_subsidy) == (39000, 5000, 12900, 2050)
    assert (line.arrears, line.recovery, line.total) == (0, 0, 58950)


def test_back_dated_rise_is_paid_as_arrears_with_the_next_payroll(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        decided(desk, case, "2018-05", {"benefit": 360})
    for period in ("2018-05", "2018-06"):
        send(yiyang, pay(yiyang, YIYANG, period))
    yiyang.on("2018-07-02")
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, desk.session.get_one(AssistanceCase, case.id), "2018-05", {"benefit": 390}, kind="increase")
    line = lines(yiyang, pay(yiyang, YIYANG, "2018-07"))["A"]
    assert (line.benefit, line.arrears, line.total) == (39000, 6000, 45000)


def test_month_paid_as_arrears_with_a_later_payroll_is_not_paid_again_by_its_own(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-05", {"benefit": 390})
    yiyang.on("2018-06-05")
    june = pay(yiyang, YIYANG, "2018-06")
    send(yiyang, june)
    assert (lines(yiyang, june)["A"].benefit, lines(yiyang, june)["A"].arrears) == (39000, 39000)
    may = pay(yiyang, YIYANG, "2018-05")
    assert lines(yiyang, may) == {} and reasons(yiyang, may) == {"A": {"claimed"}}
    yiyang.on("2018-07-02")
    july = pay(yiyang, YIYANG, "2018-07")
    assert lines(yiyang, july)["A"].total == 39000


def test_month_a_later_decision_opens_is_paid_once_whichever_payroll_comes_first(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        decided(desk, case, "2018-05", {"benefit": 390})
    send(yiyang, pay(yiyang, YIYANG, "2018-06"))
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, desk.session.get_one(AssistanceCase, case.id), "2018-03", {"benefit": 390}, kind="increase")
    march = pay(yiyang, YIYANG, "2018-03")
    assert lines(yiyang, march)["A"].total == 39000
    send(yiyang, march)
    yiyang.on("2018-07-02")
    line = lines(yiyang, pay(yiyang, YIYANG, "2018-07"))["A"]
    assert (line.benefit, line.arrears) == (39000, 39000)
    april = pay(yiyang, YIYANG, "2018-04")
    assert lines(yiyang, april) == {} and reasons(yiyang, april) == {"A": {"claimed"}}


def test_failed_transfer_is_due_again_with_the_next_payroll(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
    june = pay(yiyang, YIYANG, "2018-06")
    send(yiyang, june, failed={"A": "账号不存在"})
    assert lines(yiyang, june)["A"].status == "returned"
    yiyang.on("2018-07-02")
    line = lines(yiyang, pay(yiyang, YIYANG, "2018-07"))["A"]
    assert (line.benefit, line.arrears, line.total) == (39000, 39000, 78000)


def test_existing_household_is_owed_nothing_for_months_paid_elsewhere(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        told, silent = (household(desk, number, division=HESHAN, area="urban") for number in ("A", "B"))
        decided(desk, told, "2015-01", {"benefit": "283.33"}, kind="opening", basis={"paid_through": "2018-05-01"})
        decided(desk, silent, "2015-01", {"benefit": "283.33"}, kind="opening")
    found = lines(yiyang, pay(yiyang, YIYANG, "2018-06"))
    assert [(found[number].benefit, found[number].arrears) for number in ("A", "B")] == [(28333, 0)] * 2


def test_payroll_covers_its_subtree_its_programme_and_its_area(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        for number, division, area in (("A", HESHAN, "urban"), ("B", ZIYANG, "urban"), ("C", HESHAN, "rural")):
            decided(desk, household(desk, number, division=division, area=area), "2018-06", {"benefit": 100})
    assert set(lines(yiyang, pay(yiyang, HESHAN, "2018-06", area="urban"))) == {"A"}
    assert set(lines(yiyang, pay(yiyang, HESHAN, "2018-06", area="rural"))) == {"C"}
    assert set(lines(yiyang, pay(yiyang, ZIYANG, "2018-06"))) == {"B"}


@pytest.mark.parametrize("division", [YIYANG, HESHAN, "430903"])
def test_second_payroll_over_the_same_households_names_the_first(yiyang: Any, division: str) -> None:
    first = pay(yiyang, HESHAN, "2018-06")
    with pytest.raises(JiuzhuError) as error:
        pay(yiyang, division, "2018-06")
    assert error.value.code == "conflict" and error.value.value == first


def test_two_areas_of_a_place_do_not_overlap_but_both_do_with_any(yiyang: Any) -> None:
    pay(yiyang, HESHAN, "2018-06", area="urban")
    pay(yiyang, HESHAN, "2018-06", area="rural")
    assert refused(lambda: pay(yiyang, HESHAN, "2018-06")) == "conflict"


def test_month_already_paid_in_another_county_is_not_paid_after_a_move(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        decided(desk, case, "2018-06", {"benefit": 390})
    first = pay(yiyang, HESHAN, "2018-06")
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        moved = desk.session.get_one(AssistanceCase, case.id)
        moved.division, moved.path = ZIYANG, desk.path(ZIYANG)
        decided(desk, moved, "2018-06", {"benefit": 400}, kind="increase")
    second = pay(yiyang, ZIYANG, "2018-06")
    assert lines(yiyang, second) == {} and reasons(yiyang, second) == {"A": {"claimed"}}
    assert first != second


def test_cancelled_payroll_frees_its_households(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
    first = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        payroll.approve(desk, first)
        payroll.cancel(desk, first, reason="账号有误")
    second = pay(yiyang, YIYANG, "2018-06")
    assert second == f"{first}.2" and lines(yiyang, second)["A"].total == 39000
    with yiyang.platform.database.reading() as session:
        assert len(session.scalars(select(PayrollClaim.month)).all()) == 1


def test_nobody_approves_his_own_payroll(yiyang: Any) -> None:
    with yiyang.desk("root") as desk:
        from core.casework.staff import grant_role  # noqa: PLC0415

        grant_role(desk, f"approver.{YIYANG}", "clerk", YIYANG, since=date(2010, 1, 1))
    number = pay(yiyang, YIYANG, "2018-06", by=f"approver.{YIYANG}")
    with yiyang.desk(f"approver.{YIYANG}") as desk:
        assert refused(lambda: payroll.approve(desk, number)) == "maker_is_checker"
    with yiyang.desk(f"approver2.{YIYANG}") as desk:
        payroll.approve(desk, number)
        assert refused(lambda: payroll.approve(desk, number)) == "conflict"


def test_clerk_neither_approves_nor_exports(yiyang: Any) -> None:
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"clerk2.{YIYANG}") as desk:
        assert refused(lambda: payroll.approve(desk, number)) == "not_permitted"
        assert refused(lambda: bank.export(desk, number)) == "not_permitted"


def test_nothing_is_exported_before_approval_nor_cancelled_after_export(yiyang: Any) -> None:
    number = pay(yiyang, YIYANG, "2018-06")
    with yiyang.desk(f"reviewer.{YIYANG}") as desk:
        assert refused(lambda: bank.export(desk, number)) == "wrong_status"
    send(yiyang, number)
    with yiyang.desk(f"reviewer.{YIYANG}") as desk:
        assert refused(lambda: payroll.cancel(desk, number, reason="晚了")) == "wrong_status"


def test_shaanxi_cannot_pay_a_quarter_nobody_ruled_on(shaanxi: Any) -> None:
    with shaanxi.desk(f"clerk.{DALI}") as desk:
        decided(desk, household(desk, "A", division=DALI), "2008-01", {"benefit": "772/12"})
    with pytest.raises(JiuzhuError) as error:
        pay(shaanxi, DALI, "2008Q1")
    assert [(one.code, one.value) for one in error.value.problems] == [("gap", "shaanxi_rural/payment in_advance")]


@pytest.mark.parametrize(("day", "period", "code"), [
    ("2008-02-29", "2008Q1", "too_early"), ("2008-03-01", "2008", "frequency_not_ruled"),
])  # fmt: skip
def test_payroll_keeps_to_the_schedule(dali: Any, day: str, period: str, code: str) -> None:
    dali.on(day)
    with dali.desk(f"clerk.{DALI}") as desk:
        decided(desk, household(desk, "A", division=DALI), "2008-01", {"benefit": 10})
    assert refused(lambda: pay(dali, DALI, period)) == code


def test_months_before_the_stop_of_a_closed_case_are_paid_though_the_exit_was_entered_earlier(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        case = household(desk, "A", division=HESHAN, area="urban")
        decided(desk, case, "2018-05", {"benefit": 390})
        decided(desk, case, "2018-08", {}, kind="stop")
        case.status, case.closed_on = "closed", date(2018, 5, 20)
        undone = household(desk, "B", division=HESHAN, area="urban")
        decided(desk, undone, "2018-05", {"benefit": 390})
        decided(desk, undone, "2018-06", {}, kind="stop")
        decided(desk, undone, "2018-06", {"benefit": 390}, kind="increase", until="2018-07")
        undone.status, undone.closed_on = "closed", date(2018, 7, 20)
    number = pay(yiyang, YIYANG, "2018-06")
    assert lines(yiyang, number)["A"].total == 78000
    assert reasons(yiyang, number) == {"B": {"exit"}}


def test_person_whose_phase_out_has_ended_is_paid_in_a_new_case(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        head = person(desk, "示甲")
        old = household(desk, "A", division=HESHAN, area="urban", head=head, status="phasing_out")
        decided(desk, old, "2018-01", {"benefit": 390})
        decided(desk, old, "2018-04", {}, kind="stop")
        decided(desk, old, "2018-02", {"phase_out": 390}, kind="phase_out", until="2018-04")
        decided(desk, household(desk, "B", division=ZIYANG, area="urban", head=head), "2018-03", {"benefit": 390})
    march = pay(yiyang, ZIYANG, "2018-03")
    assert reasons(yiyang, march) == {"B": {"double_receipt"}}
    june = pay(yiyang, ZIYANG, "2018-06")
    assert reasons(yiyang, june) == {} and set(lines(yiyang, june)) == {"B"}


def test_months_up_to_the_death_are_paid_once_the_stop_after_it_is_decided(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        head = person(desk, "示甲")
        case = household(desk, "A", division=HESHAN, area="urban", head=head)
        decided(desk, case, "2018-04", {"benefit": 390})
        head.died_on = date(2018, 5, 10)
    assert reasons(yiyang, pay(yiyang, YIYANG, "2018-05")) == {"A": {"death"}}
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        found = desk.session.get_one(AssistanceCase, case.id)
        decided(desk, found, "2018-06", {}, kind="stop")
        found.status, found.closed_on = "closed", date(2018, 5, 31)
    june = pay(yiyang, YIYANG, "2018-06")
    line = lines(yiyang, june)["A"]
    assert (line.benefit, line.arrears, reasons(yiyang, june)) == (0, 78000, {})


def test_killed_preparation_goes_on_where_it_was(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        for number in "ABCDEFG":
            decided(desk, household(desk, number, division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        scope = Scope(programme="dibao", division=YIYANG, period=PayPeriod.parse("2018-06"))
        run = payroll.open_run(desk, scope)
    next(payroll.prepare_lines(yiyang.platform.database, desk, run.id, chunk=2))
    assert len(lines(yiyang, run.number)) == 2
    jobs = list(payroll.prepare_lines(yiyang.platform.database, desk, run.id, chunk=2))
    assert (jobs[-1].status, jobs[-1].done, len(lines(yiyang, run.number))) == ("done", 7, 7)
    with yiyang.desk(f"auditor.{YIYANG}") as reader:
        found = payroll.find_run(reader, run.number, action="payroll.read")
        assert (found.status, found.households, found.total) == ("prepared", 7, 7 * 39000)


def test_cancelled_draft_is_not_gone_on_with(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        for number in "ABC":
            decided(desk, household(desk, number, division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
        scope = Scope(programme="dibao", division=YIYANG, period=PayPeriod.parse("2018-06"))
        run = payroll.open_run(desk, scope)
    next(payroll.prepare_lines(yiyang.platform.database, desk, run.id, chunk=1))
    with yiyang.desk(f"approver.{YIYANG}") as approver:
        payroll.cancel(approver, run.number, reason="重编")
    jobs = list(payroll.prepare_lines(yiyang.platform.database, desk, run.id, chunk=1))
    assert [one.status for one in jobs] == ["cancelled"]
    assert {line.status for line in lines(yiyang, run.number).values()} == {"cancelled"}
