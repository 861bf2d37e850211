"""The log file of version 0.1 is taken over once, chain intact, into either database."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.errors import JiuzhuError
from core.provision import Provision
from core.store.engine import Store
from regions.discovery import BUNDLED
from regions.log import Log
from regions.log_file import LOG, adopt_log
from regions.platform import open_platform
from regions.settings import Settings

EARLIER = datetime(2018, 1, 1, tzinfo=UTC)


def lines(log: Log) -> list[str]:
    """The lines version 0.1 wrote for what a log holds."""
    seen: set[str] = set()
    written = []
    for one in log.entries:
        new = {content: log.stored[content] for content in one.contents if content not in seen}
        seen |= set(one.contents)
        body: dict[str, Any] = {
            "sequence": one.sequence, "recorded_at": one.recorded_at, "source": one.source, "version": one.version,
            "contents": list(one.contents), "new": new, "chain": one.chain,
        }  # fmt: skip
        written.append(json.dumps(body, ensure_ascii=False) + "\n")
    return written


@pytest.fixture
def before(provision: Callable[..., Provision]) -> Log:
    """Two states of one plugin and the withdrawal of another."""
    log = Log(store=None, clock=lambda: EARLIER)
    log.append("p", "0.1", [provision(yuan="420")])
    log.append("q", "0.1", [provision("q/one")])
    log.append("p", "0.2", [provision(yuan="430")])
    log.append("q", "0.1", [])
    return log


@pytest.fixture
def path(tmp_path: Path, before: Log) -> Path:
    (tmp_path / LOG).write_text("".join(lines(before)), encoding="utf-8")
    return tmp_path / LOG


def read(store: Store) -> Log:
    """What a fresh process reads from the database."""
    log = Log(store=store, clock=lambda: EARLIER)
    log.refresh()
    return log


def test_entries_are_taken_over_with_their_chain(store: Store, path: Path, before: Log) -> None:
    assert adopt_log(store, path) == 4
    found = read(store)
    assert (found.entries, found.stored, found.version()) == (before.entries, before.stored, before.version())
    assert found.append("p", "0.3", []) and [one.sequence for one in read(store).entries] == [1, 2, 3, 4, 5]


def test_file_is_taken_over_once_and_left_as_it_was(store: Store, path: Path) -> None:
    text = path.read_bytes()
    assert (adopt_log(store, path), adopt_log(store, path)) == (4, 0)
    assert path.read_bytes() == text and len(read(store).entries) == 4


def test_file_is_not_taken_over_into_a_log_that_has_entries(
    store: Store, path: Path, provision: Callable[..., Provision]
) -> None:
    Log(store=store, clock=lambda: EARLIER).append("r", "0.1", [provision()])
    assert adopt_log(store, path) == 0 and [one.source for one in read(store).entries] == ["r"]


def test_line_half_written_by_a_killed_process_is_not_taken_over(store: Store, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])
    assert adopt_log(store, path) == 3


@pytest.mark.parametrize("wrong", ["not a log\n", "[]\n", "{}\n", "null\n"])
def test_file_that_is_no_log_is_refused_by_line(store: Store, path: Path, wrong: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    with pytest.raises(JiuzhuError, match=rf"{LOG}:5:0.*log_damaged"):
        adopt_log(store, path)
    assert read(store).entries == []


def test_file_that_was_changed_is_refused_whole(store: Store, path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace('"430"', '"530"'), encoding="utf-8")
    with pytest.raises(JiuzhuError, match="log_damaged"):
        adopt_log(store, path)
    assert read(store).entries == []


def test_platform_goes_on_from_the_log_of_the_earlier_version(
    settings: Settings, tmp_path: Path, database_url: str
) -> None:
    early = open_platform(settings, clock=lambda: EARLIER, in_memory=True).registry.log
    (tmp_path / LOG).write_text("".join(lines(early)), encoding="utf-8")
    found = open_platform(replace(settings, data_dir=tmp_path, database_url=database_url))
    assert found.registry.log.entries == early.entries and len(early.entries) == len(BUNDLED)
    found.database.close()
