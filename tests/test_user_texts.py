"""What a service says holds wherever it is read: at the command line and in the browser."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = re.compile(r"jiuzhu [a-z]{2,}|(?<!\w)--[a-z]{3,}")
SHELL_ONLY = (
    "admin/command.py", "core/caseload/", "core/casework/keys.py", "core/store/", "regions/caseload",
    "regions/commands/", "regions/check/", "regions/playground.py", "regions/plugin_package.py",
)  # fmt: skip
"""What is done at the command line and nowhere else: keys, backups, snapshots, packages."""


def _said(file: Path) -> Iterator[tuple[int, str]]:
    """Yield line and words of what a file's texts say in either language."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Text", "say"):
            for each in ast.walk(node):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield each.lineno, each.value


def test_texts_name_what_to_do_and_no_command_of_the_shell() -> None:
    said, wrong = 0, []
    for file in sorted(one for top in ("core", "regions", "admin", "plugins") for one in (ROOT / top).rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        if name.startswith(SHELL_ONLY):
            continue
        for line, words in _said(file):
            said += 1
            if COMMAND.search(words):
                wrong.append(f"{name}:{line}: {words}")

    assert wrong == []
    assert said > 3_000
