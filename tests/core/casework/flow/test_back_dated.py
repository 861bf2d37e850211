"""Months a back-dated fact changes: proposed by one person, decided by another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.deciding.decision import decide as decide_month
from core.casework.deciding.proposal import propose as judge
from core.casework.desk import Desk
from core.casework.flow.back_dated import decide_back_dated, propose_back_dated
from core.casework.flow.change import Settlement, decide_change
from core.casework.staff import grant_role
from core.errors import JiuzhuError
from core.store.tables import AssistanceCase
from tests.core.casework.flow.taken_over import TakenOver
from tests.core.casework.purse import user

YIYANG, HESHAN = "430900", "430903"
JANUARY = date(2018, 1, 1)


@pytest.fixture
def home(yiyang: Any) -> TakenOver:
    """Three persons of Heshan: taken over at 360.00 in January; in February alone they earned 960."""
    found = TakenOver(yiyang, YIYANG, item="wage", each="month")
    found.enter("A", "900", since="2018-01", division=HESHAN, area="urban", persons=3)
    found.earns("960", since="2018-02-01")
    found.earns("900", since="2018-03-01")
    return found


def propose(home: TakenOver, *, through: date | None = None, login: str = "clerk") -> Any:
    return home.do(
        lambda desk, case: propose_back_dated(desk, case, since=JANUARY, through=through, reason="补报收入"),
        login=login,
    )


def decide(home: TakenOver, proposed: int, *, login: str = "approver") -> Any:
    return home.do(
        lambda desk, case: [
            (one.kind, one.from_month, one.until_month, one.monthly)
            for one in decide_back_dated(desk, case, proposed, Settlement(happened_on=desk.today))
        ],
        login=login,
    )


def code(act: Any) -> str:
    with pytest.raises(JiuzhuError) as refused:
        act()
    return refused.value.code


def test_back_dated_months_are_proposed_and_decided_by_two_persons(home: TakenOver) -> None:
    proposed = propose(home)
    assert [(one["from_month"], one["difference"]) for one in proposed.body["months"]] == [
        ("2018-02-01", "-6000"), ("2018-05-01", "3000"),
    ]  # fmt: skip
    home.verified()
    assert decide(home, proposed.sequence) == [
        ("reduce", date(2018, 2, 1), date(2018, 3, 1), 30000), ("increase", date(2018, 5, 1), None, 39000),
    ]  # fmt: skip
    assert home.months("2018-01", "2018-02", "2018-03", "2018-06") == [
        ("opening", 36000), ("reduce", 30000), ("opening", 36000), ("increase", 39000),
    ]  # fmt: skip
    assert home.row()[:2] == ("in_payment", 39000)


def test_past_months_alone_leave_the_row_of_the_case(home: TakenOver) -> None:
    proposed = propose(home, through=date(2018, 4, 1))
    assert decide(home, proposed.sequence) == [("reduce", date(2018, 2, 1), date(2018, 3, 1), 30000)]
    assert home.row()[:2] == ("in_payment", 36000)


def test_who_proposed_back_dated_months_does_not_decide_them(home: TakenOver) -> None:
    proposed = propose(home, through=date(2018, 4, 1))
    with home.bureau.desk("root") as desk:
        grant_role(desk, f"clerk.{YIYANG}", "approver", YIYANG, since=date(2000, 1, 1))
    assert code(lambda: decide(home, proposed.sequence, login="clerk")) == "maker_is_checker"


def test_facts_that_move_after_the_proposal_make_it_outdated(home: TakenOver) -> None:
    proposed = propose(home, through=date(2018, 4, 1))
    home.earns("930", since="2018-02-01")
    assert code(lambda: decide(home, proposed.sequence)) == "proposal_outdated"


def test_months_that_come_to_what_was_decided_are_no_proposal(home: TakenOver) -> None:
    decide(home, propose(home, through=date(2018, 4, 1)).sequence)
    assert code(lambda: propose(home, through=date(2018, 4, 1))) == "nothing_changes"


def test_recomputed_months_are_not_decided_as_a_change(home: TakenOver) -> None:
    proposed = propose(home, through=date(2018, 4, 1)).sequence
    settlement = Settlement(happened_on=date(2018, 6, 1))

    def as_change() -> None:
        home.do(lambda desk, case: decide_change(desk, case, proposed, settlement), login="approver")

    assert code(as_change) == "recomputed_months"


def test_household_that_has_left_is_still_decided_its_earlier_months(home: TakenOver) -> None:
    def leave(desk: Desk, case: AssistanceCase) -> None:
        month = date(2018, 6, 1)
        decide_month(desk, case, kind="stop", proposal=judge(desk, case, month=month), from_month=month,
                     prepared_by=user(desk, f"clerk.{YIYANG}"), basis={})  # fmt: skip
        case.status, case.closed_on, case.exit_reason = "closed", desk.today, "death"
        desk.record(f"case/{case.id}", "closing", {"reason": "death"})

    home.do(leave, login="approver")
    proposed = propose(home)
    assert [kind for kind, *_ in decide(home, proposed.sequence)] == ["reduce", "increase"]
    assert home.months("2018-02", "2018-05", "2018-06") == [("reduce", 30000), ("increase", 39000), ("stop", 0)]
    assert home.row()[:2] == ("closed", 0)
