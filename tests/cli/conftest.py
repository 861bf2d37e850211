"""Running the command as a user does: words in, output and exit code out, in an empty folder of one's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import cli

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
            f"provisions:\n  - {{id: s, kind: standard, amount: {{yuan: {yuan}, per: person-year}}}}\n",
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
