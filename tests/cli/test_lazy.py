"""The table of commands: complete, and light until a command runs."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click

from cli import COMMANDS, cli
from regions.commands.lazy import LazyCommands

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(file.stem for file in (ROOT / "regions" / "commands").glob("[!_]*.py"))
MODULES = [*(f"regions.commands.{name}" for name in FILES), "admin.command"]


def loaded(*words: str) -> set[str]:
    """Every module of a fresh process that has run the command."""
    code = "import sys; from cli import cli; cli(sys.argv[1:], standalone_mode=False); print(*sys.modules, sep='\\n')"
    done = subprocess.run(  # noqa: S603 – our own command with words of our own
        [sys.executable, "-c", code, *words], cwd=ROOT, text=True, capture_output=True, check=True, encoding="utf-8",
        env={"PYTHONUTF8": "1"},
    )  # fmt: skip
    return set(done.stdout.splitlines())


def test_a_command_of_any_file_is_on_the_table() -> None:
    defined = {one for name in MODULES for one in vars(import_module(name)).values() if isinstance(one, click.Command)}
    inside = {one for group in defined if isinstance(group, click.Group) for one in group.commands.values()}
    assert defined - inside == set(cli.commands.values())


def test_a_command_is_called_what_the_table_calls_it() -> None:
    assert {name: one.name for name, one in cli.commands.items()} == {name: name for name in COMMANDS}


def test_help_imports_no_service() -> None:
    ours = {name for name in loaded("--help") if name.partition(".")[0] in ("core", "plugins", "regions", "admin")}
    light = {"core", "core.errors", "core.origin", "core.store", "core.store.address"}
    light |= {"regions", "regions.settings", "regions.commands", "admin"}
    assert ours <= light | {*MODULES}


def test_running_one_command_imports_no_other() -> None:
    subjects = {home.partition(":")[0] for home in COMMANDS.values()}
    assert loaded("config", "show") & subjects == {"regions.commands.platform"}


def test_a_command_may_be_added_and_taken_away() -> None:
    root = click.Group(commands=LazyCommands({}))
    root.add_command(click.Command("mine"))
    assert list(root.commands) == ["mine"]
    del root.commands["mine"]
    assert len(root.commands) == 0
