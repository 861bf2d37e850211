"""Two at once: barrier-started, exactly one wins, the other gets a clear conflict and nothing half done."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

from sqlalchemy import select

from core.errors import JiuzhuError
from core.store.tables import Event, RegistryEntry
from regions import amendment
from tests.notices import notice

EDITOR, APPROVER = "policy_editor.430900", "policy_approver.430900"
ROUNDS = int(os.environ.get("JIUZHU_RACE_ROUNDS", "10"))
"""How often each race is run; the full run sets 100."""


def submitted(city: Any, number: int, urban: str = "430") -> str:
    day = (date(2018, 5, 1) + timedelta(days=number)).isoformat()
    with city.desk(EDITOR) as desk:
        return amendment.submit(desk, amendment.propose(desk, notice(effective=day, urban=urban)).uuid).uuid


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Start everything at one moment; return ``done`` or the code of each refusal, sorted."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            act()
        except JiuzhuError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(start, acts))


def act(bureau: Any, step: Callable[..., Any], uuid: str) -> Callable[[], None]:
    def run() -> None:
        with bureau.desk(APPROVER) as desk:
            step(desk, uuid)

    return run


def test_two_approvers_at_once_one_approves_and_the_other_is_told(city: Any, make_city: Any) -> None:
    other = make_city(url=city.platform.settings.database_url)
    found: Counter[tuple[str, ...]] = Counter()
    for number in range(ROUNDS):
        uuid = submitted(city, number)
        found[tuple(at_once(act(city, amendment.approve, uuid), act(other, amendment.approve, uuid)))] += 1
        with city.platform.database.reading() as session:
            kinds = list(session.scalars(select(Event.kind).where(Event.chain == f"amendment/{uuid}")))
        assert kinds.count("amendment_approved") == 1
    assert set(found) == {("amendment_state", "done")}


def test_two_publications_of_one_amendment_at_once_write_one_entry(city: Any, make_city: Any) -> None:
    other = make_city(url=city.platform.settings.database_url)
    found: Counter[tuple[str, ...]] = Counter()
    for number in range(ROUNDS):
        uuid = submitted(city, number)
        act(city, amendment.approve, uuid)()
        found[tuple(at_once(act(city, amendment.publish, uuid), act(other, amendment.publish, uuid)))] += 1
        with city.platform.database.reading() as session:
            entries = session.scalars(
                select(RegistryEntry.sequence).where(RegistryEntry.source == f"amendment/{uuid}")
            ).all()
        assert len(entries) == 1
    assert set(found) == {("amendment_state", "done")}


def test_two_amendments_that_contradict_each_other_are_not_both_published(city: Any, make_city: Any) -> None:
    other = make_city(url=city.platform.settings.database_url)
    found: Counter[tuple[str, ...]] = Counter()
    for number in range(ROUNDS):
        one, two = submitted(city, number, "430"), submitted(city, number, "440")
        act(city, amendment.approve, one)()
        act(city, amendment.approve, two)()
        found[tuple(at_once(act(city, amendment.publish, one), act(other, amendment.publish, two)))] += 1
    assert len(found) == 1
    (outcome,) = found
    assert outcome[0] == "done" or outcome[1] == "done"
    assert set(outcome) & {"tie", "already_ruled"}
