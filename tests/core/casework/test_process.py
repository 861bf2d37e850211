"""Processes on one database say by which versions they answer; while they differ no payroll is made."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.casework.money import payroll
from core.casework.money.payroll import PayPeriod, Scope
from core.casework.process import plugin_versions, running
from core.errors import JiuzhuError
from regions.pulse import Pulse
from regions.report_gaps import doctor
from tests.core.casework.purse import decided, household

YIYANG, HESHAN = "430900", "430903"


def beating(bureau: Any, **more: Any) -> Pulse:
    """Another process on the same database."""
    pulse = Pulse(replace(bureau.platform, **more))
    pulse.beat()
    return pulse


def open_june(bureau: Any) -> Any:
    with bureau.desk(f"clerk.{YIYANG}") as desk:
        return payroll.open_run(desk, Scope(programme="dibao", division=YIYANG, period=PayPeriod.parse("2018-06")))


def test_while_processes_differ_doctor_says_so_and_no_payroll_is_opened(yiyang: Any) -> None:
    with yiyang.desk(f"clerk.{YIYANG}") as desk:
        decided(desk, household(desk, "A", division=HESHAN, area="urban"), "2018-06", {"benefit": 390})
    first, second = beating(yiyang), beating(yiyang)
    second.program = "0.0.1"
    second.end()
    second.id, second._at = "another", None
    second.beat()
    found = doctor(yiyang.platform, ask=None, language="zh")
    assert found["differ"] and sorted(one["program"] for one in found["processes"]) == sorted(["0.0.1", first.program])
    with pytest.raises(JiuzhuError, match="processes_differ"):
        open_june(yiyang)
    second.end()
    assert open_june(yiyang).number == f"dibao-{YIYANG}-2018-06"


def test_a_process_that_fell_silent_is_taken_for_dead(yiyang: Any) -> None:
    silent = beating(yiyang)
    silent.program = "0.0.1"
    later = yiyang.platform.clock().replace(hour=23).isoformat(timespec="seconds")
    with yiyang.platform.database.reading() as session:
        assert len(running(session, yiyang.platform.clock().isoformat(timespec="seconds"))) == 1
        assert running(session, later) == []


def test_a_beat_says_the_versions_of_plugins_and_rules_and_nothing_twice(yiyang: Any) -> None:
    pulse = beating(yiyang)
    with yiyang.platform.database.reading() as session:
        (row,) = running(session, yiyang.platform.clock().isoformat(timespec="seconds"))
    assert row.rules == yiyang.platform.registry.log.version()
    assert row.plugins == plugin_versions(yiyang.platform.manager) and row.plugins["yiyang"]
    said = row.seen_at
    pulse.beat()
    with yiyang.platform.database.reading() as session:
        (row,) = running(session, yiyang.platform.clock().isoformat(timespec="seconds"))
    assert row.seen_at == said
