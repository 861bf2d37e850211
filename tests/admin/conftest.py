"""A panel at work: the bundled rules, a fresh database, users of every role, and pages asked for as a browser does."""

from __future__ import annotations

import html
import importlib.util
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from admin.app import create_app
from core.casework.signin import hash_password, set_password
from core.casework.staff import add_user, first_administrator, grant_role
from regions.platform import Platform, open_platform
from regions.settings import Settings


def _beside(name: str) -> Any:
    """A module of the tests' own folder: the tests are no package on purpose."""
    known = f"tests.{name}"
    if known not in sys.modules:
        file = Path(__file__).resolve().parents[1] / f"{name}.py"
        spec = importlib.util.spec_from_file_location(known, file)
        assert spec is not None and spec.loader is not None
        sys.modules[known] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[known])
    return sys.modules[known]


PASSWORD = "long-enough-1"
PLACES = ("430900", "610523")
ROLES = ("clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor", "administrator")
BEGIN = datetime(2018, 6, 1, 1, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock the test sets; it moves a second at every look."""

    moment: datetime = BEGIN

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


class Visitor:
    """A browser without a screen: follows forms with their CSRF token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, *, at: str = "/", **more: Any) -> TestResponse:
        """Send a form with the token of the page ``at``."""
        return self.client.post(path, data={"csrf_token": self.token(at), **(data or {})}, **more)

    def token(self, at: str = "/") -> str:
        """Return the token of a page's forms; a page that has none shows it in its head."""
        found = re.search(r'name="csrf[-_]token" (?:value|content)="([^"]+)"', self.get(at).get_data(as_text=True))
        assert found is not None
        return html.unescape(found[1])


@dataclass
class Panel:
    """The application on a database, its clock, and visitors signed in as an officer."""

    platform: Platform
    app: Flask
    clock: Clock

    def visitor(self, login: str | None = None) -> Visitor:
        """Return a browser, signed in as an officer (``clerk.430900``) or as nobody."""
        visitor = Visitor(self.app.test_client())
        if login is not None:
            answer = visitor.post("/login", {"login": login, "password": PASSWORD}, at="/login")
            assert answer.status_code == 303, answer.get_data(as_text=True)
        return visitor

    def on(self, day: str) -> None:
        """Let it be 09:00 on a day in China."""
        self.clock.moment = datetime.fromisoformat(f"{day}T01:00:00+00:00")


@pytest.fixture(scope="session")
def visit() -> Callable[..., Visitor]:
    """Return a browser at an application, signed in as an officer or as nobody."""

    def sign_in(app: Flask, login: str | None = None) -> Visitor:
        visitor = Visitor(app.test_client())
        if login is not None:
            answer = visitor.post("/login", {"login": login, "password": PASSWORD}, at="/login")
            assert answer.status_code == 303, answer.get_data(as_text=True)
        return visitor

    return sign_in


MakePanel = Callable[..., Panel]


def staffed(platform: Platform) -> None:
    """Add ``root`` and, for each place, a user of every role: ``clerk.430900`` …; all have the same password."""
    with platform.database.writing() as session:
        first_administrator(session, "root", "管理员", moment="2000-01-01T00:00:00+00:00", today=date(2000, 1, 1))
    with platform.desk("root") as desk:
        set_password(desk, "root", hash_password("root", PASSWORD))
        for place in PLACES:
            for role in (*ROLES, "approver2", "clerk2"):
                login = f"{role}.{place}"
                add_user(desk, login, f"{role}·{place}")
                grant_role(desk, login, role.rstrip("2"), place, since=date(2000, 1, 1))
                set_password(desk, login, hash_password(login, PASSWORD))


@pytest.fixture
def make_panel(bases: Any, plugins_once: Any, tmp_path: Path) -> Iterator[MakePanel]:
    """Open a panel on a day; its database is a copy of one prepared once a run."""
    opened: list[tuple[Platform, str]] = []

    def make(day: str = "2018-06-01", *, plugin_dirs: tuple[Path, ...] = (), drafts: bool = False) -> Panel:
        """``drafts`` leaves the plugins of the folders to be accepted by people; else they are in use."""
        clock = Clock(datetime.fromisoformat(f"{day}T01:00:00+00:00"))

        def open_at(url: str) -> Platform:
            settings = Settings(data_dir=tmp_path, lang="zh", database_url=url, plugin_dirs=plugin_dirs)
            return open_platform(settings, clock=clock, loaded=None if drafts else plugins_once(settings))

        def prepare(url: str) -> None:
            platform = open_at(url)
            staffed(platform)
            platform.database.close()

        url = bases.copy_of(("panel", plugin_dirs, drafts), prepare)
        platform = open_at(url)
        opened.append((platform, url))
        app = create_app(platform, secure=False)
        return Panel(platform=platform, app=app, clock=clock)

    yield make
    for platform, url in opened:
        platform.database.close()
        bases.drop(url)


@pytest.fixture
def panel(make_panel: MakePanel) -> Panel:
    """The panel on 2018-06-01."""
    return make_panel()


browsers = _beside("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A real browser for the whole run, or a skip where the machine has none."""
    for browser in browsers.started():
        if browser is None:
            pytest.skip("no Chromium on this machine")
        yield browser


class Window:
    """A page of a real browser at the served panel; ``noted`` must stay empty, and axe finds nothing."""

    def __init__(self, browser: Any, address: str, *, size: tuple[int, int] = (1366, 768)) -> None:
        self.address = address
        # a dialog that still fades in has other contrasts than the one a person reads
        seen = {"width": size[0], "height": size[1]}
        self.context = browser.new_context(viewport=seen, locale="zh-CN", reduced_motion="reduce")
        self.page = self.context.new_page()
        self.watched = browsers.Watched(self.page)

    def sign_in(self, login: str) -> None:
        """Sign in as a person does."""
        self.go("/login")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.press("#password", "Enter")
        self.page.wait_for_url(lambda url: "/login" not in url)
        self.page.wait_for_load_state("networkidle")  # what still loads would be cut off by the next page

    def go(self, path: str) -> None:
        """Open a page and wait until nothing loads any more."""
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_load_state("networkidle")

    def sound(self) -> None:
        """Assert that axe finds nothing, no link lacks a part and the console is empty; a violation names its element."""
        found = Axe().run(self.page)
        violations = [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]]
        assert violations == [], (self.page.url, violations)
        broken = self.page.locator('a[href=""], a[href^="/"][href*="//"]')
        assert broken.count() == 0, (self.page.url, broken.first.evaluate("one => one.outerHTML"))
        assert self.watched.noted == [], self.page.url


@pytest.fixture
def open_window(chromium: Any, panel: Panel) -> Iterator[Callable[..., Window]]:
    """Open windows at the served panel."""
    opened: list[Window] = []
    with browsers.served(panel.app) as address:

        def make(login: str | None = None, *, size: tuple[int, int] = (1366, 768)) -> Window:
            window = Window(chromium, address, size=size)
            opened.append(window)
            if login is not None:
                window.sign_in(login)
            return window

        yield make
        for window in opened:
            window.context.close()
