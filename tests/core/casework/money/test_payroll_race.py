"""Two payrolls at once: exactly one is opened, the other is told which; two approvers at once: one approves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.money import payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.store.tables import PayrollClaim, PayrollLine, PayrollRun
from regions.platform import Platform
from tests.core.casework.purse import decided, household, pay
from tests.core.casework.race import ROUNDS, at_once, two_platforms

pytestmark = pytest.mark.slow

YIYANG, HESHAN = "430900", "430903"


def test_of_two_payrolls_over_the_same_households_exactly_one_is_opened(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        for number in ("A", "B"):
            decided(desk, household(desk, number, division=HESHAN, area="urban"), "2010-01", {"benefit": 390})
    with two_platforms(yiyang) as (one, two):
        for turn in range(ROUNDS):  # a month each
            year, month = divmod(turn, 12)
            period = PayPeriod(frequency="month", start=date(2010 + year, month + 1, 1))

            def prepare(platform: Platform, division: str, period: PayPeriod = period) -> None:
                scope = Scope(programme="dibao", division=division, period=period)
                payroll.prepare(platform.database, lambda: platform.desk(f"clerk.{YIYANG}"), scope, chunk=1)

            ends = at_once(lambda: prepare(one, YIYANG), lambda: prepare(two, HESHAN))
            assert ends == ["conflict", "done"], (turn, ends)
    with yiyang.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PayrollRun)) == ROUNDS
        assert session.scalar(select(func.count()).select_from(PayrollClaim)) == 2 * ROUNDS
        assert session.scalar(select(func.sum(PayrollLine.total))) == 2 * ROUNDS * 39000


def test_of_two_approvers_exactly_one_approves(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2010-01", {"benefit": 390})
    with two_platforms(yiyang) as (one, two):
        for turn in range(ROUNDS):
            year, month = divmod(turn, 12)
            number = pay(yiyang, YIYANG, f"{2010 + year}-{month + 1:02}")

            def approve(platform: Platform, login: str, number: str = number) -> None:
                with platform.desk(f"{login}.{YIYANG}") as own:
                    payroll.approve(own, number)

            ends = at_once(lambda: approve(one, "approver"), lambda: approve(two, "approver2"))
            assert ends == ["conflict", "done"], (turn, ends)
