"""README.md and README.zh-CN.md: the commands they show run, the files they name are there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli import cli
from regions.settings import KEYS

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.zh-CN.md")
CODE = re.compile(r"`(jiuzhu [^`]+)`")
SHELL = re.compile(r"\$\((jiuzhu [^)]+)\)")
LINK = re.compile(r"\]\(([^)#:]+)\)")
MAKE = re.compile(r"\$ make ([a-z-]+)")
OPEN = ("FILE", "DIR", "TEXT", "NAME", "文件", "目录", "公式", "名称", "|")
"""What stands for the reader's own words: such a line names commands, it cannot be run as it stands."""


def shown(page: str) -> list[str]:
    """Every ``jiuzhu …`` of a page, line breaks inside one taken out."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [" ".join(found.replace("\\|", "|").split()) for found in (*CODE.findall(text), *SHELL.findall(text))]


def is_open(line: str) -> bool:
    """Whether a line leaves something to the reader."""
    return any(word in line.split() for word in OPEN)


STAYS = "jiuzhu serve"
"""It runs until it is told to end: tests/cli/test_serve.py starts it; here it is named."""


def runs(line: str) -> bool:
    """Whether a line can be run as it stands, and ends."""
    return not is_open(line) and not line.startswith(STAYS)


RUN = [pytest.param(line, id=f"{page}: {line}") for page in PAGES for line in shown(page) if runs(line)]
NAMED = [pytest.param(line, id=f"{page}: {line}") for page in PAGES for line in shown(page) if not runs(line)]


@pytest.mark.parametrize("line", RUN)
def test_a_command_of_the_readme_runs(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(cli, shlex.split(line)[1:], env={"JIUZHU_DATA_DIR": str(tmp_path)})
    assert result.exit_code == 0, result.output
    assert result.output.strip()


def named(line: str) -> list[list[str]]:
    """The commands a line with alternatives names: ``policy show | explain`` names two."""
    words = [word for word in line.split()[1:] if word not in OPEN[:-1]]
    if "|" not in words:
        return [words]
    first = words.index("|") - 1
    return [[*words[:first], word] for word in words[first:] if word != "|"]


@pytest.mark.parametrize("line", NAMED)
def test_a_command_the_readme_names_exists(line: str) -> None:
    for words in named(line):
        assert CliRunner().invoke(cli, [*words, "--help"]).exit_code == 0, words


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_in_the_readme(page: str) -> None:
    told = {words[0] for line in shown(page) for words in named(line)}
    assert set(cli.commands) - told <= {"completion"}
    groups = {name for name, one in cli.commands.items() if isinstance(one, click.Group)}
    told_of = {(words[0], words[1]) for line in shown(page) for words in named(line) if words[0] in groups}
    assert told_of >= {(name, one) for name in groups for one in cli.commands[name].commands}  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES)
def test_the_make_targets_of_the_readme_exist(page: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = MAKE.findall((ROOT / page).read_text(encoding="utf-8"))
    assert targets
    assert [one for one in targets if not re.search(rf"^{one}:", makefile, re.MULTILINE)] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_files_the_readme_links_to_are_there(page: str) -> None:
    links = LINK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_settings_the_readme_names_are_those_there_are(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [key for key in KEYS if f"`{key}`" not in text] == []
