from __future__ import annotations

import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from admin.access import needs
from admin.app import create_app
from admin.safety import _secret

VENDOR = Path(__file__).resolve().parents[2] / "admin" / "static" / "vendor"


def test_every_page_is_named_in_the_access_matrix_and_nothing_else_is(panel: Any) -> None:
    assert {rule.endpoint for rule in panel.app.url_map.iter_rules()} == set(needs())


def test_page_that_the_matrix_does_not_name_opens_for_nobody(panel: Any) -> None:
    panel.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = panel.visitor("root").get("/forgotten")
    assert answer.status_code == 403 and "secret" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/login", "/nothing", "/standards/"])
def test_every_answer_has_the_headers_and_is_kept_by_no_cache(panel: Any, path: str) -> None:
    answer = panel.visitor("root").get(path)
    policy = answer.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_styles_and_scripts_may_be_kept(panel: Any) -> None:
    with panel.visitor().get("/static/jiuzhu.css") as answer:
        assert "max-age" in answer.headers["Cache-Control"]


def test_foreign_host_is_refused(panel: Any) -> None:
    assert panel.visitor().get("/login", headers={"Host": "evil.example"}).status_code == 400


def test_cookie_is_out_of_reach_of_scripts_and_other_sites(panel: Any) -> None:
    visitor = panel.visitor()
    cookie = visitor.get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


@pytest.mark.parametrize("secure", [True, False])
def test_behind_tls_the_browser_is_told_to_come_in_no_other_way(panel: Any, secure: bool) -> None:
    answer = create_app(panel.platform, secure=secure).test_client().get("/login")
    assert ("max-age" in answer.headers.get("Strict-Transport-Security", "")) is secure


def test_form_without_its_token_is_refused(panel: Any) -> None:
    visitor = panel.visitor("clerk.430900")
    writing = [rule for rule in panel.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    assert writing
    for rule in writing:
        path = "/".join("1" if "<" in part else part for part in rule.rule.split("/"))
        assert visitor.client.post(path).status_code in (400, 404), rule


def test_vendored_files_are_those_whose_sums_are_noted() -> None:
    noted = json.loads((VENDOR / "versions.json").read_text(encoding="utf-8"))
    held = {
        one.name: hashlib.sha256(one.read_bytes()).hexdigest()
        for one in VENDOR.iterdir()
        if one.suffix in (".js", ".css")
    }
    assert {name: one["sha256"] for name, one in noted.items()} == held


def test_no_template_has_an_inline_style_or_handler() -> None:
    for page in (VENDOR.parents[1] / "templates").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert " style=" not in text and " onclick=" not in text and "<script>" not in text and "|safe" not in text, (
            page
        )


def test_workers_that_start_at_once_share_one_whole_key(tmp_path: Path) -> None:
    ready = threading.Barrier(8)

    def start(_: int) -> bytes:
        ready.wait()
        return _secret(tmp_path / "data" / "session.key")

    with ThreadPoolExecutor(8) as workers:
        found = set(workers.map(start, range(8)))
    assert len(found) == 1 and len(found.pop()) == 32
    assert [one.name for one in (tmp_path / "data").iterdir()] == ["session.key"]
    assert (tmp_path / "data" / "session.key").stat().st_mode & 0o777 == 0o600
