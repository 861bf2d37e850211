"""Two whole lives on both databases: nothing that was ever encrypted of a person is readable anywhere else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.store.cipher import Cipher
from core.store.engine import open_store
from regions.life.run import TALES, run_life

pytestmark = pytest.mark.slow


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every text of a person that is encrypted while the test runs."""
    found: set[str] = set()
    seal = Cipher.seal

    def watched(self: Cipher, text: str, field: str, *, row: str) -> bytes:
        if field.startswith("person."):
            found.add(text)
        return seal(self, text, field, row=row)

    monkeypatch.setattr(Cipher, "seal", watched)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, postgresql: Any, tmp_path: Path) -> Iterator[list[str]]:
    """A database without tables for each tale."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path}/{tale.name}.db" for tale in TALES]
        return
    if postgresql is None:
        pytest.skip("no PostgreSQL on this machine")
    found = [postgresql.fresh(empty=True) for _ in TALES]
    yield found
    for one in found:
        postgresql.drop(one)


def test_no_column_no_event_and_no_log_tells_a_name_a_number_or_an_account(
    urls: list[str],
    sealed: set[str],
    assert_no_personal_data: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    assert [one.wrong for one in run_life(urls)] == [()] * len(TALES)
    assert len(sealed) > 10
    for url in urls:
        store = open_store(url)
        with store.reading() as session:
            assert_no_personal_data(session, *sealed)
        store.close()
    assert [one for one in sealed if one in caplog.text] == []
