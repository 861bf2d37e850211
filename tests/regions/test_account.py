"""The account of every article: implemented, shown by an example that holds; not executable; or a gap."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from regions.check.account import Account, accounts, markdown, status_of
from regions.check.report import Covered
from regions.discovery import BUNDLED
from regions.platform import Platform, open_platform
from regions.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> tuple[Account, ...]:
    """The accounts of the bundled plugins."""
    platform: Platform = open_platform(
        Settings(data_dir=tmp_path_factory.mktemp("data"), lang="zh"),
        clock=lambda: datetime(2026, 1, 1, tzinfo=UTC),
        in_memory=True,
    )
    return accounts(platform)


def test_every_bundled_plugin_accounts_for_every_article_of_its_documents(found: tuple[Account, ...]) -> None:
    assert [one.name for one in found] == list(BUNDLED)
    open_ = [(one.name, row.article) for one in found for row in one.rows if row.status == "open"]
    assert open_ == []


def test_every_implemented_article_has_a_provision_and_an_example_that_holds(found: tuple[Account, ...]) -> None:
    rows = [(one.name, row) for one in found for row in one.rows if row.status == "implemented"]
    assert rows
    assert [(name, row.article) for name, row in rows if not row.provisions or not row.cases] == []


def test_the_page_of_coverage_is_what_the_command_prints(found: tuple[Account, ...]) -> None:
    assert PAGE.read_text(encoding="utf-8") == "\n".join(markdown(found, "en")) + "\n"


def test_an_article_whose_example_no_longer_holds_says_so(found: tuple[Account, ...]) -> None:
    row: Covered = next(row for row in found[0].rows if row.cases)
    lost = Covered(document=row.document, article=row.article, topic=row.topic, status="implemented", provisions=("a",))
    assert status_of(row, "zh") == "已实现" and status_of(lost, "zh") == "已实现，示例不成立"
