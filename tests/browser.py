"""A real Chromium for the tests of pages: the machine's own, or nothing, said loudly and an error on a CI machine."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
"""Started as root, on a machine that reaches no network."""


def started() -> Iterator[Browser | None]:
    """Start the browser; None where there is none.

    Raises:
        RuntimeError: on a CI machine without one.
    """
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        if os.environ.get("CI"):
            raise RuntimeError("no Chromium on this machine: the pages cannot be tested")
        print("\n!!! CHROMIUM IS NOT HERE, ITS TESTS ARE SKIPPED", file=sys.__stderr__)
        yield None
        return
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=[*QUIET])
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free loopback port and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Watched:
    """A page whose console, failed requests and errors are noted: all must stay empty."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.noted: list[str] = []
        page.on("console", lambda one: self.noted.append(f"{one.type}: {one.text}") if one.type != "log" else None)
        page.on("pageerror", lambda one: self.noted.append(str(one)))
        page.on("requestfailed", lambda one: self.noted.append(f"failed: {one.url}"))
