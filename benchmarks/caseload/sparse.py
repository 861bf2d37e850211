"""Our own sparse snapshot with error masks beside the reviewed chunked NumPy reference, in one process and one run.

    python benchmarks/caseload/sparse.py [households]

The reference has the same households as dense arrays in memory, and nothing missing. Ours maps the snapshot's files,
gathers incomes from records, carries what is missing as masks, and is checked against the reference element by element
where nothing is missing, and for its errors where something is. The two take turns; medians and least of seven.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import peers
import ref_numpy_chunked
from gen import Array, Roll, generate
from measure import Spread

from core.caseload.kernel import Kernel
from core.caseload.snapshot import Snapshot

RUNS = 7
SEED = 20240601
OUTPUTS = peers.work.OUTPUTS


def kernel_of(snapshot: Snapshot) -> Kernel:
    """Return the kernel with its rules looked up and its code written."""
    manifest = snapshot.manifest
    kernel = Kernel(books=peers.books(), stored=manifest.catalogue, extents=manifest.extents, on=peers.ON)
    kernel.learn(manifest.places)
    kernel.compile(tuple(OUTPUTS.values()))
    list(kernel.blank())
    return kernel


def mapped(snapshot: Snapshot) -> list[Any]:
    """Map the snapshot's files."""
    return [snapshot.batch(part) for part in snapshot.manifest.parts]


def compute(kernel: Kernel, batches: Iterable[Any]) -> list[Any]:
    """Return the results of all rows, piece by piece."""
    return [piece.results for batch in batches for piece in kernel.run(batch)]


def check(pieces: list[Any], want: Mapping[str, Array], roll: Roll, told: peers.Known) -> None:
    """Compare element by element.

    Raises:
        SystemExit: a value differs, or an error is not where a fact is missing.
    """
    owner = np.repeat(np.arange(roll.households), np.diff(roll.offsets))
    unknown_age = np.bincount(owner[~told.age], minlength=roll.households) > 0
    for name, key in OUTPUTS.items():
        values = np.concatenate([piece[key].numerator for piece in pieces])
        below = {piece[key].denominator for piece in pieces}
        fails = np.concatenate([_fails(piece[key]) for piece in pieces])
        if below != {1}:
            raise SystemExit(f"{key} is not whole: {below}")
        if not np.array_equal(values[~fails], want[name][~fails]):
            raise SystemExit(f"{key} differs")
        allowed = ~told.vehicles if name == "eligible" else ~told.vehicles | unknown_age
        if name in ("counted", "review", "care") and fails.any():
            raise SystemExit(f"{key} fails though it reads nothing that is missing")
        if name in ("eligible", "benefit") and (fails & ~allowed).any():
            raise SystemExit(f"{key} fails where nothing is missing")
        print(f"  {key}: {len(values):,} compared, {int(fails.sum()):,} errors")


def _fails(column: Any) -> Array:
    return np.zeros(len(column), bool) if column.error is None else column.error != 0


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return wall and processor seconds."""
    begun, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begun, time.process_time() - used


def turns(households: int, folder: Path) -> list[list[tuple[float, float]]]:
    """Make the snapshot, check, and time reference and ours in turns."""
    roll = peers.sorted_roll(generate(households, seed=SEED))
    told = peers.known(roll, SEED)
    snapshot = peers.snapshot(folder / "snapshot", households, seed=SEED)
    kernel, batches = kernel_of(snapshot), mapped(snapshot)
    check(compute(kernel, batches), ref_numpy_chunked.compute(roll), roll, told)
    sides: tuple[Callable[[], Any], ...] = (
        lambda: ref_numpy_chunked.compute(roll),
        lambda: compute(kernel, batches),
        lambda: compute(kernel, mapped(snapshot)),
    )
    return [[timed(one) for one in sides] for _ in range(RUNS + 1)][1:]


def main() -> None:
    """Print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("households", type=int, nargs="?", default=1_000_000)
    folder = Path(tempfile.mkdtemp(prefix="jiuzhu-sparse-"))
    try:
        found = turns(parser.parse_args().households, folder)
    finally:
        shutil.rmtree(folder)
    for at, unit in ((0, "wall"), (1, "processor")):
        ref, *ours = (Spread.of([turn[side][at] for turn in found]) for side in range(3))
        print(f"{unit}: reference {ref.median:.3f} s (least {ref.least:.3f})")
        for own, said in zip(ours, ("mapped before", "mapped anew"), strict=True):
            ratios = own.median / ref.median, own.least / ref.least
            print(f"  sparse with masks, {said}: {own.median:.3f} s (least {own.least:.3f}), "
                  f"ratio {ratios[0]:.2f}, of the least {ratios[1]:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
