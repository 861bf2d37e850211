"""Two payrolls at once: exactly one is opened, the other is told which; two approvers at once: one approves."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from core.casework.money import payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.errors import JiuzhuError
from core.store.engine import Store, open_store
from core.store.tables import PayrollClaim, PayrollLine, PayrollRun
from regions.platform import Platform
from tests.core.casework.purse import decided, household, pay

pytestmark = pytest.mark.slow

YIYANG, HESHAN = "430900", "430903"
ROUNDS = int(os.environ.get("JIUZHU_RACE_ROUNDS", "100"))
"""How often each race is run: one month each, on one database."""


def together(calls: list[Callable[[], object]]) -> list[str]:
    """Start all at one barrier; return what became of each: ok, or the code it was refused with."""
    barrier, ends = threading.Barrier(len(calls)), [""] * len(calls)

    def run(index: int) -> None:
        barrier.wait()
        try:
            calls[index]()
            ends[index] = "ok"
        except JiuzhuError as error:
            ends[index] = error.code

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(ends)


def two_platforms(bureau: Any) -> tuple[list[Platform], list[Store]]:
    """Two platforms with database connections of their own."""
    from dataclasses import replace  # noqa: PLC0415

    stores = [open_store(bureau.platform.settings.database_url) for _ in range(2)]
    return [replace(bureau.platform, store=store) for store in stores], stores


def test_of_two_payrolls_over_the_same_households_exactly_one_is_opened(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        for number in ("A", "B"):
            decided(desk, household(desk, number, division=HESHAN, area="urban"), "2010-01", {"benefit": 390})
    platforms, stores = two_platforms(yiyang)
    for turn in range(ROUNDS):
        year, month = divmod(turn, 12)
        period = PayPeriod(frequency="month", start=date(2010 + year, month + 1, 1))

        def prepare(platform: Platform, division: str, period: PayPeriod = period) -> None:
            scope = Scope(programme="dibao", division=division, period=period)
            payroll.prepare(platform.database, lambda: platform.desk(f"clerk.{YIYANG}"), scope, chunk=1)

        ends = together([lambda: prepare(platforms[0], YIYANG), lambda: prepare(platforms[1], HESHAN)])
        assert ends == ["conflict", "ok"], (turn, ends)
    with yiyang.platform.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PayrollRun)) == ROUNDS
        assert session.scalar(select(func.count()).select_from(PayrollClaim)) == 2 * ROUNDS
        assert session.scalar(select(func.sum(PayrollLine.total))) == 2 * ROUNDS * 39000
    for one in stores:
        one.close()


def test_of_two_approvers_exactly_one_approves(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2010-01", {"benefit": 390})
    platforms, stores = two_platforms(yiyang)
    for turn in range(ROUNDS):
        year, month = divmod(turn, 12)
        number = pay(yiyang, YIYANG, f"{2010 + year}-{month + 1:02}")

        def approve(platform: Platform, login: str, number: str = number) -> None:
            with platform.desk(f"{login}.{YIYANG}") as own:
                payroll.approve(own, number)

        ends = together([lambda: approve(platforms[0], "approver"), lambda: approve(platforms[1], "approver2")])
        assert ends == ["conflict", "ok"], (turn, ends)
    for one in stores:
        one.close()
