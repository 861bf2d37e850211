"""docs/plugin-authors.md: its first plugin is made and checked, its hooks are those of the code."""

from __future__ import annotations

import inspect
import os
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import cli
from core.hookspecs import NAMES, Hooks

PAGE = Path(__file__).parents[2] / "docs" / "plugin-authors.md"
TEXT = PAGE.read_text(encoding="utf-8")
FILE = re.compile(r"```\w+ file=(\S+)\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files the page shows."""
    for name, body in FILE.findall(TEXT):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIUZHU_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def run(line: str) -> str:
    """Run one command of the page as a user would type it and return its output."""
    words = shlex.split(line)
    given = dict(word.split("=", 1) for word in words[: words.index("jiuzhu")])
    result = CliRunner().invoke(cli, words[words.index("jiuzhu") + 1 :], env={**os.environ, **given})
    assert result.exit_code == 0, result.output
    return str(result.output)


@pytest.mark.parametrize("session", CONSOLE.findall(TEXT))
def test_the_commands_of_the_page_print_what_it_says(session: str, folder: Path) -> None:
    command, *expected = session.strip().splitlines()
    output = run(command.removeprefix("$ "))
    for line in expected:
        assert line in output


def test_every_hook_is_on_the_page_with_its_exact_signature() -> None:
    shown = TEXT.replace(r"\|", "|")
    for name in NAMES:
        signature = str(inspect.signature(getattr(Hooks, name))).replace("'", "")
        assert f"`{name}{signature}`" in shown, f"{name}{signature}"
