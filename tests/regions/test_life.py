"""The demonstration of two whole lives runs on SQLite and on PostgreSQL and comes out to the fen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import JiuzhuError
from regions.life.run import TALES, Tale, tell


@pytest.fixture
def empty_url(bases: Any) -> Any:
    url = bases.empty()
    yield url
    bases.drop(url)


@pytest.mark.parametrize("tale", TALES, ids=lambda one: one.name)
def test_whole_life_comes_out_to_the_fen(empty_url: str, tmp_path: Path, tale: Tale) -> None:
    told = tell(tale, url=empty_url, folder=tmp_path)
    assert told.wrong == ()
    assert [tuple(one.total for one in account.payments) for account in told.ledgers] == list(map(tuple, tale.paid))
    assert told.replayed >= len(tale.paid) and told.events > 40


def test_timeline_shows_objection_recusal_review_and_exit(empty_url: str, tmp_path: Path) -> None:
    told = tell(TALES[0], url=empty_url, folder=tmp_path)
    first, _, third = ("\n".join(one.text("zh").splitlines()) for one in told.stories)
    assert "减发" in first and "退出" in first and "收入超标" in first
    assert "异议" in third and "回避" in third


def test_back_dated_rise_is_paid_as_arrears_of_its_own(empty_url: str, tmp_path: Path) -> None:
    (account,) = tell(TALES[1], url=empty_url, folder=tmp_path).ledgers
    april, may = account.payments
    assert (april.columns["benefit"], may.columns["benefit"], may.columns["arrears"]) == (36_000, 39_000, 3_000)


def test_approved_case_is_not_told_that_its_refusal_is_overdue(empty_url: str, tmp_path: Path) -> None:
    (story,) = tell(TALES[1], url=empty_url, folder=tmp_path).stories
    assert "已逾期未办" not in story.text("zh")


def test_database_that_holds_something_is_refused(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(JiuzhuError) as refused:
        tell(TALES[0], url=database_url, folder=tmp_path)
    assert refused.value.code == "not_empty"
