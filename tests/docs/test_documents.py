"""Every document: the pictures it shows and the files it links to are there, the commands it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(str(one.relative_to(ROOT)) for one in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")))
HANDBOOK = "docs/administrators.md"
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
PICTURE = re.compile(r"pictures/([a-z-]+\.png)")
COMMAND = re.compile(r"`(jiuzhu [^`]+)`|^    (?:\w+=\S+ )*(jiuzhu .+?)(?:\s+#.*)?$", re.MULTILINE)
KILOBYTES = 150
ROOT_OPTIONS = {"--as": 2, "--lang": 2, "--safe": 1}
"""What may stand before the command, and how many words it takes."""


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def commands(page: str) -> list[str]:
    """Every ``jiuzhu …`` in back quotes or in a block, once."""
    return sorted({" ".join("".join(found).split()) for found in COMMAND.findall(read(page))})


def unknown(line: str) -> str:
    """The first word of a line that names no command or option there is; nothing where all do."""
    words = [one for one in re.split(r"\s+|\\\|", line) if one and one != "|"][1:]
    while words[:1] and words[0] in ROOT_OPTIONS:
        words = words[ROOT_OPTIONS[words[0]] :]
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        context = click.Context(command)
        found = command.get_command(context, words[0])
        if found is None:
            return words[0]
        command, words = found, words[1:]
    told = CliRunner().invoke(command, ["--help"]).output
    return next((one for one in words if one.startswith("--") and one.partition("=")[0] not in told), "")


@pytest.mark.parametrize("page", PAGES)
def test_what_a_document_shows_or_links_to_is_there(page: str) -> None:
    folder = (ROOT / page).parent
    assert [one for one in LINK.findall(read(page)) if not (folder / one).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_a_document_names_exists_with_its_options(page: str) -> None:
    assert {line: wrong for line in commands(page) if (wrong := unknown(line))} == {}


def test_command_or_option_that_is_not_there_is_noticed() -> None:
    assert len(commands(HANDBOOK)) >= 5
    assert unknown("jiuzhu staff first guanli 系统管理员") == ""
    assert unknown("jiuzhu --as guanli staff fist guanli") == "fist"
    assert unknown("jiuzhu serve --behind-proxies jiuzhu.example.cn") == "--behind-proxies"


def test_handbook_of_administrators_shows_every_picture_in_both_languages_and_none_is_large() -> None:
    taken = {one.name: one for one in (ROOT / "docs" / "pictures").glob("*.png")}
    chinese, _, english = read(HANDBOOK).partition("\n---\n")
    assert taken
    assert set(PICTURE.findall(chinese)) == set(taken) == set(PICTURE.findall(english))
    assert [name for name, one in taken.items() if one.stat().st_size > KILOBYTES * 1024] == []


def test_every_picture_the_script_takes_is_kept() -> None:
    named = re.findall(r'\.take\("([a-z-]+)"', read("docs/screenshots.py"))
    assert {f"{one}.png" for one in named} == {one.name for one in (ROOT / "docs" / "pictures").glob("*.png")}
