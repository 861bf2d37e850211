"""Running the command as a user does: words in, output and exit code out, in an empty folder of one's own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import cli
from core.casework.desk import Desk
from core.casework.staff import add_user, grant_role
from regions.platform import open_platform
from regions.settings import Settings

ROOT = Path(__file__).resolve().parents[2]

Run = Callable[..., Result]
MakePlugin = Callable[..., Path]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder with a data folder of its own, whatever the developer's settings and locale."""
    for name in list(os.environ):
        if name.startswith(("JIUZHU_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("JIUZHU_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Run:
    """Run the command with words as typed; the environment may be added to."""

    def call(*words: str, **environ: str) -> Result:
        return CliRunner().invoke(cli, [*words], env=environ)

    return call


@pytest.fixture
def refused() -> Callable[[Result, str], None]:
    """Check that an error is one message on stderr with exit code 1, and nothing of ours is shown."""

    def check(result: Result, code: str) -> None:
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), repr(result.exception)
        assert f"[{code}]" in result.stderr
        assert "Traceback" not in result.output
        assert result.stdout == ""

    return check


@pytest.fixture
def plugin(tmp_path: Path) -> MakePlugin:
    """Write a little plugin for a county, by default Dali with 760 yuan, and return its folder."""

    def write(*, name: str = "mine", yuan: str = "760", division: str = "610523", cases: str = "") -> Path:
        folder = tmp_path / "plugins" / name
        folder.mkdir(parents=True)
        (folder / "policy.yaml").write_text(
            f"plugin: {{name: {name}, title: 示例, version: 0.1.0}}\n"
            "documents: {doc: {title: 示例办法（虚构）, issued: 2008-01-10}}\n"
            f'defaults: {{division: "{division}", programme: dibao, area: rural, document: doc, '
            "cite: 第一条, from: 2008-02-01}\n"
            f"provisions:\n  - {{id: s, kind: standard, label: {{zh: 示例标准, en: example standard}}, "
            f"amount: {{yuan: {yuan}, per: person-year}}}}\n",
            encoding="utf-8",
        )
        if cases:
            (folder / "cases.yaml").write_text(cases, encoding="utf-8")
        return folder

    return write


@pytest.fixture
def example() -> str:
    """The Shaanxi example: four persons with 2,000 yuan a year."""
    return str(ROOT / "examples" / "shaanxi.yaml")


class Office:
    """Officers of a place at the keyboard. A call types a command with ``--json`` and reads what it prints."""

    def __init__(self, run: Run, place: str, *, day: str, url: str, plugin_dirs: Sequence[Path]) -> None:
        self._run, self.place, self.day, self.url, self._plugin_dirs = run, place, day, url, plugin_dirs

    def __call__(self, login: str, *words: str, on: str | None = None, code: int = 0) -> Any:
        """Return the answer to a command of an officer (``clerk``, ``approver``, …) on a day; for code 1 the message."""
        done = self.typed(login, *words, "--json", on=on)
        assert done.exit_code == code, f"{done.output}{done.exception!r}"
        return done.stderr if code == 1 else json.loads(done.stdout)

    def said(self, login: str, *words: str, on: str | None = None) -> str:
        """Return what a command tells an officer in Chinese."""
        done = self.typed(login, *words, on=on)
        assert done.exit_code == 0, f"{done.output}{done.exception!r}"
        return done.stdout

    def typed(self, login: str, *words: str, on: str | None = None) -> Result:
        """Run a command as an officer."""
        environ = {"JIUZHU_DATABASE_URL": self.url, "JIUZHU_TODAY": on or self.day}
        if self._plugin_dirs:
            environ["JIUZHU_PLUGIN_DIRS"] = os.pathsep.join(map(str, self._plugin_dirs))
        return self._run("--lang", "zh", "--as", self.login(login), *words, **environ)

    def login(self, role: str) -> str:
        """Return the login of the officer of a role there."""
        return role if role == "root" else f"{role}.{self.place}"

    @contextmanager
    def desk(self, login: str, on: str | None = None) -> Iterator[Desk]:
        """Open a desk for an officer, to arrange what a test is not about."""
        day = date.fromisoformat(on or self.day)
        settings = Settings(
            data_dir=Path.cwd() / "data", lang="zh", database_url=self.url, today=day,
            plugin_dirs=tuple(self._plugin_dirs),
        )  # fmt: skip
        platform = open_platform(settings)
        try:
            with platform.desk(self.login(login)) as desk:
                yield desk
        finally:
            platform.database.close()


MakeOffice = Callable[..., Office]
ROLES = ("clerk", "reviewer", "approver", "policy_editor", "policy_approver", "auditor")


@pytest.fixture
def make_office(run: Run, bases: Any) -> Iterator[MakeOffice]:
    """Open an office for a place on a day, its users in office since 2000; on SQLite and PostgreSQL in turn."""
    opened: list[str] = []

    def make(place: str, *, day: str, plugin_dirs: Sequence[Path] = ()) -> Office:
        def prepare(url: str) -> None:
            office = Office(run, place, day="2000-01-01", url=url, plugin_dirs=())
            office("root", "staff", "first", "root", "管理员")
            with office.desk("root") as desk:
                for role in ROLES:
                    add_user(desk, office.login(role), role)
                    grant_role(desk, office.login(role), role, place, since=date(2000, 1, 1))

        opened.append(bases.copy_of(("office", place), prepare))
        return Office(run, place, day=day, url=opened[-1], plugin_dirs=plugin_dirs)

    yield make
    for url in opened:
        bases.drop(url)
