"""Rights, the desk's one way to write, and the trail that shows what was done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from core.casework.staff import add_user, grant_role
from core.casework.trail import anchor, is_anchored, verify
from core.errors import JiuzhuError


def test_what_nobody_granted_nobody_may_do(shaanxi: Any) -> None:
    with shaanxi.desk("auditor.610523") as desk, pytest.raises(JiuzhuError) as refused:
        desk.require("case.decide", desk.path("610523"))
    assert refused.value.code == "not_permitted"


def test_right_ends_at_the_edge_of_the_subtree(shaanxi: Any) -> None:
    with shaanxi.desk("approver.610523") as desk:
        desk.require("case.decide", desk.path("610523"))
        with pytest.raises(JiuzhuError):
            desk.require("case.decide", desk.path("610000"))


def test_failed_service_leaves_nothing_behind(shaanxi: Any) -> None:
    def twice() -> None:
        with shaanxi.desk("root") as desk:
            add_user(desk, "new", "新")
            add_user(desk, "new", "新")

    with pytest.raises(JiuzhuError, match="login is taken"):
        twice()
    with shaanxi.desk("root") as desk:
        add_user(desk, "new", "新")


def test_future_cannot_have_happened(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk, pytest.raises(JiuzhuError) as refused:
        desk.record("staff", "note", {}, happened_on=date(2008, 3, 4))
    assert refused.value.code == "in_the_future"


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE event SET reason = 'other' WHERE chain = 'staff' AND sequence = 3", ("staff", 3, "altered")),
        ("DELETE FROM event WHERE chain = 'staff' AND sequence = 3", ("staff", 3, "removed")),
        ("UPDATE event SET body = 'no JSON' WHERE chain = 'staff' AND sequence = 3", ("staff", 3, "altered")),
        ("UPDATE event SET happened_on = '2007-01-01' WHERE chain = 'staff' AND sequence = 3", ("staff", 3, "altered")),
        ("UPDATE event SET actor_id = 2 WHERE chain = 'staff' AND sequence = 3", ("staff", 3, "altered")),
        ("UPDATE event SET sequence = 99 WHERE chain = 'staff' AND sequence = 3", ("staff", 3, "removed")),
        ("UPDATE event SET previous = digest WHERE chain = 'staff' AND sequence = 3", ("staff", 3, "reordered")),
        ("DELETE FROM event WHERE chain = 'staff' AND sequence = 1", ("staff", 1, "removed")),
    ],
)
def test_altered_or_removed_event_is_found(shaanxi: Any, damage: str, found: tuple[str, int, str]) -> None:
    with shaanxi.platform.database.writing() as session:
        assert verify(session).sound
        session.execute(text(damage))
        faults = [(one.chain, one.sequence, one.what) for one in verify(session).faults]
    assert found in faults


def test_lost_tail_shows_against_the_anchor_only(shaanxi: Any) -> None:
    with shaanxi.platform.database.writing() as session:
        last = verify(session).events
        anchor(session, recorded_at="2008-03-03T02:00:00+00:00")
    with shaanxi.desk("root") as desk:
        grant_role(desk, "clerk.610523", "reviewer", "610523")
    with shaanxi.platform.database.writing() as session:
        session.execute(text("DELETE FROM event WHERE sequence > :last"), {"last": last})
        assert verify(session).sound and verify(session).anchored_event is not None
        session.execute(text("DELETE FROM event WHERE sequence = :last"), {"last": last})
        assert [(one.sequence, one.what) for one in verify(session).faults] == [(last, "lost")]


def test_anchor_holds_only_what_has_grown_and_is_chained_to_the_one_before(shaanxi: Any) -> None:
    with shaanxi.platform.database.writing() as session:
        first = anchor(session, recorded_at="2008-03-03T02:00:00+00:00")
    with shaanxi.desk("root") as desk:
        desk.record("case/1", "noted", {})
        second = anchor(desk.session, recorded_at="2008-03-03T03:00:00+00:00")
        third = anchor(desk.session, recorded_at="2008-03-03T04:00:00+00:00")
        assert (list(first.heads), list(second.heads), third.heads) == (["staff", "registry_entry"], ["case/1"], {})
        assert is_anchored(desk.session, second.digest) and not is_anchored(desk.session, "0" * 64)
        assert len({first.digest, second.digest, third.digest}) == 3 and verify(desk.session).sound


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE anchor SET heads = '{}' WHERE id = 1", ("anchor", 1, "altered")),
        ("UPDATE anchor SET last_event = 1 WHERE id = 1", ("anchor", 1, "altered")),
        ("DELETE FROM anchor WHERE id = 1", ("anchor", 2, "altered")),
    ],
)
def test_altered_anchor_is_found(shaanxi: Any, damage: str, found: tuple[str, int, str]) -> None:
    with shaanxi.platform.database.writing() as session:
        anchor(session, recorded_at="2008-03-03T02:00:00+00:00")
        anchor(session, recorded_at="2008-03-03T03:00:00+00:00")
        session.execute(text(damage))
        assert found in [(one.chain, one.sequence, one.what) for one in verify(session).faults]


def test_chain_rewritten_whole_shows_against_the_anchor(shaanxi: Any) -> None:
    with shaanxi.desk("root") as desk:
        desk.record("case/1", "noted", {"was": "said"})
    with shaanxi.platform.database.writing() as session:
        anchor(session, recorded_at="2008-03-03T02:00:00+00:00")
        session.execute(text("DELETE FROM event WHERE chain = 'case/1'"))
    with shaanxi.desk("root") as desk:
        desk.record("case/1", "noted", {"was": "never said"})
        found = [(one.chain, one.sequence, one.what) for one in verify(desk.session).faults]
        assert found == [("case/1", 1, "rewritten")] and verify(desk.session, chain="staff").sound
