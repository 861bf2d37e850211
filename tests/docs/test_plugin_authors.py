"""docs/plugin-authors.md: its first plugin is made and checked, its hooks are those of the code."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import cli
from core.hookspecs import NAMES, Hooks

PAGE = Path(__file__).parents[2] / "docs" / "plugin-authors.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCK = re.compile(r"```(\w+)(?: file=(\S+))?\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, where a new author begins."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIUZHU_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def follow(folder: Path, *tools: str) -> int:
    """Do what the page says from top to bottom, with the commands of these tools; return how many were run."""
    done = 0
    for language, file, body in BLOCK.findall(TEXT):
        if file:
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(body, encoding="utf-8")
        elif language == "console":
            command, *expected = body.strip().splitlines()
            words = shlex.split(command.removeprefix("$ "))
            tool = next(word for word in words if "=" not in word)
            if tool in tools or "new" in words:
                output, done = run(words, tool), done + 1
                assert [line for line in expected if line not in output] == [], output
    return done


def run(words: list[str], tool: str) -> str:
    """Run one command as a user would type it and return its output."""
    given = dict(word.split("=", 1) for word in words[: words.index(tool)])
    rest, environ = words[words.index(tool) + 1 :], {**os.environ, **given}
    if tool == "python":
        done = subprocess.run(  # noqa: S603 - the page's own command
            [sys.executable, *rest], env=environ, text=True, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr
    result = CliRunner().invoke(cli, rest, env=environ)
    assert result.exit_code == 0, result.output
    return str(result.output)


def test_the_page_is_followed_from_a_new_project_to_a_clean_check(folder: Path) -> None:
    assert follow(folder, "jiuzhu") == 5
    assert "示例县农村低保" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_page_is_followed_from_a_new_project_to_its_wheel(folder: Path) -> None:
    assert follow(folder, "python") == 3
    with zipfile.ZipFile(next((folder / "dist").glob("*.whl"))) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith("demo_county/")}
    files = ("__init__.py", "policy.yaml", "cases.yaml", "articles.yaml", "README.md")
    assert packed == {f"demo_county/{name}" for name in files}


def test_every_hook_is_on_the_page_with_its_exact_signature() -> None:
    shown = TEXT.replace(r"\|", "|")
    for name in NAMES:
        signature = str(inspect.signature(getattr(Hooks, name))).replace("'", "")
        assert f"`{name}{signature}`" in shown, f"{name}{signature}"
