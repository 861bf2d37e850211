"""The trail as an auditor reads it: his own cases in full, everybody's integrity, nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.casework.audit import anchor_chains, show_chain, verify_chains
from core.errors import JiuzhuError


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


@pytest.mark.parametrize("other", ["staff", "case/999", "registry"])
def test_auditor_of_a_place_reads_no_other_chain(shaanxi: Any, chain: str, other: str) -> None:
    with shaanxi.desk("auditor.610523") as desk, pytest.raises(JiuzhuError, match="not_permitted"):
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
