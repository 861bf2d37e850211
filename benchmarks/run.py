"""Everything in one run: answers first, then every engine in a process of its own, then the table of ratios.

``python benchmarks/run.py`` takes 100,000 and 1,000,000 households, some minutes, and rewrites RESULTS.md; ``--quick``
100,000 only and prints. Peers whose environment is missing are named and left out (``setup.sh`` makes them).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import table

HERE = Path(__file__).resolve().parent
SMALL, LARGE = 100_000, 1_000_000
ROUNDS = 3

Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One process: a program, its arguments (``{n}`` is the number of households), and whose interpreter runs it.

    ``peer`` None is this interpreter. ``sizes`` are the rolls it is run on; ``rounds`` how often (the quietest counts).
    """

    program: str
    arguments: str = "{n}"
    peer: str | None = None
    sizes: tuple[int, ...] = (SMALL, LARGE)
    rounds: int = ROUNDS

    def has(self, words: Sequence[str]) -> bool:
        """Tell whether the call contains one of the words; true for no words."""
        return not words or any(word in f"{self.program} {self.arguments}" for word in words)


PREPARE = Step(program="ref_python.py", arguments="check {n}", rounds=1)
STEPS = (
    Step(program="floor.py"),
    Step(program="ref_numpy_chunked.py"),
    Step(program="bench_jiuzhu.py"),
    Step(program="bench_jiuzhu.py", arguments="{n} --bounds"),
    Step(program="ref_numpy_chunked.py", arguments="{n} --narrow"),
    Step(program="bench_openfisca.py", arguments="openfisca_core documented {n}", peer="openfisca"),
    Step(program="bench_openfisca.py", arguments="openfisca_core direct {n}", peer="openfisca"),
    Step(program="bench_openfisca.py", arguments="policyengine_core documented {n}", peer="policyengine"),
    Step(program="bench_openfisca.py", arguments="policyengine_core direct {n}", peer="policyengine"),
    Step(program="bench_whatif.py", arguments="reference {n}"),
    Step(program="bench_whatif.py", arguments="jiuzhu {n}"),
    Step(program="bench_openfisca.py", arguments="openfisca_core whatif {n}", peer="openfisca", sizes=(LARGE,)),
    Step(program="bench_numba.py", peer="numba"),
    Step(program="bench_polars.py", peer="polars"),
    Step(program="bench_duckdb.py", peer="duckdb"),
    Step(program="bench_zen.py", arguments="batch {n}", peer="zen", sizes=(SMALL,), rounds=1),
    Step(program="ref_python.py", arguments="single {n}", sizes=(SMALL,)),
    Step(program="bench_single.py", sizes=(SMALL,)),
    Step(program="bench_openfisca.py", arguments="openfisca_core single {n}", peer="openfisca", sizes=(SMALL,)),
    Step(program="bench_openfisca.py", arguments="policyengine_core single {n}", peer="policyengine", sizes=(SMALL,)),
    Step(program="bench_zen.py", arguments="single {n}", peer="zen", sizes=(SMALL,)),
)
# Half a minute a pass and more: only in the full run.
SLOW_STEPS = (
    Step(program="bench_zen.py", arguments="loop {n}", peer="zen", sizes=(SMALL,), rounds=1),
    Step(program="bench_zen.py", arguments="batch {n}", peer="zen", sizes=(LARGE,), rounds=1),
)


def main() -> None:
    """Run, write the records, print the table; exit 1 when an engine of ours is wrong or failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="100,000 households, one round; RESULTS.md is left alone")
    parser.add_argument("--sizes", type=int, nargs="*", help="only these rolls")
    parser.add_argument("--rounds", type=int, help=f"rounds of the short programs (default {ROUNDS}, quick 1)")
    parser.add_argument("--only", nargs="*", default=(), help="only programs whose call contains one of these words")
    options = parser.parse_args()
    sizes = tuple(options.sizes or ((SMALL,) if options.quick else (SMALL, LARGE)))
    rounds = options.rounds or (1 if options.quick else ROUNDS)
    steps = [one for one in (STEPS if options.quick else STEPS + SLOW_STEPS) if one.has(options.only)]

    records = [record for n in sizes for record in run(PREPARE, n)]
    for turn in range(rounds):
        for n in sizes:
            chosen = [one for one in steps if n in one.sizes or (one.sizes == (SMALL, LARGE))]
            records += [record for one in chosen if turn < one.rounds for record in run(one, n)]
    best = quietest(records)
    _write(best, complete=not (options.quick or options.sizes or options.only))
    if any(_is_ours(one) and not one.get("agrees", True) for one in best):
        raise SystemExit(1)


def run(step: Step, households: int) -> Iterator[Record]:
    """Run one step and yield the records it prints; a failure or a missing environment is a record too."""
    arguments = step.arguments.format(n=households).split()
    name = " ".join((step.program, *arguments))
    python = _python(step.peer)
    if python is None:
        yield {"kind": "missing", "engine": step.peer, "agrees": True}
        return
    print(f"+ {name}", file=sys.stderr, flush=True)
    command = [str(python), str(HERE / step.program), *arguments]
    done = subprocess.run(command, env=_environment(step.peer), capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        yield {"kind": "failed", "engine": name, "peer": step.peer, "reason": reason, "agrees": False}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            yield json.loads(line) | {"peer": step.peer}


def _python(peer: str | None) -> Path | None:
    if peer is None:
        return Path(sys.executable)
    root = os.environ.get("JIUZHU_BENCH_ENVS")
    place = Path(root) if root else Path(tempfile.gettempdir()) / "jiuzhu-bench" / "envs"
    python = place / peer / "bin" / "python"
    return python if python.exists() else None


def _environment(peer: str | None) -> dict[str, str]:
    """Let our own programs import jiuzhu from this checkout; the peers see their own environment only."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return environment | ({"PYTHONPATH": str(HERE.parent)} if peer is None else {})


def quietest(records: Iterable[Record]) -> list[Record]:
    """Keep, of each engine and size, the round with the least median; a wrong or failed one stays whatever its time."""
    best: dict[tuple[Any, ...], Record] = {}
    for record in records:
        key = (record["kind"], record.get("engine"), record.get("households"))
        other = best.get(key)
        if other is None or (other.get("agrees", True) and _rank(record) < _rank(other)):
            best[key] = record
    return list(best.values())


def _rank(record: Record) -> tuple[bool, float]:
    time = record.get("total_s") or record.get("us_per_case") or {"median": 0.0}
    return bool(record.get("agrees", True)), time["median"]


def _is_ours(record: Record) -> bool:
    return record.get("peer") is None and record["kind"] != "missing"


def _write(records: list[Record], *, complete: bool) -> None:
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    kept = json.dumps(records, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{now:%Y%m%dT%H%M%SZ}.json").write_text(kept, encoding="utf-8")
    text = table.markdown(records, day=f"{now:%Y-%m-%d}")
    if complete:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
