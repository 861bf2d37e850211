"""The registry's log: append-only, chained, content-addressed, with an injected clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import JiuzhuError
from core.provision import Provision
from regions.log import Log


class Clock:
    """A clock that moves one hour at every look."""

    def __init__(self) -> None:
        self.now = datetime(2018, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "registry.jsonl"


@pytest.fixture
def log(path: Path) -> Log:
    return Log(path=path, clock=Clock())


def test_the_same_provisions_are_recorded_once(log: Log, path: Path, provision: Callable[..., Provision]) -> None:
    assert log.append("p", "0.1", [provision()])
    assert not log.append("p", "0.1", [provision()])
    assert len(path.read_text().splitlines()) == 1


def test_an_earlier_state_is_rebuilt_from_stored_content(log: Log, provision: Callable[..., Provision]) -> None:
    log.append("p", "0.1", [provision(yuan="420")])
    first = log.entries[-1].recorded_at
    log.append("p", "0.2", [provision(yuan="430")])
    assert [one.value["amount"]["yuan"] for one in log.provisions(first)] == ["420"]
    assert [one.value["amount"]["yuan"] for one in log.provisions()] == ["430"]
    assert log.provisions("2017-01-01T00:00:00+00:00") == ()


def test_changed_content_under_an_id_is_a_new_revision_and_a_return_is_the_old_one(
    log: Log, provision: Callable[..., Provision]
) -> None:
    for yuan, revision in (("420", 1), ("430", 2), ("420", 1)):
        log.append("p", "0.1", [provision(yuan=yuan)])
        assert [one.revision for one in log.provisions()] == [revision]


def test_another_process_sees_what_was_appended(log: Log, path: Path, provision: Callable[..., Provision]) -> None:
    other = Log(path=path, clock=Clock())
    log.append("p", "0.1", [provision()])
    assert other.refresh() and other.version() == log.version()
    other.append("q", "0.1", [provision("q/one")])
    assert log.refresh() and not log.refresh() and log.version() == other.version()


def test_a_version_is_the_set_of_contents_not_the_order_of_acceptance(provision: Callable[..., Provision]) -> None:
    one, two = Log(path=None, clock=Clock()), Log(path=None, clock=Clock())
    for log, order in ((one, "pq"), (two, "qp")):
        for source in order:
            log.append(source, "0.1", [provision(f"{source}/one")])
    assert one.version() == two.version() != Log(path=None, clock=Clock()).version()


def test_an_edit_of_the_past_is_found(log: Log, path: Path, provision: Callable[..., Provision]) -> None:
    log.append("p", "0.1", [provision(yuan="420")])
    path.write_text(path.read_text().replace('"420"', '"520"'))
    with pytest.raises(JiuzhuError) as caught:
        Log(path=path, clock=Clock()).refresh()
    assert caught.value.code == "log_damaged"


def test_a_line_half_written_by_a_killed_process_is_not_read(
    log: Log, path: Path, provision: Callable[..., Provision]
) -> None:
    log.append("p", "0.1", [provision()])
    with path.open("a") as file:
        file.write('{"sequence": 2, "recor')
    again = Log(path=path, clock=Clock())
    assert again.refresh() and len(again.entries) == 1


def test_a_source_without_provisions_is_withdrawn(log: Log, provision: Callable[..., Provision]) -> None:
    log.append("p", "0.1", [provision()])
    assert log.append("p", "0.1", []) and log.provisions() == ()
