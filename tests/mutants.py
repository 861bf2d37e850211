"""Seed faults into the cascade, money and the formulas, one at a time; the tests must notice at least 80 %.

``make mutants`` tries 150 mutants of each group, the same ones every time: enough to know a group's share to about six
points. ``.venv/bin/python tests/mutants.py --all`` tries every mutant, ``--sample N`` more or fewer, ``--only cascade``
or ``--only core/values.py`` some groups or modules. It ends with 1 when a group is under 80 %, with 2 when nothing can
be said.

Survivors are listed with their change: each is a missing test, or a change that means nothing. What is not mutated:
properties and what is made at import (tables, enums, dataclass fields), which mutmut cannot switch, and lines that only
say something to a reader. It forks a process that has everything imported already, and runs only the tests that reach
the changed function, so that a sample takes minutes. It works in a copy of the repository; nothing is written here.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("core", "plugins", "regions", "admin", "cli.py", "tests", "examples", "docs", "pyproject.toml", "README.md")
LEAST_KILLED = 0.80
SAMPLE = 150
"""Mutants a group."""

TARGETS: Mapping[str, tuple[str, ...]] = {
    "cascade": ("core/cascade.py", "core/bounds.py", "core/resolve.py", "core/policy.py"),
    "money": ("core/values.py", "core/wording.py", "core/kinds/money.py"),
    "formula": ("core/formula/*.py",),
}
TESTS = (
    "tests/core/formula", "tests/core/kinds", "tests/core/test_assess.py", "tests/core/test_bounds.py",
    "tests/core/test_cascade.py", "tests/core/test_conditions.py", "tests/core/test_nothing_in_force.py",
    "tests/core/test_policy.py", "tests/core/test_resolve.py", "tests/core/test_rulebook.py",
    "tests/core/test_standards.py", "tests/core/test_trace.py", "tests/core/test_values.py",
    "tests/core/test_wording.py",
)  # fmt: skip
"""The tests that must notice: quick ones, near what is mutated."""

APART = "tests/core/formula/test_mutants.py::test_mutant_is_killed"
"""Seeds faults of its own into the code of the writers, which mutmut has rewritten."""

MESSAGES = (r"[\u4e00-\u9fff]", r"\bText\(", r"^\s*f?\"[^\"]*\",?\)?$")
"""Lines that only say something to a reader are not mutated."""

PREPARE = "no.such.mutant"
"""Asked for by this name, mutmut makes the mutants, notes which tests reach what, and stops: nothing fits."""

NOTICED = ("killed", "timeout", "suspicious", "segfault")
NAME = re.compile(r"^(?P<module>[\w.]+)\.x(?P<function>[_ǁ].+)__mutmut_\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A mutant by mutmut's name (``core.values.xǁUnitǁparse__mutmut_3``) and what became of it."""

    name: str
    status: str

    @property
    def file(self) -> str:
        """The file that was changed."""
        return self._parts["module"].replace(".", "/") + ".py"

    @property
    def group(self) -> str:
        """The group its file belongs to."""
        return next(name for name, files in TARGETS.items() if any(fnmatch(self.file, one) for one in files))

    @property
    def function(self) -> str:
        """The function or method, ``Unit.parse``."""
        raw = self._parts["function"]
        return raw.strip("ǁ").replace("ǁ", ".") if raw.startswith("ǁ") else raw.removeprefix("_")

    @property
    def _parts(self) -> Mapping[str, str]:
        found = NAME.match(self.name)
        assert found is not None, self.name
        return found.groupdict()


def workplace(folder: Path) -> None:
    """Copy the repository and tell mutmut there what to mutate and which tests to run."""
    ignored = shutil.ignore_patterns("__pycache__", "build", "*.egg-info")
    for name in (name for name in COPIED if (ROOT / name).exists()):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copyfile(ROOT / name, folder / name)
    settings = {
        "source_paths": ["core"],
        "only_mutate": [file for files in TARGETS.values() for file in files],
        "also_copy": [name for name in COPIED if name not in ("core", "tests", "pyproject.toml")],
        "do_not_mutate_patterns": list(MESSAGES),
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-m", "not slow", "--deselect", APART],
        "pytest_add_cli_args_test_selection": [name for name in TESTS if (ROOT / name).exists()],
    }
    rows = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]  # a JSON list of texts is a TOML one
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(rows) + "\n")


