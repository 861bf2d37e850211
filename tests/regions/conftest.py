"""One platform with the bundled plugins, in memory, under a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from regions.platform import Platform, open_platform
from regions.settings import Settings

OPENED = datetime(2018, 7, 1, 4, 30, tzinfo=UTC)
MakePlugin = Callable[..., Path]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a data folder of their own."""
    return Settings(data_dir=tmp_path_factory.mktemp("data"), lang="zh")


@pytest.fixture(scope="session")
def platform(settings: Settings) -> Platform:
    """The bundled plugins; shared, because a platform is not changed by questions."""
    return open_platform(settings, clock=lambda: OPENED, in_memory=True)


@pytest.fixture
def plugin(tmp_path: Path) -> MakePlugin:
    """Write a plugin with a standard for a county of Shaanxi in 2008 and return its folder."""

    def write(
        *provisions: dict[str, Any], yuan: str = "760", name: str = "dali", cases: list[dict[str, Any]] | None = None
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        frame = {
            "plugin": {"name": name, "title": {"zh": "大荔", "en": "Dali"}, "version": "0.1.0"},
            "documents": {"doc": {"title": "大荔县办法"}},
            "defaults": {
                "division": "610523", "programme": "dibao", "area": "rural", "document": "doc", "cite": "第一条",
                "from": "2008-01-01",
            },
            "provisions": [
                {"id": "standard", "kind": "standard", "amount": {"yuan": yuan, "per": "person-year"}}, *provisions,
            ],
        }  # fmt: skip
        (folder / "policy.yaml").write_text(yaml.safe_dump(frame, allow_unicode=True), encoding="utf-8")
        if cases is not None:
            (folder / "cases.yaml").write_text(yaml.safe_dump(cases, allow_unicode=True), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def opened(settings: Settings) -> Callable[..., Platform]:
    """Open a platform with further plugin folders."""
    return lambda *folders, **more: open_platform(
        replace(settings, plugin_dirs=folders, **more), clock=lambda: OPENED, in_memory=True
    )
