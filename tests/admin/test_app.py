from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from admin.app import create_app, installed_version


def test_health_page_says_that_the_service_is_up(panel: Any) -> None:
    answer = panel.visitor().get("/health")

    assert answer.status_code == 200
    assert answer.get_json() == {"status": "ok", "version": installed_version()}


def test_health_page_is_read_only(panel: Any) -> None:
    visitor = panel.visitor()
    assert visitor.post("/health", at="/login").status_code == 405


def test_every_call_makes_an_application_of_its_own(panel: Any) -> None:
    assert create_app(panel.platform) is not create_app(panel.platform)


def test_version_of_what_is_not_installed_is_unknown() -> None:
    assert installed_version("no-such-distribution-of-ours") == "unknown"


def test_no_sentence_of_the_pages_is_without_its_english() -> None:
    folder = Path(__file__).resolve().parents[2] / "admin"
    empty = re.compile(r"""say\(\s*(["'])[^"']+\1,\s*(["'])\2\s*\)""")  # an empty English would show the Chinese
    files = [*folder.rglob("*.html"), *folder.rglob("*.py")]
    assert [one.name for one in files if empty.search(one.read_text(encoding="utf-8"))] == []
    assert len(files) > 100