def mutmut(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run mutmut in the copy."""
    command = (sys.executable, "-m", "mutmut", *words)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last of what mutmut said, without the turning of its wheel."""
    lines = [line for line in (done.stdout + done.stderr).splitlines() if not re.match(r"[\u2800-\u28ff]", line)]
    return "\n".join(lines[-60:])


def mutants(folder: Path) -> list[Mutant]:
    """Return every mutant with what became of it so far."""
    rows = (line.strip().rpartition(": ") for line in mutmut(folder, "results", "--all", "true").stdout.splitlines())
    return [Mutant(name=name, status=status) for name, _, status in rows if NAME.match(name)]


def sampled(every: Sequence[Mutant], *, size: int | None, only: Sequence[str]) -> list[Mutant]:
    """Choose ``size`` mutants a group, all for None; every mutant of a group is as likely as any other."""
    chosen: list[Mutant] = []
    for group in TARGETS:
        inside = [one for one in every if one.group == group and (not only or {one.group, one.file} & set(only))]
        chance = random.Random(1)  # noqa: S311 - a sample, and always the same one
        chosen += inside if size is None else chance.sample(inside, min(size, len(inside)))
    return chosen


def change(folder: Path, mutant: Mutant) -> Iterator[str]:
    """Yield what was changed: file and line, then the lines taken out and put in."""
    diff = mutmut(folder, "show", mutant.name).stdout.splitlines()
    start = next((i for i, line in enumerate(diff) if line.startswith("@@")), len(diff))
    body = diff[start + 1 :]
    before = next((i for i, line in enumerate(body) if line.startswith("-")), 0)
    hunk = re.match(r"@@ -(\d+)", diff[start]) if start < len(diff) else None
    line = _first_line(mutant) + (int(hunk[1]) - 1 if hunk else 0) + before
    yield f"{mutant.file}:{line}  {mutant.function}  ({mutant.status})"
    yield from (f"    {one}" for one in body if one.startswith(("-", "+")))


def _first_line(mutant: Mutant) -> int:
    """Return the line of the file on which the function begins, where mutmut begins to count."""
    body: Sequence[ast.AST] = ast.parse((ROOT / mutant.file).read_text(encoding="utf-8")).body
    found: ast.AST | None = None
    for name in mutant.function.split("."):
        found = next((one for one in body if getattr(one, "name", "") == name), None)
        body = getattr(found, "body", ())
    decorators: list[ast.expr] = getattr(found, "decorator_list", [])
    return min([getattr(found, "lineno", 1), *(one.lineno for one in decorators)])


def report(tried: Sequence[Mutant]) -> bool:
    """Print what was noticed by module, by group and in all; tell whether every group tried has enough."""
    enough = True
    for group in (group for group in TARGETS if any(one.group == group for one in tried)):
        inside = [one for one in tried if one.group == group]
        for file in sorted({one.file for one in inside}):
            print(f"  {file:44}{_share([one for one in inside if one.file == file])}")
        print(f"{group:46}{_share(inside)}")
        enough &= _killed(inside) >= LEAST_KILLED * len(inside)
    print(f"{'overall':46}{_share(tried)}   (at least {LEAST_KILLED:.0%} in every group)")
    return enough


def _killed(some: Sequence[Mutant]) -> int:
    return sum(one.status in NOTICED for one in some)


def _share(some: Sequence[Mutant]) -> str:
    return f"{_killed(some):4} killed {len(some) - _killed(some):4} survived  {_killed(some) / len(some):4.0%}"


def main() -> int:
    """Try the mutants and print the survivors; 1 when too many survive, 2 when nothing can be said."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sample", type=int, default=SAMPLE, metavar="N", help=f"mutants a group, {SAMPLE} unless told"
    )
    parser.add_argument("--all", action="store_true", help="every mutant instead of a sample (hours)")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="these groups or modules alone")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at a time")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workplace(folder)
        prepared = mutmut(folder, "run", PREPARE)
        chosen = sampled(mutants(folder), size=None if given.all else given.sample, only=given.only)
        if not chosen or not (given.only or {one.group for one in chosen} == set(TARGETS)):
            print(said(prepared))
            return 2
        print(f"{len(chosen)} mutants …", flush=True)
        done = mutmut(folder, "run", f"--max-children={given.jobs}", *(one.name for one in chosen))
        names = {one.name for one in chosen}
        tried = [one for one in mutants(folder) if one.name in names and one.status != "not checked"]
        if len(tried) < len(chosen):
            print(said(done))
            return 2
        for survivor in (one for one in tried if one.status not in NOTICED):
            print("\n".join(change(folder, survivor)))
        return 0 if report(tried) else 1


if __name__ == "__main__":
    sys.exit(main())
