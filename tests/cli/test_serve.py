"""The panel as a process of its own: started, asked, ended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_proxy_only_this_machine_is_listened_on(run: Callable[..., Result]) -> None:
    done = run("serve", "--host", "0.0.0.0")  # noqa: S104 - this is what is refused
    assert done.exit_code == 1 and "[plain_http]" in done.stderr


def test_demonstration_whose_password_is_known_is_for_this_machine_only(run: Callable[..., Result]) -> None:
    done = run("serve", "--demo", "--behind-proxy", "office.example")
    assert done.exit_code == 1 and "[demonstration_is_local]" in done.stderr


@pytest.mark.slow
def test_panel_answers_under_its_server_and_ends_when_told(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {**os.environ, "JIUZHU_DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "cli", "serve", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(words, cwd=tmp_path, env=environ)  # noqa: S603 - our own command
    try:
        assert b'"ok"' in _answer(f"http://127.0.0.1:{port}/health", server)
        assert "登录".encode() in _answer(f"http://127.0.0.1:{port}/login", server)
        (worker,) = _doctor(tmp_path, environ)["processes"]
        assert (
            worker["role"] == "serve" and worker["registry_version"] == _doctor(tmp_path, environ)["registry_version"]
        )
    finally:
        server.terminate()
        assert server.wait(60) == 0
    assert _doctor(tmp_path, environ)["processes"] == [], "a worker that ends in order says so"


def _doctor(folder: Path, environ: dict[str, str]) -> Any:
    """What ``doctor`` says, in a process of its own."""
    words = [sys.executable, "-m", "cli", "doctor", "--json"]
    done = subprocess.run(words, cwd=folder, env=environ, capture_output=True, check=True)  # noqa: S603 - our own command
    return json.loads(done.stdout)


def _answer(address: str, server: subprocess.Popen[bytes]) -> bytes:
    """Ask until the server is up: as long as its process lives."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own loopback address
                found: bytes = answer.read()
                return found
        except urllib.error.URLError:
            time.sleep(0.2)
    raise AssertionError("the server ended")
