"""The registry's log: append-only, chained, content-addressed, with an injected clock; the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from core.errors import JiuzhuError
from core.provision import Provision
from core.store.engine import Store, open_store
from core.store.tables import RegistryContent, RegistryEntry
from regions.log import Log
from regions.one_state import one_state

Make = Callable[..., Provision]


class Clock:
    """A clock that moves one hour at every look."""

    def __init__(self) -> None:
        self.now = datetime(2018, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now


@pytest.fixture
def log(store: Store) -> Log:
    return Log(store=store, clock=Clock())


def entries(store: Store) -> int:
    """How many entries are in the database."""
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(RegistryEntry)) or 0


def test_the_same_provisions_are_recorded_once(log: Log, store: Store, provision: Make) -> None:
    assert log.append("p", "0.1", [provision()])
    assert not log.append("p", "0.1", [provision()])
    assert entries(store) == 1


def test_an_earlier_state_is_rebuilt_from_stored_content(log: Log, provision: Make) -> None:
    log.append("p", "0.1", [provision(yuan="420")])
    first = log.entries[-1].recorded_at
    log.append("p", "0.2", [provision(yuan="430")])
    assert [one.value["amount"]["yuan"] for one in log.provisions(first)] == ["420"]
    assert [one.value["amount"]["yuan"] for one in log.provisions()] == ["430"]
    assert log.provisions("2017-01-01T00:00:00+00:00") == ()


def test_changed_content_under_an_id_is_a_new_revision_and_a_return_is_the_old_one(log: Log, provision: Make) -> None:
    for yuan, revision in (("420", 1), ("430", 2), ("420", 1)):
        log.append("p", "0.1", [provision(yuan=yuan)])
        assert [one.revision for one in log.provisions()] == [revision]


def test_content_is_stored_once_whatever_names_it(log: Log, store: Store, provision: Make) -> None:
    for yuan in ("420", "430", "420"):
        log.append("p", "0.1", [provision(yuan=yuan)])
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(RegistryContent)) == 2


def test_moments_of_the_log_never_go_back_whatever_the_clock_does(log: Log, provision: Make) -> None:
    log.append("p", "0.1", [provision(yuan="420")])
    first = log.entries[-1].recorded_at
    log.clock = lambda: datetime(2008, 3, 3, tzinfo=UTC)
    log.append("p", "0.2", [provision(yuan="430")])
    assert [one.recorded_at for one in log.entries] == [first, first]
    assert [one.value["amount"]["yuan"] for one in log.provisions("2008-03-04T00:00:00+00:00")] == []


def test_two_logs_see_each_others_appends(log: Log, database_url: str, provision: Make) -> None:
    elsewhere = open_store(database_url)
    other = Log(store=elsewhere, clock=Clock())
    log.append("p", "0.1", [provision()])
    assert other.refresh() and other.version() == log.version()
    other.append("q", "0.1", [provision("q/one")])
    assert log.refresh() and not log.refresh() and log.version() == other.version()
    elsewhere.close()


def test_what_shows_one_state_reads_once_and_the_next_one_sees_the_news(
    log: Log, store: Store, provision: Make
) -> None:
    other = Log(store=store, clock=Clock())
    log.append("yiyang", "1.0", [provision("a")])
    with one_state():
        assert other.refresh()
        log.append("yiyang", "1.1", [provision("a"), provision("b")])
        assert not other.refresh()
        assert len(other.entries) == 1
    with one_state():
        assert other.refresh()
    assert len(other.entries) == 2


def test_a_log_that_has_not_looked_appends_behind_the_others_entry(log: Log, store: Store, provision: Make) -> None:
    other = Log(store=store, clock=Clock())
    log.append("p", "0.1", [provision()])
    assert other.append("q", "0.1", [provision("q/one")])
    assert [one.source for one in other.entries] == ["p", "q"]
    assert not other.append("p", "0.1", [provision()])


def test_a_version_is_the_set_of_contents_not_the_order_of_acceptance(provision: Make) -> None:
    one, two = Log(store=None, clock=Clock()), Log(store=None, clock=Clock())
    for log, order in ((one, "pq"), (two, "qp")):
        for source in order:
            log.append(source, "0.1", [provision(f"{source}/one")])
    assert one.version() == two.version() != Log(store=None, clock=Clock()).version()


@pytest.mark.parametrize(
    "damage",
    [
        """UPDATE registry_content SET body = replace(body, '"420"', '"520"')""",
        "UPDATE registry_content SET body = 'no JSON'",
        "UPDATE registry_content SET body = '[]'",
        "DELETE FROM registry_content",
        "UPDATE registry_entry SET recorded_at = '2017-01-01T00:00:00+00:00'",
        "UPDATE registry_entry SET source = 'q'",
        "UPDATE registry_entry SET contents = '[]'",
        "UPDATE registry_entry SET contents = '5'",
        "UPDATE registry_entry SET new = '5'",
        "UPDATE registry_entry SET new = '[]'",
        "UPDATE registry_entry SET new = '[[1]]'",
        "UPDATE registry_entry SET new = 'null'",
        "UPDATE registry_entry SET sequence = 2",
    ],
)
def test_an_edit_of_the_past_is_found(damage: str, log: Log, store: Store, provision: Make) -> None:
    log.append("p", "0.1", [provision(yuan="420")])
    with store.writing() as session:
        session.execute(text(damage))
    with pytest.raises(JiuzhuError) as caught:
        Log(store=store, clock=Clock()).refresh()
    assert caught.value.code == "log_damaged"


def test_a_failed_transaction_leaves_no_entry(log: Log, store: Store, provision: Make) -> None:
    def fail() -> None:
        with store.writing() as session:
            assert log.publish(session, "amendment/1", "1", [provision("amendment/one")])
            assert log.publish(session, "amendment/2", "1", [provision("amendment/two")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert entries(store) == 0 and not log.refresh() and log.entries == []
    assert log.append("p", "0.1", [provision()]) and [one.sequence for one in log.entries] == [1]


def test_what_a_transaction_published_is_seen_once_it_is_committed(log: Log, store: Store, provision: Make) -> None:
    other = Log(store=store, clock=Clock())
    with store.writing() as session:
        log.publish(session, "amendment/1", "1", [provision("amendment/one")])
        assert log.publish(session, "amendment/2", "1", [provision("amendment/two")])
        assert not log.publish(session, "amendment/2", "1", [provision("amendment/two")])
        assert log.entries == []
    for one in (log, other):
        assert one.refresh() and [entry.source for entry in one.entries] == ["amendment/1", "amendment/2"]


def test_a_trial_reads_the_database_and_keeps_its_own_to_itself(log: Log, store: Store, provision: Make) -> None:
    log.append("p", "0.1", [provision()])
    trial = Log(store=store, clock=Clock(), trial=True)
    assert trial.refresh() and trial.append("q", "0.1", [provision("q/one")])
    assert [one.source for one in trial.entries] == ["p", "q"]
    log.append("r", "0.1", [provision("r/one")])
    assert not trial.refresh() and entries(store) == 2


def test_a_source_without_provisions_is_withdrawn(log: Log, provision: Make) -> None:
    log.append("p", "0.1", [provision()])
    assert log.append("p", "0.1", []) and log.provisions() == ()
