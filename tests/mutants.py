"""Seed faults into the cascade, the formulas and money, one at a time; the tests must notice at least 80 %.

``python tests/mutants.py`` tries a sample (the same one every time), ``--all`` every mutant; ``--only core/values.py``
those of some files. Survivors are listed with what was changed: each is a missing test or a change without a meaning.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("core", "plugins", "regions", "admin", "cli.py", "tests", "examples", "docs", "pyproject.toml")
SAMPLE = 120
SECONDS = 300
LEAST_KILLED = 0.80

TARGETS = {
    "core/values.py": ("tests/core/test_values.py", "tests/core"),
    "core/cascade.py": ("tests/core/test_cascade.py", "tests/core", "tests/regions"),
    "core/bounds.py": ("tests/core/test_cascade.py", "tests/core", "tests/regions"),
    "core/policy.py": ("tests/core/test_policy.py", "tests/core", "tests/regions"),
    "core/kinds/money.py": ("tests/core/kinds", "tests/core"),
    "core/formula": ("tests/core/formula", "tests/core"),
}
"""What is mutated, and the tests that must notice: the nearest first, so that most mutants die soon."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
WORDS = frozenset({"Text", "Problem", "JiuzhuError", "Where"})
"""Calls that only say something to a reader: their arguments are not mutated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One changed file: where, what became of the expression, and the new source."""

    file: str
    line: int
    change: str
    source: str
    tests: tuple[str, ...]


def mutants(file: str, tests: tuple[str, ...]) -> Iterator[Mutant]:
    """Yield every mutant of a file; comments and layout are lost, which no test minds."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    for node in list(mutable(tree)):
        for change in changes(node):
            before, kept = ast.unparse(node), copy.copy(node.__dict__)
            change()
            after, source = ast.unparse(node), ast.unparse(tree)
            node.__dict__.update(kept)
            line = getattr(node, "lineno", 0)
            yield Mutant(file=file, line=line, change=f"{before}  →  {after}", source=source, tests=tests)


def mutable(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may be changed: no annotations, no decorators, no messages."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in WORDS:
                continue
            if isinstance(child, ast.AST):
                yield child
                yield from mutable(child)


def changes(node: ast.AST) -> Iterator[Callable[[], None]]:
    """Yield the ways to change a node in place: only attributes of the node itself are replaced."""
    match node:
        case ast.Compare(ops=[comparison]) if type(comparison) in COMPARISONS:
            yield lambda: setattr(node, "ops", [COMPARISONS[type(comparison)]()])
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC and not isinstance(node.left, ast.JoinedStr):
            yield lambda: setattr(node, "op", ARITHMETIC[type(operator)]())
        case ast.BoolOp(op=ast.And()):
            yield lambda: setattr(node, "op", ast.Or())
        case ast.BoolOp(op=ast.Or()):
            yield lambda: setattr(node, "op", ast.And())
        case ast.UnaryOp(op=ast.USub()):
            yield lambda: setattr(node, "op", ast.UAdd())
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            yield lambda: setattr(node, "operand", ast.UnaryOp(op=ast.Not(), operand=inner))
        case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            yield lambda: setattr(node, "test", ast.UnaryOp(op=ast.Not(), operand=test))
        case ast.Constant(value=bool(value)):
            yield lambda: setattr(node, "value", not value)
        case ast.Constant(value=int(value)):
            yield lambda: setattr(node, "value", value + 1)


def killed(mutant: Mutant, folder: Path) -> bool:
    """Tell whether the tests notice the mutant in a copy of the repository; a run without an end is noticed too."""
    place = folder / mutant.file
    original = place.read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    try:
        return any(not passes(tests, folder) for tests in mutant.tests)
    finally:
        place.write_text(original, encoding="utf-8")


def passes(tests: str, folder: Path) -> bool:
    """Run some tests of the copy; the folder comes first on the path, so its packages are the ones tested."""
    options = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-m", "not slow")
    command = (sys.executable, "-B", "-m", "pytest", *options, tests)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def chosen(only: Sequence[str], *, everything: bool) -> list[Mutant]:
    """Return the mutants to try, those of one file together."""
    files = [
        (file.relative_to(ROOT).as_posix(), tests)
        for target, tests in TARGETS.items()
        for file in (sorted((ROOT / target).glob("*.py")) if (ROOT / target).is_dir() else [ROOT / target])
    ]
    found = [one for file, tests in files if not only or file in only for one in mutants(file, tests)]
    if everything or only or len(found) <= SAMPLE:
        return found
    return sorted(random.Random(1).sample(found, SAMPLE), key=lambda one: (one.file, one.line))  # noqa: S311


def copies(count: int, folder: Path) -> SimpleQueue[Path]:
    """Return a queue of working copies, one for each runner."""
    queue: SimpleQueue[Path] = SimpleQueue()
    for number in range(count):
        place = folder / str(number)
        for name in (name for name in COPIED if (ROOT / name).exists()):
            copier = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            place.mkdir(exist_ok=True)
            copier(ROOT / name, place / name)
        queue.put(place)
    return queue


def main() -> int:
    """Try the mutants, print the survivors and the share killed; 1 when it is too low."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="every mutant instead of a sample")
    parser.add_argument("--only", nargs="*", default=[], metavar="FILE", help="every mutant of these files")
    given = parser.parse_args()
    tried = chosen(given.only, everything=given.all)
    with tempfile.TemporaryDirectory() as folder:
        queue = copies(os.cpu_count() or 1, Path(folder))
        if not sound(tried, queue):
            print("the tests do not pass without a fault: nothing can be said")
            return 1
        survivors = [mutant for mutant, noticed in attempts(tried, queue) if not noticed]
    for mutant in survivors:
        print(f"survived  {mutant.file}:{mutant.line}  {mutant.change}")
    share = 1 - len(survivors) / len(tried)
    print(f"{len(tried)} mutants, {share:.0%} killed (at least {LEAST_KILLED:.0%} are needed)")
    return 0 if share >= LEAST_KILLED else 1


def sound(tried: Sequence[Mutant], queue: SimpleQueue[Path]) -> bool:
    """Tell whether the tests pass in an unchanged copy; else every mutant would seem to be noticed."""
    folder = queue.get()
    tests = dict.fromkeys(one for mutant in tried for one in mutant.tests)
    result = all(passes(one, folder) for one in tests)
    queue.put(folder)
    return result


def attempts(tried: Sequence[Mutant], queue: SimpleQueue[Path]) -> Iterator[tuple[Mutant, bool]]:
    """Yield each mutant with whether it was noticed, several at a time, each in a copy of its own."""

    def attempt(mutant: Mutant) -> bool:
        folder = queue.get()
        try:
            return killed(mutant, folder)
        finally:
            queue.put(folder)

    with ThreadPoolExecutor(queue.qsize()) as pool:
        yield from zip(tried, pool.map(attempt, tried), strict=True)


if __name__ == "__main__":
    sys.exit(main())
