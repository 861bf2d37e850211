"""The trail as an auditor reads it: his own cases in full, everybody's integrity, nothing else."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from core.casework.audit import anchor_chains, show_chain, verify_chains
from core.casework.trail import REGISTRY
from core.errors import JiuzhuError
from core.store.tables import Anchor, Event, RegistryEntry


@pytest.fixture
def chain(shaanxi: Any, make_case: Any) -> str:
    """The chain of a case in Dali with two events, the second a late entry."""
    with shaanxi.desk("clerk.610523") as desk:
        name = f"case/{make_case(desk, '示例-1', '示例户主').id}"
        desk.record(name, "noted", {"n": 1})
        desk.record(name, "noted", {"n": 2}, happened_on=date(2008, 2, 1), reason="补录")
    return name


def test_auditor_reads_the_cases_of_his_place_in_order(shaanxi: Any, chain: str) -> None:
    with shaanxi.desk("auditor.610523") as desk:
        found = show_chain(desk, chain)
    assert [(one.sequence, one.body, one.late, one.actor, one.reason) for one in found] == [
        (1, {"n": 1}, False, "clerk.610523", None), (2, {"n": 2}, True, "clerk.610523", "补录"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "code"), [("staff", "not_permitted"), ("case/999", "unknown_chain"), ("registry", "not_permitted")]
)
def test_auditor_of_a_place_reads_no_other_chain(shaanxi: Any, chain: str, other: str, code: str) -> None:
    with shaanxi.desk("auditor.610523") as desk, pytest.raises(JiuzhuError, match=code):
        show_chain(desk, other)


def test_who_does_not_audit_reads_and_verifies_nothing(shaanxi: Any, chain: str) -> None:
    with shaanxi.desk("clerk.610523") as desk:
        for attempt in (lambda: show_chain(desk, chain), lambda: verify_chains(desk), lambda: anchor_chains(desk)):
            with pytest.raises(JiuzhuError, match="not_permitted"):
                attempt()


def test_auditor_of_a_place_verifies_everything(shaanxi: Any, chain: str) -> None:
    with shaanxi.desk("root") as desk:
        digest = anchor_chains(desk).digest
    with shaanxi.desk("auditor.610523") as desk:
        found = verify_chains(desk, digest=digest)
        assert found.sound and found.events > 2
        assert [one.what for one in verify_chains(desk, digest="0" * 64).faults] == ["lost"]
        assert verify_chains(desk, chain=chain).events == 2


def test_cut_tail_of_the_registry_is_found_by_the_anchor(shaanxi: Any) -> None:
    store = shaanxi.platform.database
    with shaanxi.desk("root") as desk:
        assert anchor_chains(desk).heads[REGISTRY][0] > 0
        assert verify_chains(desk).sound
    with store.writing() as session:
        last = session.scalars(select(RegistryEntry).order_by(RegistryEntry.sequence.desc()).limit(1)).one()
        session.delete(last)
    with shaanxi.desk("root") as desk:
        assert [(one.chain, one.what) for one in verify_chains(desk).faults] == [(REGISTRY, "lost")]


def test_rewritten_tail_of_the_registry_is_found_by_the_anchor(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        anchor_chains(desk)
        desk.session.execute(update(RegistryEntry).values(chain="0" * 64))
        assert [(one.chain, one.what) for one in verify_chains(desk).faults] == [(REGISTRY, "rewritten")]


def test_anchor_waits_for_an_event_that_is_on_its_way(shaanxi: Any) -> None:
    """PostgreSQL: an open transaction may hold a lower number than the last committed one."""
    store = shaanxi.platform.database
    if store.dialect == "sqlite":
        with shaanxi.desk("root") as desk:  # one writer at a time: nothing can be on its way
            assert anchor_chains(desk).last_event == desk.session.scalar(select(func.max(Event.id)))
        return
    held, done = threading.Event(), threading.Event()

    def write() -> None:
        with shaanxi.desk("clerk.610523") as desk:
            desk.record("case/1", "noted", {})
            held.set()
            done.wait(5)

    def anchored() -> Anchor:
        with shaanxi.desk("root") as desk:
            return anchor_chains(desk)

    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(write)
        assert held.wait(20)
        anchoring = pool.submit(anchored)
        with pytest.raises(TimeoutError):
            anchoring.result(timeout=1)
        done.set()
        writing.result(timeout=20)
        assert "case/1" in anchoring.result(timeout=20).heads


def test_trail_verifies_however_the_server_shows_days(shaanxi: Any, chain: str) -> None:
    with shaanxi.desk("root") as desk:
        if shaanxi.platform.database.dialect == "postgresql":
            desk.session.execute(text("SET LOCAL datestyle TO 'German'"))
        assert verify_chains(desk).sound
